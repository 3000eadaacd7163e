//! What becomes of each kind of webhook event.

use serde_json::{Value, json};
use switchboard_core::event::{Access, Direction, Role};
use switchboard_core::{Data, DedupKey};

use crate::EVENTS;

fn call(kind: &str, data: &Value) -> Value {
    let event = json!({"type": kind, "timestamp": "2024-10-18T14:42:53.064834", "data": data});
    json!({"version": 1, "application_id": "9", "type": 1, "event": event})
}

/// The kind of event, with the provider's word where it has none of its own.
fn kind(body: &Value) -> String {
    match EVENTS.told(body).data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    }
}

#[test]
fn the_type_says_what_happened() {
    let message = json!({"id": "5", "lobby_id": "7"});
    for (name, data, expected) in [
        (
            "APPLICATION_AUTHORIZED",
            json!({"user": {"id": "1"}}),
            "app.installed",
        ),
        (
            "APPLICATION_DEAUTHORIZED",
            json!({"user": {"id": "1"}}),
            "app.uninstalled",
        ),
        ("LOBBY_MESSAGE_CREATE", message.clone(), "message.created"),
        ("LOBBY_MESSAGE_UPDATE", message.clone(), "message.updated"),
        ("LOBBY_MESSAGE_DELETE", message, "message.deleted"),
        (
            "GAME_DIRECT_MESSAGE_CREATE",
            json!({"id": "5", "channel_id": "7"}),
            "message.created",
        ),
        (
            "GAME_DIRECT_MESSAGE_UPDATE",
            json!({"id": "5", "channel_id": "7"}),
            "message.updated",
        ),
        (
            "GAME_DIRECT_MESSAGE_DELETE",
            json!({"id": "5", "channel_id": "7"}),
            "message.deleted",
        ),
        (
            "LOBBY_MESSAGE_CREATE",
            json!({"id": "5"}),
            "provider.event LOBBY_MESSAGE_CREATE",
        ),
        (
            "LOBBY_MESSAGE_CREATE",
            json!("x"),
            "provider.event LOBBY_MESSAGE_CREATE",
        ),
        (
            "ENTITLEMENT_CREATE",
            json!({"id": "5"}),
            "provider.event ENTITLEMENT_CREATE",
        ),
        ("OF_TOMORROW", json!({}), "provider.event OF_TOMORROW"),
    ] {
        assert_eq!(kind(&call(name, &data)), expected, "{data}");
    }
    assert_eq!(kind(&json!({"type": 2})), "provider.event webhook.2");
    assert_eq!(kind(&json!({})), "provider.event unknown");
    assert_eq!(kind(&json!({"type": 1})), "provider.event unknown");
}

/// It comes again for ten minutes, and has no id.
#[test]
fn type_time_and_what_it_is_about_tell_an_event_from_all_others() {
    let time = "2024-10-18T14:42:53.064834";
    for (data, about) in [
        (json!({"id": "5"}), "5"),
        (json!({"user": {"id": "1"}}), "1"),
        (json!({}), ""),
    ] {
        let draft = EVENTS.told(&call("ENTITLEMENT_CREATE", &data));
        let expected = DedupKey::provider(["ENTITLEMENT_CREATE", time, about]);

        assert_eq!(draft.key, expected);
        assert_eq!(
            draft.time.unwrap().to_string(),
            "2024-10-18T14:42:53.064834Z"
        );
    }
    let mut timeless = call("ENTITLEMENT_CREATE", &json!({"id": "5"}));
    timeless["event"]["timestamp"] = json!(null);
    assert_eq!(EVENTS.told(&timeless).key, DedupKey::None);
}

#[test]
fn players_write_to_one_another() {
    let data = json!({
        "id": "5", "content": "Hi", "channel_id": "7", "recipient_id": "8",
        "author": {"id": "1", "username": "annb"},
        "attachments": [{"filename": "a.png", "content_type": "image/png", "url": "https://a.test/"}],
    });
    let Data::Message(_, told) = EVENTS.told(&call("GAME_DIRECT_MESSAGE_CREATE", &data)).data
    else {
        panic!("{data}")
    };

    assert_eq!(
        (told.actor.role, told.direction),
        (Role::Contact, Direction::Unknown)
    );
    assert_eq!(told.recipients[0].id.as_deref(), Some("8"));
    assert_eq!(told.conversation.kind.as_deref(), Some("direct"));
    assert_eq!(told.message.attachments[0].access, Some(Access::Expiring));
}

#[test]
fn an_installation_is_of_the_app_in_the_guild() {
    let data = json!({"user": {"id": "1"}, "guild": {"id": "2"}});
    let draft = EVENTS.told(&call("APPLICATION_AUTHORIZED", &data));

    assert_eq!(draft.account.as_deref(), Some("2"));
    let Data::App(_, told) = draft.data else {
        panic!("{data}")
    };
    assert_eq!(told.app.id.as_deref(), Some("9"));
    assert_eq!(told.actor.unwrap().id.as_deref(), Some("1"));
}
