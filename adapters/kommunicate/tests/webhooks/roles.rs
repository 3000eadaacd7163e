//! Who wrote it, and which way it goes: the operator's lists tell, and nothing is guessed.

use serde_json::{Value, json};
use switchboard_core::event::{Direction, Message, Role};
use switchboard_core::{Data, Delivery};

use crate::{ACCOUNT, BOT, BOTH, Dialect};

fn message(dialect: Dialect, options: &Value, hook: &Value) -> Message {
    let delivery = Delivery::post(hook.to_string());
    let draft = dialect
        .adapter_with(options)
        .decode(&delivery)
        .unwrap()
        .remove(0);
    match draft.data {
        Data::Message(_, message) => *message,
        data => panic!("{data:?}"),
    }
}

fn written_by(dialect: Dialect, options: &Value, from: &str) -> (Role, Direction) {
    let hook = json!({"key": "k", "from": from, "message": "Hello"});
    let message = message(dialect, options, &hook);
    assert_eq!(message.actor.id.as_deref(), Some(from));
    (message.actor.role, message.direction)
}

const UNKNOWN: (Role, Direction) = (Role::Unknown, Direction::Unknown);
const CONTACT: (Role, Direction) = (Role::Contact, Direction::Inbound);
const AGENT: (Role, Direction) = (Role::Agent, Direction::Outbound);
const A_BOT: (Role, Direction) = (Role::Bot, Direction::Outbound);

#[test]
fn whoever_is_listed_is_of_the_business() {
    let options = json!({"agents": ["maria", "rui"], "bots": ["helper"]});

    for dialect in BOTH {
        assert_eq!(written_by(dialect, &options, "maria"), AGENT);
        assert_eq!(written_by(dialect, &options, "rui"), AGENT);
        assert_eq!(written_by(dialect, &options, "helper"), A_BOT);
        assert_eq!(written_by(dialect, &options, "anna"), CONTACT);
        // Ids are what they are: nothing is trimmed and no case is folded.
        assert_eq!(written_by(dialect, &options, "maria "), CONTACT);
        assert_eq!(written_by(dialect, &options, "Maria"), CONTACT);
    }
}

/// With one list alone, who is not on it may be of the other: an agent must not pass for a customer.
#[test]
fn a_customer_is_known_by_two_lists_and_not_by_one() {
    for (options, expected) in [
        (json!({}), UNKNOWN),
        (json!({"agents": ["maria"]}), UNKNOWN),
        (json!({"bots": ["helper"]}), UNKNOWN),
        (json!({"agents": [], "bots": []}), CONTACT),
        (json!({"agents": ["maria"], "bots": []}), CONTACT),
    ] {
        let told = written_by(ACCOUNT, &options, "anna");
        assert_eq!(told, expected, "{options}");
    }
    assert_eq!(
        written_by(ACCOUNT, &json!({"agents": ["maria"]}), "maria"),
        AGENT
    );
    assert_eq!(
        written_by(ACCOUNT, &json!({"bots": ["helper"]}), "helper"),
        A_BOT
    );
}

#[test]
fn a_bot_is_told_what_customers_say() {
    assert_eq!(written_by(BOT, &json!({}), "anna"), CONTACT);
    assert_eq!(
        written_by(BOT, &json!({"agents": ["maria"]}), "maria"),
        AGENT
    );
}

#[test]
fn recipients_have_roles_too() {
    let options = json!({"agents": ["maria"], "bots": []});
    let to_agent = json!({"key": "k", "from": "anna", "to": "maria", "message": "Hello"});
    let to_customer = json!({"key": "k", "from": "maria", "to": "anna", "message": "Hello"});
    let to_bot = json!({"key": "k", "from": "anna", "botId": "helper", "message": "Hello"});

    let recipient = |dialect, options: &Value, hook: &Value| {
        let mut recipients = message(dialect, options, hook).recipients;
        assert_eq!(recipients.len(), 1, "{hook}");
        let recipient = recipients.remove(0);
        (recipient.id.unwrap(), recipient.role)
    };

    assert_eq!(
        recipient(ACCOUNT, &options, &to_agent),
        ("maria".to_owned(), Role::Agent)
    );
    assert_eq!(
        recipient(ACCOUNT, &options, &to_customer),
        ("anna".to_owned(), Role::Contact)
    );
    assert_eq!(
        recipient(ACCOUNT, &json!({}), &to_agent),
        ("maria".to_owned(), Role::Unknown)
    );
    assert_eq!(
        recipient(BOT, &json!({}), &to_bot),
        ("helper".to_owned(), Role::Bot)
    );
}

#[test]
fn nobody_wrote_a_system_line() {
    for content_type in [json!(10), json!("10")] {
        let hook = json!({"key": "k", "from": "maria", "contentType": content_type});
        let line = message(ACCOUNT, &json!({"agents": ["maria"]}), &hook);

        assert_eq!(line.actor.role, Role::System);
        assert_eq!(line.direction, Direction::Unknown);
    }
}

#[test]
fn without_a_sender_nobody_is_guessed() {
    let hook = json!({"key": "k", "from": "", "message": "Hello"});
    for dialect in BOTH {
        let options = json!({"agents": [""], "bots": []});
        let message = message(dialect, &options, &hook);

        assert_eq!(message.actor.role, Role::Unknown);
        assert_eq!(message.direction, Direction::Unknown);
    }
}
