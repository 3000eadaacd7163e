//! Whatever a field holds, a webhook is told: as a message if it can be, else as it came.

use serde_json::{Value, json};
use switchboard_core::{Data, Delivery};

use crate::{ACCOUNT, BOTH, Dialect};

#[test]
fn every_field_may_be_anything() {
    let huge = "x".repeat(4 * 1024);
    let mut cases = 0;
    for (dialect, name, body) in all() {
        let hook: Value = serde_json::from_slice(&body).unwrap();
        for path in paths(&hook) {
            for odd in [
                json!(null),
                json!(""),
                json!("odd"),
                json!("{\"KM_CHAT_CONTEXT\":{\"attachments\":[7]}}"),
                json!(huge),
                json!(7),
                json!(-1),
                json!(1.5),
                json!(u64::MAX),
                json!(true),
                json!([]),
                json!(["odd"]),
                json!([{"odd": 1}]),
                json!({}),
                json!({"odd": 1}),
                json!({"0": {"odd": 1}}),
            ] {
                let mut mutant = hook.clone();
                *mutant.pointer_mut(&path).unwrap() = odd;

                assert_told(dialect, &mutant, &name, &path);
                cases += 1;
            }
            let mut mutant = hook.clone();
            remove(&mut mutant, &path);

            assert_told(dialect, &mutant, &name, &path);
            cases += 1;
        }
    }
    assert!(cases > 4_000, "{cases}");
}

fn all() -> impl Iterator<Item = (Dialect, String, Vec<u8>)> {
    BOTH.into_iter().flat_map(|dialect| {
        let bodies = dialect.bodies().into_iter();
        bodies.map(move |(name, body)| (dialect, name, body))
    })
}

/// One thing a webhook, and nothing lost where it could not be read.
fn assert_told(dialect: Dialect, hook: &Value, name: &str, path: &str) {
    if let Data::Unknown(unknown) = dialect.decode_json(hook).data {
        assert_eq!(unknown.fields, *hook, "{name} with another {path}");
    }
}

#[test]
fn an_odd_ornament_leaves_a_message_a_message() {
    for ornament in [
        "botId",
        "clientGroupId",
        "contentType",
        "conversationId",
        "eventName",
        "file",
        "groupName",
        "metadata",
        "source",
        "to",
    ] {
        for odd in [json!([[{"odd": true}], "odd"]), json!(true)] {
            let mut hook = json!({"key": "k", "from": "f", "groupId": 7, "message": "Hello",
                "timeStamp": 1, "applicationKey": "a"});
            hook[ornament] = odd.clone();

            for dialect in BOTH {
                let draft = dialect.decode_json(&hook);

                let Data::Message(_, message) = &draft.data else {
                    panic!("{hook}: {draft:?}")
                };
                assert_eq!(message.message.text.as_deref(), Some("Hello"));
                assert_eq!(message.conversation.id.as_deref(), Some("7"));
                assert!(draft.time.is_some() && draft.account.is_some(), "{hook}");
                assert_eq!(draft.rest.get(ornament), Some(&odd), "{hook}");
            }
        }
    }
}

#[test]
fn an_odd_attachment_harms_only_itself() {
    let file = json!({"type": "image/png", "payload": {"url": "https://files.example.test/a"}});
    let list = json!([7, file, {"type": {}}, null, "odd"]);
    let hook = json!({
        "key": "k", "from": "f", "message": "Look",
        "metadata": {"KM_CHAT_CONTEXT": {"attachments": list}},
    });

    let draft = ACCOUNT.decode_json(&hook);

    let Data::Message(_, message) = draft.data else {
        panic!("{hook}")
    };
    assert_eq!(message.message.attachments.len(), 1);
    assert_eq!(draft.rest["metadata"], hook["metadata"]);
}

#[test]
fn every_text_stays_what_it_is() {
    for text in [
        "👍🏽 ñ é",
        "\u{202e}abc",
        "a\0b",
        "a\r\nb\n",
        "\u{1b}[31mred",
        "</script><script>alert(1)</script>",
        "{{7*7}}",
        "=cmd|' /C calc'!A0",
        " ",
    ] {
        for dialect in BOTH {
            let draft = dialect.decode_json(&json!({"key": "k", "from": "f", "message": text}));

            let Data::Message(_, message) = draft.data else {
                panic!("{text:?}")
            };
            assert_eq!(message.message.text.as_deref(), Some(text));
        }
    }
}

#[test]
fn what_is_no_json_object_is_an_error() {
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "\n",
        "null",
        "7",
        "\"text\"",
        "[]",
        "[{}]",
        "true",
        "{",
        "{}{}",
        "{\"message\":}",
        "{'message':1}",
        "{\"message\":\"\\ud83d\"}",
        "{\"n\":1e400}",
        "{\"n\":NaN}",
        "// comment\n{}",
        "{} // comment",
        "\u{feff}{}",
        "message=hi",
        &deep,
    ] {
        for dialect in BOTH {
            let decoded = dialect.adapter().decode(&Delivery::post(body.to_owned()));
            assert!(decoded.is_err(), "{body:.40}: {decoded:?}");
        }
    }
    let not_utf8 = Delivery::post(&b"{\"message\":\"\xff\"}"[..]);
    assert!(ACCOUNT.adapter().decode(&not_utf8).is_err());
}

/// JSON in a text has its own depth, on top of the body's.
#[test]
fn deep_metadata_in_a_text_is_left_alone() {
    let deep = "[".repeat(100_000);
    let context = format!("{{\"KM_CHAT_CONTEXT\":{deep}");
    for metadata in [
        json!(deep),
        json!(context),
        json!({"KM_CHAT_CONTEXT": deep}),
    ] {
        let hook = json!({"key": "k", "from": "f", "message": "Hello", "metadata": metadata});

        let draft = ACCOUNT.decode_json(&hook);

        assert!(matches!(draft.data, Data::Message(..)), "{draft:?}");
        assert_eq!(draft.rest["metadata"], metadata);
    }
}

/// The pointers of everything within `value`, lists and objects too.
fn paths(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(values) => (0..)
            .map(|index: usize| index.to_string())
            .zip(values)
            .collect(),
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(step, child)| {
        let deeper = paths(child).into_iter();
        let deeper = deeper.map({
            let step = step.clone();
            move |path| format!("/{step}{path}")
        });
        std::iter::once(format!("/{step}")).chain(deeper)
    });
    below.collect()
}

fn remove(value: &mut Value, path: &str) {
    let (parent, step) = path.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(entries) => {
            entries.remove(step);
        }
        Value::Array(values) => {
            values.remove(step.parse().unwrap());
        }
        _ => unreachable!("a path goes through objects and lists"),
    }
}
