//! What is taken without a signature, and that no more is.

use serde_json::{Value, json};
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::signatures::{GENUINE, SIGNATURE, TIMESTAMP};
use crate::{ACCOUNT, BOTH, SIGNED, kinds};

/// What Chatwoot cannot sign.
fn never_signed() -> Value {
    json!({"unsigned_events": ["automation_event.*", "macro.executed", "account_created"]})
}

const DIAGNOSIS: &str =
    "one of `unsigned_events`, which are taken only at an endpoint with a path token";

async fn verify_at(endpoint: &Endpoint, delivery: &Delivery) -> Result<Verified, VerifyError> {
    let adapter = ACCOUNT.adapter_with(&never_signed());
    adapter.verify(delivery, endpoint).await
}

/// With a secret, behind a path token.
async fn verify(body: &str) -> Result<Verified, VerifyError> {
    let delivery = Delivery::post(body.to_owned());
    verify_at(&ACCOUNT.endpoint().guarded(), &delivery).await
}

#[tokio::test]
async fn what_chatwoot_cannot_sign_is_taken_by_name_and_becomes_a_provider_event() {
    for event in [
        "automation_event.conversation_created",
        "automation_event.message_created",
        "automation_event.",
        "macro.executed",
        "account_created",
    ] {
        let body = json!({"id": 1, "event": event}).to_string();

        assert_eq!(verify(&body).await.unwrap(), Verified::unsigned());
        let told = kinds(&ACCOUNT.decode(body));
        assert_eq!(told, [format!("provider.event {event}")]);
    }
}

