//! Who wrote a message, to whom, and which way it went.

use serde_json::{Value, json};
use switchboard_core::Data;
use switchboard_core::event::{Direction, Role};

use crate::{ACCOUNT, body, message};

fn hook(kind: Value, sender: Value) -> Value {
    json!({
        "event": "message_created", "id": 1, "message_type": kind, "sender": sender,
        "conversation": {"id": 7, "meta": {"sender": {"id": 91, "name": "Lea"}}},
    })
}

#[test]
fn a_senders_type_tells_the_role_and_the_message_type_where_there_is_none() {
    for (sender_type, message_type, role) in [
        (json!("user"), "outgoing", Role::Agent),
        (json!("agent_bot"), "outgoing", Role::Bot),
        (json!("captain_assistant"), "outgoing", Role::Bot),
        (json!("contact"), "incoming", Role::Contact),
        (json!("contact"), "outgoing", Role::Contact),
        (json!("user"), "incoming", Role::Agent),
        (json!("toaster"), "outgoing", Role::Unknown),
        (json!(null), "incoming", Role::Contact),
        (json!(null), "outgoing", Role::Agent),
        (json!(null), "template", Role::Unknown),
    ] {
        let sender = json!({"id": 4, "name": "Ann", "type": sender_type});
        let actor = message(&hook(json!(message_type), sender)).actor;
        assert_eq!(actor.role, role, "{sender_type} {message_type}");
        assert_eq!(actor.id.as_deref(), Some("4"));
    }
}

#[test]
fn the_message_type_tells_the_way_by_name_and_by_number() {
    let sender = || json!({"id": 4, "type": "user"});
    for (message_type, direction) in [
        (json!("incoming"), Direction::Inbound),
        (json!(0), Direction::Inbound),
        (json!("outgoing"), Direction::Outbound),
        (json!(1), Direction::Outbound),
        (json!("template"), Direction::Outbound),
        (json!("3"), Direction::Outbound),
        // Nobody said: then it goes the way that whoever wrote it writes.
        (json!(null), Direction::Outbound),
        (json!("activity"), Direction::Outbound),
    ] {
        let told = message(&hook(message_type.clone(), sender())).direction;
        assert_eq!(told, direction, "{message_type}");
    }
    let nobody = message(&hook(json!(null), json!(null)));
    assert_eq!(nobody.direction, Direction::Unknown);
    assert_eq!(nobody.actor.role, Role::Unknown);
}

#[test]
fn a_message_by_nobody_is_the_systems_or_the_contacts() {
    for message_type in ["outgoing", "template"] {
        let told = message(&hook(json!(message_type), json!(null)));
        assert_eq!(told.direction, Direction::Outbound);
        assert_eq!(told.actor.role, Role::System);
        assert_eq!(told.recipients[0].id.as_deref(), Some("91"));
    }
    let told = message(&hook(json!("incoming"), json!(null)));
    assert_eq!(told.actor.role, Role::Contact);
    assert_eq!(told.actor.id.as_deref(), Some("91"));
}

#[test]
fn a_private_note_is_for_no_customer() {
    for message_type in ["outgoing", "template", "incoming"] {
        let mut note = hook(json!(message_type), json!({"id": 4, "type": "user"}));
        note["private"] = json!(true);

        let told = message(&note);

        assert_eq!(told.direction, Direction::Internal);
        assert_eq!(told.actor.role, Role::Agent);
        assert!(told.recipients.is_empty());
    }
}

/// Told as if it were not one, an unreadable note could be sent to the customer.
#[test]
fn what_may_be_private_is_no_message() {
    for private in [json!("true"), json!(1), json!([true]), json!({})] {
        let mut note = hook(json!("outgoing"), json!(null));
        note["private"] = private;

        let told = ACCOUNT.decode_json(&note).remove(0);

        assert_eq!(told.data.kind(), "provider.event", "{note}");
    }
}

#[test]
fn in_2020_the_contact_stood_beside_the_agent() {
    let told = |name: &str| match ACCOUNT.decode(body(name)).remove(0).data {
        Data::Message(_, message) => *message,
        other => panic!("{name}: {other:?}"),
    };

    let incoming = told("unsigned/cw_2020_seed_style");
    assert_eq!(incoming.actor.role, Role::Contact);
    assert_eq!(incoming.actor.name.as_deref(), Some("contact-name"));
    assert_eq!(incoming.recipients[0].role, Role::Agent);
    assert_eq!(incoming.recipients[0].name.as_deref(), Some("Agent"));
    assert_eq!(incoming.conversation.id.as_deref(), Some("1"));

    let outgoing = told("unsigned/outgoing_2020");
    assert_eq!(outgoing.actor.role, Role::Agent);
    assert_eq!(outgoing.actor.name.as_deref(), Some("Agent"));
    assert_eq!(outgoing.recipients[0].name.as_deref(), Some("contact-name"));
}

#[test]
fn who_types_tells_the_way() {
    for (user, is_private, role, direction) in [
        (json!({"id": 1}), false, Role::Contact, Direction::Inbound),
        (
            json!({"id": 1, "type": "user"}),
            false,
            Role::Agent,
            Direction::Outbound,
        ),
        (
            json!({"id": 1, "type": "agent_bot"}),
            false,
            Role::Bot,
            Direction::Outbound,
        ),
        (
            json!({"id": 1, "type": "user"}),
            true,
            Role::Agent,
            Direction::Internal,
        ),
        (json!(null), false, Role::Unknown, Direction::Unknown),
    ] {
        let hook =
            json!({"event": "conversation_typing_on", "user": user, "is_private": is_private});
        let Data::Typing(_, typing) = ACCOUNT.decode_json(&hook).remove(0).data else {
            panic!("{hook}")
        };
        assert_eq!((typing.actor.role, typing.direction), (role, direction));
    }
}

#[test]
fn an_assignee_is_a_person_or_a_bot() {
    for (meta, role) in [
        (json!({"assignee": {"id": 1, "type": "user"}}), Role::Agent),
        (
            json!({"assignee": {"id": 1}, "assignee_type": "AgentBot"}),
            Role::Bot,
        ),
        (json!({"assignee": {"id": 1}}), Role::Agent),
    ] {
        let hook = json!({"event": "conversation_updated", "id": 7, "meta": meta});
        let Data::Conversation(_, state) = ACCOUNT.decode_json(&hook).remove(0).data else {
            panic!("{hook}")
        };
        assert_eq!(state.assignee.unwrap().role, role, "{hook}");
    }
}

#[test]
fn of_two_pictures_the_other_one_stays_with_the_rest() {
    let sender = |thumbnail| json!({"id": 4, "avatar": "a.png", "thumbnail": thumbnail});
    for (thumbnail, rest) in [("b.png", json!("b.png")), ("a.png", Value::Null)] {
        let told = ACCOUNT.decode_json(&hook(json!("incoming"), sender(thumbnail)));

        assert_eq!(told[0].rest["sender"]["thumbnail"], rest);
    }
}
