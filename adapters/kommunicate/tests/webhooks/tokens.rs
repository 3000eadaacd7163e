//! Which deliveries are believed.

use std::fs;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{ACCOUNT, BOTH, Dialect, NOW, SECRET, fixture};

/// The header of the vendor's page: of the token `abcdef`.
const GENUINE: &str = "Basic YWJjZGVm";

const HEADER: &str = "authentication";

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    body: Option<String>,
    authentication: Option<String>,
    expect: String,
}

async fn verify_with(options: &Value, delivery: &Delivery) -> Result<Verified, VerifyError> {
    let adapter = ACCOUNT.adapter_with(options);
    adapter.verify(delivery, &ACCOUNT.endpoint()).await
}

async fn verify(delivery: &Delivery) -> Result<Verified, VerifyError> {
    verify_with(&json!({}), delivery).await
}

/// What a holder of `token` alone believes of `value`.
async fn verify_token(token: &str, value: &str) -> Result<Verified, VerifyError> {
    let endpoint = Endpoint::fixed(NOW).with_secret_text(ACCOUNT.role(), token);
    let adapter = ACCOUNT.adapter_with(&json!({}));
    adapter.verify(&presenting(value), &endpoint).await
}

fn presenting(value: &str) -> Delivery {
    Delivery::post("{}").with(HEADER, value)
}

fn signed(dialect: Dialect, body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = Delivery::post(body.into());
    dialect
        .adapter()
        .sign(&delivery, &dialect.endpoint())
        .unwrap()
}

#[track_caller]
fn assert_mismatch(refused: &Result<Verified, VerifyError>, case: &str) {
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{case}: {refused:?}"
    );
}

#[track_caller]
fn assert_missing(refused: &Result<Verified, VerifyError>, header: &str, case: &str) {
    assert!(
        matches!(refused, Err(VerifyError::Missing(name)) if name == header),
        "{case}: {refused:?}"
    );
}

#[tokio::test]
async fn the_vectors_are_accepted_as_they_say() {
    let vectors = fs::read(fixture("vectors.json")).unwrap();
    let Vectors { vectors } = serde_json::from_slice(&vectors).unwrap();
    assert_eq!(vectors.len(), 6);

    for vector in vectors {
        assert_eq!(vector.expect, "accept", "{}", vector.name);
        if let Some(value) = vector.authentication {
            let token = vector.name.strip_prefix("token '").unwrap();
            let token = token.strip_suffix('\'').unwrap();
            let verified = verify_token(token, &value).await.unwrap();
            assert_eq!(verified.scheme, "token");
        }
        if let Some(body) = vector.body {
            let dialect = BOTH
                .into_iter()
                .find(|dialect| body.starts_with(dialect.folder));
            let delivery = signed(dialect.unwrap(), fs::read(fixture(&body)).unwrap());
            assert_eq!(delivery.headers[HEADER], GENUINE);
            assert!(dialect.unwrap().adapter().decode(&delivery).is_ok());
        }
    }
}

#[tokio::test]
async fn what_it_signs_it_believes() {
    for dialect in BOTH {
        for (name, body) in dialect.bodies() {
            let delivery = signed(dialect, body);

            let verified = dialect
                .adapter()
                .verify(&delivery, &dialect.endpoint())
                .await;

            let verified = verified.unwrap();
            assert_eq!(verified.secret.as_deref(), Some("test"), "{name}");
            assert_eq!(verified.account, None, "{name}");
            assert_eq!(verified.signed_at, None, "{name}");
        }
    }
}

#[tokio::test]
async fn signing_replaces_the_token_that_is_there() {
    let stale = presenting("Basic b2xk").with(HEADER, "Basic b2xkZXI=");

    let signed = ACCOUNT.adapter().sign(&stale, &ACCOUNT.endpoint()).unwrap();

    assert!(verify(&signed).await.is_ok());
    assert!(
        ACCOUNT
            .adapter()
            .sign(&stale, &Endpoint::fixed(NOW))
            .is_none()
    );
}

#[tokio::test]
async fn the_scheme_is_read_in_any_case_and_at_any_distance() {
    for accepted in [
        GENUINE,
        "basic YWJjZGVm",
        "BASIC YWJjZGVm",
        "bAsIc YWJjZGVm",
        "Basic   YWJjZGVm",
    ] {
        let verified = verify(&presenting(accepted)).await;
        assert!(verified.is_ok(), "{accepted}: {verified:?}");
    }
}

