//! What becomes of each kind of interaction.

use serde_json::{Value, json};
use switchboard_core::event::Role;
use switchboard_core::{Data, DedupKey};

use crate::INTERACTIONS;

fn submitted(kind: u64, data: &Value) -> Vec<String> {
    let body = json!({"type": kind, "id": "846462639134605312", "data": data});
    let Data::Interaction(told) = INTERACTIONS.told(&body).data else {
        panic!("{body}")
    };
    let words = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
    let submitted = told.interactive.submitted.iter();
    submitted
        .map(|it| [words(&it.id), words(&it.value)].join(" = "))
        .collect()
}

#[test]
fn a_command_is_told_with_its_steps_and_its_options() {
    let number = json!({"type": 4, "name": "number", "value": 4711});
    let loud = json!({"type": 5, "name": "loud", "value": true});
    for (options, expected) in [
        (json!(null), vec!["order = -"]),
        (
            json!([number, loud]),
            vec!["order = -", "number = 4711", "loud = true"],
        ),
        (
            json!([{"type": 1, "name": "status", "options": [number]}]),
            vec!["order status = -", "number = 4711"],
        ),
        (
            json!([{"type": 2, "name": "of", "options": [{"type": 1, "name": "mine"}]}]),
            vec!["order of mine = -"],
        ),
        (json!("odd"), vec!["order = -"]),
    ] {
        let data = json!({"name": "order", "options": options});
        assert_eq!(submitted(2, &data), expected, "{options}");
    }
}

#[test]
fn a_component_is_told_with_each_of_its_values() {
    for (data, expected) in [
        (json!({"custom_id": "a"}), vec!["a = -"]),
        (json!({"custom_id": "a", "values": []}), vec!["a = -"]),
        (
            json!({"custom_id": "a", "values": ["1", "2"]}),
            vec!["a = 1", "a = 2"],
        ),
    ] {
        assert_eq!(submitted(3, &data), expected);
    }
}

#[test]
fn a_modal_is_told_field_by_field_wherever_they_stand() {
    let subject = json!({"type": 4, "custom_id": "subject", "value": "Lamp"});
    let topic = json!({"type": 3, "custom_id": "topic", "values": ["a", "b"]});
    let data = json!({"custom_id": "ticket", "components": [
        {"type": 1, "components": [subject]},
        {"type": 18, "component": topic},
        {"type": 10, "content": "words"},
        {"type": 17, "components": [{"type": 18, "component": {"custom_id": "deep", "value": true}}]},
    ]});

    let expected = ["subject = Lamp", "topic = a", "topic = b", "deep = true"];
    assert_eq!(submitted(5, &data), expected);
}

#[test]
fn what_nobody_submitted_is_a_providers_event() {
    for (kind, expected) in [
        (json!(4), "autocomplete"),
        (json!(6), "interaction.6"),
        (json!("2"), "interaction.2"),
        (json!(null), "unknown"),
    ] {
        let Data::Unknown(told) = INTERACTIONS.told(&json!({"type": kind})).data else {
            panic!("{kind}")
        };
        assert_eq!(told.kind, expected);
    }
}

#[test]
fn an_interaction_is_known_by_its_id_which_tells_its_time() {
    let body = json!({"type": 2, "id": "175928847299117063", "guild_id": 290_926_798});
    let draft = INTERACTIONS.told(&body);

    assert_eq!(draft.key, DedupKey::provider(["175928847299117063"]));
    assert_eq!(draft.time.unwrap().to_string(), "2016-04-30T11:18:25.796Z");
    assert_eq!(draft.account.as_deref(), Some("290926798"));
    assert_eq!(INTERACTIONS.told(&json!({"type": 2})).key, DedupKey::None);
}

#[test]
fn whoever_submits_is_a_member_or_a_user() {
    let user = json!({"id": "1", "username": "annb", "global_name": "Ann"});
    for (who, name, role) in [
        (json!({"user": user}), Some("Ann"), Role::Contact),
        (
            json!({"member": {"user": user, "nick": "Annie"}}),
            Some("Annie"),
            Role::Contact,
        ),
        (
            json!({"member": {"user": user, "nick": null}}),
            Some("Ann"),
            Role::Contact,
        ),
        (
            json!({"user": {"id": "1", "username": "annb"}}),
            Some("annb"),
            Role::Contact,
        ),
        (json!({"user": {"id": "1", "bot": true}}), None, Role::Bot),
        (json!({}), None, Role::Unknown),
    ] {
        let mut body = who.clone();
        body["type"] = json!(2);
        let Data::Interaction(told) = INTERACTIONS.told(&body).data else {
            panic!("{who}")
        };
        assert_eq!(
            (told.actor.name.as_deref(), told.actor.role),
            (name, role),
            "{who}"
        );
    }
}

#[test]
fn a_command_of_a_message_names_the_message() {
    for (kind, expected) in [(3, Some("7")), (2, None), (1, None)] {
        let data = json!({"type": kind, "name": "a", "target_id": "7"});
        let body = json!({"type": 2, "data": data});
        let Data::Interaction(told) = INTERACTIONS.told(&body).data else {
            panic!("{body}")
        };
        assert_eq!(told.message.id.as_deref(), expected);
    }
}
