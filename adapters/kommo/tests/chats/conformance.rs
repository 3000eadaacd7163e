//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_kommo::chats::KommoChats;
use switchboard_testkit::adapter::Conformance;

use crate::{NOW, SECRET};

#[test]
fn kommo_chats_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<KommoChats>(json!({}))
        .fixtures("fixtures")
        .secret("channel_secret", SECRET)
        .at(NOW)
        // What is plainly a text or a reaction.
        .told_otherwise("type", &["text", "react", "unreact"])
        .run();

    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
