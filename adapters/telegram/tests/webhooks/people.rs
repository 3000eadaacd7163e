//! Who writes, and who comes and goes.

use serde_json::{Value, json};
use switchboard_core::Data;
use switchboard_core::event::{Direction, Role};

use crate::{kinds, told};

/// A customer's chat has the customer's id. Whoever else writes in it is the business.
#[test]
fn whoever_writes_is_told_apart() {
    let ann = json!({"id": 7, "first_name": "Ann", "last_name": "Berg"});
    let bot = json!({"id": 9, "is_bot": true});
    for (kind, fields, role, direction) in [
        (
            "message",
            json!({"from": ann}),
            Role::Contact,
            Direction::Inbound,
        ),
        (
            "message",
            json!({"from": bot}),
            Role::Bot,
            Direction::Unknown,
        ),
        (
            "message",
            json!({"from": {"id": 777_000}}),
            Role::System,
            Direction::Unknown,
        ),
        (
            "message",
            json!({"from": bot, "sender_chat": {"id": -1, "title": "Acme"}}),
            Role::Unknown,
            Direction::Unknown,
        ),
        (
            "business_message",
            json!({"from": ann, "business_connection_id": "B"}),
            Role::Contact,
            Direction::Inbound,
        ),
        (
            "business_message",
            json!({"from": {"id": 8}, "business_connection_id": "B"}),
            Role::Agent,
            Direction::Outbound,
        ),
        (
            "business_message",
            json!({"from": {"id": 8}, "business_connection_id": "B", "sender_business_bot": bot}),
            Role::Bot,
            Direction::Outbound,
        ),
    ] {
        let mut message = json!({"message_id": 5, "text": "Hi", "chat": {"id": 7}});
        for (name, value) in fields.as_object().unwrap() {
            message[name] = value.clone();
        }
        let Data::Message(_, told) = told(kind, &message).remove(0).data else {
            panic!("{message}")
        };
        assert_eq!(
            (told.actor.role, told.direction),
            (role, direction),
            "{fields}"
        );
    }
}

fn changed(kind: &str, was: &Value, is: &Value) -> Vec<String> {
    let what = json!({
        "chat": {"id": -1}, "from": {"id": 8},
        "old_chat_member": was, "new_chat_member": is,
    });
    kinds(&told(kind, &what))
}

#[test]
fn who_stays_neither_comes_nor_goes() {
    let member = |status: &str| json!({"status": status, "user": {"id": 7}});
    let restricted = |is_member: bool| json!({"status": "restricted", "user": {"id": 7}, "is_member": is_member});
    for (was, is, expected) in [
        (member("left"), member("member"), "participant.joined"),
        (
            member("kicked"),
            member("administrator"),
            "participant.joined",
        ),
        (member("left"), restricted(true), "participant.joined"),
        (member("member"), member("left"), "participant.left"),
        (member("creator"), member("kicked"), "participant.left"),
        (restricted(true), restricted(false), "participant.left"),
        (
            member("member"),
            member("administrator"),
            "provider.event chat_member",
        ),
        (
            member("member"),
            restricted(true),
            "provider.event chat_member",
        ),
        (
            member("left"),
            member("kicked"),
            "provider.event chat_member",
        ),
        (
            member("member"),
            member("ghost"),
            "provider.event chat_member",
        ),
        (
            member("left"),
            json!({"status": "member"}),
            "provider.event chat_member",
        ),
    ] {
        assert_eq!(changed("chat_member", &was, &is), [expected], "{was} {is}");
    }
    let [was, is] = ["member", "kicked"].map(member);
    assert_eq!(changed("my_chat_member", &was, &is), ["participant.left"]);
}

#[test]
fn who_comes_alone_was_let_in_by_nobody() {
    for (from, expected) in [(7, None), (8, Some("8"))] {
        let message = json!({
            "message_id": 5, "chat": {"id": -1}, "from": {"id": from},
            "new_chat_members": [{"id": 7}],
        });
        let Data::Participation(_, told) = told("message", &message).remove(0).data else {
            panic!("{message}")
        };
        assert_eq!(told.actor.and_then(|actor| actor.id).as_deref(), expected);
    }
}
