//! A provider's words told in ours as an operator's configuration says, for adapters that know a
//! provider's signature and not its bodies.
//!
//! A mapping names the provider's kinds that are ours, and where in the body the parts stand. A kind
//! that it does not name is a `provider.event`, and what it makes nothing of stays in
//! `data.provider`.

mod attachment;
mod interaction;
mod kind;
mod party;
mod place;
mod reader;
mod scope;
mod several;
mod tell;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use self::attachment::AttachmentPlaces;
use self::interaction::InteractionPlaces;
use self::kind::Kind;
use self::party::PartyPlaces;
pub use self::place::{InvalidPlace, Place, Places, Pointer};
use self::reader::Reader;
pub use self::scope::Scope;
use self::several::Several;
use self::words::Words;
use crate::event::{DeliveryStatus, Direction, Entity};
use crate::{Data, DedupKey, Draft};

/// Which of a provider's kinds are ours, and where their parts stand. It is read from the
/// configuration; every key may be absent, and one that is not here is an error.
///
/// | key | has |
/// |---|---|
/// | `kinds` | the provider's kinds that are ours: of messages, their status, typing, conversations, CRM entities |
/// | `conversation` | where the conversation's id stands |
/// | `sender`, `recipient` | `id`, `name`, `phone`, `email`: where they stand; `role`: one of [`Role`](crate::event::Role), or by a word |
/// | `direction` | one of [`Direction`], or by a word; by the sender's role where it is absent |
/// | `message` | `id`, `text`, `reply_to`: where they stand |
/// | `status` | `at`: where its word stands; `words`: which [`DeliveryStatus`] each means |
/// | `entity` | where the id of the contact, the lead, the task stands |
///
/// Where something stands is a [`Place`], or a list of them of which the first that holds something
/// counts. "By a word" is `{ at = .., words = { .. }, otherwise = .. }`: where it stands, what each
/// word means, and what any other means.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::mapping::{Mapping, Scope};
/// use switchboard_core::{DedupKey, Delivery};
///
/// let mapping: Mapping = serde_json::from_value(json!({
///     "kinds": { "message_posted": "message.created" },
///     "conversation": "/chat/id",
///     "sender": { "id": "/from/id", "role": "contact" },
///     "message": { "text": "/text" },
/// }))
/// .expect("the mapping is sound");
/// let body = json!({"chat": {"id": 42}, "from": {"id": "ann"}, "text": "Hello"});
/// let delivery = Delivery::post("");
///
/// let draft = mapping.draft("message_posted", &Scope::of(&body, &delivery), DedupKey::None);
///
/// assert_eq!(draft.data.kind(), "message.created");
/// assert_eq!(draft.data.subject().as_deref(), Some("conversation/42"));
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The provider's kinds that are ours, by the provider's names.
    kinds: BTreeMap<String, Kind>,
    /// The conversation's id.
    conversation: Places,
    /// Who wrote, reacted, pressed, typed, called, changed something.
    sender: PartyPlaces,
    /// To whom.
    recipient: PartyPlaces,
    /// Who came or went; the sender, where nothing is said.
    participant: PartyPlaces,
    /// Which way it goes; by the sender's role where nothing is said.
    direction: Option<Words<Direction>>,
    message: MessagePlaces,
    /// What somebody reacted with.
    reaction: Places,
    /// What somebody pressed, picked or filled in.
    interaction: InteractionPlaces,
    /// The URL of the page that a customer looked at.
    page: Places,
    app: AppPlaces,
    /// How far a message came, or what state a conversation is in.
    status: Option<StatusPlaces>,
    /// The id of a contact, a lead, a task.
    entity: Places,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MessagePlaces {
    id: Places,
    text: Places,
    /// The id of the message that it answers.
    reply_to: Places,
    attachments: Several<AttachmentPlaces>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AppPlaces {
    id: Places,
    name: Places,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusPlaces {
    at: Places,
    #[serde(default)]
    words: BTreeMap<String, DeliveryStatus>,
}

impl Mapping {
    /// What happened, by the provider's `kind`, in `scope`.
    pub fn draft(&self, kind: &str, scope: &Scope<'_>, key: DedupKey) -> Draft {
        let mut reader = Reader::of(*scope);
        let data = match self.kinds.get(kind) {
            None => return Draft::unknown(kind, scope.whole(), key),
            Some(Kind::Message(change)) => {
                Data::Message(*change, Box::new(self.message(&mut reader)))
            }
            Some(Kind::Status) => self.message_status(&mut reader).changed(),
            Some(Kind::Reaction(change)) => {
                Data::Reaction(*change, Box::new(self.reacted(&mut reader)))
            }
            Some(Kind::Interaction) => self.submission(&mut reader).submitted(),
            Some(Kind::Typing(change)) => Data::Typing(*change, Box::new(self.typing(&mut reader))),
            Some(Kind::Conversation(change)) => {
                Data::Conversation(*change, Box::new(self.state(&mut reader)))
            }
            Some(Kind::Participation(change)) => {
                Data::Participation(*change, Box::new(self.participation(&mut reader)))
            }
            Some(Kind::App(change)) => Data::App(*change, Box::new(self.installation(&mut reader))),
            Some(Kind::Activity(activity)) => {
                let mut done = self.activity(kind, &mut reader);
                let (fields, rest) = fields_of(scope);
                done.fields = fields;
                return Draft::new(Data::Activity(*activity, Box::new(done)), key).rest(rest);
            }
            Some(Kind::Entity(change, entity)) => {
                let Some(id) = reader.text(&self.entity) else {
                    let reason = "its id is not where the mapping says".to_owned();
                    let mut draft = Draft::unread(kind, scope.whole(), reason);
                    draft.key = key;
                    return draft;
                };
                let mut entity = Entity::new(*entity, id);
                entity.trigger = Some(kind.to_owned());
                entity.actor = self.sender.read(&mut reader);
                let (fields, rest) = fields_of(scope);
                entity.fields = fields;
                return Draft::new(entity.after(*change), key).rest(rest);
            }
        };
        Draft::new(data, key).rest(reader.rest())
    }
}

/// All that the provider sent of it, by the provider's names; else, where it has none, as the rest.
fn fields_of(scope: &Scope<'_>) -> (Map<String, Value>, Value) {
    match scope.whole() {
        Value::Object(fields) => (fields, Value::Null),
        other => (Map::new(), other),
    }
}
