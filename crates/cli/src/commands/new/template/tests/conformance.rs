//! What holds for every adapter, tried with the samples and with what is in `fixtures`.

use serde_json::json;
use switchboard_adapter_{{ident}}::{{type}};
use switchboard_testkit::adapter::Conformance;

#[test]
fn it_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<{{type}}>(json!({}))
        // What the captured requests in `fixtures` are signed by.
        .secret("secret", "an invented secret")
        .fixtures("fixtures")
        // An event's type says it in our words.
        .told_otherwise("event", &["message.created"])
        .run();

    // A captured request is believed as it came; one without a signature says nothing of `verify`.
    assert!(report.signed > 0, "no captured request is signed as `verify` reads it");
}
