//! What is taken without a signature, and that no more is.

use serde_json::{Value, json};
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::{ACCOUNT, SIGNED, SIGNING, UNSIGNED, kinds};

async fn verify_with(options: &Value, body: &str) -> Result<Verified, VerifyError> {
    let adapter = UNSIGNED.adapter_with(options);
    let delivery = Delivery::post(body.to_owned());
    adapter.verify(&delivery, &Endpoint::fixed(SIGNED)).await
}

async fn verify(body: &str) -> Result<Verified, VerifyError> {
    verify_with(&json!({}), body).await
}

#[tokio::test]
async fn what_chatwoot_cannot_sign_is_taken_and_becomes_a_provider_event() {
    for event in [
        "automation_event.conversation_created",
        "automation_event.message_created",
        "automation_event.",
        "macro.executed",
        "account_created",
    ] {
        let body = json!({"id": 1, "event": event}).to_string();

        assert_eq!(verify(&body).await.unwrap(), Verified::unsigned());
        let told = kinds(&UNSIGNED.decode(body));
        assert_eq!(told, [format!("provider.event {event}")]);
    }
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
            matches!(refused, Err(VerifyError::Mismatch { .. })),
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
        let refused = verify(body).await.unwrap_err();
        assert_eq!(
            refused.diagnosis(),
            Some("an event that `events` does not list"),
            "{body}"
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
            kinds(&UNSIGNED.decode(body)),
            ["provider.event macro.executed"]
        );
    }
    // Read as a list of fields, this one would name an event; it is undecoded, and tells nothing.
    let list = Delivery::post(r#"["macro.executed"]"#);
    assert!(UNSIGNED.adapter().decode(&list).is_err());
}

#[tokio::test]
async fn a_signature_makes_no_other_event_of_it() {
    let delivery = ACCOUNT
        .adapter()
        .sign(
            &Delivery::post(r#"{"event":"message_created","id":1}"#),
            &ACCOUNT.endpoint(),
        )
        .unwrap();

    let refused = UNSIGNED
        .adapter()
        .verify(&delivery, &Endpoint::fixed(SIGNED))
        .await;

    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
}

/// Neither where Chatwoot signs, nor on the word of the event.
#[tokio::test]
async fn a_signed_endpoint_takes_nothing_unsigned() {
    for dialect in SIGNING {
        for (name, body) in UNSIGNED.bodies() {
            let refused = dialect
                .adapter()
                .verify(&Delivery::post(body), &dialect.endpoint())
                .await;
            assert!(
                matches!(refused, Err(VerifyError::Missing(_))),
                "{name}: {refused:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_operator_says_what_else_is_taken() {
    let message = r#"{"event":"message_created","id":1}"#;
    let some = json!({"events": ["message_*", "macro.executed"]});

    assert!(verify_with(&some, message).await.is_ok());
    assert!(
        verify_with(&some, r#"{"event":"macro.executed"}"#)
            .await
            .is_ok()
    );
    for refused in [
        r#"{"event":"messages"}"#,
        r#"{"event":"account_created"}"#,
        "{}",
    ] {
        assert!(verify_with(&some, refused).await.is_err(), "{refused}");
    }
    let everything = json!({"events": ["*"]});
    for taken in [message, "{}", "", "no JSON"] {
        assert!(verify_with(&everything, taken).await.is_ok(), "{taken}");
    }
    let nothing = json!({"events": []});
    assert!(verify_with(&nothing, message).await.is_err());
}
