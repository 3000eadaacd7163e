//! Whatever a field holds, a webhook is told: as a message if it can be, else as it came.

use serde_json::{Value, json};
use switchboard_core::{Data, Delivery};

use crate::{adapter, bodies, decode_json};

#[test]
fn every_field_may_be_anything() {
    let huge = "x".repeat(4 * 1024);
    let mut cases = 0;
    for (name, body) in bodies() {
        let hook: Value = serde_json::from_slice(&body).unwrap();
        for path in paths(&hook) {
            for odd in [
                json!(null),
                json!(""),
                json!("odd"),
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

                assert_told(&mutant, &name, &path);
                cases += 1;
            }
            let mut mutant = hook.clone();
            remove(&mut mutant, &path);

            assert_told(&mutant, &name, &path);
            cases += 1;
        }
    }
    assert!(cases > 10_000, "{cases}");
}

/// One thing a webhook, and nothing lost where it could not be read.
fn assert_told(hook: &Value, name: &str, path: &str) {
    if let Data::Unknown(unknown) = decode_json(hook).data {
        assert_eq!(unknown.fields, *hook, "{name} with another {path}");
    }
}

#[test]
fn an_odd_ornament_leaves_a_message_a_message() {
    for ornament in [
        "source",
        "message/thumbnail",
        "message/file_name",
        "message/file_size",
        "message/media_group_id",
        "message/markup",
        "message/template",
        "message/reply_to",
        "message/forwards",
        "message/post",
    ] {
        let mut hook = json!({"message": {"message": {"type": "text", "text": "Hello"}}});
        let (parent, name) = ornament.rsplit_once('/').unwrap_or(("", ornament));
        let parent = match parent {
            "" => &mut hook["message"],
            _ => &mut hook["message"]["message"],
        };
        parent[name] = json!([[{"odd": true}], "odd"]);

        let draft = decode_json(&hook);

        let Data::Message(_, message) = &draft.data else {
            panic!("{ornament}: {draft:?}")
        };
        assert_eq!(message.message.text.as_deref(), Some("Hello"));
        let kept = draft.rest.pointer(&format!("/message/{ornament}"));
        assert_eq!(kept, Some(&json!([[{"odd": true}], "odd"])), "{ornament}");
    }
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
        let draft = decode_json(&json!({"message": {"message": {"type": "text", "text": text}}}));

        let Data::Message(_, message) = draft.data else {
            panic!("{text:?}")
        };
        assert_eq!(message.message.text.as_deref(), Some(text));
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
        "{\"text\":\"\\ud83d\"}",
        "{\"n\":1e400}",
        "{\"n\":NaN}",
        "// comment\n{}",
        "\u{feff}{}",
        "message%5Btext%5D=hi",
        &deep,
    ] {
        let decoded = adapter().decode(&Delivery::post(body.to_owned()));
        assert!(decoded.is_err(), "{body:.40}: {decoded:?}");
    }
    let not_utf8 = Delivery::post(&b"{\"text\":\"\xff\"}"[..]);
    assert!(adapter().decode(&not_utf8).is_err());
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