#[tokio::test]
async fn anything_but_one_encoded_token_is_refused() {
    for (case, wrong) in [
        ("empty", ""),
        ("a space", " "),
        ("the scheme alone", "Basic"),
        ("the scheme and a space", "Basic "),
        ("no scheme", "YWJjZGVm"),
        ("no encoding", "Basic abcdef"),
        ("no scheme and no encoding", "abcdef"),
        ("another scheme", "Bearer YWJjZGVm"),
        ("a longer scheme", "BasicAuth YWJjZGVm"),
        ("the scheme twice", "Basic Basic YWJjZGVm"),
        ("the token twice", "Basic YWJjZGVm YWJjZGVm"),
        ("a list", "Basic YWJjZGVm,"),
        ("a list of two", "Basic YWJjZGVm, Basic YWJjZGVm"),
        ("no space", "BasicYWJjZGVm"),
        ("a tab", "Basic\tYWJjZGVm"),
        ("a space in front", " Basic YWJjZGVm"),
        ("a space behind", "Basic YWJjZGVm "),
        ("quoted", "Basic \"YWJjZGVm\""),
        ("padding too much", "Basic YWJjZGVm===="),
        ("one digit less", "Basic YWJjZGV"),
        ("one digit more", "Basic YWJjZGVmA"),
        ("hex", "Basic 616263646566"),
        ("encoded twice", "Basic WVdKalpHVm0="),
        ("the last bit flipped", "Basic YWJjZGVn"),
        ("in upper case", "Basic QUJDREVG"),
        ("its beginning", "Basic YWJjZGU="),
        ("its end", "Basic YmNkZWY="),
        ("more behind", "Basic YWJjZGVmZw=="),
        ("a newline behind", "Basic YWJjZGVmCg=="),
        ("a null behind", "Basic YWJjZGVmAA=="),
        ("as a user", "Basic YWJjZGVmOg=="),
        ("as a password", "Basic OmFiY2RlZg=="),
        ("as both", "Basic YWJjZGVmOmFiY2RlZg=="),
    ] {
        assert_mismatch(&verify(&presenting(wrong)).await, case);
    }
}

#[tokio::test]
async fn every_other_character_of_the_token_matters() {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for position in "Basic ".len()..GENUINE.len() {
        for digit in digits {
            let mut forged = GENUINE.as_bytes().to_vec();
            if forged[position] == *digit {
                continue;
            }
            forged[position] = *digit;
            let forged = String::from_utf8(forged).unwrap();

            assert_mismatch(&verify(&presenting(&forged)).await, &forged);
        }
    }
}

/// `tök/en?:~` needs padding, `>>>???` the two digits in which the alphabets differ.
#[tokio::test]
async fn padding_may_be_absent_and_the_alphabet_is_the_standard_one() {
    for (token, value) in [
        ("tök/en?:~", "Basic dMO2ay9lbj86fg=="),
        ("tök/en?:~", "Basic dMO2ay9lbj86fg="),
        ("tök/en?:~", "Basic dMO2ay9lbj86fg"),
        (">>>???", "Basic Pj4+Pz8/"),
    ] {
        let verified = verify_token(token, value).await;
        assert!(verified.is_ok(), "{value}: {verified:?}");
    }
    for (token, value) in [
        (">>>???", "Basic Pj4-Pz8_"),
        ("tök/en?:~", "Basic dMO2ay9lbj86fh=="),
    ] {
        assert_mismatch(&verify_token(token, value).await, value);
    }
}

#[tokio::test]
async fn a_colon_is_a_part_of_the_token() {
    assert!(verify_token("a:b", "Basic YTpi").await.is_ok());
    for (token, value) in [
        ("a", "Basic YTpi"),
        ("b", "Basic YTpi"),
        ("a:b", "Basic YQ=="),
        ("a:b", "Basic Yg=="),
    ] {
        assert_mismatch(&verify_token(token, value).await, token);
    }
}

#[tokio::test]
async fn bytes_are_compared_and_not_letters() {
    // In Latin-1, and with the accent as a letter of its own.
    for other in ["Basic dPZrL2VuPzp+", "Basic dG/MiGsvZW4/On4="] {
        assert_mismatch(&verify_token("tök/en?:~", other).await, other);
    }
}

