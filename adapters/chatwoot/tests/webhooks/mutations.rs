//! Whatever a field holds, a webhook is told: as what it is if it can be, else as it came.

use serde_json::json;
use switchboard_core::{Data, Delivery};

use crate::{ACCOUNT, BOTH};

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
        for dialect in BOTH {
            let decoded = dialect.adapter().decode(&Delivery::post(body.to_owned()));
            assert!(decoded.is_err(), "{body:.40}: {decoded:?}");
        }
    }
    let not_utf8 = Delivery::post(&b"{\"content\":\"\xff\"}"[..]);
    assert!(ACCOUNT.adapter().decode(&not_utf8).is_err());
}
