//! What must be refused, and what the operator is told about it.

use super::*;
use crate::Secret;

const SECRET: SecretRole = SecretRole::text("secret", "test");
const DECODED: SecretRole = SecretRole::base64("secret", "test").prefix("whsec_");

const PLAIN: HmacScheme = HmacScheme::sha1(SECRET, "x-signature");
const PREFIXED: HmacScheme = HmacScheme::sha256(SECRET, "x-signature").prefix("sha256=");
const TIMED: HmacScheme = HmacScheme::sha256(SECRET, "x-signature")
    .signs("{timestamp}.{body}")
    .timestamp("x-time", Unit::Seconds, 300);

const NOW: i64 = 1_764_000_000;
const BODY: &str = r#"{"message":"hello"}"#;

fn endpoint() -> Endpoint {
    Endpoint::fixed(NOW).with_secret_text(SECRET, "s3cret")
}

fn signed(scheme: &HmacScheme) -> Delivery {
    scheme.sign(&Delivery::post(BODY), &endpoint()).unwrap()
}

/// `BODY` with `value` for a signature, and nothing else.
fn presenting(value: &str) -> Delivery {
    Delivery::post(BODY).with("x-signature", value)
}

#[track_caller]
fn assert_mismatch(scheme: &HmacScheme, delivery: &Delivery) {
    let refused = scheme.verify(delivery, &endpoint());
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
}

#[track_caller]
fn assert_missing(scheme: &HmacScheme, delivery: &Delivery, header: &str) {
    let refused = scheme.verify(delivery, &endpoint());
    assert!(
        matches!(&refused, Err(VerifyError::Missing(name)) if name == header),
        "{refused:?}"
    );
}

#[test]
fn every_flipped_bit_is_a_mismatch() {
    let genuine = signed(&PLAIN);
    for bit in 0..BODY.len() * 8 {
        let mut body = BODY.as_bytes().to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        let mut forged = genuine.clone();
        forged.body = body.into();

        assert_mismatch(&PLAIN, &forged);
    }
}

#[test]
fn every_flipped_bit_of_the_signature_is_a_mismatch() {
    let tag = hex::decode(PLAIN.signature_of(BODY.as_bytes(), &endpoint()).unwrap()).unwrap();
    for bit in 0..tag.len() * 8 {
        let mut tag = tag.clone();
        tag[bit / 8] ^= 1 << (bit % 8);

        assert_mismatch(&PLAIN, &presenting(&hex::encode(tag)));
    }
}

#[test]
fn a_signature_that_is_not_exactly_one_is_refused() {
    let genuine = PLAIN.signature_of(BODY.as_bytes(), &endpoint()).unwrap();
    let doubled = genuine.repeat(2);
    let spaced = format!(" {genuine}");
    let listed = format!("{genuine},{genuine}");
    for wrong in [
        "",
        &genuine[..38],
        &genuine[..39],
        &format!("{genuine}0"),
        &format!("{genuine}00"),
        &format!("sha1={genuine}"),
        &format!("0x{genuine}"),
        &doubled,
        &spaced,
        &listed,
        &"0".repeat(40),
        &"g".repeat(40),
    ] {
        assert_mismatch(&PLAIN, &presenting(wrong));
    }
}

#[test]
fn a_header_that_is_not_there_once_and_in_ascii_is_missing() {
    let genuine = signed(&PLAIN);
    let value = genuine.required_header("x-signature").unwrap();
    let repeated = genuine.clone().with("x-signature", value);
    let mut foreign = Delivery::post(BODY);
    let bytes = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    foreign.headers.insert("x-signature", bytes);

    for delivery in [Delivery::post(BODY), repeated, foreign] {
        assert_missing(&PLAIN, &delivery, "x-signature");
    }
}

