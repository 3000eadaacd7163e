//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_meta::app::Meta;
use switchboard_testkit::adapter::Conformance;

use crate::{APP_SECRET, VERIFY_TOKEN};

#[test]
fn meta_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<Meta>(json!({}))
        .fixtures("fixtures")
        .secret("app_secret", APP_SECRET)
        .secret("verify_token", VERIFY_TOKEN)
        .told_otherwise("action", &["react", "unreact"])
        .told_otherwise(
            "field",
            &[
                "calls",
                "comments",
                "feed",
                "group_lifecycle_update",
                "group_participants_update",
                "group_settings_update",
                "group_status_update",
                "message_template_status_update",
                "messages",
                "smb_message_echoes",
            ],
        )
        .told_otherwise("initiated_by", &["business", "participant"])
        .told_otherwise("is_deleted", &["true"])
        .told_otherwise("is_echo", &["true"])
        .told_otherwise("item", &["comment"])
        .told_otherwise("messaging_product", &["whatsapp"])
        .told_otherwise(
            "object",
            &["instagram", "page", "whatsapp_business_account"],
        )
        .told_otherwise("reason", &["NONE"])
        .told_otherwise("recipient_type", &["group"])
        .told_otherwise("type", TYPES)
        .told_otherwise("verb", &["add", "edit", "edited", "remove"])
        .told_otherwise("voice", &["true"])
        .run();

    assert!(report.written >= 150, "{report}");
    assert!(report.generated > 10_000, "{report}");
}

/// Types of messages that the event tells by what it has.
const TYPES: &[&str] = &[
    "audio",
    "button",
    "button_reply",
    "contacts",
    "document",
    "edit",
    "group_create",
    "group_participants_add",
    "group_participants_remove",
    "group_settings_update",
    "image",
    "interactive",
    "list_reply",
    "location",
    "nfm_reply",
    "reaction",
    "revoke",
    "sticker",
    "text",
    "video",
];
