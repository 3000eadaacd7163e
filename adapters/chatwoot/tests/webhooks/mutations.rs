//! Whatever a field holds, a webhook is told: as what it is if it can be, else as it came.

use serde_json::{Value, json};
use switchboard_core::{Adapter, Data, Delivery};

use crate::{ACCOUNT, ALL, message};

#[test]
fn every_field_may_be_anything() {
    let mut cases = 0;
    for dialect in ALL {
        let adapter = dialect.adapter();
        for (name, body) in dialect.fixtures() {
            let hook: Value = serde_json::from_slice(&body).unwrap();
            for path in paths(&hook).into_iter().filter(|path| is_read(path)) {
                for odd in [
                    json!(null),
                    json!(""),
                    json!("odd"),
                    json!(u64::MAX),
                    json!(-1.5),
                    json!(true),
                    json!(["odd"]),
                    json!([{"odd": 1}]),
                    json!({"odd": 1}),
                ] {
                    let mut mutant = hook.clone();
                    *mutant.pointer_mut(&path).unwrap() = odd;

                    assert_told(&*adapter, &mutant, &format!("{name} with another {path}"));
                    cases += 1;
                }
                let mut mutant = hook.clone();
                remove(&mut mutant, &path);

                assert_told(&*adapter, &mutant, &format!("{name} without {path}"));
                cases += 1;
            }
        }
    }
    assert!(cases > 20_000, "{cases}");
}

/// Of a message's copy in its conversation, no more than this is read.
fn is_read(path: &str) -> bool {
    path.rsplit_once("/messages/0/")
        .is_none_or(|(_, below)| matches!(below, "account_id" | "id" | "updated_at"))
}

/// Something is told first, at most an interaction beside it, and nothing is lost where it could not
/// be read; but for the record of a channel, which nobody may see.
fn assert_told(adapter: &dyn Adapter, hook: &Value, case: &str) {
    let delivery = Delivery::post(hook.to_string());
    let drafts = adapter.decode(&delivery).unwrap();
    assert!((1..=2).contains(&drafts.len()), "{case}: {drafts:?}");
    if let Data::Unknown(unknown) = &drafts[0].data {
        let mut expected = hook.clone();
        if hook["channel"].is_object() && unknown.reason.is_none() {
            expected.as_object_mut().unwrap().remove("channel");
        }
        assert_eq!(unknown.fields, expected, "{case}");
    }
}

#[test]
fn an_odd_ornament_leaves_a_message_a_message() {
    for ornament in [
        "/account",
        "/attachments",
        "/contact",
        "/content_attributes",
        "/content_attributes/in_reply_to",
        "/content_attributes/in_reply_to_external_id",
        "/content_attributes/items",
        "/content_attributes/submitted_email",
        "/content_attributes/submitted_values",
        "/content_type",
        "/conversation",
        "/conversation/channel",
        "/conversation/contact_inbox",
        "/conversation/inbox_id",
        "/conversation/messages",
        "/conversation/meta",
        "/created_at",
        "/inbox",
        "/message_type",
        "/sender",
        "/source_id",
    ] {
        for odd in [json!([[{"odd": true}], "odd"]), json!(true)] {
            let mut hook = json!({
                "event": "message_created", "content": "Hello", "id": 1,
                "content_attributes": {"items": [{"title": "One"}]},
                "conversation": {"id": 7, "display_id": null, "meta": {"sender": {"id": 91}}},
            });
            let (parent, name) = ornament.rsplit_once('/').unwrap();
            hook.pointer_mut(parent).unwrap()[name] = odd.clone();

            let draft = ACCOUNT.decode_json(&hook).remove(0);

            let Data::Message(_, message) = &draft.data else {
                panic!("{hook}: {draft:?}")
            };
            assert_eq!(message.message.text.as_deref(), Some("Hello"));
            assert_eq!(draft.rest.pointer(ornament), Some(&odd), "{hook}");
            if ornament != "/conversation" {
                assert_eq!(message.conversation.id.as_deref(), Some("7"), "{hook}");
            }
            if !ornament.starts_with("/content_attributes") {
                assert!(message.message.interactive.is_some(), "{hook}");
            }
        }
    }
}

#[test]
fn an_odd_ornament_leaves_the_rest_what_it_is() {
    for (kind, event, ornaments) in [
        (
            "conversation.updated",
            "conversation_updated",
            &[
                "/changed_attributes",
                "/channel",
                "/contact_inbox",
                "/inbox_id",
                "/labels",
                "/meta",
                "/status",
                "/updated_at",
            ][..],
        ),
        (
            "typing.started",
            "conversation_typing_on",
            &["/conversation", "/user"],
        ),
        ("contact.updated", "contact_updated", &["/email", "/name"]),
        (
            "widget.opened",
            "webwidget_triggered",
            &["/contact", "/current_conversation", "/event_info", "/inbox"],
        ),
    ] {
        for ornament in ornaments {
            let mut hook = json!({"event": event, "id": 55});
            hook[&ornament[1..]] = json!([[{"odd": true}], "odd"]);

            let events = ACCOUNT.stamp(ACCOUNT.decode_json(&hook));

            assert_eq!(events[0].short_kind(), kind, "{hook}");
            let told = events[0].data.to_string();
            assert!(told.contains(r#"[[{"odd":true}],"odd"]"#), "{told}");
        }
    }
}

#[test]
fn every_text_stays_what_it_is() {
    for text in [
        "👍🏽 ñ é",
        "\u{202e}abc",
        "a\0b",
        "a\\\nb\n",
        "a\r\nb\n",
        "\u{1b}[31mred",
        "</script><script>alert(1)</script>",
        "{{7*7}}",
        "=cmd|' /C calc'!A0",
        " ",
    ] {
        let hook = json!({"event": "message_created", "content": text});
        assert_eq!(message(&hook).message.text.as_deref(), Some(text));
    }
}

#[test]
fn what_is_no_json_object_is_an_error() {
    let deep = format!("{{\"event\":\"x\",\"deep\":{}", "[".repeat(100_000));
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
        "{\"event\":}",
        "{'event':1}",
        "{\"content\":\"\\ud83d\"}",
        "{\"n\":1e400}",
        "{\"n\":NaN}",
        "// comment\n{}",
        "\u{feff}{}",
        "event=message_created",
        &deep,
    ] {
        for dialect in ALL {
            let decoded = dialect.adapter().decode(&Delivery::post(body.to_owned()));
            assert!(decoded.is_err(), "{body:.40}: {decoded:?}");
        }
    }
    let not_utf8 = Delivery::post(&b"{\"content\":\"\xff\"}"[..]);
    assert!(ACCOUNT.adapter().decode(&not_utf8).is_err());
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
