//! Which deliveries are believed.

use serde_json::json;
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{NOW, SECRET, adapter, adapter_with, body, decode, endpoint, role};

/// The signature of `kommo_v1_text`.
const GENUINE: &str = "d4a8d2095751a0a15b7f871548254018d0618470";

async fn verify(delivery: &Delivery) -> Result<Verified, VerifyError> {
    adapter().verify(delivery, &endpoint()).await
}

fn presenting(body: impl Into<Vec<u8>>, signature: &str) -> Delivery {
    Delivery::post(body.into()).with("x-signature", signature)
}

fn signed(body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = Delivery::post(body.into());
    adapter().sign(&delivery, &endpoint()).unwrap()
}

async fn assert_mismatch(delivery: &Delivery, case: &str) {
    let refused = verify(delivery).await;
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{case}: {refused:?}"
    );
}

/// All of the right length but the last, and none the HMAC-SHA1 of the body by the secret.
#[tokio::test]
async fn another_algorithm_key_or_message_is_refused() {
    for (case, wrong) in [
        ("no secret", "e48ada38e37661afbdca44c62b4f344d06f3fc02"),
        (
            "secret in front, no HMAC",
            "e04537ffc6b5eaf64f9c358b7c2adc4654864171",
        ),
        (
            "HMAC-SHA256, cut",
            "b6f54592a82cd4e97c890631f2df6e66c8ad1ca8",
        ),
        (
            "HMAC-SHA512, cut",
            "6fbc792d17db48f1c3d4b0c9387b06997641b006",
        ),
        ("empty key", "0ef0f280afa8aced95a7ad5fb3d7ed687fc683aa"),
        (
            "secret and a newline",
            "75f76a56f357d9b462e964b8c925bcdeefdacc91",
        ),
        (
            "secret decoded from hex",
            "fc9852553b6da866f657ecef612cf61d7b9ebd9a",
        ),
        (
            "serialised again",
            "3c8a83a753f4d1642ae345736e1deaf11b13f9ed",
        ),
        ("base64", "1KjSCVdRoKFbf4cVSCVAGNBhhHA="),
    ] {
        assert_mismatch(&presenting(body("kommo_v1_text"), wrong), case).await;
    }
}

#[tokio::test]
async fn a_signature_over_the_body_without_newlines_is_good() {
    let bare = String::from_utf8(body("kommo_v1_text")).unwrap();
    for received in [
        format!("{bare}\n"),
        format!("{bare}\r\n"),
        format!("{bare}\n\n\n"),
        format!("\r\n{bare}"),
        format!("\n{bare}\n"),
    ] {
        let verified = verify(&presenting(received.clone(), GENUINE)).await;
        assert!(verified.is_ok(), "{received:?}: {verified:?}");
        assert_eq!(decode(received), decode(bare.clone()));
    }
}

#[tokio::test]
async fn a_signature_over_a_newline_is_not_good_without_it() {
    let signed_with_newline = "cf5cad606b70daf3bf4360f3a9001352914551b8";

    assert_mismatch(
        &presenting(body("kommo_v1_text"), signed_with_newline),
        "newline lost",
    )
    .await;
}

#[tokio::test]
async fn an_old_body_is_good_for_ever_unless_an_age_is_set() {
    let much_later = Endpoint::fixed(NOW + 1_000_000).with_secret_text(role(), SECRET);

    for sample in adapter().descriptor().samples {
        let verified = adapter().verify(&signed(sample.body), &much_later).await;
        assert!(verified.is_ok(), "{}: {verified:?}", sample.name);
    }
}

#[tokio::test]
async fn an_age_holds_for_every_webhook_that_tells_its_time() {
    let fresh = adapter_with(&json!({"max_age_seconds": 60}));
    for (name, signed_at, is_timed) in [
        ("kommo_v2_text_utf8", 1_764_000_001, true),
        ("kommo_v2_typing", 1_764_000_001, true),
        ("kommo_v1_msec_picture", 1_764_000_000, true),
        ("kommo_v1_text", 1_764_000_001, false),
    ] {
        let delivery = signed(body(name));
        for (now, excess) in [
            (-3600, None),
            (0, None),
            (60, None),
            (61, Some(1)),
            (3660, Some(3600)),
        ] {
            let endpoint = Endpoint::fixed(signed_at + now).with_secret_text(role(), SECRET);

            let verified = fresh.verify(&delivery, &endpoint).await;

            match (verified, excess.filter(|_| is_timed)) {
                (Ok(verified), None) => assert_eq!(verified.signed_at.is_some(), is_timed),
                (Err(VerifyError::Stale(seconds)), Some(excess)) => assert_eq!(seconds, excess),
                (other, _) => panic!("{name} after {now} s: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_stale_forgery_is_a_forgery() {
    let fresh = adapter_with(&json!({"max_age_seconds": 60}));
    let much_later = Endpoint::fixed(NOW + 1_000_000).with_secret_text(role(), SECRET);
    let forged = presenting(body("kommo_v2_text_utf8"), GENUINE);

    let refused = fresh.verify(&forged, &much_later).await;

    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
}
