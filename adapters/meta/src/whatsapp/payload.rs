//! WhatsApp's own words: only the fields that are read. What is odd or missing is none, but for the
//! ids without which nobody knows what is spoken of.

use serde::Deserialize;
use switchboard_core::read::Time;

use crate::loose::{Loose, Needed, Text};

/// Which way a message went.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// From a customer.
    In,
    /// From somebody of the business, by the WhatsApp Business app.
    Echo,
}

/// A message, or what one was edited to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) id: Text,
    pub(crate) from: Text,
    pub(crate) from_user_id: Text,
    pub(crate) to: Text,
    pub(crate) to_user_id: Text,
    pub(crate) group_id: Text,
    pub(crate) timestamp: Loose<Time>,
    pub(crate) context: Loose<Context>,
    /// Names the field that has the content.
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) text: Loose<Words>,
    pub(crate) image: Loose<Media>,
    pub(crate) video: Loose<Media>,
    pub(crate) audio: Loose<Media>,
    pub(crate) document: Loose<Media>,
    pub(crate) sticker: Loose<Media>,
    pub(crate) location: Loose<Location>,
    pub(crate) contacts: Loose<Vec<Loose<Card>>>,
    pub(crate) button: Loose<Button>,
    pub(crate) interactive: Loose<Interactive>,
    pub(crate) order: Loose<Order>,
    pub(crate) reaction: Loose<Reaction>,
    pub(crate) edit: Loose<Edit>,
    pub(crate) revoke: Loose<Revoke>,
}

/// The message that this one answers, or that offered what was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Context {
    pub(crate) id: Text,
    pub(crate) from: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    pub(crate) body: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Media {
    pub(crate) caption: Text,
    pub(crate) filename: Text,
    pub(crate) mime_type: Text,
    pub(crate) url: Text,
    /// Whether it was recorded for this conversation.
    pub(crate) voice: Loose<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Location {
    pub(crate) url: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Card {
    pub(crate) name: Loose<CardName>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CardName {
    pub(crate) formatted_name: Text,
}

/// A template's quick reply.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Button {
    pub(crate) payload: Text,
    pub(crate) text: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Interactive {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) button_reply: Loose<Choice>,
    pub(crate) list_reply: Loose<Choice>,
    pub(crate) nfm_reply: Loose<FlowReply>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    pub(crate) id: Text,
    pub(crate) title: Text,
}

/// What was filled into a flow.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FlowReply {
    pub(crate) body: Text,
    /// An object, as the JSON of one.
    pub(crate) response_json: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Order {
    pub(crate) text: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reaction {
    pub(crate) message_id: Text,
    /// None when it was taken back.
    pub(crate) emoji: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Edit {
    pub(crate) original_message_id: Text,
    pub(crate) message: Loose<Box<Message>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Revoke {
    pub(crate) original_message_id: Text,
}

/// What is said of a customer beside a message or a status.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) wa_id: Text,
    pub(crate) user_id: Text,
    pub(crate) profile: Loose<Profile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    pub(crate) name: Text,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Status {
    pub(crate) id: Needed,
    #[serde(default)]
    pub(crate) status: Text,
    #[serde(default)]
    pub(crate) timestamp: Loose<Time>,
    /// The customer, or the group.
    #[serde(default)]
    pub(crate) recipient_id: Text,
    #[serde(default)]
    pub(crate) recipient_user_id: Text,
    #[serde(default)]
    pub(crate) recipient_type: Text,
    /// The one of a group whom it is of.
    #[serde(default)]
    pub(crate) recipient_participant_id: Text,
}

/// Why a message will not arrive.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Failure {
    pub(crate) code: Text,
    pub(crate) title: Text,
    pub(crate) message: Text,
    pub(crate) error_data: Loose<FailureData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FailureData {
    pub(crate) details: Text,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Call {
    pub(crate) id: Needed,
    #[serde(default)]
    pub(crate) from: Text,
    #[serde(default)]
    pub(crate) from_user_id: Text,
    #[serde(default)]
    pub(crate) event: Text,
    #[serde(default)]
    pub(crate) timestamp: Loose<Time>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Review {
    pub(crate) message_template_id: Needed,
    #[serde(default)]
    pub(crate) message_template_name: Text,
    pub(crate) event: Needed,
    #[serde(default)]
    pub(crate) reason: Text,
}
