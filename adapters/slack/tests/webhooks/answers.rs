//! What Slack hears, and what is told about it.

use std::time::Duration;

use serde_json::json;
use switchboard_core::{Delivery, Redelivery};

use crate::{adapter, endpoint, form};

#[test]
fn the_challenge_goes_back_and_means_nothing() {
    let body = json!({"type": "url_verification", "challenge": "3eZbrw1a", "token": "t"});
    let handshake = Delivery::post(body.to_string());

    let reply = adapter().reply(&handshake, &endpoint());

    assert_eq!(reply.body(), "3eZbrw1a");
    assert_eq!(reply.content_type(), Some("text/plain; charset=utf-8"));
    assert_eq!(adapter().decode(&handshake), Ok(vec![]));
}

#[test]
fn a_handshake_without_a_challenge_is_told() {
    for body in [
        json!({"type": "url_verification"}),
        json!({"type": "url_verification", "challenge": ""}),
        json!({"type": "url_verification", "challenge": 7}),
        json!({"type": "event_callback", "challenge": "3eZbrw1a", "event": {}}),
    ] {
        let delivery = Delivery::post(body.to_string());

        assert!(adapter().reply(&delivery, &endpoint()).body().is_empty());
        assert_eq!(adapter().decode(&delivery).unwrap().len(), 1, "{body}");
    }
}

/// Whatever stood in the answer to a command would be shown to whoever entered it.
#[test]
fn everything_else_is_answered_with_nothing() {
    for delivery in [
        Delivery::post(json!({"type": "event_callback", "event": {}}).to_string()),
        form(&[("command", "/order"), ("text", "4711")]),
        form(&[("payload", r#"{"type":"view_submission"}"#)]),
        form(&[("ssl_check", "1")]),
        Delivery::post("no JSON"),
    ] {
        let reply = adapter().reply(&delivery, &endpoint());

        assert_eq!(reply.status(), 200);
        assert!(reply.body().is_empty());
    }
}

#[test]
fn a_menu_that_waits_for_options_hears_that_there_are_none() {
    for kind in ["block_suggestion", "dialog_suggestion"] {
        let payload = json!({"type": kind, "value": "ber"}).to_string();
        let reply = adapter().reply(&form(&[("payload", &payload)]), &endpoint());

        assert_eq!(reply.body(), r#"{"options":[]}"#);
        assert_eq!(reply.content_type(), Some("application/json"));
    }
}

#[test]
fn the_descriptor_says_what_slack_promises() {
    let adapter = adapter();
    let descriptor = adapter.descriptor();

    assert_eq!(descriptor.ack_deadline, Duration::from_secs(3));
    let within = Duration::from_secs(360);
    let expected = Redelivery::Retries {
        attempts: 4,
        within,
    };
    assert_eq!(descriptor.redelivery, expected);
    assert!(descriptor.is_signed && !descriptor.may_be_unsigned);
    assert!(descriptor.redact.contains(&"token"));
}
