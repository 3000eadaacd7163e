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
        .run();

    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