#[test]
fn case_counts_in_a_prefix_and_not_in_hex() {
    let genuine = PREFIXED.signature_of(BODY.as_bytes(), &endpoint()).unwrap();
    let digits = genuine.strip_prefix("sha256=").unwrap();

    let upper = format!("sha256={}", digits.to_uppercase());
    assert!(PREFIXED.verify(&presenting(&upper), &endpoint()).is_ok());
    for wrong in [
        digits.to_owned(),
        format!("SHA256={digits}"),
        format!("sha256=sha256={digits}"),
        format!("sha256= {digits}"),
        "sha256=".to_owned(),
    ] {
        assert_mismatch(&PREFIXED, &presenting(&wrong));
    }
}

#[test]
fn base64_has_one_form_only() {
    let scheme = HmacScheme::sha256(SECRET, "x-signature").base64();
    let genuine = scheme.signature_of(BODY.as_bytes(), &endpoint()).unwrap();
    let unpadded = genuine.trim_end_matches('=');
    // 32 bytes leave two bits of the last character unused: these decode alike if one is lenient.
    let last = unpadded.len() - 1;
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let next = alphabet.find(&unpadded[last..]).unwrap() + 1;
    let loose = format!("{}{}=", &unpadded[..last], &alphabet[next..=next]);

    assert!(scheme.verify(&presenting(&genuine), &endpoint()).is_ok());
    for wrong in [unpadded, &loose, &format!("{genuine}=")] {
        assert_mismatch(&scheme, &presenting(wrong));
    }
}

#[test]
fn any_signature_of_a_list_is_enough_and_none_is_not() {
    let scheme = PREFIXED.separator(',');
    let genuine = PREFIXED.signature_of(BODY.as_bytes(), &endpoint()).unwrap();

    for list in [
        genuine.clone(),
        format!("sha256=00,{genuine}"),
        format!("junk,,{genuine},sha256="),
    ] {
        assert!(scheme.verify(&presenting(&list), &endpoint()).is_ok());
    }
    assert_mismatch(&scheme, &presenting("sha256=00,sha256=,,"));
}

#[test]
fn old_and_new_secret_are_both_good_and_the_proof_tells_which() {
    let role_secret = |label: &str, text| Secret::new(label, SECRET, text).unwrap();
    let rotating = Endpoint::fixed(NOW)
        .with_secret(SECRET, role_secret("new", "n3w"))
        .with_secret(SECRET, role_secret("old", "s3cret"));
    let rotated = Endpoint::fixed(NOW).with_secret(SECRET, role_secret("new", "n3w"));

    let verified = PLAIN.verify(&signed(&PLAIN), &rotating).unwrap();

    assert_eq!(verified.secret.as_deref(), Some("old"));
    assert!(PLAIN.verify(&signed(&PLAIN), &rotated).is_err());
}

#[test]
fn without_a_secret_nobody_knows() {
    let bare = Endpoint::fixed(NOW);

    let unknown = PLAIN.verify(&signed(&PLAIN), &bare);

    assert!(matches!(unknown, Err(VerifyError::Unavailable(_))));
    assert!(PLAIN.sign(&Delivery::post(BODY), &bare).is_none());
}

#[test]
fn the_tolerance_holds_both_ways_and_is_inclusive() {
    let delivery = signed(&TIMED);
    for (now, stale) in [
        (NOW - 301, Some(1)),
        (NOW - 300, None),
        (NOW, None),
        (NOW + 300, None),
        (NOW + 301, Some(1)),
        (NOW + 4000, Some(3700)),
    ] {
        let endpoint = Endpoint::fixed(now).with_secret_text(SECRET, "s3cret");
        match (TIMED.verify(&delivery, &endpoint), stale) {
            (Ok(verified), None) => assert_eq!(verified.signed_at.unwrap().as_seconds(), NOW),
            (Err(VerifyError::Stale(seconds)), Some(stale)) => assert_eq!(seconds, stale),
            (other, _) => panic!("{now}: {other:?}"),
        }
    }
}

