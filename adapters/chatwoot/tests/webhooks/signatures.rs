//! Which deliveries are believed.

use serde::Deserialize;
use serde_json::json;
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{ACCOUNT, BOTH, Dialect, SECRET, SIGNED, fixture};

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
    crate::body("account/cw_contact_updated")
}

/// `body` with the time of the recorded webhooks and this signature.
pub(crate) fn presenting(body: impl Into<Vec<u8>>, signature: &str) -> Delivery {
    Delivery::post(body.into())
        .with(TIMESTAMP, &SIGNED.to_string())
        .with(SIGNATURE, signature)
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
    let Vectors {
        secret,
        timestamp,
        vectors,
    } = serde_json::from_slice(&fixture("vectors.json")).unwrap();
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
        let name_of_body = body.strip_suffix(".body").unwrap();
        let Some(signature) = x_chatwoot_signature else {
            let delivery = Delivery::post(crate::body(&format!("unsigned/{name_of_body}")));
            let unsigned = Endpoint::fixed(SIGNED).unsigned();
            for dialect in BOTH {
                let verified = dialect.adapter().verify(&delivery, &unsigned).await;
                assert_eq!(verified.unwrap().scheme, "unsigned", "{name}");
                let refused = dialect
                    .adapter()
                    .verify(&delivery, &dialect.endpoint())
                    .await;
                assert!(refused.is_err(), "{name}: {refused:?}");
            }
            assert!(ACCOUNT.adapter().decode(&delivery).is_ok(), "{name}");
            continue;
        };
        let delivery = presenting(crate::body(&format!("account/{name_of_body}")), &signature);

        for dialect in BOTH {
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
        (json!({"tolerance": "60s"}), 60),
        (json!({"tolerance": "1s"}), 1),
        (json!({"tolerance": "5m"}), 300),
        (json!({"tolerance": "2h"}), 7200),
    ] {
        for dialect in BOTH {
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
    for dialect in BOTH {
        let refused = dialect.adapter().verify(&genuine, &other(dialect)).await;
        assert_mismatch(&refused, "other");

        let several = other(dialect).with_secret_text(dialect.role(), SECRET);
        let verified = dialect.adapter().verify(&genuine, &several).await;
        assert!(verified.is_ok(), "{verified:?}");
    }
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
