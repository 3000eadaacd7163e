//! What makes a webhook the same when it comes again.

use serde_json::{Value, json};
use switchboard_core::{DedupKey, Delivery};

use crate::{ACCOUNT, BOTH, DELIVERY, DELIVERY_ID, Dialect};

fn key_of(delivery: &Delivery) -> DedupKey {
    ACCOUNT.adapter().decode(delivery).unwrap().remove(0).key
}

/// Without a delivery id, as old versions, automation rules and macros call.
fn key(hook: &Value) -> DedupKey {
    key_of(&Delivery::post(hook.to_string()))
}

#[test]
fn a_delivery_comes_again_under_its_id_whatever_it_is() {
    for sample in BOTH
        .map(Dialect::adapter)
        .iter()
        .flat_map(|adapter| adapter.descriptor().samples)
    {
        let delivery = Delivery::post(sample.body).with(DELIVERY, DELIVERY_ID);
        let name = sample.name;
        assert_eq!(
            key_of(&delivery),
            DedupKey::provider([DELIVERY_ID]),
            "{name}"
        );
    }
}

#[test]
fn an_id_that_is_not_there_exactly_once_is_none() {
    let typing = Delivery::post(r#"{"event":"conversation_typing_on"}"#);

    assert_eq!(key_of(&typing), DedupKey::None);
    assert_eq!(key_of(&typing.clone().with(DELIVERY, "")), DedupKey::None);
    let twice = typing.with(DELIVERY, "a").with(DELIVERY, "b");
    assert_eq!(key_of(&twice), DedupKey::None);
}

#[test]
fn without_an_id_a_thing_and_its_moment_are_the_key() {
    let account = || json!({"id": 3});
    let moment = "2025-11-24T16:00:00.000Z";
    let copy = |id: u32| json!({"messages": [{"id": id, "updated_at": moment}]});

    for (hook, expected) in [
        (
            json!({"event": "message_created", "id": 7, "account": account(), "created_at": moment}),
            &["3", "message_created", "7", moment][..],
        ),
        (
            json!({"event": "message_updated", "id": 7, "account": account(), "conversation": copy(7)}),
            &["3", "message_updated", "7", moment],
        ),
        (
            json!({"event": "conversation_created", "id": 55, "account": account(),
                "created_at": 1_763_999_990, "updated_at": 1_764_000_000.5}),
            &["3", "conversation_created", "55", "1763999990"],
        ),
        (
            json!({"event": "conversation_updated", "id": 55, "messages": [{"account_id": 3}],
                "updated_at": 1_764_000_000.123_456}),
            &["3", "conversation_updated", "55", "1764000000.123456"],
        ),
        (
            json!({"event": "contact_created", "id": 91, "account": account()}),
            &["3", "contact_created", "91", ""],
        ),
    ] {
        assert_eq!(key(&hook), DedupKey::provider(expected), "{hook}");
    }
}

/// To tell a thing twice is better than to take two of them for one.
#[test]
fn without_an_id_what_could_be_two_things_has_no_key() {
    let moment = "2025-11-24T16:00:00.000Z";
    let account = || json!({"id": 3});
    let later = json!({"messages": [{"id": 8, "updated_at": moment}]});

    for hook in [
        json!({"event": "message_created", "id": 7, "created_at": moment}),
        json!({"event": "message_created", "account": account(), "created_at": moment}),
        json!({"event": "message_created", "id": 7, "account": account(), "created_at": "today"}),
        json!({"event": "message_updated", "id": 7, "account": account(), "created_at": moment}),
        json!({"event": "message_updated", "id": 7, "account": account(), "conversation": later}),
        json!({"event": "conversation_updated", "id": 55, "account": account()}),
        json!({"event": "contact_updated", "id": 91, "account": account()}),
        json!({"event": "macro.executed", "id": 55, "account": account(), "updated_at": 1}),
        json!({"event": "automation_event.x", "id": 5, "account": account(), "updated_at": 1}),
        json!({"event": "webwidget_triggered", "id": 5, "account": account()}),
        json!({"event": "conversation_typing_on", "conversation": {"id": 55}}),
    ] {
        assert_eq!(key(&hook), DedupKey::None, "{hook}");
    }
}

#[test]
fn the_moment_of_what_happened_is_the_events_time() {
    let time = |hook: Value| {
        let told = ACCOUNT.decode_json(&hook).remove(0);
        told.time.map(|time| time.to_string()).unwrap_or_default()
    };
    let copy = json!({"messages": [{"id": 7, "updated_at": "2025-11-24T16:00:01Z"}]});

    for (hook, expected) in [
        (
            json!({"event": "message_created", "created_at": "2020-03-03 13:05:57 UTC"}),
            "2020-03-03T13:05:57Z",
        ),
        (
            json!({"event": "message_updated", "id": 7, "created_at": 1, "conversation": copy}),
            "2025-11-24T16:00:01Z",
        ),
        (
            json!({"event": "message_updated", "id": 8, "created_at": 1, "conversation": copy}),
            "",
        ),
        (
            json!({"event": "conversation_created", "created_at": 1_764_000_000, "updated_at": 1}),
            "2025-11-24T16:00:00Z",
        ),
        (
            json!({"event": "conversation_updated", "created_at": 1, "updated_at": 1_764_000_000.9}),
            "2025-11-24T16:00:00Z",
        ),
        (
            json!({"event": "conversation_typing_on", "conversation": {"updated_at": 1}}),
            "",
        ),
    ] {
        assert_eq!(time(hook.clone()), expected, "{hook}");
    }
}
