//! What stands in the hook's query.

use serde_json::map::Entry;
use serde_json::{Map, Value, json};
use switchboard_core::Delivery;

/// What the body is kept as.
const BODY: &str = "body";

/// An integration and the account that disconnected it.
#[derive(Debug)]
pub(super) struct Disconnected {
    pub(super) account: String,
    pub(super) client: String,
}

impl Disconnected {
    /// Reads the query, or names what is not there exactly once. Kommo's example calls the
    /// integration `client_uuid`, its list of fields `client_id`.
    pub(super) fn read(delivery: &Delivery) -> Result<Self, &'static str> {
        let has_uuid = delivery.query_value("client_uuid").is_some();
        let client = if has_uuid { "client_uuid" } else { "client_id" };
        Ok(Self {
            account: only(delivery, "account_id")?,
            client: only(delivery, client)?,
        })
    }
}

/// The one value of `name`. Of two nobody could say which one was signed.
pub(super) fn only(delivery: &Delivery, name: &'static str) -> Result<String, &'static str> {
    let mut values = delivery.query().filter(|(key, _)| key == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) if !value.is_empty() => Ok(value.into_owned()),
        _ => Err(name),
    }
}

/// All that is neither told elsewhere nor part of the proof, and as `body` the body that a `GET` is
/// not known to have. What is there more than once is a list.
pub(super) fn rest(delivery: &Delivery) -> Map<String, Value> {
    let has_uuid = delivery.query_value("client_uuid").is_some();
    let is_told = |name: &str| match name {
        "account_id" | "client_uuid" | "signature" => true,
        "client_id" => !has_uuid,
        _ => false,
    };
    let mut rest = Map::new();
    let body = String::from_utf8_lossy(&delivery.body);
    let body = (!body.is_empty()).then_some((BODY.into(), body));
    let query = delivery.query().filter(|(name, _)| !is_told(name));
    for (name, value) in query.chain(body) {
        let value = Value::from(value);
        match rest.entry(name) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(place) => match place.into_mut() {
                Value::Array(values) => values.push(value),
                first => *first = json!([first.take(), value]),
            },
        }
    }
    rest
}
