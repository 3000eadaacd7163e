//! Which calls are believed. Most forgeries are among the fixtures.

use switchboard_core::{Delivery, Endpoint, Secret, VerifyError};

use crate::{BOTH, EVENTS, PRIVATE, PUBLIC, ROLE, SIGNED, endpoint};

/// Made with openssl by the first key of RFC 8032.
const SIGNATURE: &str = "1695961a47c91a1ec033b819b7e87e3dbc583dd0cee6d1fd0216f58ac87b6228\
                         ae531ddbf91fb7bc28d7edf7f08604da16f54624f38a6bc0614e4dc13cd47f0f";

fn signed() -> Delivery {
    Delivery::post(r#"{"type":1}"#)
        .with("X-Signature-Ed25519", SIGNATURE)
        .with("X-Signature-Timestamp", "1700000000")
}

#[tokio::test]
async fn a_foreign_vector_is_believed() {
    for dialect in BOTH {
        for key in [PUBLIC, PRIVATE] {
            let verified = dialect.adapter().verify(&signed(), &endpoint(key)).await;

            let verified = verified.unwrap();
            assert_eq!(verified.scheme, "ed25519");
            assert_eq!(verified.signed_at.unwrap().as_seconds(), SIGNED);
        }
    }
}

#[tokio::test]
async fn a_quarter_of_an_hour_is_believed_either_way_and_not_a_second_more() {
    for (now, is_believed) in [
        (SIGNED - 901, false),
        (SIGNED - 900, true),
        (SIGNED + 900, true),
        (SIGNED + 901, false),
    ] {
        let endpoint = Endpoint::fixed(now).with_secret_text(ROLE, PUBLIC);
        let verified = EVENTS.adapter().verify(&signed(), &endpoint).await;

        assert_eq!(verified.is_ok(), is_believed, "{now}");
        if let Err(error) = verified {
            assert!(matches!(error, VerifyError::Stale(1)), "{error:?}");
        }
    }
}

/// A mistake of ours is no forgery, and stands in no other key's way.
#[tokio::test]
async fn a_key_that_is_none_is_unavailable() {
    for odd in [
        "not a key",
        &PUBLIC[2..],
        &format!("{PUBLIC}00"),
        "private:",
        // Of 32 bytes, and no point of the curve.
        "0200000000000000000000000000000000000000000000000000000000000000",
    ] {
        let alone = endpoint(odd);
        assert!(EVENTS.adapter().check(&alone).is_err(), "{odd}");
        let beside = alone.clone().with_secret_text(ROLE, PUBLIC);

        let unknown = EVENTS.adapter().verify(&signed(), &alone).await;
        assert!(
            matches!(unknown, Err(VerifyError::Unavailable(_))),
            "{odd}: {unknown:?}"
        );
        assert!(
            EVENTS.adapter().verify(&signed(), &beside).await.is_ok(),
            "{odd}"
        );
    }
}

/// By such a key, one signature is good for every message.
#[tokio::test]
async fn a_weak_key_signs_nothing() {
    let identity = format!("01{}", "00".repeat(31));
    let of_anything = format!("{identity}{}", "00".repeat(32));
    let forged = Delivery::post("{}")
        .with("x-signature-ed25519", &of_anything)
        .with("x-signature-timestamp", "1700000000");

    let refused = EVENTS.adapter().verify(&forged, &endpoint(&identity)).await;

    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn only_a_private_key_signs_and_the_first_one_does() {
    let bare = Delivery::post(r#"{"type":1}"#);
    let secret = |label: &str, text: &str| Secret::new(label, ROLE, text).unwrap();
    for dialect in BOTH {
        let adapter = dialect.adapter();
        assert!(adapter.sign(&bare, &endpoint(PUBLIC)).is_none());
        assert!(adapter.sign(&bare, &endpoint("private:00")).is_none());

        let both = Endpoint::fixed(SIGNED)
            .with_secret(ROLE, secret("first", PRIVATE))
            .with_secret(ROLE, secret("second", PUBLIC));
        let signed = adapter.sign(&bare, &both).unwrap();
        assert_eq!(signed.headers["x-signature-ed25519"], SIGNATURE);
        let verified = adapter.verify(&signed, &both).await.unwrap();
        assert_eq!(verified.secret.as_deref(), Some("first"));
    }
}
