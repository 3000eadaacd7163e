//! What customers pick and fill in.

use serde_json::{Value, json};
use switchboard_core::event::{InteractiveKind, Role};
use switchboard_core::{Data, Draft};

use crate::{ACCOUNT, kinds, message};

fn hook(event: &str, content_type: &str, attributes: Value) -> Value {
    json!({
        "event": event, "id": 5, "message_type": "outgoing", "content_type": content_type,
        "content_attributes": attributes, "account": {"id": 8},
        "conversation": {"id": 7, "meta": {"sender": {"id": 91, "name": "Lea"}}},
    })
}

fn submitted(drafts: &[Draft]) -> Vec<String> {
    let Some(Data::Interaction(interaction)) = drafts.last().map(|draft| &draft.data) else {
        panic!("{drafts:?}")
    };
    assert_eq!(interaction.actor.role, Role::Contact);
    assert_eq!(interaction.actor.id.as_deref(), Some("91"));
    assert_eq!(interaction.conversation.id.as_deref(), Some("7"));
    assert_eq!(interaction.message.id.as_deref(), Some("5"));
    let answers = interaction.interactive.submitted.iter();
    let answers = answers.map(|answer| {
        [&answer.id, &answer.title, &answer.value]
            .map(|words| words.as_deref().unwrap_or("-"))
            .join(" ")
    });
    answers.collect()
}

#[test]
fn what_is_submitted_is_told_with_the_message_and_alone() {
    for (content_type, attributes, expected) in [
        (
            "input_select",
            json!({"submitted_values": [{"title": "One", "value": "1"}]}),
            &["1 One -"][..],
        ),
        (
            "form",
            json!({"submitted_values": [{"name": "a", "value": "x"}, {"name": "b", "value": true}]}),
            &["a - x", "b - true"],
        ),
        (
            "input_email",
            json!({"submitted_email": "lea@example.test"}),
            &["email - lea@example.test"],
        ),
        (
            "input_csat",
            json!({"submitted_values": {"csat_survey_response": {"rating": 5, "feedback_message": ""}}}),
            &["feedback_message - -", "rating - 5"],
        ),
    ] {
        let told = ACCOUNT.decode_json(&hook("message_updated", content_type, attributes));

        assert_eq!(kinds(&told), ["message.updated", "interaction.submitted"]);
        assert_eq!(submitted(&told), expected);
    }
}

#[test]
fn what_only_asks_is_no_interaction() {
    for attributes in [
        json!(null),
        json!({}),
        json!({"items": [{"title": "One", "value": "1"}]}),
        json!({"submitted_values": []}),
        json!({"submitted_values": null, "submitted_email": ""}),
    ] {
        let told = ACCOUNT.decode_json(&hook("message_updated", "input_select", attributes));
        assert_eq!(kinds(&told), ["message.updated"]);
    }
}

/// Whatever changes of the message later tells the answer again.
#[test]
fn an_answer_is_one_event_however_often_it_comes() {
    let answer = |event: &str, value: &str, translations: Value| {
        let attributes = json!({
            "submitted_values": [{"title": "T", "value": value}], "translations": translations,
        });
        let mut told = ACCOUNT.decode_json(&hook(event, "input_select", attributes));
        told.remove(1).key
    };

    let first = answer("message_updated", "1", json!(null));

    assert_eq!(answer("message_updated", "1", json!({"pt": "T"})), first);
    assert_eq!(answer("message_created", "1", json!(null)), first);
    assert_ne!(answer("message_updated", "2", json!(null)), first);
}

#[test]
fn each_kind_of_question_is_told_as_what_it_is() {
    let kind = |content_type: &str, attributes: Value| {
        let told = message(&hook("message_created", content_type, attributes));
        told.message.interactive.map(|interactive| interactive.kind)
    };
    let items = || json!({"items": [{"title": "One"}]});

    for (content_type, expected) in [
        ("input_select", InteractiveKind::Options),
        ("cards", InteractiveKind::Cards),
        ("article", InteractiveKind::List),
        ("form", InteractiveKind::Form),
        ("input_csat", InteractiveKind::Form),
        ("input_email", InteractiveKind::Form),
        ("input_text", InteractiveKind::Form),
        ("input_textarea", InteractiveKind::Form),
    ] {
        assert_eq!(kind(content_type, json!({})), Some(expected));
        assert_eq!(kind(content_type, items()), Some(expected));
    }
    for content_type in ["text", "enum", "incoming_email", ""] {
        assert_eq!(kind(content_type, json!({})), None);
        assert_eq!(kind(content_type, items()), Some(InteractiveKind::Options));
    }
}

#[test]
fn what_an_item_has_no_place_for_stays_with_the_rest() {
    let items = json!([
        {"title": "One", "value": "1"},
        {"name": "size", "value": "m", "label": "Size", "title": "S, M or L", "description": "Of the shirt"},
    ]);
    let attributes = json!({"items": items});

    let told = ACCOUNT.decode_json(&hook("message_created", "form", attributes));

    assert_eq!(
        told[0].rest["content_attributes"]["items"],
        json!([null, {"value": "m", "title": "S, M or L"}])
    );
}
