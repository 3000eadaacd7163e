//! Whatever a field holds, a webhook is told: as a message if it can be, else as it came.

use serde_json::{Value, json};
use switchboard_core::{Data, Delivery};

use crate::{ACCOUNT, BOTH};

#[test]
fn every_object_is_told_as_one_thing() {
    for dialect in BOTH {
        for sample in dialect.adapter().descriptor().samples {
            let hook: Value = serde_json::from_slice(sample.body).unwrap();
            for field in hook.as_object().unwrap().keys() {
                for odd in [
                    json!(null),
                    json!("odd"),
                    json!(1.5),
                    json!([]),
                    json!({"0": {}}),
                    json!("{\"KM_CHAT_CONTEXT\":{\"attachments\":[7]}}"),
                ] {
                    let mut mutant = hook.clone();
                    mutant[field] = odd;

                    if let Data::Unknown(unknown) = dialect.decode_json(&mutant).data {
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
