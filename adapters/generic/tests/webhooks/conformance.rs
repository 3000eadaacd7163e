//! The promises of every adapter, by several configurations.

use serde_json::{Value, json};
use switchboard_adapter_generic::Generic;
use switchboard_testkit::adapter::Conformance;

use crate::readme;

#[test]
fn the_chat_of_the_page_keeps_the_promises_of_every_adapter() {
    let report = Conformance::of::<Generic>(readme::options("chat"))
        .fixtures("fixtures/chat")
        .run();

    assert!(report.written >= 30, "{report}");
    assert!(report.generated > 5_000, "{report}");
}

#[test]
fn lists_keep_them_too() {
    let report = Conformance::of::<Generic>(readme::options("line"))
        .fixtures("fixtures/line")
        .run();

    assert!(report.written >= 15, "{report}");
}

#[test]
fn every_algorithm_keeps_them() {
    for (algorithm, encoding, signs) in [
        ("sha1", "hex", "{body}"),
        ("sha256", "base64", "{method}\n{url}\n{body}"),
        ("sha512", "hex", "{timestamp}:{body}"),
    ] {
        let mut hmac = json!({
            "algorithm": algorithm, "encoding": encoding, "signs": signs, "header": "x-signature",
        });
        if signs.contains("timestamp") {
            hmac["timestamp"] =
                json!({"header": "x-time", "unit": "milliseconds", "tolerance_seconds": 60});
        }
        Conformance::of::<Generic>(with(&json!({ "hmac": hmac }))).run();
    }
}

#[test]
fn time_and_signatures_in_one_header_keep_them() {
    for (separator, equals, signature, time, signs) in [
        (",", "=", "v1", "t", "{timestamp}.{body}"),
        (";", "=", "h1", "ts", "{timestamp}:{body}"),
        (", ", ": ", "signature", "at", "{body}{timestamp}"),
    ] {
        let hmac = json!({
            "algorithm": "sha256", "header": "x-signature", "secret": "hex",
            "items": {"separator": separator, "equals": equals, "signature": signature},
            "signs": signs,
            "timestamp": {"item": time, "unit": "seconds", "tolerance_seconds": 300},
        });

        let report = Conformance::of::<Generic>(with(&json!({ "hmac": hmac }))).run();

        assert!(report.generated > 1_000, "{report}");
    }
}

#[test]
fn every_token_keeps_them() {
    for (proof, secret) in [
        (json!("basic"), "user:password"),
        (json!("bearer"), "a-token-of-some-length"),
        (json!({"header": "x-api-key"}), "a-token-of-some-length"),
        (json!({"query": "key"}), "a token of some length"),
    ] {
        Conformance::of::<Generic>(with(&proof))
            .secret("secret", secret)
            .except(
                "a_signature_is_over_the_body",
                "a token signs nothing; whoever knows it can send anything",
            )
            .run();
    }
}

#[test]
fn an_operator_can_take_it_unsigned() {
    let report = Conformance::of::<Generic>(json!({})).unsigned().run();

    assert!(report.generated > 100, "{report}");
}

/// As the samples are.
fn with(proof: &Value) -> Value {
    json!({"proof": proof, "event": {"kind": "/type", "id": "/id", "time": "/time", "account": "/account"}})
}
