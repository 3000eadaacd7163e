//! What is the same in both descriptors.

use switchboard_core::{Descriptor, Redelivery};

/// Sent once, whatever is answered, and waited for as long as Chatwoot does if nobody changed it.
pub(crate) const fn descriptor(name: &'static str, title: &'static str) -> Descriptor {
    Descriptor::new(name, title)
        .answers_within(5, Redelivery::Never)
        // A message of 150,000 characters stands in its body more than once, an e-mail's also as HTML.
        .max_body(4 * 1024 * 1024)
        .redact(SECRETS)
        .docs(
            "https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks",
            "2026-11",
        )
}

/// The key to a customer's live connection, and what the settings of channels are opened with.
pub(crate) const SECRETS: &[&str] = &[
    "access_token",
    "api_key",
    "api_key_sid",
    "api_secret",
    "auth_token",
    "bot_token",
    "hmac_token",
    "imap_password",
    "line_channel_secret",
    "line_channel_token",
    "page_access_token",
    "provider_config",
    "pubsub_token",
    "refresh_token",
    "secret",
    "smtp_password",
    "twitter_access_token",
    "twitter_access_token_secret",
    "user_access_token",
];
