//! What every webhook says of itself: what happened, in which account, when, and what tells it from
//! all others.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::read::Time;
use switchboard_core::{DedupKey, Delivery};

use crate::payload::Text;

/// One id for each call, the same when Chatwoot calls again. It is not signed: whoever repeats a
/// call within the tolerance can give it another one.
const DELIVERY: &str = "x-chatwoot-delivery";

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) event: String,
    pub(crate) account: Option<String>,
    pub(crate) time: Time,
    pub(crate) key: DedupKey,
}

impl Heading {
    pub(crate) fn read(delivery: &Delivery, raw: &Value) -> Self {
        let event = text(&raw["event"]).unwrap_or_else(|| "unknown".to_owned());
        let account = account(&event, raw);
        let moment = moment(&event, raw);
        let time = Time::deserialize(moment).unwrap_or_default();
        let key = match delivery.required_header(DELIVERY) {
            Ok(id) if !id.is_empty() => DedupKey::provider([id]),
            _ => derived(&event, account.as_deref(), raw, time.0.map(|_| moment))
                .unwrap_or(DedupKey::None),
        };
        Self {
            event,
            account,
            time,
            key,
        }
    }
}

/// A text or a number's digits; whatever else stands there is none.
pub(crate) fn text(value: &Value) -> Option<String> {
    Text::deserialize(value).unwrap_or_default().0
}

/// The account's id. Older versions tell it only inside of what they send.
fn account(event: &str, raw: &Value) -> Option<String> {
    let places: &[&str] = match event {
        "account_created" => &["/id"],
        _ => &[
            "/account/id",
            "/conversation/account/id",
            "/messages/0/account_id",
            "/conversation/messages/0/account_id",
        ],
    };
    places.iter().find_map(|place| text(raw.pointer(place)?))
}

/// When it happened, as it is written. A message tells when it was written, and its copy in the
/// conversation when it was changed, if the copy is not of a later message.
fn moment<'a>(event: &str, raw: &'a Value) -> &'a Value {
    match event {
        "message_created" | "conversation_created" => &raw["created_at"],
        "message_updated" => {
            let copy = &raw["conversation"]["messages"][0];
            if copy["id"] == raw["id"] {
                &copy["updated_at"]
            } else {
                &Value::Null
            }
        }
        _ => &raw["updated_at"],
    }
}

/// What makes it the same where Chatwoot gives it no id: that of the thing, and the moment that it
/// changed. A display id is nothing without its account, and without a moment a second change may
/// well look like the first.
fn derived(
    event: &str,
    account: Option<&str>,
    raw: &Value,
    moment: Option<&Value>,
) -> Option<DedupKey> {
    let id = text(&raw["id"])?;
    let moment = match event {
        "contact_created" => String::new(),
        _ if event.starts_with("conversation_") || event.starts_with("message_") => {
            let moment = moment?;
            moment
                .as_str()
                .map_or_else(|| moment.to_string(), str::to_owned)
        }
        _ => return None,
    };
    Some(DedupKey::provider([account?, event, &id, &moment]))
}
