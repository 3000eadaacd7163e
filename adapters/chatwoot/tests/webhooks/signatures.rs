//! Which deliveries are believed.

use std::fs;

use serde::Deserialize;
use serde_json::json;
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{ACCOUNT, Dialect, SECRET, SIGNED, SIGNING, UNSIGNED, fixture};

pub(crate) const SIGNATURE: &str = "x-chatwoot-signature";
pub(crate) const TIMESTAMP: &str = "x-chatwoot-timestamp";

/// The signature of `cw_contact_updated`.
pub(crate) const GENUINE: &str =
    "sha256=4d948802df935657b9ce48111c9f0a8b7c6ae09dfe1711122ebd8e2222d79571";

#[derive(Deserialize)]
struct Vectors {
    secret: String,
    timestamp: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    body: String,
    x_chatwoot_signature: Option<String>,
    expect: String,
}

pub(crate) async fn verify(delivery: &Delivery) -> Result<Verified, VerifyError> {
    ACCOUNT
        .adapter()
        .verify(delivery, &ACCOUNT.endpoint())
        .await
}

pub(crate) fn contact_updated() -> Vec<u8> {
    ACCOUNT.body("cw_contact_updated")
}

/// `body` with the time of the recorded webhooks and this signature.
pub(crate) fn presenting(body: impl Into<Vec<u8>>, signature: &str) -> Delivery {
    Delivery::post(body.into())
        .with(TIMESTAMP, &SIGNED.to_string())
        .with(SIGNATURE, signature)
}

fn signed(dialect: Dialect, body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = Delivery::post(body.into());
    dialect
        .adapter()
        .sign(&delivery, &dialect.endpoint())
        .unwrap()
}

#[track_caller]
pub(crate) fn assert_mismatch(refused: &Result<Verified, VerifyError>, case: &str) {
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{case}: {refused:?}"
    );
}

#[tokio::test]
async fn the_vectors_are_accepted_and_refused_as_they_say() {
    let vectors = fs::read(fixture("vectors.json")).unwrap();
    let Vectors {
        secret,
        timestamp,
        vectors,
    } = serde_json::from_slice(&vectors).unwrap();
    assert_eq!(
        (secret.as_str(), timestamp.as_str()),
        (SECRET, "1764000000")
    );
    assert_eq!(vectors.len(), 11);

    for Vector {
        name,
        body,
        x_chatwoot_signature,
        expect,
    } in vectors
    {
        let Some(signature) = x_chatwoot_signature else {
            let everything = UNSIGNED.adapter_with(&json!({"events": ["*"]}));
            let delivery = Delivery::post(fs::read(UNSIGNED.fixture(&body)).unwrap());
            let verified = everything.verify(&delivery, &Endpoint::fixed(SIGNED)).await;
            assert_eq!(verified.unwrap().scheme, "unsigned", "{name}");
            assert!(everything.decode(&delivery).is_ok(), "{name}");
            continue;
        };
        let delivery = presenting(fs::read(ACCOUNT.fixture(&body)).unwrap(), &signature);

        for dialect in SIGNING {
            let verified = dialect
                .adapter()
                .verify(&delivery, &dialect.endpoint())
                .await;

            match expect.as_str() {
                "accept" => assert_eq!(verified.unwrap().scheme, "hmac-sha256", "{name}"),
                "reject, with that diagnosis" => assert_eq!(
                    verified.unwrap_err().diagnosis(),
                    Some("the signature was computed over the body alone, without the timestamp")
                ),
                other => panic!("{name}: {other}"),
            }
        }
    }
}

#[tokio::test]
async fn what_it_signs_it_believes() {
    for dialect in SIGNING {
        for (name, body) in dialect.bodies() {
            let delivery = signed(dialect, body);

            let verified = dialect
                .adapter()
                .verify(&delivery, &dialect.endpoint())
                .await
                .unwrap();

            assert_eq!(verified.secret.as_deref(), Some("test"), "{name}");
            assert_eq!(verified.account, None, "{name}");
            let signed_at = verified.signed_at.map(|time| time.as_seconds());
            assert_eq!(signed_at, Some(SIGNED), "{name}");
        }
    }
}

#[tokio::test]
async fn it_signs_as_chatwoot_does() {
    let stale = Delivery::post(contact_updated())
        .with(TIMESTAMP, "1")
        .with(SIGNATURE, "sha256=00");

    let signed = ACCOUNT.adapter().sign(&stale, &ACCOUNT.endpoint()).unwrap();

    assert_eq!(signed.headers[SIGNATURE], GENUINE);
    assert_eq!(signed.headers[TIMESTAMP], "1764000000");
    assert_eq!(signed.headers.len(), 2);
    let without_secret = Endpoint::fixed(SIGNED);
    assert!(ACCOUNT.adapter().sign(&stale, &without_secret).is_none());
}

#[tokio::test]
async fn one_flipped_bit_of_the_body_is_a_mismatch() {
    for (name, body) in ACCOUNT.bodies() {
        let genuine = signed(ACCOUNT, body);
        // An odd step brings up every bit of a byte.
        for byte in (0..genuine.body.len()).step_by(37) {
            let mut flipped = genuine.body.to_vec();
            flipped[byte] ^= 1 << (byte % 8);
            let mut forged = genuine.clone();
            forged.body = flipped.into();

            assert_mismatch(&verify(&forged).await, &format!("{name}, byte {byte}"));
        }
    }
}

