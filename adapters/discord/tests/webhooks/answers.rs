//! What Discord hears, and what is told about it.

use serde_json::json;
use switchboard_core::{Delivery, Redelivery};

use crate::{BOTH, EVENTS, INTERACTIONS, PUBLIC, endpoint};

#[test]
fn an_interaction_is_answered_by_its_kind() {
    for (body, expected) in [
        (json!({"type": 1}), r#"{"type":1}"#),
        (json!({"type": 2}), r#"{"type":5}"#),
        (json!({"type": 3, "message": {}}), r#"{"type":6}"#),
        (json!({"type": 4}), r#"{"type":8,"data":{"choices":[]}}"#),
        (json!({"type": 5}), r#"{"type":5}"#),
        (json!({"type": 5, "message": {}}), r#"{"type":6}"#),
        (json!({"type": 6}), r#"{"type":5}"#),
        (json!({"type": "1"}), r#"{"type":5}"#),
        (json!([]), r#"{"type":5}"#),
    ] {
        let delivery = Delivery::post(body.to_string());
        let reply = INTERACTIONS.adapter().reply(&delivery, &endpoint(PUBLIC));

        assert_eq!(reply.body(), expected, "{body}");
        assert_eq!(reply.content_type(), Some("application/json"));
    }
}

#[test]
fn an_ephemeral_answer_is_put_off_in_secret() {
    let adapter = INTERACTIONS.build(&json!({"ephemeral": true})).unwrap();
    for (kind, expected) in [
        (1, r#"{"type":1}"#),
        (2, r#"{"type":5,"data":{"flags":64}}"#),
        (3, r#"{"type":6}"#),
        (5, r#"{"type":5,"data":{"flags":64}}"#),
    ] {
        let delivery = Delivery::post(json!({"type": kind}).to_string());
        assert_eq!(adapter.reply(&delivery, &endpoint(PUBLIC)).body(), expected);
    }
}

#[test]
fn an_event_and_a_ping_are_answered_alike() {
    for body in [json!({"type": 0}), json!({"type": 1, "event": {}})] {
        let delivery = Delivery::post(body.to_string());
        let reply = EVENTS.adapter().reply(&delivery, &endpoint(PUBLIC));

        assert_eq!(reply.status(), 204);
        assert_eq!(reply.content_type(), Some("application/json"));
        assert!(reply.body().is_empty());
    }
}

/// A ping of one is no ping of the other.
#[test]
fn a_ping_means_nothing() {
    for (dialect, kind) in [(INTERACTIONS, 1), (EVENTS, 0)] {
        let ping = Delivery::post(json!({"type": kind}).to_string());
        let other = Delivery::post(json!({"type": 1 - kind}).to_string());

        assert_eq!(dialect.adapter().decode(&ping), Ok(vec![]));
        assert_eq!(dialect.adapter().decode(&other).unwrap().len(), 1);
    }
}

#[test]
fn the_descriptors_say_what_discord_promises() {
    for (dialect, redelivery) in [
        (INTERACTIONS, Redelivery::Never),
        (EVENTS, Redelivery::Unknown),
    ] {
        let adapter = dialect.adapter();
        let descriptor = adapter.descriptor();

        assert_eq!(descriptor.ack_deadline.as_secs(), 3);
        assert_eq!(descriptor.redelivery, redelivery);
        // Discord tries now and then whether forgeries are refused with this very status.
        assert_eq!(descriptor.refused, 401);
        assert!(descriptor.is_signed && !descriptor.may_be_unsigned);
    }
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    for dialect in BOTH {
        for options in [json!({"ephemeral": "yes"}), json!({"tolerance": "5m"})] {
            assert!(dialect.build(&options).is_err(), "{options}");
        }
    }
    assert!(EVENTS.build(&json!({"ephemeral": true})).is_err());
}
