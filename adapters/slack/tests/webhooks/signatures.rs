//! Which calls are believed. The vendor's vector and most forgeries are among the fixtures.

use serde_json::json;
use switchboard_core::{Delivery, Endpoint, VerifyError};

use crate::{ROLE, SECRET, SIGNED, adapter, endpoint};

fn signed() -> Delivery {
    let bare = Delivery::post(json!({"type": "event_callback"}).to_string());
    adapter().sign(&bare, &endpoint()).unwrap()
}

#[tokio::test]
async fn five_minutes_are_believed_either_way_and_not_a_second_more() {
    for (now, is_believed) in [
        (SIGNED - 301, false),
        (SIGNED - 300, true),
        (SIGNED + 300, true),
        (SIGNED + 301, false),
    ] {
        let endpoint = Endpoint::fixed(now).with_secret_text(ROLE, SECRET);
        let verified = adapter().verify(&signed(), &endpoint).await;

        match verified {
            Ok(verified) => assert!(is_believed && verified.scheme == "hmac-sha256", "{now}"),
            Err(error) => assert!(
                !is_believed && matches!(error, VerifyError::Stale(_)),
                "{now}: {error:?}"
            ),
        }
    }
}

/// The hint that it comes again is not signed, and changes nothing.
#[tokio::test]
async fn what_comes_again_is_the_same() {
    let again = signed()
        .with("x-slack-retry-num", "1")
        .with("x-slack-retry-reason", "http_timeout");

    assert!(adapter().verify(&again, &endpoint()).await.is_ok());
    assert_eq!(adapter().decode(&again), adapter().decode(&signed()));
}

/// What it is, the body says: the headers are not signed.
#[test]
fn the_content_type_makes_no_other_event() {
    let bare = Delivery::post("command=%2Forder&text=4711&trigger_id=1.2.a");
    let json = bare.clone().with("content-type", "application/json");

    assert_eq!(adapter().decode(&bare), adapter().decode(&json));
}
