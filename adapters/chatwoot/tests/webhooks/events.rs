//! What becomes of each webhook.

use serde_json::{Value, json};
use switchboard_core::event::Intent;
use switchboard_core::{Data, Delivery};

use crate::{ACCOUNT, BOTH, body, fixture, kinds, message};

/// Rails writes `<` as an escape; it is signed so, and means the same.
#[test]
fn escapes_make_no_other_event() {
    let plain = ACCOUNT.decode(body("account/cw_message_created_incoming"));
    let escaped = ACCOUNT.decode(body("account/cw_message_created_incoming_railsescaped"));

    assert_eq!(plain, escaped);
}

/// Comments and stray commas stand in the vendor's documentation and in no body that it sends.
#[test]
fn the_vendors_example_is_kept_undecoded() {
    let example = Delivery::post(body("account/seed_message"));

    let error = ACCOUNT.adapter().decode(&example).unwrap_err();

    assert_eq!(
        error.to_string(),
        "the body is not JSON at line 3 column 31"
    );
}

#[test]
fn the_event_alone_tells_what_happened() {
    for (event, expected) in [
        ("message_created", "message.created"),
        ("message_updated", "message.updated"),
        ("conversation_created", "conversation.created"),
        ("conversation_updated", "conversation.updated"),
        ("conversation_status_changed", "conversation.status_changed"),
        ("conversation_opened", "conversation.status_changed"),
        ("conversation_resolved", "conversation.status_changed"),
        ("conversation_typing_on", "typing.started"),
        ("conversation_typing_off", "typing.stopped"),
        ("contact_created", "contact.created"),
        ("contact_updated", "contact.updated"),
        ("webwidget_triggered", "widget.opened"),
        ("inbox_created", "provider.event inbox_created"),
        ("inbox_updated", "provider.event inbox_updated"),
        ("account_created", "provider.event account_created"),
        ("macro.executed", "provider.event macro.executed"),
        (
            "automation_event.message_created",
            "provider.event automation_event.message_created",
        ),
        ("message_deleted", "provider.event message_deleted"),
        ("Message_Created", "provider.event Message_Created"),
        ("", "provider.event unknown"),
    ] {
        let hook = json!({"event": event, "id": 1});
        for dialect in BOTH {
            assert_eq!(kinds(&dialect.decode_json(&hook)), [expected]);
        }
    }
    for id in [json!(null), json!(""), json!([])] {
        let told = ACCOUNT.decode_json(&json!({"event": "contact_created", "id": id}));
        assert_eq!(kinds(&told), ["provider.event contact_created"], "{id}");
    }
    for event in [json!(null), json!([]), json!(true)] {
        let told = ACCOUNT.decode_json(&json!({"event": event}));
        assert_eq!(kinds(&told), ["provider.event unknown"], "{event}");
    }
}

#[test]
fn a_conversation_is_assigned_when_its_assignee_changes() {
    let told = |changed: Value| {
        let hook = json!({"event": "conversation_updated", "changed_attributes": changed});
        kinds(&ACCOUNT.decode_json(&hook)).remove(0)
    };
    let change = |name: &str| json!({name: {"previous_value": 1, "current_value": 2}});

    assert_eq!(
        told(json!([change("assignee_id")])),
        "conversation.assigned"
    );
    let both = json!([change("priority"), change("assignee_agent_bot_id")]);
    assert_eq!(told(both), "conversation.assigned");
    for other in [
        json!(null),
        json!([]),
        json!([change("team_id")]),
        json!([change("status")]),
    ] {
        assert_eq!(told(other.clone()), "conversation.updated", "{other}");
    }
}

#[test]
fn only_what_says_so_is_a_deletion() {
    for (deleted, expected) in [
        (json!(true), "message.deleted"),
        (json!(false), "message.updated"),
        (json!(null), "message.updated"),
        (json!("true"), "message.updated"),
    ] {
        let attributes = json!({"deleted": deleted});
        let hook = json!({"event": "message_updated", "content_attributes": attributes});
        assert_eq!(kinds(&ACCOUNT.decode_json(&hook)), [expected], "{hook}");
    }
}

/// Nothing in a body tells an API inbox's webhook from an account's.
#[test]
fn what_is_to_be_delivered_is_the_operators_word() {
    let deliver = json!({"intent": "deliver"});
    let intent = |options: &Value, hook: Value| {
        let delivery = Delivery::post(hook.to_string());
        let mut told = ACCOUNT.adapter_with(options).decode(&delivery).unwrap();
        let Data::Message(_, message) = told.remove(0).data else {
            panic!("{hook}")
        };
        message.intent
    };
    let hook = |event: &str, kind: &str, private: bool| json!({"event": event, "message_type": kind, "private": private});

    for (case, expected) in [
        (hook("message_created", "outgoing", false), Intent::Deliver),
        (hook("message_created", "template", false), Intent::Deliver),
        (hook("message_created", "incoming", false), Intent::Notify),
        (hook("message_created", "outgoing", true), Intent::Notify),
        (hook("message_updated", "outgoing", false), Intent::Notify),
    ] {
        assert_eq!(intent(&deliver, case.clone()), expected, "{case}");
        assert_eq!(intent(&json!({}), case), Intent::Notify);
    }
}

#[test]
fn a_channel_is_named_as_elsewhere() {
    for (class, expected) in [
        ("Channel::Api", "api"),
        ("Channel::Whatsapp", "whatsapp"),
        ("Channel::WebWidget", "web_widget"),
        ("Channel::TwilioSms", "twilio_sms"),
        ("carrier pigeon", "carrier pigeon"),
    ] {
        let hook = json!({"event": "message_created", "conversation": {"channel": class}});
        let channel = message(&hook).conversation.channel;
        assert_eq!(channel.as_deref(), Some(expected));
    }
}

/// The whole record of an inbox's channel is dropped, which no captured request of the suite's may be.
#[test]
fn what_opens_an_account_elsewhere_is_in_no_event() {
    for dialect in BOTH {
        for name in ["inbox_created", "inbox_updated"] {
            let hook = json!({
                "event": name, "id": 1, "hmac_token": "REDACT-ME",
                "channel": {"anything": "REDACT-ME", "at": ["REDACT-ME"]},
                "changed_attributes": [{"x": {"current_value": {"api_key": "REDACT-ME"}}}],
            });

            let events = dialect.stamp(dialect.decode_json(&hook));

            let told = serde_json::to_string(&events).unwrap();
            assert!(!told.contains("REDACT-ME"), "{told}");
        }
    }
    let expected: Value = serde_json::from_slice(&fixture("inbox/updated.events.json")).unwrap();
    let updated = ACCOUNT.stamp(ACCOUNT.decode(fixture("inbox/updated.body")));
    assert_eq!(serde_json::to_value(updated).unwrap(), expected);
}
