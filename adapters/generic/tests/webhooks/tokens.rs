//! Tokens in place of a signature.

use serde_json::{Value, json};
use switchboard_core::{Delivery, VerifyError};

use crate::{NOW, build, endpoint};

async fn verify(
    proof: &Value,
    secrets: &[&str],
    delivery: &Delivery,
) -> Result<String, VerifyError> {
    let adapter = build(&json!({ "proof": proof })).unwrap();
    let secrets: Vec<_> = secrets.iter().map(|secret| ("secret", *secret)).collect();
    let verified = adapter.verify(delivery, &endpoint(NOW, &secrets)).await?;
    Ok(verified.scheme.into_owned())
}

#[tokio::test]
async fn a_token_is_taken_as_it_is_written_and_not_otherwise() {
    let header = |name: &str, value: &str| Delivery::post("").with(name, value);
    let query = |query: &str| Delivery::post("").to(&format!("/?{query}"));
    for (proof, secret, delivery, scheme) in [
        (
            json!("bearer"),
            "t0ken",
            header("authorization", "Bearer t0ken"),
            Some("bearer"),
        ),
        (
            json!("bearer"),
            "t0ken",
            header("authorization", "bearer  t0ken"),
            Some("bearer"),
        ),
        (
            json!("bearer"),
            "t0ken",
            header("authorization", "Bearer t0keN"),
            None,
        ),
        (
            json!("bearer"),
            "t0ken",
            header("authorization", "t0ken"),
            None,
        ),
        (
            json!("bearer"),
            "t0ken",
            header("authorization", "Basic t0ken"),
            None,
        ),
        (
            json!("bearer"),
            "t0ken",
            header("authorization", "Bearer t0ken").with("authorization", "Bearer t0ken"),
            None,
        ),
        (
            json!("basic"),
            "u:p:q",
            header("authorization", "Basic dTpwOnE="),
            Some("basic"),
        ),
        (
            json!("basic"),
            "u:p:q",
            header("authorization", "Basic dTpwOnE"),
            None,
        ),
        (
            json!("basic"),
            "u:p:q",
            header("authorization", "Basic u:p:q"),
            None,
        ),
        (
            json!("basic"),
            "u:p:q",
            header("authorization", "Bearer dTpwOnE="),
            None,
        ),
        (
            json!({"header": "X-Api-Key"}),
            "t0ken",
            header("x-api-key", "t0ken"),
            Some("token"),
        ),
        (
            json!({"header": "x-api-key"}),
            "t0ken",
            header("x-api-key", "t0ken "),
            None,
        ),
        (
            json!({"header": "x-api-key"}),
            "t0ken",
            header("authorization", "t0ken"),
            None,
        ),
        (
            json!({"query": "key"}),
            "a b",
            query("key=a+b"),
            Some("token"),
        ),
        (
            json!({"query": "key"}),
            "a b",
            query("x=1&key=a%20b"),
            Some("token"),
        ),
        (json!({"query": "key"}), "a b", query("key=a"), None),
        (json!({"query": "key"}), "a b", query("Key=a+b"), None),
        (
            json!({"query": "key"}),
            "a b",
            query("key=a+b&key=a+b"),
            None,
        ),
        (
            json!({"query": "key"}),
            "a b",
            Delivery::post("key=a+b"),
            None,
        ),
    ] {
        let found = verify(&proof, &[secret], &delivery).await;

        assert_eq!(
            found.as_ref().ok().map(String::as_str),
            scheme,
            "{proof}: {found:?}"
        );
    }
}

#[tokio::test]
async fn each_of_several_tokens_is_good() {
    let delivery = Delivery::post("").with("authorization", "Bearer old");

    assert!(
        verify(&json!("bearer"), &["new", "old"], &delivery)
            .await
            .is_ok()
    );
    assert!(verify(&json!("bearer"), &["new"], &delivery).await.is_err());
}

#[tokio::test]
async fn without_a_proof_nobody_knows() {
    let adapter = build(&json!({})).unwrap();

    let error = adapter
        .verify(&Delivery::post(""), &endpoint(NOW, &[("secret", "s")]))
        .await;

    assert!(
        matches!(error, Err(VerifyError::Unavailable(_))),
        "{error:?}"
    );
}
