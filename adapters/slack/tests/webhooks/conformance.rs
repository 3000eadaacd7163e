//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_slack::Slack;
use switchboard_testkit::adapter::Conformance;

use crate::{SECRET, SIGNED};

#[test]
fn slack_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<Slack>(json!({}))
        .fixtures("fixtures")
        .secret("signing_secret", SECRET)
        .at(SIGNED)
        .run();

    assert!(report.written >= 120, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