#[tokio::test]
async fn a_header_that_is_not_there_exactly_once_is_missing() {
    for (case, values) in [
        ("absent", &[][..]),
        ("the same twice", &[GENUINE, GENUINE]),
        ("good and bad", &[GENUINE, "Basic eA=="]),
        ("bad and good", &["Basic eA==", GENUINE]),
        ("empty and good", &["", GENUINE]),
    ] {
        let bare = Delivery::post("{}");
        let delivery = values
            .iter()
            .fold(bare, |delivery, value| delivery.with(HEADER, value));

        assert_missing(&verify(&delivery).await, HEADER, case);
    }
    for name in ["authorization", "x-authentication", "proxy-authentication"] {
        let delivery = Delivery::post("{}").with(name, GENUINE);
        assert_missing(&verify(&delivery).await, HEADER, name);
    }
    let in_the_url = Delivery::post("{}").to("/in/support?authentication=Basic%20YWJjZGVm");
    assert_missing(&verify(&in_the_url).await, HEADER, "in the URL");

    let as_documented = Delivery::post("{}").with("Authentication", GENUINE);
    assert!(verify(&as_documented).await.is_ok());
}

#[tokio::test]
async fn what_is_no_visible_ascii_is_missing() {
    for value in ["Basic YWJjZGVmé", "Básic YWJjZGVm"] {
        assert_missing(&verify(&presenting(value)).await, HEADER, value);
    }
}

#[tokio::test]
async fn authorization_counts_where_it_is_asked_for_and_nothing_else_is_there() {
    let accepting = json!({"accept_authorization": true});
    let with = |values: &[(&str, &str)]| {
        let bare = Delivery::post("{}");
        values
            .iter()
            .fold(bare, |delivery, (name, value)| delivery.with(name, value))
    };
    let other = "Basic dXNlcjpwYXNz";

    for delivery in [
        with(&[("authorization", GENUINE)]),
        with(&[(HEADER, GENUINE)]),
        with(&[(HEADER, GENUINE), ("authorization", other)]),
    ] {
        let verified = verify_with(&accepting, &delivery).await;
        assert!(verified.is_ok(), "{verified:?}");
    }
    for (case, delivery) in [
        ("another token", with(&[("authorization", other)])),
        (
            "no downgrade",
            with(&[(HEADER, other), ("authorization", GENUINE)]),
        ),
        (
            "no way round",
            with(&[(HEADER, ""), ("authorization", GENUINE)]),
        ),
    ] {
        assert_mismatch(&verify_with(&accepting, &delivery).await, case);
    }
    let twice = with(&[("authorization", GENUINE), ("authorization", GENUINE)]);
    let refused = verify_with(&accepting, &twice).await;
    assert_missing(&refused, "authorization", "twice");
    let refused = verify_with(&accepting, &with(&[])).await;
    assert_missing(&refused, HEADER, "neither");
    let twice = with(&[
        (HEADER, GENUINE),
        (HEADER, GENUINE),
        ("authorization", GENUINE),
    ]);
    let refused = verify_with(&accepting, &twice).await;
    assert_missing(&refused, HEADER, "the first one twice");
}

#[tokio::test]
async fn a_bare_token_counts_where_it_is_asked_for() {
    let accepting = json!({"accept_bare_token": true});

    for value in [GENUINE, "YWJjZGVm"] {
        let verified = verify_with(&accepting, &presenting(value)).await;
        assert!(verified.is_ok(), "{value}: {verified:?}");
    }
    for value in [
        "",
        "abcdef",
        "Basic",
        "YWJjZGVn",
        "Bearer YWJjZGVm",
        "YWJjZGVm YWJjZGVm",
    ] {
        assert_mismatch(&verify_with(&accepting, &presenting(value)).await, value);
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_look_at() {
    for (value, expected) in [
        ("Bearer YWJjZGVm", Some("the scheme is not `Basic`")),
        ("YWJjZGVm", Some("the scheme is not `Basic`")),
        ("Basic %", Some("the token is not base64")),
        ("Basic eA==", None),
    ] {
        let refused = verify(&presenting(value)).await.unwrap_err();
        assert_eq!(refused.diagnosis(), expected, "{value}");
    }
}

#[tokio::test]
async fn another_token_is_a_mismatch_and_an_old_one_is_not() {
    for dialect in BOTH {
        let genuine = signed(dialect, "{}");
        let other = Endpoint::fixed(NOW).with_secret_text(dialect.role(), "x");
        let rotating = other.clone().with_secret_text(dialect.role(), SECRET);

        assert_mismatch(&dialect.adapter().verify(&genuine, &other).await, "other");
        let verified = dialect.adapter().verify(&genuine, &rotating).await;
        assert!(verified.is_ok(), "{verified:?}");
    }
}

#[tokio::test]
async fn without_a_token_nobody_knows() {
    for dialect in BOTH {
        let genuine = signed(dialect, "{}");

        let unknown = dialect
            .adapter()
            .verify(&genuine, &Endpoint::fixed(NOW))
            .await;

        assert!(
            matches!(unknown, Err(VerifyError::Unavailable(_))),
            "{unknown:?}"
        );
    }
}
