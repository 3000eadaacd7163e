//! Which deliveries are believed.

use std::fs;

use serde::Deserialize;
use serde_json::json;
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{NOW, SECRET, adapter, adapter_with, bodies, body, decode, endpoint, fixture, role};

/// The signature of `kommo_v1_text`.
const GENUINE: &str = "d4a8d2095751a0a15b7f871548254018d0618470";

#[derive(Deserialize)]
struct Vectors {
    secret: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    x_signature: String,
    body: Option<String>,
    expect: String,
}

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

async fn assert_missing(delivery: &Delivery, case: &str) {
    let refused = verify(delivery).await;
    assert!(
        matches!(&refused, Err(VerifyError::Missing(name)) if name == "x-signature"),
        "{case}: {refused:?}"
    );
}

#[tokio::test]
async fn the_vectors_are_accepted_and_refused_as_they_say() {
    let vectors = fs::read(fixture("vectors.json")).unwrap();
    let Vectors { secret, vectors } = serde_json::from_slice(&vectors).unwrap();
    assert_eq!(secret, SECRET);
    assert_eq!(vectors.len(), 15);

    for vector in vectors {
        let body = vector.body.map(|name| fs::read(fixture(&name)).unwrap());
        let delivery = presenting(body.unwrap_or_default(), &vector.x_signature);

        let verified = verify(&delivery).await;

        match vector.expect.split(' ').next() {
            Some("accept") => assert_eq!(verified.unwrap().scheme, "hmac-sha1", "{}", vector.name),
            Some("reject") => assert_mismatch(&delivery, &vector.name).await,
            other => panic!("{}: {other:?}", vector.name),
        }
    }
}

#[tokio::test]
async fn what_it_signs_it_believes() {
    for (name, body) in bodies() {
        let verified = verify(&signed(body)).await.unwrap();

        assert_eq!(verified.secret.as_deref(), Some("test"), "{name}");
        assert_eq!(verified.account, None, "{name}");
    }
}

#[tokio::test]
async fn one_flipped_bit_of_the_body_is_a_mismatch() {
    for (name, body) in bodies() {
        let genuine = signed(body);
        // A odd step brings up every bit of a byte.
        for byte in (0..genuine.body.len()).step_by(5) {
            let mut flipped = genuine.body.to_vec();
            flipped[byte] ^= 1 << (byte % 8);
            let mut forged = genuine.clone();
            forged.body = flipped.into();

            assert_mismatch(&forged, &format!("{name}, byte {byte}")).await;
        }
    }
}

#[tokio::test]
async fn one_flipped_bit_of_the_signature_is_a_mismatch() {
    let body = body("kommo_v1_text");
    for digit in 0..GENUINE.len() {
        for bit in 0..4 {
            let value = GENUINE[digit..=digit].chars().next().unwrap();
            let other = value.to_digit(16).unwrap() ^ (1 << bit);
            let forged = format!("{}{other:x}{}", &GENUINE[..digit], &GENUINE[digit + 1..]);

            assert_mismatch(&presenting(body.clone(), &forged), &forged).await;
        }
    }
}

#[tokio::test]
async fn hex_is_read_in_either_case() {
    let mixed = format!("{}{}", &GENUINE[..20], GENUINE[20..].to_uppercase());

    for accepted in [GENUINE, &GENUINE.to_uppercase(), &mixed] {
        let verified = verify(&presenting(body("kommo_v1_text"), accepted)).await;
        assert!(verified.is_ok(), "{accepted}: {verified:?}");
    }
}

#[tokio::test]
async fn anything_but_one_signature_is_refused() {
    for (case, wrong) in [
        ("empty", String::new()),
        ("two digits short", GENUINE[..38].to_owned()),
        ("odd", GENUINE[..39].to_owned()),
        ("odd and longer", format!("{GENUINE}0")),
        ("a byte longer", format!("{GENUINE}00")),
        ("a byte before", format!("00{GENUINE}")),
        ("doubled", GENUINE.repeat(2)),
        ("a list", format!("{GENUINE},{GENUINE}")),
        ("a prefix", format!("sha1={GENUINE}")),
        ("a prefix twice", format!("sha1=sha1={GENUINE}")),
        ("another prefix", format!("sha256={GENUINE}")),
        ("a version", format!("v0={GENUINE}")),
        ("a C literal", format!("0x{GENUINE}")),
        ("quoted", format!("\"{GENUINE}\"")),
        ("zeros", "0".repeat(40)),
        ("no hex", "g".repeat(40)),
    ] {
        assert_mismatch(&presenting(body("kommo_v1_text"), &wrong), case).await;
    }
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
        (
            "as calls to Kommo are signed",
            "eca4a35980a8dad9da617e53a835106c6a1f8748",
        ),
        ("base64", "1KjSCVdRoKFbf4cVSCVAGNBhhHA="),
    ] {
        assert_mismatch(&presenting(body("kommo_v1_text"), wrong), case).await;
    }
}

