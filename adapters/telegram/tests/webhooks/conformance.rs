//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_telegram::Telegram;
use switchboard_testkit::adapter::Conformance;

use crate::{NOW, SECRET};

#[test]
fn telegram_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<Telegram>(json!({}))
        .fixtures("fixtures")
        .secret("secret_token", SECRET)
        .at(NOW)
        .except(
            "a_signature_is_over_the_body",
            "Telegram sends a token and signs nothing; whoever knows it can send anything",
        )
        .run();

    assert!(report.written >= 100, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
