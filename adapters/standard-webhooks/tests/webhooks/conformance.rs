//! The promises of every adapter.

use serde_json::{Value, json};
use switchboard_adapter_standard_webhooks::StandardWebhooks;
use switchboard_testkit::adapter::Conformance;

use crate::{PUBLIC_KEY, SECRET};

/// An operator who says which type is a message.
fn mapped() -> Value {
    json!({
        "map": {
            "kinds": {
                "message.received": "message.created",
                "message.seen": "message.status_changed",
                "contact.created": "contact.created",
            },
            "conversation": "/data/conversation_id",
            "sender": {
                "id": "/data/sender/id",
                "name": "/data/sender/name",
                "role": {
                    "at": "/data/sender/kind",
                    "words": {"customer": "contact", "agent": "agent"},
                },
            },
            "message": {"id": "/data/id", "text": "/data/text"},
            "status": {"at": "/data/state", "words": {"seen": "read"}},
            "entity": "/data/id",
        },
    })
}

#[test]
fn it_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<StandardWebhooks>(mapped())
        .fixtures("fixtures")
        .secret("secret", SECRET)
        .secret("public_key", PUBLIC_KEY)
        .run();

    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 5_000, "{report}");
}
