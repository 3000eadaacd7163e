//! From an event's type to what happened.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_core::event::{Change, Installation};
use switchboard_core::read::peek;
use switchboard_core::{Data, DedupKey, Draft, Kept};

use super::message;
use crate::{person, time};

/// The envelope, and the data of its event as a `D`.
#[derive(Debug, Deserialize)]
struct Envelope<D> {
    event: Event<D>,
}

#[derive(Debug, Deserialize)]
struct Event<D> {
    data: D,
}

/// An event of whose data nothing is read.
#[derive(Debug, Default, Deserialize)]
struct Unread {}

/// What happened, by the event's `type`.
pub(super) fn draft(raw: Value) -> Draft {
    let kind = peek(&raw["event"]["type"]).unwrap_or_else(|| "unknown".to_owned());
    match kind.as_str() {
        "APPLICATION_AUTHORIZED" => app(&kind, raw, Installation::installed),
        "APPLICATION_DEAUTHORIZED" => app(&kind, raw, Installation::uninstalled),
        "LOBBY_MESSAGE_CREATE" | "GAME_DIRECT_MESSAGE_CREATE" => {
            message::draft(&kind, raw, Change::Created)
        }
        "LOBBY_MESSAGE_UPDATE" | "GAME_DIRECT_MESSAGE_UPDATE" => {
            message::draft(&kind, raw, Change::Updated)
        }
        "LOBBY_MESSAGE_DELETE" | "GAME_DIRECT_MESSAGE_DELETE" => {
            message::draft(&kind, raw, Change::Deleted)
        }
        _ => stamp(Draft::unknown(kind, raw.clone(), DedupKey::None), &raw),
    }
}

/// A call that is neither a ping nor an event.
pub(super) fn unknown(raw: Value) -> Draft {
    let kind = match peek(&raw["type"]) {
        Some(number) => format!("webhook.{number}"),
        None => "unknown".to_owned(),
    };
    Draft::unknown(kind, raw, DedupKey::None)
}

/// What `map` makes of the event's data as a `D`, with the rest kept; a `provider.event` of `kind`
/// where it is none, or `map` makes nothing of it because of what it lacks.
pub(super) fn told<D: DeserializeOwned>(
    kind: &str,
    raw: Value,
    map: impl FnOnce(D) -> Result<Data, &'static str>,
) -> Draft {
    let (data, rest) = match Kept::<Envelope<D>>::read(raw.clone()) {
        Ok(kept) => (map(kept.value.event.data), kept.rest),
        Err(_) => (Err("the event has no data"), Value::Null),
    };
    let draft = match data {
        Ok(data) => Draft::new(data, DedupKey::None).rest(rest),
        Err(reason) => Draft::unread(kind.to_owned(), raw.clone(), reason.to_owned()),
    };
    stamp(draft, &raw)
}

fn app(kind: &str, raw: Value, happened: impl FnOnce(Installation) -> Data) -> Draft {
    let user = &raw["event"]["data"]["user"];
    let actor = user.is_object().then(|| person::party(user));
    let app = peek(&raw["application_id"]);
    told(kind, raw, |_: Unread| {
        let mut installation = Installation::default();
        installation.app.id = app;
        installation.actor = actor;
        Ok(happened(installation))
    })
}

/// The draft, told at the event's time. An event has no id: its type, its time and whom or what it
/// is about tell it from all others.
fn stamp(mut draft: Draft, raw: &Value) -> Draft {
    let event = &raw["event"];
    let data = &event["data"];
    let [kind, timestamp] = ["type", "timestamp"].map(|name| peek(&event[name]));
    let about = [&data["id"], &data["user"]["id"]];
    let about = about.into_iter().find_map(peek);
    if let (Some(kind), Some(timestamp)) = (kind, timestamp) {
        draft.key = DedupKey::provider([kind, timestamp, about.unwrap_or_default()]);
    }
    draft
        .time(time::of_event(&event["timestamp"]))
        .account(peek(&data["guild"]["id"]))
}
