//! From Twilio's words to ours: which kind of webhook it is.

use serde_json::Value;
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Draft};

use crate::fields::Fields;
use crate::payload::{Body, Payload};
use crate::{call, conversation, message, status};

/// What nobody gave a name.
const UNKNOWN: &str = "unknown";

/// What happened.
pub(crate) fn drafts(payload: Payload) -> Vec<Draft> {
    let Payload { body, token } = payload;
    let key = token.map_or(DedupKey::None, |token| {
        DedupKey::provider(["token", &token])
    });
    match body {
        Body::Pairs(fields) => {
            let account = fields.get("AccountSid").map(str::to_owned);
            let mut drafts = told(fields, key);
            for draft in &mut drafts {
                draft.account.clone_from(&account);
            }
            drafts
        }
        Body::Json(Value::Array(events)) if !events.is_empty() => events
            .into_iter()
            .map(|raw| streamed(raw, &DedupKey::None))
            .collect(),
        Body::Json(raw) => vec![streamed(raw, &key)],
    }
}

/// Whether Twilio only tells of something, and waits for no word of what to do.
pub(crate) fn only_tells(fields: &Fields) -> bool {
    ["CallbackSource", "EventType", "MessageStatus"]
        .iter()
        .any(|name| fields.get(name).is_some())
}

fn told(fields: Fields, key: DedupKey) -> Vec<Draft> {
    if fields.get("ConversationSid").is_some() && fields.get("EventType").is_some() {
        return vec![conversation::draft(fields, key)];
    }
    let has_message = ["MessageSid", "SmsSid"]
        .iter()
        .any(|name| fields.get(name).is_some());
    if has_message && fields.get("MessageStatus").is_some() {
        return vec![status::draft(fields)];
    }
    if has_message
        && fields
            .0
            .iter()
            .any(|(name, _)| name == "Body" || name == "NumMedia")
    {
        return message::drafts(fields);
    }
    if call::is_incoming(&fields) {
        return vec![call::draft(fields)];
    }
    let kind = ["EventType", "CallbackSource"]
        .iter()
        .find_map(|name| fields.get(name));
    let kind = match kind {
        Some(kind) => kind.to_owned(),
        None if fields.get("CallSid").is_some() => "call".to_owned(),
        None => UNKNOWN.to_owned(),
    };
    vec![other(kind, fields, key)]
}

/// Something that the model has no words for. A call tells of itself step by step, in a sequence.
pub(crate) fn other(kind: String, fields: Fields, key: DedupKey) -> Draft {
    let parts = ["CallSid", "CallStatus", "SequenceNumber"].map(|name| fields.get(name));
    let key = match parts {
        [Some(call), Some(status), Some(number)] => DedupKey::provider([call, status, number]),
        _ => key,
    };
    let time = ["Timestamp", "DateUpdated", "DateCreated"]
        .iter()
        .find_map(|name| fields.get(name));
    let time = time.map_or_else(Time::default, Time::read);
    Draft::unknown(kind, fields.rest().into(), key).time(time)
}

/// An event of Event Streams, a CloudEvent with an id of its own, or other JSON.
fn streamed(raw: Value, key: &DedupKey) -> Draft {
    let text = |name: &str| {
        raw.get(name)
            .and_then(Value::as_str)
            .filter(|it| !it.is_empty())
    };
    let kind = ["type", "EventType"].iter().find_map(|name| text(name));
    let kind = kind.unwrap_or(UNKNOWN).to_owned();
    let key = match (text("specversion"), text("id")) {
        (Some(_), Some(id)) => DedupKey::provider([id]),
        _ => key.clone(),
    };
    let time = text("time").map_or_else(Time::default, Time::read);
    let account = ["AccountSid", "accountSid"]
        .iter()
        .find_map(|name| text(name).or_else(|| raw.get("data")?.get(name)?.as_str()));
    let account = account.map(str::to_owned);
    Draft::unknown(kind, raw, key).time(time).account(account)
}
