//! What becomes of each kind of call.

use serde_json::{Value, json};
use switchboard_core::event::{Direction, Role};
use switchboard_core::{Data, DedupKey, Delivery};

use crate::{form, one, told};

fn message(fields: Value) -> Value {
    let mut message = json!({
        "type": "message", "user": "U0ANN", "text": "Hi", "ts": "1764000000.000200",
        "channel": "C1", "channel_type": "channel",
    });
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

/// The kind of event, with the provider's word where it has none of its own.
fn kind(event: &Value) -> String {
    match told(event).data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    }
}

#[test]
fn the_subtype_says_what_happened_to_a_message() {
    for (subtype, expected) in [
        (json!(null), "message.created"),
        (json!("bot_message"), "message.created"),
        (json!("file_share"), "message.created"),
        (json!("me_message"), "message.created"),
        (json!("thread_broadcast"), "message.created"),
        (json!("channel_join"), "provider.event message.channel_join"),
        (
            json!("message_replied"),
            "provider.event message.message_replied",
        ),
        (json!("of_tomorrow"), "provider.event message.of_tomorrow"),
        // Nothing says of which message.
        (json!("message_changed"), "provider.event message"),
        (json!("message_deleted"), "provider.event message"),
    ] {
        assert_eq!(kind(&message(json!({"subtype": subtype}))), expected);
    }
}

#[test]
fn a_deletion_comes_in_two_ways() {
    let message = json!({"ts": "1764000000.000200", "user": "U0ANN"});
    let deleted = json!({
        "type": "message", "subtype": "message_deleted", "channel": "C1",
        "deleted_ts": "1764000000.000200", "previous_message": message,
    });
    let mut stone = message.clone();
    stone["subtype"] = json!("tombstone");
    let left = json!({
        "type": "message", "subtype": "message_changed", "channel": "C1", "message": stone,
    });

    for event in [deleted, left] {
        let Data::Message(_, told) = told(&event).data else {
            panic!("{event}")
        };
        assert_eq!(kind(&event), "message.deleted");
        assert_eq!(told.message.id.as_deref(), Some("1764000000.000200"));
        assert_eq!(told.actor.id.as_deref(), Some("U0ANN"));
    }
}

/// A bot that takes its own words for a customer's answers itself for ever.
#[test]
fn whoever_writes_is_told_apart() {
    for (fields, role, direction) in [
        (json!({}), Role::Contact, Direction::Inbound),
        (json!({"user": "U0BOT"}), Role::Bot, Direction::Outbound),
        (
            json!({"user": "U0CI", "bot_id": "B2", "app_id": "A1"}),
            Role::Bot,
            Direction::Outbound,
        ),
        (
            json!({"user": null, "bot_id": "B2", "bot_profile": {"app_id": "A1"}}),
            Role::Bot,
            Direction::Outbound,
        ),
        (
            json!({"user": "U0CI", "bot_id": "B2", "app_id": "A2"}),
            Role::Bot,
            Direction::Unknown,
        ),
        (
            json!({"user": null, "subtype": "bot_message", "username": "ci"}),
            Role::Bot,
            Direction::Unknown,
        ),
        (
            json!({"user": "USLACKBOT"}),
            Role::System,
            Direction::Unknown,
        ),
        (json!({"user": null}), Role::Unknown, Direction::Unknown),
    ] {
        let Data::Message(_, told) = told(&message(fields.clone())).data else {
            panic!("{fields}")
        };
        assert_eq!(
            (told.actor.role, told.direction),
            (role, direction),
            "{fields}"
        );
    }
}

#[test]
fn a_reply_names_the_first_of_its_thread_and_the_first_names_nobody() {
    for (thread, expected) in [
        (json!("1763999999.000100"), Some("1763999999.000100")),
        (json!("1764000000.000200"), None),
        (json!(null), None),
    ] {
        let Data::Message(_, told) = told(&message(json!({"thread_ts": thread}))).data else {
            panic!("{thread}")
        };
        let thread = told.message.reply_to.and_then(|first| first.id);
        assert_eq!(thread.as_deref(), expected);
    }
}

