//! Whatever a field holds, a webhook is told: as a message if it can be, else as it came.

use serde_json::{Value, json};
use switchboard_core::{Data, Delivery};

use crate::{adapter, decode_json};

#[test]
fn every_object_is_told_as_one_thing() {
    for sample in adapter().descriptor().samples {
        let hook: Value = serde_json::from_slice(sample.body).unwrap();
        for group in ["", "/message", "/message/message", "/action/reaction"] {
            let fields = hook.pointer(group).and_then(Value::as_object);
            for field in fields.into_iter().flat_map(|fields| fields.keys()) {
                for odd in [
                    json!(null),
                    json!("odd"),
                    json!(1.5),
                    json!([]),
                    json!({"0": {}}),
                ] {
                    let mut mutant = hook.clone();
                    mutant.pointer_mut(group).unwrap()[field] = odd;

                    if let Data::Unknown(unknown) = decode_json(&mutant).data {
                        assert_eq!(unknown.fields, mutant, "{} {field}", sample.name);
                    }
                }
            }
        }
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
fn a_time_that_is_not_the_events_stays_with_the_rest() {
    for (time, timestamp, msec_timestamp, rest) in [
        // The same moment, told by the finest.
        (
            json!(1_764_000_000),
            json!(1_764_000_000),
            json!(1_764_000_000_123_u64),
            json!(null),
        ),
        // Unreadable, each of them.
        (
            json!("soon"),
            json!("later"),
            json!("never"),
            json!({"time": "soon", "message": {"timestamp": "later", "msec_timestamp": "never"}}),
        ),
        // Two moments, of which the event has the finest.
        (
            json!(1_764_000_000),
            json!(8),
            json!(1_764_000_000_123_u64),
            json!({"message": {"timestamp": 8}}),
        ),
        // Three moments.
        (
            json!(7),
            json!(8),
            json!(1_764_000_000_123_u64),
            json!({"time": 7, "message": {"timestamp": 8}}),
        ),
    ] {
        let hook = json!({"time": time, "message": {
            "timestamp": timestamp,
            "msec_timestamp": msec_timestamp,
            "message": {"type": "text", "text": "Hello"},
        }});

        assert_eq!(decode_json(&hook).rest, rest, "{hook}");
    }
}

#[test]
fn a_quoted_message_of_two_times_stays_with_the_rest() {
    let quoted = json!({"id": "1", "timestamp": 7, "msec_timestamp": 8000});
    for quotes in [
        json!({"reply_to": {"message": quoted}}),
        json!({"forwards": {"messages": [quoted]}}),
    ] {
        let hook = json!({"message": {"message": quotes}});

        assert_eq!(decode_json(&hook).rest, hook);
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
