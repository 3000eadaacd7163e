//! What becomes of each webhook.

use serde_json::{Value, json};
use switchboard_core::{Data, DedupKey};

use crate::{ACCOUNT, BOT, BOTH};

#[test]
fn a_message_comes_again_under_its_own_key() {
    for dialect in BOTH {
        let key = |key: Value, text: &str| {
            let hook = json!({"key": key, "from": "anna", "message": text});
            dialect.decode_json(&hook).key
        };

        assert_eq!(key(json!("m"), "x"), DedupKey::provider(["m"]));
        assert_eq!(key(json!("m"), "y"), DedupKey::provider(["m"]));
        assert_eq!(key(json!(7), "x"), DedupKey::provider(["7"]));
        assert_eq!(key(json!(""), "x"), DedupKey::None);
    }
}

#[test]
fn an_event_comes_again_under_its_name_and_key() {
    let key = |event: &str, key: &str| {
        let hook = json!({"key": key, "from": "anna", "eventName": event});
        BOT.decode_json(&hook).key
    };

    assert_eq!(key("WELCOME", "m"), DedupKey::provider(["WELCOME", "m"]));
    assert_ne!(key("WELCOME", "m"), key("FALLBACK", "m"));
    assert_eq!(key("WELCOME", ""), DedupKey::None);
}

#[test]
fn only_what_is_said_is_a_message() {
    let kind = |hook: &Value| match BOT.decode_json(hook).data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    };
    let file = json!({"url": "https://files.example.test/a"});

    for (hook, expected) in [
        (json!({"key": "k", "from": "f"}), "message.created"),
        (
            json!({"key": "k", "from": "f", "eventName": ""}),
            "message.created",
        ),
        (
            json!({"key": "k", "from": "f", "eventName": "E", "message": "Hello"}),
            "message.created",
        ),
        (
            json!({"key": "k", "from": "f", "eventName": "E", "file": file}),
            "message.created",
        ),
        (
            json!({"key": "k", "from": "f", "eventName": "E", "file": {}}),
            "provider.event E",
        ),
        (
            json!({"key": "k", "from": "f", "eventName": "E", "message": ""}),
            "provider.event E",
        ),
        (json!({"key": "k", "eventName": "E"}), "provider.event E"),
        (
            json!({"from": "f", "message": "Hello"}),
            "provider.event unknown",
        ),
        (json!({"key": null, "from": "f"}), "provider.event unknown"),
        (json!({"key": ["k"], "from": "f"}), "provider.event message"),
        (json!({}), "provider.event unknown"),
    ] {
        assert_eq!(kind(&hook), expected, "{hook}");
    }
}

#[test]
fn a_group_is_known_by_number_or_text() {
    for group in [json!(123_456), json!("123456")] {
        let hook = json!({"key": "k", "from": "f", "groupId": group, "clientGroupId": "own"});

        let Data::Message(_, message) = ACCOUNT.decode_json(&hook).data else {
            panic!("{hook}")
        };

        assert_eq!(message.conversation.id.as_deref(), Some("123456"));
        assert_eq!(message.conversation.external_id.as_deref(), Some("own"));
    }
}

#[test]
fn the_webhooks_own_time_is_the_events_time() {
    let time = |mut hook: Value| {
        hook["key"] = json!("k");
        hook["from"] = json!("f");
        let time = ACCOUNT.decode_json(&hook).time;
        time.map(|time| time.to_string())
    };
    let (first, second, third) = (
        1_764_000_000_480_u64,
        1_764_000_001_000_u64,
        "1764000002000",
    );

    for (hook, expected) in [
        (
            json!({"timeStamp": first, "createdAt": second, "createdAtTime": third}),
            Some("2025-11-24T16:00:00.48Z"),
        ),
        (
            json!({"timeStamp": null, "createdAt": second, "createdAtTime": third}),
            Some("2025-11-24T16:00:01Z"),
        ),
        (
            json!({"timeStamp": 0, "createdAtTime": third}),
            Some("2025-11-24T16:00:02Z"),
        ),
        (json!({}), None),
    ] {
        assert_eq!(time(hook.clone()).as_deref(), expected, "{hook}");
    }
}

#[test]
fn a_bots_account_is_the_application() {
    let account = |hook: Value| BOT.decode_json(&hook).account;

    for (hook, expected) in [
        (
            json!({"key": "k", "from": "f", "applicationKey": "a"}),
            Some("a"),
        ),
        (
            json!({"key": "k", "from": "f", "applicationId": "a"}),
            Some("a"),
        ),
        (
            json!({"key": "k", "from": "f", "eventName": "E", "applicationId": "a"}),
            Some("a"),
        ),
        (json!({"key": "k", "from": "f"}), None),
    ] {
        assert_eq!(account(hook.clone()).as_deref(), expected, "{hook}");
    }
}

/// The account webhook writes it as JSON in a text, the bot webhook as an object.
#[test]
fn the_chat_context_is_read_as_text_and_as_object() {
    let context = json!({"attachments": [{"type": "image/png", "payload": {"name": "a.png"}}]});
    let in_text = |value: &Value| json!(value.to_string());
    let metadata = json!({"KM_CHAT_CONTEXT": context});
    let nested = json!({"KM_CHAT_CONTEXT": in_text(&context)});

    for metadata in [&metadata, &nested, &in_text(&metadata), &in_text(&nested)] {
        for dialect in BOTH {
            let hook = json!({"key": "k", "from": "f", "metadata": metadata});

            let draft = dialect.decode_json(&hook);

            let Data::Message(_, message) = draft.data else {
                panic!("{hook}")
            };
            let attached = &message.message.attachments;
            assert_eq!(attached.len(), 1, "{hook}");
            assert_eq!(attached[0].file_name.as_deref(), Some("a.png"), "{hook}");
            assert_eq!(draft.rest["metadata"], *metadata);
        }
    }
}
