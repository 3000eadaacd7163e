//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_kommo::crm::KommoCrm;
use switchboard_testkit::adapter::Conformance;

use crate::NOW;

#[test]
fn kommo_crm_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<KommoCrm>(json!({}))
        .fixtures("fixtures/crm")
        .at(NOW)
        // Of pairs that clash, the earlier one, as in PHP; a pair that is too deep. Both are reported.
        .told_otherwise("0", &["clash"])
        .told_otherwise("b", &["deep"])
        .told_otherwise("a", &["deep"])
        .told_otherwise("pipeline_id", &["1"])
        // The JSON within is told.
        .told_otherwise("data", &[])
        .run();

    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
