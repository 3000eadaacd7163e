//! Which deliveries are believed.

use serde_json::{Value, json};
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{ACCOUNT, BOTH, Dialect, NOW};

/// The header of the vendor's page: of the token `abcdef`.
const GENUINE: &str = "Basic YWJjZGVm";

const HEADER: &str = "authentication";

/// Tokens, and values of their header that are good. The first three are the vendor's page and two
/// made by `printf %s TOKEN | openssl base64 -A`.
const ACCEPTED: &[(&str, &str)] = &[
    ("abcdef", GENUINE),
    ("tök/en?:~", "Basic dMO2ay9lbj86fg=="),
    ("a:b", "Basic YTpi"),
    // The scheme in any case and at any distance.
    ("abcdef", "basic YWJjZGVm"),
    ("abcdef", "BASIC YWJjZGVm"),
    ("abcdef", "bAsIc YWJjZGVm"),
    ("abcdef", "Basic   YWJjZGVm"),
    // Padding in part, and none.
    ("tök/en?:~", "Basic dMO2ay9lbj86fg="),
    ("tök/en?:~", "Basic dMO2ay9lbj86fg"),
    // The two digits in which the alphabets differ.
    (">>>???", "Basic Pj4+Pz8/"),
];

/// Tokens, and values of their header that are not good.
const REFUSED: &[(&str, &str, &str)] = &[
    ("empty", "abcdef", ""),
    ("a space", "abcdef", " "),
    ("the scheme alone", "abcdef", "Basic"),
    ("the scheme and a space", "abcdef", "Basic "),
    ("no scheme", "abcdef", "YWJjZGVm"),
    ("no encoding", "abcdef", "Basic abcdef"),
    ("no scheme and no encoding", "abcdef", "abcdef"),
    ("another scheme", "abcdef", "Bearer YWJjZGVm"),
    ("a longer scheme", "abcdef", "BasicAuth YWJjZGVm"),
    ("the scheme twice", "abcdef", "Basic Basic YWJjZGVm"),
    ("the token twice", "abcdef", "Basic YWJjZGVm YWJjZGVm"),
    ("a list", "abcdef", "Basic YWJjZGVm,"),
    ("a list of two", "abcdef", "Basic YWJjZGVm, Basic YWJjZGVm"),
    ("no space", "abcdef", "BasicYWJjZGVm"),
    ("a tab", "abcdef", "Basic\tYWJjZGVm"),
    ("a space in front", "abcdef", " Basic YWJjZGVm"),
    ("a space behind", "abcdef", "Basic YWJjZGVm "),
    ("quoted", "abcdef", "Basic \"YWJjZGVm\""),
    ("padding too much", "abcdef", "Basic YWJjZGVm===="),
    ("one digit less", "abcdef", "Basic YWJjZGV"),
    ("one digit more", "abcdef", "Basic YWJjZGVmA"),
    ("hex", "abcdef", "Basic 616263646566"),
    ("encoded twice", "abcdef", "Basic WVdKalpHVm0="),
    ("the last bit flipped", "abcdef", "Basic YWJjZGVn"),
    ("in upper case", "abcdef", "Basic QUJDREVG"),
    ("its beginning", "abcdef", "Basic YWJjZGU="),
    ("its end", "abcdef", "Basic YmNkZWY="),
    ("more behind", "abcdef", "Basic YWJjZGVmZw=="),
    ("a newline behind", "abcdef", "Basic YWJjZGVmCg=="),
    ("a null behind", "abcdef", "Basic YWJjZGVmAA=="),
    ("as a user", "abcdef", "Basic YWJjZGVmOg=="),
    ("as a password", "abcdef", "Basic OmFiY2RlZg=="),
    ("as both", "abcdef", "Basic YWJjZGVmOmFiY2RlZg=="),
    ("the other alphabet", ">>>???", "Basic Pj4-Pz8_"),
    ("bits left over", "tök/en?:~", "Basic dMO2ay9lbj86fh=="),
    ("Latin-1", "tök/en?:~", "Basic dPZrL2VuPzp+"),
    ("an accent apart", "tök/en?:~", "Basic dG/MiGsvZW4/On4="),
    ("the user of two", "a", "Basic YTpi"),
    ("the password of two", "b", "Basic YTpi"),
    ("no password", "a:b", "Basic YQ=="),
    ("no user", "a:b", "Basic Yg=="),
];

async fn verify_with(options: &Value, delivery: &Delivery) -> Result<Verified, VerifyError> {
    let adapter = ACCOUNT.adapter_with(options);
    adapter.verify(delivery, &ACCOUNT.endpoint()).await
}

async fn verify(delivery: &Delivery) -> Result<Verified, VerifyError> {
    verify_with(&json!({}), delivery).await
}

/// What a holder of `token` alone believes of `value`.
async fn verify_token(dialect: Dialect, token: &str, value: &str) -> Result<Verified, VerifyError> {
    let endpoint = Endpoint::fixed(NOW).with_secret_text(dialect.role(), token);
    let adapter = dialect.adapter();
    adapter.verify(&presenting(value), &endpoint).await
}

fn presenting(value: &str) -> Delivery {
    Delivery::post("{}").with(HEADER, value)
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
async fn one_encoded_token_behind_the_scheme_is_believed() {
    for dialect in BOTH {
        for (token, value) in ACCEPTED {
            let verified = verify_token(dialect, token, value).await;

            let verified = verified.unwrap_or_else(|error| panic!("{value}: {error}"));
            assert_eq!(verified.scheme, "token");
            assert_eq!(verified.account, None);
            assert_eq!(verified.signed_at, None);
        }
    }
}

#[tokio::test]
async fn anything_else_is_refused() {
    for dialect in BOTH {
        for (case, token, value) in REFUSED {
            assert_mismatch(&verify_token(dialect, token, value).await, case);
        }
    }
}

#[tokio::test]
async fn a_header_that_is_not_there_exactly_once_is_missing() {
    for (case, values) in [("absent", &[][..]), ("the same twice", &[GENUINE, GENUINE])] {
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

/// The path token is the operator's word for the token, and a wrong token means nothing there.
#[tokio::test]
async fn a_token_is_not_asked_for_where_the_operator_says_unsigned() {
    let unsigned = Endpoint::fixed(NOW).unsigned();
    for dialect in BOTH {
        for delivery in [Delivery::post("{}"), presenting("Basic eA==")] {
            let verified = dialect.adapter().verify(&delivery, &unsigned).await;
            assert_eq!(verified.unwrap(), Verified::unsigned());
        }

        let guarded = dialect.endpoint().guarded();
        let refused = dialect
            .adapter()
            .verify(&Delivery::post("{}"), &guarded)
            .await;
        assert_missing(&refused, HEADER, "behind a path token");
    }
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
