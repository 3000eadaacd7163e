//! What happens in Twilio Conversations.

use serde_json::Value;
use switchboard_core::event::{
    Attachment, Change, Content, Conversation, ConversationState, Data, Direction, FieldChange,
    Message, MessageStatus, Participation, Party, Role,
};
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use crate::address::party;
use crate::fields::Fields;
use crate::message::kind;
use crate::normalize::other;
use crate::status::{error, far};

/// What happened, by the name of the event. A webhook before an action tells what may yet happen, and
/// is no event of ours.
pub(crate) fn draft(mut fields: Fields, key: DedupKey) -> Draft {
    let name = fields.get("EventType").unwrap_or_default().to_owned();
    let dates: &[&str] = match &*name {
        // What else it says is of before.
        "onParticipantRemoved" => &["DateRemoved"],
        _ => &["DateUpdated", "DateCreated"],
    };
    let time = dates.iter().find_map(|name| fields.get(name));
    let time = time.map_or_else(Time::default, Time::read);
    let parts = [
        fields.get("MessageSid").or(fields.get("ConversationSid")),
        fields.get("DateUpdated"),
    ];
    let parts = parts.map(|part| part.map(str::to_owned));
    let is_of_message = name.starts_with("onMessage") || name == "onDeliveryUpdated";
    if is_of_message && fields.get("MessageSid").is_none() {
        return other(name, fields, key);
    }
    let participant = fields.get("ParticipantSid").map(str::to_owned);
    let came_or_went = participant.map(|participant| vec![participant]);
    let (data, own) = match &*name {
        "onMessageAdded" => (message(Change::Created, &mut fields), by_id(&parts)),
        "onMessageUpdated" => (message(Change::Updated, &mut fields), by_moment(&parts)),
        "onMessageRemoved" => (message(Change::Deleted, &mut fields), by_id(&parts)),
        "onDeliveryUpdated" => {
            let receipt = fields.get("DeliveryReceiptSid").map(str::to_owned);
            let status = fields.get("Status").map(str::to_owned);
            let own = by_id(&[receipt.or_else(|| parts[0].clone()), None]);
            let own = match (own, status) {
                (Some(own), Some(status)) => Some([own, vec![status]].concat()),
                _ => None,
            };
            (delivered(&mut fields), own)
        }
        "onConversationAdded" => (state(&mut fields).created(), by_id(&parts)),
        "onParticipantAdded" => (participation(&mut fields).joined(), came_or_went),
        "onParticipantRemoved" => (participation(&mut fields).left(), came_or_went),
        "onConversationUpdated" => (state(&mut fields).updated(), by_moment(&parts)),
        "onConversationStateUpdated" => (state(&mut fields).status_changed(), by_moment(&parts)),
        _ => return other(name, fields, key),
    };
    fields.take("AccountSid");
    fields.take("EventType");
    let key = own.map_or(key, DedupKey::provider);
    Draft::new(data, key).time(time).rest(fields.left())
}

type Parts = [Option<String>; 2];

/// What happens to a thing once.
fn by_id(parts: &Parts) -> Option<Vec<String>> {
    Some(vec![parts[0].clone()?])
}

/// What may happen to a thing again.
fn by_moment(parts: &Parts) -> Option<Vec<String>> {
    Some(vec![parts[0].clone()?, parts[1].clone()?])
}

fn place(fields: &mut Fields) -> Conversation {
    let service = fields.take("ChatServiceSid");
    // Under what networks call it, and Twilio for what its own SDKs and API write.
    let source = fields.get("Source").map(str::to_ascii_lowercase);
    Conversation {
        id: fields.take("ConversationSid"),
        inbox: service,
        channel: source,
        ..Conversation::default()
    }
}

/// The networks that customers write by, as `Source` names them.
const NETWORKS: [&str; 5] = ["GBM", "MESSENGER", "MMS", "SMS", "WHATSAPP"];

fn message(change: Change, fields: &mut Fields) -> Data {
    // Who writes by Twilio's own SDK may be a customer or an agent.
    let is_network = fields
        .get("Source")
        .is_some_and(|source| NETWORKS.contains(&source));
    let (direction, role) = if is_network {
        (Direction::Inbound, Role::Contact)
    } else {
        (Direction::Unknown, Role::Unknown)
    };
    let mut told = Message::new(direction, party(role, fields.take("Author")));
    told.conversation = place(fields);
    told.message = Content {
        id: fields.take("MessageSid"),
        text: fields.take("Body"),
        attachments: attachments(fields),
        ..Content::default()
    };
    Data::Message(change, Box::new(told))
}

/// The files of `Media`, JSON that stays with the rest: they are fetched by its ids.
fn attachments(fields: &Fields) -> Vec<Attachment> {
    let media = fields.get("Media").unwrap_or_default();
    let media: Vec<Value> = serde_json::from_str(media).unwrap_or_default();
    let media = media.iter();
    media
        .map(|file| {
            let text = |name: &str| file.get(name)?.as_str().map(str::to_owned);
            let mime = text("ContentType");
            Attachment {
                size: file.get("Size").and_then(Value::as_u64),
                file_name: text("Filename"),
                mime: mime.clone(),
                ..Attachment::new(kind(mime.as_deref()))
            }
        })
        .collect()
}

fn delivered(fields: &mut Fields) -> Data {
    let word = fields.take("Status");
    let business = Party::new(Role::Unknown);
    let mut told = MessageStatus::new(Direction::Outbound, business, far(word.as_deref()));
    told.conversation = place(fields);
    told.message.id = fields.take("MessageSid");
    told.message.external_id = fields.take("ChannelMessageSid");
    told.original_status = word;
    told.error = error(fields);
    told.changed()
}

/// Who came or went: a customer by an address, or somebody who uses Twilio's SDK by an identity, and
/// those are customers and agents alike.
fn participation(fields: &mut Fields) -> Participation {
    let address = fields.take("MessagingBinding.Address");
    let who = match address {
        Some(address) => party(Role::Contact, Some(address)),
        None => party(Role::Unknown, fields.take("Identity")),
    };
    let mut told = Participation::of(who);
    told.conversation = place(fields);
    told
}

fn state(fields: &mut Fields) -> ConversationState {
    let mut told = ConversationState::of(place(fields));
    let (from, to) = (fields.take("StateFrom"), fields.take("StateTo"));
    told.status = fields.take("State").or_else(|| to.clone());
    if from.is_some() || to.is_some() {
        let change = FieldChange {
            from: from.into(),
            to: to.into(),
        };
        told.changes.insert("State".to_owned(), change);
    }
    told
}
