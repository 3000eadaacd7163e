//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_kommo::oauth::KommoOauth;
use switchboard_testkit::adapter::Conformance;

use crate::{NOW, SECRET};

#[test]
fn kommo_oauth_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<KommoOauth>(json!({}))
        .fixtures("fixtures/oauth")
        .secret("integration_secret", SECRET)
        .at(NOW)
        .except(
            "a_signature_is_over_the_body",
            "the hook is a GET, and everything that it tells is in its query",
        )
        .run();

    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 4_000, "{report}");
}
