//! What an event is about, and which events keep their order.

use serde_json::json;
use switchboard_core::event::{
    Activity, Conversation, ConversationState, EntityKind, EntityReference, KINDS, Party, Role,
    example,
};

use crate::minimal::minimal;
use crate::stamped;

#[test]
fn every_kind_is_about_the_thing_it_happens_to() {
    for kind in KINDS {
        let (first, _) = kind.name.split_once('.').unwrap();
        let subject = match first {
            "app" => Some("app/5a1f4c0e".to_owned()),
            "template" => Some("template/31".to_owned()),
            "provider" => None,
            entity if EntityKind::ALL.iter().any(|kind| kind.name() == entity) => {
                Some(format!("{entity}/7"))
            }
            _ => Some("conversation/42".to_owned()),
        };

        let event = stamped(example(kind));

        assert_eq!(event.subject, subject, "{}", kind.name);
        assert_eq!(
            event.partitionkey,
            subject.unwrap_or(event.source),
            "{}",
            kind.name
        );
    }
}

#[test]
fn without_an_id_the_source_keeps_the_order() {
    for kind in KINDS
        .iter()
        .filter(|kind| minimal(kind).subject().is_none())
    {
        let event = stamped(minimal(kind));

        assert_eq!(event.partitionkey, event.source, "{}", kind.name);
    }
}

#[test]
fn an_activity_is_about_its_conversation_then_its_entity_then_its_customer() {
    let mut activity = Activity::of(Party {
        id: Some("501".into()),
        ..Party::new(Role::Contact)
    });
    let subject = |activity: &Activity| activity.clone().widget_opened().subject().unwrap();

    assert_eq!(subject(&activity), "contact/501");
    activity.entity = Some(EntityReference::new(EntityKind::Lead, "7"));
    assert_eq!(subject(&activity), "lead/7");
    activity.conversation = Some(Conversation::default());
    assert_eq!(subject(&activity), "lead/7");
    activity.conversation = Some(serde_json::from_value(json!({"id": "42"})).unwrap());
    assert_eq!(subject(&activity), "conversation/42");
}

#[test]
fn the_integrations_id_stands_in_for_the_providers() {
    let state = ConversationState::of(Conversation {
        external_id: Some("chat-42".into()),
        ..Conversation::default()
    });

    assert_eq!(
        state.read().subject().as_deref(),
        Some("conversation/chat-42")
    );
}
