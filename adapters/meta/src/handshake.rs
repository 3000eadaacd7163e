//! `GET ?hub.mode=subscribe&hub.verify_token=..&hub.challenge=..`, when somebody saves the URL.

use http::Method;
use switchboard_core::{Delivery, Endpoint, Preflight, Reply, SecretRole};

/// The word that the operator makes up and types into the dashboard. It proves nothing about events.
pub(crate) const VERIFY_TOKEN: SecretRole = SecretRole::text(
    "verify_token",
    "A word of your own, as typed into `Verify token` beside the callback URL",
);

/// Longer than any challenge, which is a number.
const LONGEST_CHALLENGE: usize = 256;

/// Echoes the challenge to whoever knows the token. A `GET` is nothing else, ever.
pub(crate) fn answer(delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
    if delivery.method != Method::GET {
        return Preflight::Continue;
    }
    challenge(delivery, endpoint).map_or(Preflight::Refuse, |challenge| {
        Preflight::Reply(Reply::text(challenge))
    })
}

fn challenge(delivery: &Delivery, endpoint: &Endpoint) -> Option<String> {
    let token = delivery.query_value("hub.verify_token")?;
    endpoint.matching(VERIFY_TOKEN, token.as_bytes()).ok()?;
    let is_subscription = delivery.query_value("hub.mode")? == "subscribe";
    let challenge = delivery.query_value("hub.challenge")?;
    // What is echoed stands in a page of ours, so it is not whatever the caller likes.
    let is_plain = challenge
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let is_challenge = is_plain && (1..=LONGEST_CHALLENGE).contains(&challenge.len());
    (is_subscription && is_challenge).then(|| challenge.into_owned())
}
