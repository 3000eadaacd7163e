//! One update: which of its kinds it is, and the drafts it becomes.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use switchboard_core::read::{Time, peek};
use switchboard_core::{Data, DedupKey, Delivery, Draft, Kept, ParseError};

use crate::{interaction, member, message, reaction};

/// The kinds that have events of their own.
const KNOWN: [&str; 12] = [
    "business_message",
    "callback_query",
    "channel_post",
    "chat_member",
    "deleted_business_messages",
    "edited_business_message",
    "edited_channel_post",
    "edited_message",
    "message",
    "message_reaction",
    "my_chat_member",
    "poll_answer",
];

/// One update, as it came: what [`Telegram`](crate::Telegram) parses.
#[derive(Debug)]
pub struct Update {
    raw: Value,
    /// The name of what happened, which is the name of the field it stands in.
    kind: String,
}

impl Update {
    pub(crate) fn read(delivery: &Delivery) -> Result<Self, ParseError> {
        let raw: Map<String, Value> = delivery.json()?;
        let things = || raw.iter().filter(|(_, value)| value.is_object());
        let names = || things().map(|(name, _)| name);
        let known = names().find(|name| KNOWN.contains(&name.as_str()));
        let kind = known.or_else(|| names().next()).cloned();
        let kind = kind.unwrap_or_else(|| "unknown".to_owned());
        let raw = Value::Object(raw);
        Ok(Self { raw, kind })
    }

    /// What happened; one thing, but of a list of people, reactions or deleted messages one each.
    pub(crate) fn drafts(self) -> Vec<Draft> {
        match self.kind.as_str() {
            "message" | "channel_post" | "business_message" => message::created(&self),
            "edited_message" | "edited_channel_post" | "edited_business_message" => {
                message::edited(&self)
            }
            "deleted_business_messages" => message::deleted(&self),
            "message_reaction" => reaction::drafts(&self),
            "callback_query" => interaction::pressed(&self),
            "poll_answer" => interaction::voted(&self),
            "chat_member" | "my_chat_member" => member::changed(&self),
            _ => vec![self.unknown(&self.kind)],
        }
    }

    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    /// What happened, in Telegram's words.
    pub(crate) fn what(&self) -> &Value {
        &self.raw[self.kind.as_str()]
    }

    /// The whole update.
    pub(crate) fn raw(&self) -> Value {
        self.raw.clone()
    }

    /// What happened as a `T`, and the rest of the update. `None` where it is no object.
    pub(crate) fn kept<T: DeserializeOwned>(&self) -> Option<(T, Value)> {
        let kept = Kept::<T>::read(self.what().clone()).ok()?;
        let mut rest = self.raw.clone();
        rest[self.kind.as_str()] = kept.rest;
        Some((kept.value, rest))
    }

    /// The draft of `data`, known by the update and by `part` of it, where it is one of several.
    pub(crate) fn draft(&self, data: Data, part: Option<&str>, rest: Value) -> Draft {
        Draft::new(data, self.key(part))
            .rest(rest)
            .time(self.time())
    }

    /// Something that has no event of its own.
    pub(crate) fn unknown(&self, kind: &str) -> Draft {
        Draft::unknown(kind, self.raw.clone(), self.key(None)).time(self.time())
    }

    /// Something that lacks what would make it an event of its own, because of `reason`.
    pub(crate) fn unread(&self, reason: &str) -> Draft {
        let mut draft = Draft::unread(self.kind.clone(), self.raw.clone(), reason.to_owned());
        draft.key = self.key(None);
        draft.time(self.time())
    }

    fn key(&self, part: Option<&str>) -> DedupKey {
        match peek(&self.raw["update_id"]) {
            None => DedupKey::None,
            Some(id) => DedupKey::provider([Some(&*id), part].into_iter().flatten()),
        }
    }

    fn time(&self) -> Time {
        let what = self.what();
        moment(&what["edit_date"]).or(moment(&what["date"]))
    }
}

/// A time in whole seconds. It stays with the rest.
pub(crate) fn moment(value: &Value) -> Time {
    value.as_i64().map(Time::number).unwrap_or_default()
}
