//! What is refused however near it comes, and what the operator hears of it.

use switchboard_core::{Delivery, VerifyError};

use crate::SIGNED;
use crate::signatures::{
    GENUINE, SIGNATURE, TIMESTAMP, assert_mismatch, contact_updated, presenting, verify,
};

/// All of the right length, and none the HMAC-SHA256 of time, dot and body by the secret.
#[tokio::test]
async fn another_algorithm_key_or_message_is_refused() {
    for (case, wrong) in [
        (
            "no secret, no HMAC",
            "f73ae42a8ae2b510a35f4fcbbe495e892a7c79a3fa80edbe112809acefc342eb",
        ),
        (
            "secret in front, no HMAC",
            "3c6189af98a07a988fcdc9557ebf16299923289de89d03fbac94e88afa592859",
        ),
        (
            "HMAC-SHA512, cut",
            "f3237369ad7adccb49bdf705f87470e0207e4704eb0b05548b66be8fbf64b87a",
        ),
        (
            "empty key",
            "fc5e0dc52afafe4dcfd3f20bf5b019fb3c4a394ec4030f29f8556ac172b91bd1",
        ),
        (
            "secret and a newline",
            "f64cb9a24297f3d576833f04e61fbc6f0afa9dc3d75179c86d0dff212d563739",
        ),
        (
            "the body alone",
            "6d0a789cef757ee7f4afd2eaf8aca96f5cf67b3f6ddffac9a1c4dd5a3aed3fca",
        ),
        (
            "the time behind",
            "8f7465a0a5ba6362539f342527718fc4dd2193e760f3bb5515aa8068678a533f",
        ),
        (
            "no dot",
            "7bad4fd63012e11435c57f6f33705fefcdd710100f5eca0c0b7fced2b9c028be",
        ),
        (
            "a colon",
            "9f2105d751238a5bc59c9f8618df468042e0cf9db9d32f6a882e97e3f32785e6",
        ),
        (
            "a version in front",
            "d0f4eb90d7b86526a38c1ca4e2291d95061583f8354d4fffeb7445ad7e3bba95",
        ),
        (
            "serialised again",
            "dd1684f3a17aca3633ff00c8f27464795072d7a490a0185cdb0d53d8f11edce6",
        ),
        (
            "the body's hash",
            "1286d0f74257b7a468398d767b9e8444c9b29a21ffe9e8eef21a0b09b1defb3a",
        ),
        (
            "an empty body",
            "40e2062ab374ac674659872374d32bac64c14bfb79edb07c2fb0b279a2219eaf",
        ),
        (
            "the delivery's id in front",
            "f59dc1d75871b306d4f91f4eab154389319c8ef96aff53e9ad6036bd556b7b56",
        ),
    ] {
        let delivery = presenting(contact_updated(), &format!("sha256={wrong}"));
        assert_mismatch(&verify(&delivery).await, case);
    }
}

/// Neither a second header nor a text that is almost the time is taken for it, and the operator hears
/// which header it was.
#[tokio::test]
async fn a_header_that_is_not_there_exactly_once_is_missing() {
    let time = SIGNED.to_string();
    let with = |headers: &[(&str, &str)]| {
        let bare = Delivery::post(contact_updated());
        headers
            .iter()
            .fold(bare, |delivery, (name, value)| delivery.with(name, value))
    };
    let (good, now) = ((SIGNATURE, GENUINE), (TIMESTAMP, time.as_str()));
    for (case, missing, headers) in [
        ("no time", TIMESTAMP, &[good][..]),
        ("the time twice", TIMESTAMP, &[good, now, now]),
        ("no signature", SIGNATURE, &[now]),
        ("the same twice", SIGNATURE, &[now, good, good]),
    ] {
        let refused = verify(&with(headers)).await;
        assert!(
            matches!(&refused, Err(VerifyError::Missing(name)) if name == missing),
            "{case}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_look_at() {
    let hex = &GENUINE["sha256=".len()..];
    for (case, signature, expected) in [
        (
            "body alone",
            "sha256=6d0a789cef757ee7f4afd2eaf8aca96f5cf67b3f6ddffac9a1c4dd5a3aed3fca",
            Some("the signature was computed over the body alone, without the timestamp"),
        ),
        (
            "no prefix",
            hex,
            Some("the signature is right, but its prefix is missing"),
        ),
        (
            "upper case",
            &format!("sha256={}", hex.to_uppercase()),
            Some("written in upper case, which Chatwoot never does"),
        ),
        ("empty", "", Some("the signature header is empty")),
        (
            "a forgery",
            "sha256=0000000000000000000000000000000000000000000000000000000000000000",
            None,
        ),
    ] {
        let refused = verify(&presenting(contact_updated(), signature)).await;
        assert_eq!(refused.unwrap_err().diagnosis(), expected, "{case}");
    }
}