#[test]
fn other_types_have_events_of_their_own() {
    let item = json!({"type": "message", "channel": "C1", "ts": "1.000001"});
    for (event, expected) in [
        (
            json!({"type": "reaction_added", "item": item}),
            "reaction.added",
        ),
        (
            json!({"type": "reaction_removed", "item": item}),
            "reaction.removed",
        ),
        (
            json!({"type": "reaction_added", "item": {"type": "file", "file": "F1"}}),
            "provider.event reaction_added",
        ),
        (
            json!({"type": "member_joined_channel", "user": "U1", "channel": "C1"}),
            "participant.joined",
        ),
        (
            json!({"type": "member_left_channel", "user": "U1", "channel": "C1"}),
            "participant.left",
        ),
        (
            json!({"type": "channel_created", "channel": {"id": "C1"}}),
            "conversation.created",
        ),
        (
            json!({"type": "im_created", "channel": {"id": "D1"}}),
            "conversation.created",
        ),
        (
            json!({"type": "group_rename", "channel": {"id": "G1"}}),
            "conversation.updated",
        ),
        (
            json!({"type": "channel_archive", "channel": "C1"}),
            "conversation.status_changed",
        ),
        (
            json!({"type": "channel_archive", "channel": {}}),
            "provider.event channel_archive",
        ),
        (
            json!({"type": "team_join", "user": {"id": "U1"}}),
            "contact.created",
        ),
        (
            json!({"type": "user_change", "user": {"id": "U1"}}),
            "contact.updated",
        ),
        (
            json!({"type": "team_join", "user": "U1"}),
            "provider.event team_join",
        ),
        (json!({"type": "app_uninstalled"}), "app.uninstalled"),
        (
            json!({"type": "tokens_revoked"}),
            "provider.event tokens_revoked",
        ),
        (json!({}), "provider.event unknown"),
    ] {
        assert_eq!(kind(&event), expected, "{event}");
    }
}

#[test]
fn an_event_is_known_by_its_id_and_told_at_its_own_time() {
    let draft = told(&message(json!({})));

    assert_eq!(draft.key, DedupKey::provider(["Ev1"]));
    assert_eq!(draft.account.as_deref(), Some("T1"));
    assert_eq!(draft.time.unwrap().to_string(), "2025-11-24T16:00:00.0002Z");
    let without = json!({"type": "event_callback", "event": message(json!({}))});
    assert_eq!(
        one(&Delivery::post(without.to_string())).key,
        DedupKey::None
    );
}

#[test]
fn what_was_submitted_is_told_however_it_is_written() {
    for (action, expected) in [
        (
            json!({"value": "yes", "text": {"text": "Yes"}}),
            vec!["a Yes yes"],
        ),
        (
            json!({"selected_option": {"text": {"text": "One"}, "value": "1"}}),
            vec!["a One 1"],
        ),
        (
            json!({"selected_options": [{"text": {"text": "One"}, "value": "1"}, {"value": "2"}]}),
            vec!["a One 1", "a - 2"],
        ),
        (json!({"selected_options": []}), vec!["a - -"]),
        (json!({"selected_user": "U1"}), vec!["a - U1"]),
        (
            json!({"selected_date_time": 1_764_000_000}),
            vec!["a - 1764000000"],
        ),
        (
            json!({"selected_channels": ["C1", "C2"]}),
            vec!["a - C1", "a - C2"],
        ),
        (
            json!({"rich_text_value": {"type": "rich_text"}}),
            vec![r#"a - {"type":"rich_text"}"#],
        ),
    ] {
        let mut pressed = action.clone();
        pressed["action_id"] = json!("a");
        let pressed = json!({"type": "block_actions", "actions": [pressed]});
        let values = json!({"b": {"a": action}});
        let sent = json!({"type": "view_submission", "view": {"state": {"values": values}}});
        for payload in [pressed, sent] {
            let draft = one(&form(&[("payload", &payload.to_string())]));
            let Data::Interaction(told) = draft.data else {
                panic!("{payload}")
            };
            let words = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
            let submitted = told.interactive.submitted.iter();
            let submitted =
                submitted.map(|it| [words(&it.id), words(&it.title), words(&it.value)].join(" "));
            assert_eq!(submitted.collect::<Vec<_>>(), expected, "{payload}");
        }
    }
}