#[tokio::test]
async fn nothing_is_taken_unsigned_until_it_is_named() {
    let guarded = ACCOUNT.endpoint().guarded();
    for event in ["automation_event.x", "macro.executed", "account_created"] {
        let delivery = Delivery::post(json!({"event": event}).to_string());
        for options in [json!({}), json!({"unsigned_events": []})] {
            let refused = ACCOUNT
                .adapter_with(&options)
                .verify(&delivery, &guarded)
                .await;
            assert!(
                matches!(refused, Err(VerifyError::Missing(_))),
                "{refused:?}"
            );
        }
        let refused = crate::BOT.adapter().verify(&delivery, &guarded).await;
        assert!(
            matches!(refused, Err(VerifyError::Missing(_))),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn what_is_named_is_refused_where_no_path_token_guards_it() {
    let named = Delivery::post(r#"{"event":"macro.executed"}"#);
    let other = Delivery::post(r#"{"event":"message_created"}"#);

    let refused = verify_at(&ACCOUNT.endpoint(), &named).await.unwrap_err();

    assert!(
        matches!(refused, VerifyError::Mismatch { .. }),
        "{refused:?}"
    );
    assert_eq!(refused.diagnosis(), Some(DIAGNOSIS));
    let refused = verify_at(&ACCOUNT.endpoint(), &other).await.unwrap_err();
    assert!(matches!(refused, VerifyError::Missing(_)), "{refused:?}");
}

#[tokio::test]
async fn no_other_event_is_taken() {
    for body in [
        r#"{"event":"message_created","id":1}"#,
        r#"{"event":"contact_updated","id":1}"#,
        r#"{"event":"automation_event"}"#,
        r#"{"event":"Automation_event.x"}"#,
        r#"{"event":" macro.executed"}"#,
        r#"{"event":"macro.executed.x"}"#,
        r#"{"event":"macro.executed\u0000"}"#,
        r#"{"event":"macro_executed"}"#,
        r#"{"event":["macro.executed"]}"#,
        r#"{"event":{"macro.executed":1}}"#,
        r#"{"Event":"macro.executed"}"#,
        r#"{"data":{"event":"macro.executed"}}"#,
        r#"{"event":null}"#,
        "{}",
        "",
        "macro.executed",
        "event=macro.executed",
        r#"{"event":"macro.executed""#,
        r#"{"event":"macro.executed"}{"event":"message_created"}"#,
    ] {
        let refused = verify(body).await;
        assert!(
            matches!(refused, Err(VerifyError::Missing(_))),
            "{body}: {refused:?}"
        );
    }
}

/// Readers differ in which one of two they take, so such a body is never taken.
#[tokio::test]
async fn a_body_that_names_two_events_is_refused() {
    for body in [
        r#"{"event":"macro.executed","id":1,"event":"message_created"}"#,
        r#"{"event":"message_created","id":1,"event":"macro.executed"}"#,
        r#"{"event":"macro.executed","event":"macro.executed"}"#,
        r#"{"event":"macro.executed","\u0065vent":"message_created"}"#,
    ] {
        let refused = verify(body).await;
        assert!(
            matches!(refused, Err(VerifyError::Missing(_))),
            "{body}: {refused:?}"
        );
    }
}

/// Whatever spelling of its name is accepted, `parse` must not find another event in the body.
#[tokio::test]
async fn what_is_taken_is_what_is_decoded() {
    for body in [
        r#"{"event":"macro.executed","id":1}"#,
        r#"{"\u0065vent":"macro\u002eexecuted","EVENT":"message_created"}"#,
        r#" { "x" : {"event":"message_created"} , "event" : "macro.executed" } "#,
    ] {
        assert!(verify(body).await.is_ok(), "{body}");
        assert_eq!(
            kinds(&ACCOUNT.decode(body)),
            ["provider.event macro.executed"]
        );
    }
    // Read as a list of fields, this one would name an event; it is undecoded, and tells nothing.
    let list = Delivery::post(r#"["macro.executed"]"#);
    assert!(ACCOUNT.adapter().decode(&list).is_err());
}

/// A signature that is there counts, also where none is asked for.
#[tokio::test]
async fn what_is_signed_is_verified_though_its_event_is_named() {
    let rule = Delivery::post(r#"{"event":"macro.executed","id":1}"#);
    let guarded = ACCOUNT.endpoint().guarded();
    let time = SIGNED.to_string();
    let signed = ACCOUNT.adapter().sign(&rule, &guarded).unwrap();

    let verified = verify_at(&guarded, &signed).await.unwrap();

    assert_eq!(verified.scheme, "hmac-sha256");
    for forged in [
        rule.clone().with(TIMESTAMP, &time).with(SIGNATURE, GENUINE),
        rule.clone().with(TIMESTAMP, &time),
        rule.clone().with(SIGNATURE, GENUINE),
        rule.clone().with(SIGNATURE, ""),
    ] {
        let refused = verify_at(&guarded, &forged).await;
        assert!(refused.is_err(), "{forged:?}: {refused:?}");
    }
}

#[tokio::test]
async fn an_operator_says_what_else_is_taken() {
    let some = ACCOUNT.adapter_with(&json!({"unsigned_events": ["message_*", "macro.executed"]}));
    let guarded = ACCOUNT.endpoint().guarded();
    for (event, is_taken) in [
        ("message_created", true),
        ("message_", true),
        ("macro.executed", true),
        ("messages", false),
        ("account_created", false),
    ] {
        let delivery = Delivery::post(json!({"event": event}).to_string());
        let verified = some.verify(&delivery, &guarded).await;
        assert_eq!(verified.is_ok(), is_taken, "{event}: {verified:?}");
    }
}

/// As from versions that cannot sign. One that is upgraded signs all of a sudden, and is not refused
/// for it: there is no secret by which to tell.
#[tokio::test]
async fn everything_is_taken_where_the_operator_says_unsigned() {
    let unsigned = Endpoint::fixed(SIGNED).unsigned();
    for body in [r#"{"event":"message_created","id":1}"#, "{}", "", "no JSON"] {
        let bare = Delivery::post(body);
        let upgraded = bare
            .clone()
            .with(TIMESTAMP, &SIGNED.to_string())
            .with(SIGNATURE, GENUINE);
        for dialect in BOTH {
            for delivery in [&bare, &upgraded] {
                let verified = dialect.adapter().verify(delivery, &unsigned).await;
                assert_eq!(verified.unwrap(), Verified::unsigned(), "{body}");
            }
        }
    }
}
