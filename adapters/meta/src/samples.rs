//! Webhooks as Meta sends them, with invented content.

use switchboard_core::Sample;

macro_rules! samples {
    ($($name:literal,)+) => {
        &[$(Sample::new($name, include_bytes!(concat!("samples/", $name, ".json"))),)+]
    };
}

pub(crate) const SAMPLES: &[Sample] = samples![
    "whatsapp-text",
    "whatsapp-image",
    "whatsapp-voice",
    "whatsapp-document",
    "whatsapp-sticker",
    "whatsapp-location",
    "whatsapp-contacts",
    "whatsapp-button-reply",
    "whatsapp-list-reply",
    "whatsapp-flow-reply",
    "whatsapp-template-button",
    "whatsapp-order",
    "whatsapp-reaction",
    "whatsapp-reaction-removed",
    "whatsapp-reply",
    "whatsapp-advertisement",
    "whatsapp-unsupported",
    "whatsapp-system",
    "whatsapp-edit",
    "whatsapp-revoke",
    "whatsapp-group",
    "whatsapp-echo",
    "whatsapp-sent",
    "whatsapp-delivered",
    "whatsapp-read",
    "whatsapp-failed",
    "whatsapp-template-approved",
    "whatsapp-template-rejected",
    "whatsapp-account",
    "whatsapp-call",
    "messenger-text",
    "messenger-image",
    "messenger-quick-reply",
    "messenger-reply",
    "messenger-echo",
    "messenger-postback",
    "messenger-delivery",
    "messenger-read",
    "messenger-reaction",
    "messenger-edit",
    "messenger-optin",
    "messenger-referral",
    "messenger-standby",
    "instagram-text",
    "instagram-story-reply",
    "instagram-share",
    "instagram-read",
    "instagram-deleted",
    "instagram-echo",
    "instagram-reaction-removed",
    "instagram-comment",
    "instagram-login-comment",
];
