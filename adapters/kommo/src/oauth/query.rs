//! What stands in the hook's query.

use std::collections::BTreeMap;

use switchboard_core::Delivery;

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

/// All that is neither told elsewhere nor part of the proof.
pub(super) fn rest(delivery: &Delivery) -> BTreeMap<String, String> {
    let has_uuid = delivery.query_value("client_uuid").is_some();
    let is_told = |name: &str| match name {
        "account_id" | "client_uuid" | "signature" => true,
        "client_id" => !has_uuid,
        _ => false,
    };
    let pairs = delivery.query().filter(|(name, _)| !is_told(name));
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