#[tokio::test]
async fn a_header_that_is_not_there_exactly_once_is_missing() {
    let body = body("kommo_v1_text");
    let bare = Delivery::post(body.clone());
    let other = "0".repeat(40);
    for (case, signatures) in [
        ("absent", &[][..]),
        ("the same twice", &[GENUINE, GENUINE]),
        ("good and bad", &[GENUINE, &other]),
        ("bad and good", &[&other, GENUINE]),
        ("two bad ones", &[&other, "1"]),
        ("empty and good", &["", GENUINE]),
    ] {
        let delivery = signatures.iter().fold(bare.clone(), |delivery, signature| {
            delivery.with("x-signature", signature)
        });

        assert_missing(&delivery, case).await;
    }
    for name in ["signature", "x-hub-signature", "x-signature-256"] {
        assert_missing(&bare.clone().with(name, GENUINE), name).await;
    }
    let shouted = bare.with("X-SIGNATURE", GENUINE);
    assert!(verify(&shouted).await.is_ok());
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
async fn other_bytes_around_the_body_are_not_forgiven() {
    let bare = String::from_utf8(body("kommo_v1_text")).unwrap();
    for received in [
        format!("{bare} "),
        format!(" {bare}"),
        format!("{bare}\t"),
        format!("{bare}\0"),
        format!("{bare}\n "),
        format!("\u{feff}{bare}"),
        bare.replace(',', ",\n"),
        bare[..bare.len() - 1].to_owned(),
    ] {
        assert_mismatch(&presenting(received.clone(), GENUINE), &received).await;
    }
    // Signed with its newline, it is not good without it.
    let signed_with_newline = "cf5cad606b70daf3bf4360f3a9001352914551b8";
    assert_mismatch(&presenting(bare, signed_with_newline), "newline lost").await;
}

/// PHP's escapes and raw UTF-8 say the same with other bytes: never serialise before verifying.
#[tokio::test]
async fn the_same_json_in_other_bytes_is_a_mismatch() {
    let raw = r#"{"receiver":"c","conversation_id":"d","type":"text","text":"Olá/€"}"#;
    let escaped =
        r#"{"receiver":"c","conversation_id":"d","type":"text","text":"Ol\u00e1\/\u20ac"}"#;
    let mut swapped = signed(raw);
    swapped.body = escaped.into();

    assert_mismatch(&swapped, "escaped").await;
    assert!(verify(&signed(escaped)).await.is_ok());
    assert_eq!(decode(raw), decode(escaped));
}

#[tokio::test]
async fn another_secret_is_a_mismatch_and_an_old_one_is_not() {
    let genuine = signed(body("kommo_v2_text_utf8"));
    let other = Endpoint::fixed(NOW).with_secret_text(role(), "x");
    let rotating = other.clone().with_secret_text(role(), SECRET);

    let refused = adapter().verify(&genuine, &other).await;
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
    assert!(adapter().verify(&genuine, &rotating).await.is_ok());
}

#[tokio::test]
async fn without_a_secret_nobody_knows() {
    let genuine = signed(body("kommo_v2_text_utf8"));

    let unknown = adapter().verify(&genuine, &Endpoint::fixed(NOW)).await;

    assert!(
        matches!(unknown, Err(VerifyError::Unavailable(_))),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn an_old_body_is_good_for_ever_unless_an_age_is_set() {
    let much_later = Endpoint::fixed(NOW + 1_000_000).with_secret_text(role(), SECRET);

    for (name, body) in bodies() {
        let verified = adapter().verify(&signed(body), &much_later).await;
        assert!(verified.is_ok(), "{name}: {verified:?}");
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