#[test]
fn a_stale_forgery_is_a_forgery() {
    let mut forged = signed(&TIMED);
    forged.body = "{}".into();
    let later = Endpoint::fixed(NOW + 4000).with_secret_text(SECRET, "s3cret");

    let refused = TIMED.verify(&forged, &later);

    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
}

/// Even if whoever has the secret signed them: what cannot be read cannot be fresh.
#[test]
fn a_time_that_cannot_be_read_is_refused() {
    for time in [
        "",
        " ",
        "now",
        "-1764000000",
        "+1764000000",
        "1764000000.0",
        "1764000000 ",
        "1764000000000",
        "9223372036854775808",
        "18446744073709551617764000000",
    ] {
        let message = format!("{time}.{BODY}");
        let bare = Delivery::post(BODY).with("x-time", time);
        let delivery = TIMED
            .sign_message(&bare, &endpoint(), message.as_bytes())
            .unwrap();

        assert_missing(&TIMED, &delivery, "x-time");
    }
}

#[test]
fn a_time_belongs_to_its_signature() {
    let genuine = signed(&TIMED);
    let mut moved = genuine.clone();
    moved.headers.insert("x-time", HeaderValue::from(NOW + 1));
    let mut timeless = genuine.clone();
    timeless.headers.remove("x-time");
    let repeated = genuine.with("x-time", "1764000000");

    assert_mismatch(&TIMED, &moved);
    assert_missing(&TIMED, &timeless, "x-time");
    assert_missing(&TIMED, &repeated, "x-time");
}

