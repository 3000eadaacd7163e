//! The hook of a disconnected integration: what is believed, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_adapter_kommo as _; // Linked for its registration.
use switchboard_core::event::Origin;
use switchboard_core::{
    Adapter, DedupKey, Delivery, Endpoint, Event, SecretRole, Timestamp, Verified, VerifyError,
    registrations,
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

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/oauth")
        .join(name)
}

fn events(delivery: &Delivery) -> Value {
    let origin = Origin {
        adapter: adapter().descriptor(),
        endpoint: "apps",
        account: None,
        scheme: "hmac-sha256",
        delivery: "delivery",
        recorded: Timestamp::from_seconds(NOW).unwrap(),
    };
    let drafts = adapter().decode(delivery).unwrap().into_iter().enumerate();
    let events = drafts.map(|(position, draft)| Event::stamp(draft, &origin, position));
    serde_json::to_value(events.collect::<Vec<_>>()).unwrap()
}

#[derive(Deserialize)]
struct Vector {
    message: String,
    key: String,
    signature: String,
    expect: String,
}

#[tokio::test]
async fn the_vector_is_accepted() {
    let vector = fs::read(fixture("vector.json")).unwrap();
    let vector: Vector = serde_json::from_slice(&vector).unwrap();
    let (client, account) = vector.message.split_once('|').unwrap();
    let endpoint = Endpoint::fixed(NOW).with_secret_text(role(), &vector.key);
    let delivery = get(&format!(
        "account_id={account}&client_uuid={client}&signature={}",
        vector.signature
    ));

    let verified = adapter().verify(&delivery, &endpoint).await.unwrap();

    assert_eq!(vector.expect, "accept");
    assert_eq!(verified.scheme, "hmac-sha256");
    assert_eq!(verified.account.as_deref(), Some("30441694"));
}

#[tokio::test]
async fn the_integration_goes_by_either_name_and_in_any_order() {
    for query in [
        format!("client_id={CLIENT}&account_id=30441694&signature={GENUINE}"),
        format!("signature={GENUINE}&client_uuid={CLIENT}&account_id=30441694"),
        format!("client_id=other&client_uuid={CLIENT}&account_id=30441694&signature={GENUINE}"),
        format!("account_id=3044%31694&client_uuid={CLIENT}&signature={GENUINE}&new=1"),
        format!(
            "account_id=30441694&client_uuid={CLIENT}&signature={}",
            GENUINE.to_uppercase()
        ),
    ] {
        let verified = verify(&get(&query)).await;
        assert!(verified.is_ok(), "{query}: {verified:?}");
    }
}

#[tokio::test]
async fn anything_else_is_a_mismatch() {
    let flipped = GENUINE.replace('8', "9");
    for query in [
        format!("account_id=30441695&client_uuid={CLIENT}&signature={GENUINE}"),
        format!("account_id=0441694&client_uuid={CLIENT}3&signature={GENUINE}"),
        format!("account_id=30441694&client_uuid={CLIENT}x&signature={GENUINE}"),
        format!("account_id=+30441694&client_uuid={CLIENT}&signature={GENUINE}"),
        format!("account_id=30441694&client_uuid={CLIENT}&signature={flipped}"),
        format!(
            "account_id=30441694&client_uuid={CLIENT}&signature={}",
            &GENUINE[2..]
        ),
        format!("account_id=30441694&client_uuid={CLIENT}&signature=sha256%3D{GENUINE}"),
        format!("account_id=30441694&client_uuid={CLIENT}&signature=no"),
    ] {
        let refused = verify(&get(&query)).await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { diagnosis: None })),
            "{query}: {refused:?}"
        );
    }
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

/// The header that the scheme reads is set from the query, never believed.
#[tokio::test]
async fn a_signature_in_a_header_counts_for_nothing() {
    let unsigned = get(&format!("account_id=30441694&client_uuid={CLIENT}"));
    let forged = get(&format!(
        "account_id=30441694&client_uuid={CLIENT}&signature=00"
    ));

    for delivery in [unsigned, forged] {
        let refused = verify(&delivery.with("signature", GENUINE)).await;
        assert!(refused.is_err(), "{refused:?}");
    }
}

#[tokio::test]
async fn another_secret_is_a_mismatch_and_none_is_unavailable() {
    let other = Endpoint::fixed(NOW).with_secret_text(role(), "x");
    let rotating = other.clone().with_secret_text(role(), SECRET);

    let refused = adapter().verify(&genuine(), &other).await;
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
    assert!(adapter().verify(&genuine(), &rotating).await.is_ok());
    let unknown = adapter().verify(&genuine(), &Endpoint::fixed(NOW)).await;
    assert!(
        matches!(unknown, Err(VerifyError::Unavailable(_))),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn what_it_signs_it_believes() {
    for sample in adapter().descriptor().samples {
        let signed = adapter().sign(&sample.delivery(), &endpoint()).unwrap();
        let twice = adapter().sign(&signed, &endpoint()).unwrap();

        assert_eq!(signed.method, "GET");
        assert!(
            signed
                .url
                .to_string()
                .ends_with(&format!("&signature={GENUINE}"))
        );
        assert_eq!(signed.url, twice.url);
        assert!(verify(&signed).await.is_ok());
    }
    let nothing = adapter().sign(&get("account_id=1"), &endpoint());
    assert!(nothing.is_none(), "{nothing:?}");
}

#[tokio::test]
async fn a_signature_under_an_escaped_name_is_replaced_too() {
    let forged = get(&format!("account_id=1&client_uuid={CLIENT}&%73ignature=00"));

    let signed = adapter().sign(&forged, &endpoint()).unwrap();

    assert!(verify(&signed).await.is_ok(), "{}", signed.url);
}

#[test]
fn it_becomes_the_event_beside_it() {
    let expected = fs::read(fixture("disconnected.events.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let query = genuine().url.query().unwrap().to_owned();

    let events = events(&get(&format!("{query}&from_widget=1&client_id=c")));

    assert_eq!(events, expected, "{events:#}");
    assert!(!events.to_string().contains(GENUINE));
}

#[test]
fn an_account_can_disconnect_again() {
    let drafts = adapter().decode(&genuine()).unwrap();

    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].key, DedupKey::None);
    assert_eq!(adapter().decode(&genuine()).unwrap(), drafts);
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