#[tokio::test]
async fn one_flipped_bit_of_the_signature_is_a_mismatch() {
    for digit in "sha256=".len()..GENUINE.len() {
        for bit in 0..4 {
            let value = GENUINE[digit..=digit].chars().next().unwrap();
            let other = value.to_digit(16).unwrap() ^ (1 << bit);
            let forged = format!("{}{other:x}{}", &GENUINE[..digit], &GENUINE[digit + 1..]);

            let refused = verify(&presenting(contact_updated(), &forged)).await;

            assert_mismatch(&refused, &forged);
        }
    }
}

#[tokio::test]
async fn any_other_time_is_a_mismatch_even_within_the_tolerance() {
    for time in [
        "1763999999",
        "1764000001",
        "1764000000 ",
        "01764000000",
        "1764000000.0",
        "1764000000000",
        "",
        "now",
        "-1",
        "99999999999999999999",
    ] {
        let delivery = Delivery::post(contact_updated())
            .with(TIMESTAMP, time)
            .with(SIGNATURE, GENUINE);
        assert_mismatch(&verify(&delivery).await, time);
    }
}

#[tokio::test]
async fn a_time_that_is_signed_and_no_time_is_missing() {
    for (time, signature) in [
        (
            "",
            "9c59e53f22f3fab449890a9b886fcee201886ab6e1b47be537554adad2bf848f",
        ),
        (
            "now",
            "b0ef8f7f22200544060272163b89e3c07353c1126f6a71be3061c497ed524134",
        ),
        (
            "-1",
            "0299ea7653942dc3c72cf217d52628f7cfe27c205dcc0289f83afdf4288968e3",
        ),
        (
            "1764000000.0",
            "ac6a52c1ede0cf911a1ff673cba1c97a8265dc212df135aeb3e79e8e18e9ff47",
        ),
        (
            "1e9",
            "42e4891ea53d5e00914a96d34b4466827f3ea0301e2d85fb678210d117be0e2b",
        ),
    ] {
        let delivery = Delivery::post(contact_updated())
            .with(TIMESTAMP, time)
            .with(SIGNATURE, &format!("sha256={signature}"));

        let refused = verify(&delivery).await;

        assert!(
            matches!(&refused, Err(VerifyError::Missing(name)) if name == TIMESTAMP),
            "{time:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn what_was_signed_too_long_ago_or_too_far_ahead_is_stale() {
    let genuine = presenting(contact_updated(), GENUINE);
    for (options, tolerance) in [
        (json!({}), 300),
        (json!({"tolerance_seconds": 60}), 60),
        (json!({"tolerance_seconds": 0}), 0),
    ] {
        for dialect in SIGNING {
            let adapter = dialect.adapter_with(&options);
            for away in [0, tolerance, -tolerance] {
                let verified = adapter
                    .verify(&genuine, &dialect.endpoint_after(away))
                    .await;
                assert!(verified.is_ok(), "{away}: {verified:?}");
            }
            for away in [tolerance + 1, -tolerance - 1] {
                let stale = adapter
                    .verify(&genuine, &dialect.endpoint_after(away))
                    .await;
                assert!(matches!(stale, Err(VerifyError::Stale(1))), "{stale:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_stale_forgery_is_a_forgery() {
    let forged = presenting("{}", GENUINE);
    let much_later = ACCOUNT.endpoint_after(1_000_000);

    let refused = ACCOUNT.adapter().verify(&forged, &much_later).await;

    assert_mismatch(&refused, "stale");
}

/// A new secret replaces the old one at once, and every webhook, inbox and bot has its own.
#[tokio::test]
async fn one_of_several_secrets_is_enough() {
    let genuine = presenting(contact_updated(), GENUINE);
    let other = |dialect: Dialect| {
        (0..31).fold(Endpoint::fixed(SIGNED), |endpoint, number| {
            endpoint.with_secret_text(dialect.role(), &format!("other-{number}"))
        })
    };
    for dialect in SIGNING {
        let refused = dialect.adapter().verify(&genuine, &other(dialect)).await;
        assert_mismatch(&refused, "other");

        let several = other(dialect).with_secret_text(dialect.role(), SECRET);
        let verified = dialect.adapter().verify(&genuine, &several).await;
        assert!(verified.is_ok(), "{verified:?}");
    }
}

#[tokio::test]
async fn without_a_secret_nobody_knows() {
    let genuine = presenting(contact_updated(), GENUINE);
    for dialect in SIGNING {
        let unknown = dialect
            .adapter()
            .verify(&genuine, &Endpoint::fixed(SIGNED))
            .await;
        assert!(
            matches!(unknown, Err(VerifyError::Unavailable(_))),
            "{unknown:?}"
        );
    }
}

/// Rails' escapes and raw text say the same with other bytes: never serialise before verifying.
#[tokio::test]
async fn the_same_json_in_other_bytes_is_a_mismatch() {
    let raw = ACCOUNT.body("cw_message_created_incoming");
    let mut swapped = signed(ACCOUNT, raw);
    swapped.body = ACCOUNT
        .body("cw_message_created_incoming_railsescaped")
        .into();

    assert_mismatch(&verify(&swapped).await, "escaped");
}

/// Chatwoot does not sign the delivery's id, so it proves nothing and is not asked for.
#[tokio::test]
async fn the_delivery_id_is_not_signed() {
    let genuine = presenting(contact_updated(), GENUINE);

    for delivery in [
        genuine.clone(),
        genuine.clone().with(crate::DELIVERY, "a"),
        genuine.with(crate::DELIVERY, "b"),
    ] {
        assert!(verify(&delivery).await.is_ok());
    }
}