/// The mistake is ours, so it must not look like a forgery; nor may it pass.
#[test]
fn a_scheme_whose_time_is_not_signed_verifies_nothing() {
    let unsigned_time = PLAIN.timestamp("x-time", Unit::Seconds, 300);
    let undeclared_time = PLAIN.signs("{timestamp}{body}");
    let delivery = signed(&PLAIN).with("x-time", "1764000000");

    for scheme in [unsigned_time, undeclared_time] {
        let refused = scheme.verify(&delivery, &endpoint());
        assert!(
            matches!(refused, Err(VerifyError::Unavailable(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn only_a_scheme_that_says_so_overlooks_line_ends() {
    let mut delivery = signed(&PLAIN);
    delivery.body = format!("\r\n{BODY}\n\n").into();

    assert_mismatch(&PLAIN, &delivery);
    assert!(PLAIN.or_trimmed().verify(&delivery, &endpoint()).is_ok());
    for (before, after) in [(" ", ""), ("", " "), ("", "\t"), ("", "\n ")] {
        delivery.body = format!("{before}{BODY}{after}").into();
        assert_mismatch(&PLAIN.or_trimmed(), &delivery);
    }
}

#[test]
fn a_mistake_is_told_and_stays_refused() {
    let by = |scheme: HmacScheme, secret: &str, body: &str| {
        let endpoint = Endpoint::fixed(NOW).with_secret_text(SECRET, secret);
        scheme.signature_of(body.as_bytes(), &endpoint).unwrap()
    };
    let plain256 = HmacScheme::sha256(SECRET, "x-signature");
    let timed = |value: &str| presenting(value).with("x-time", "1764000000");

    for (scheme, delivery, told) in [
        (PLAIN, presenting(""), "the signature header is empty"),
        (
            PREFIXED,
            presenting(&by(plain256, "s3cret", BODY)),
            "the signature is right, but its prefix is missing",
        ),
        (
            PREFIXED,
            presenting(&by(plain256.prefix("v1="), "s3cret", BODY)),
            "the signature is right, but behind another prefix than expected",
        ),
        (
            PLAIN,
            presenting(&by(PLAIN.base64(), "s3cret", BODY)),
            "the signature is right, but written as base64 instead of hex",
        ),
        (
            PLAIN.base64(),
            presenting(&by(PLAIN, "s3cret", BODY)),
            "the signature is right, but written as hex instead of base64",
        ),
        (
            TIMED,
            timed(&by(plain256, "s3cret", BODY)),
            "the signature was computed over the body alone, without the timestamp",
        ),
        (
            PLAIN,
            presenting(&by(PLAIN, "s3cret", &format!("{BODY}\n"))),
            "the signature matches the body with a trailing newline added",
        ),
        (
            PLAIN,
            presenting(&by(PLAIN, "s3cret\n", BODY)),
            "the sender's secret has a trailing newline, and the secret here has not",
        ),
        (
            PLAIN,
            presenting(&by(plain256, "s3cret", BODY)),
            "the signature is an HMAC-SHA256 instead of an HMAC-SHA1",
        ),
        (
            plain256,
            presenting(&by(PLAIN, "s3cret", BODY)),
            "the signature is an HMAC-SHA1 instead of an HMAC-SHA256",
        ),
        (
            PREFIXED,
            presenting(&by(PLAIN.prefix("sha1="), "s3cret", BODY)),
            "the signature is an HMAC-SHA1 instead of an HMAC-SHA256",
        ),
    ] {
        let refused = scheme.verify(&delivery, &endpoint()).unwrap_err();
        assert_eq!(refused.diagnosis(), Some(told));
    }

    let mut with_line_end = signed(&PLAIN);
    with_line_end.body = format!("{BODY}\r\n").into();
    let refused = PLAIN.verify(&with_line_end, &endpoint()).unwrap_err();
    let told = "the signature matches the body without its trailing newline";
    assert_eq!(refused.diagnosis(), Some(told));
}

#[test]
fn a_secret_that_was_taken_otherwise_is_told() {
    for (ours, theirs, told) in [
        (
            " s3cret\n",
            &b"s3cret"[..],
            "the secret here has white space around it, and the sender's has not",
        ),
        (
            "00ff10ab",
            &b"\x00\xff\x10\xab"[..],
            "the sender decodes the secret from hex, which is not done here",
        ),
        (
            "gIGCgw==",
            &b"\x80\x81\x82\x83"[..],
            "the sender decodes the secret from base64, which is not done here",
        ),
    ] {
        let endpoint = Endpoint::fixed(NOW).with_secret_text(SECRET, ours);
        let delivery = presenting(&hex::encode(Algorithm::Sha1.tag(theirs, BODY.as_bytes())));
        let refused = PLAIN.verify(&delivery, &endpoint).unwrap_err();
        assert_eq!(refused.diagnosis(), Some(told));
    }

    for (role, secret, told) in [
        (
            DECODED,
            "whsec_gIGCgw==",
            "the sender does not decode the secret from base64, which is done here",
        ),
        (
            SecretRole::hex("secret", "test"),
            "00ff10ab",
            "the sender does not decode the secret from hex, which is done here",
        ),
    ] {
        let scheme = HmacScheme::sha1(role, "x-signature");
        let endpoint = Endpoint::fixed(NOW).with_secret_text(role, secret);
        let undecoded = Algorithm::Sha1.tag(secret.as_bytes(), BODY.as_bytes());
        let refused = scheme
            .verify(&presenting(&hex::encode(undecoded)), &endpoint)
            .unwrap_err();
        assert_eq!(refused.diagnosis(), Some(told));
    }
}

#[test]
fn what_looks_like_nothing_and_what_is_large_is_not_diagnosed() {
    let wrong_key = presenting("673df7c2c9c721ca8e2584c17baa38ff3da2534b");
    let large = "x".repeat(64 * 1024 + 1);
    let plain256 = HmacScheme::sha256(SECRET, "x-signature");
    let mistaken = plain256.sign(&Delivery::post(large), &endpoint()).unwrap();

    for delivery in [wrong_key, mistaken] {
        let refused = PLAIN.verify(&delivery, &endpoint()).unwrap_err();
        assert_eq!(refused.diagnosis(), None);
        assert!(matches!(refused, VerifyError::Mismatch { .. }));
    }
}
