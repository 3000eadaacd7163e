//! The hook of a disconnected integration: what is believed, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;

use serde_json::json;
use switchboard_adapter_kommo as _; // Linked for its registration.
use switchboard_core::{
    Adapter, DedupKey, Delivery, Endpoint, SecretRole, Verified, VerifyError, registrations,
};

const NOW: i64 = 1_764_000_003;
const CLIENT: &str = "5a1f4c0e-1111-4222-8333-9d9d9d9d9d9d";
const SECRET: &str = "int_secret_Zq8";
const GENUINE: &str = "824c604f927a7f3eafbf3d7049fbf1a05e183d53a86a9745cb994dbea3b6dbb7";

/// Of the two without anything between them.
const JOINED: &str = "a21901e89e5815a32d8278f2e47bc04a3b249c65b7380941b9180d7d21dd08fb";

fn adapter() -> Box<dyn Adapter> {
    let linked = registrations();
    let kommo = linked
        .iter()
        .find(|registration| registration.descriptor.name == "kommo-oauth");
    kommo.unwrap().build(&json!({})).unwrap()
}

fn role() -> SecretRole {
    adapter().descriptor().secrets[0]
}

fn endpoint() -> Endpoint {
    Endpoint::fixed(NOW).with_secret_text(role(), SECRET)
}

fn get(query: &str) -> Delivery {
    let mut delivery =
        Delivery::post("").to(&format!("https://hooks.example.com/in/apps/?{query}"));
    delivery.method = "GET".parse().unwrap();
    delivery
}

fn genuine() -> Delivery {
    get(&format!(
        "account_id=30441694&client_uuid={CLIENT}&signature={GENUINE}"
    ))
}

async fn verify(delivery: &Delivery) -> Result<Verified, VerifyError> {
    adapter().verify(delivery, &endpoint()).await
}

#[tokio::test]
async fn the_account_that_disconnected_is_proven() {
    let verified = verify(&genuine()).await.unwrap();

    assert_eq!(verified.account.as_deref(), Some("30441694"));
}

/// Without a separator a digit could move from the one to the other under the same signature.
#[tokio::test]
async fn the_two_without_a_separator_are_refused_and_explained() {
    let query = format!("account_id=30441694&client_uuid={CLIENT}&signature={JOINED}");
    let moved = format!("account_id=0441694&client_uuid={CLIENT}3&signature={JOINED}");

    for query in [query, moved] {
        let refused = verify(&get(&query)).await.unwrap_err();
        let diagnosis = refused.diagnosis().unwrap();
        assert!(diagnosis.contains("without the `|`"), "{diagnosis}");
    }
}

#[tokio::test]
async fn what_is_not_there_exactly_once_is_missing() {
    let whole = format!("account_id=30441694&client_uuid={CLIENT}&signature={GENUINE}");
    for (name, query) in [
        ("account_id", whole.replace("account_id", "x")),
        ("client_id", whole.replace("client_uuid", "x")),
        ("signature", whole.replace("signature", "x")),
        ("account_id", whole.replace("=30441694", "=")),
        ("signature", whole.replace(GENUINE, "")),
        ("signature", whole.replace(GENUINE, "%0A")),
        ("account_id", format!("{whole}&account_id=30441694")),
        ("client_uuid", format!("{whole}&client_uuid={CLIENT}")),
        ("signature", format!("{whole}&signature={GENUINE}")),
        ("signature", String::new()),
    ] {
        let refused = verify(&get(&query)).await;
        assert!(
            matches!(&refused, Err(VerifyError::Missing(missing)) if missing == name),
            "{query}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_signature_under_an_escaped_name_is_replaced_too() {
    let forged = get(&format!("account_id=1&client_uuid={CLIENT}&%73ignature=00"));

    let signed = adapter().sign(&forged, &endpoint()).unwrap();

    assert!(verify(&signed).await.is_ok(), "{}", signed.url);
}

#[test]
fn nothing_is_signed_without_its_facts() {
    let signed = adapter().sign(&get("account_id=1"), &endpoint());

    assert!(signed.is_none(), "{signed:?}");
}

#[test]
fn an_account_can_disconnect_again() {
    let drafts = adapter().decode(&genuine()).unwrap();

    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].key, DedupKey::None);
}

#[test]
fn a_query_without_its_facts_is_undecoded() {
    for query in [
        "",
        "account_id=1",
        "client_uuid=c",
        "account_id=1&client_uuid=c&account_id=2",
    ] {
        assert!(adapter().decode(&get(query)).is_err(), "{query}");
    }
}
