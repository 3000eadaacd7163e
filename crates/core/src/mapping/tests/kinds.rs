//! Reactions, buttons, members, calls and apps.

use serde_json::{Value, json};

use super::super::*;
use crate::Delivery;
use crate::event::{InteractiveKind, KINDS, Role, Submission};

fn mapping() -> Mapping {
    let options = json!({
        "kinds": {
            "liked": "reaction.added",
            "unliked": "reaction.removed",
            "pressed": "interaction.submitted",
            "came": "participant.joined",
            "went": "participant.left",
            "rang": "call.incoming",
            "looked": "page.visited",
            "wrote": "chat.received",
            "mailed": "mail.received",
            "opened": "widget.opened",
            "bought": "app.installed",
            "sold": "app.uninstalled",
        },
        "conversation": "/chat",
        "sender": {"id": "/from", "role": "contact"},
        "participant": {"id": "/member"},
        "message": {"id": "/message"},
        "reaction": "/emoji",
        "interaction": {"id": "/button/id", "title": "/button/text", "value": "/button/data"},
        "status": {"at": "/state"},
        "page": "/page/url",
        "app": {"id": "/app/id", "name": "/app/name"},
    });
    serde_json::from_value(options).unwrap()
}

fn told_by(mapping: &Mapping, kind: &str, body: &Value) -> Draft {
    let delivery = Delivery::post("");
    mapping.draft(kind, &Scope::of(body, &delivery), DedupKey::None)
}

fn told(kind: &str, body: &Value) -> Draft {
    told_by(&mapping(), kind, body)
}

#[test]
fn a_reaction_says_with_what_and_to_which_message() {
    let body = json!({"chat": "c", "from": 7, "message": "m", "emoji": "👍", "skin": 2});
    for (kind, ours) in [("liked", "reaction.added"), ("unliked", "reaction.removed")] {
        let draft = told(kind, &body);

        assert_eq!(draft.data.kind(), ours);
        assert_eq!(draft.data.subject().as_deref(), Some("conversation/c"));
        let Data::Reaction(_, reaction) = draft.data else {
            panic!("another kind")
        };
        assert_eq!(reaction.emoji.as_deref(), Some("👍"));
        assert_eq!(reaction.message.id.as_deref(), Some("m"));
        assert_eq!(reaction.actor.id.as_deref(), Some("7"));
        assert_eq!(reaction.direction, Direction::Inbound);
        assert_eq!(draft.rest, json!({"skin": 2}));
    }
}

#[test]
fn a_button_is_an_interaction() {
    let body = json!({
        "chat": "c", "from": "ann", "message": "m",
        "button": {"id": "yes", "text": "Yes", "data": true, "row": 1},
    });

    let draft = told("pressed", &body);

    let Data::Interaction(interaction) = draft.data else {
        panic!("another kind")
    };
    assert_eq!(interaction.interactive.kind, InteractiveKind::Buttons);
    let expected = Submission {
        id: Some("yes".into()),
        title: Some("Yes".into()),
        value: Some("true".into()),
    };
    assert_eq!(interaction.interactive.submitted, [expected]);
    assert_eq!(interaction.message.id.as_deref(), Some("m"));
    assert_eq!(interaction.actor.role, Role::Contact);
    assert_eq!(draft.rest, json!({"button": {"row": 1}}));
}

#[test]
fn a_form_is_submitted_field_by_field() {
    let options = json!({
        "kinds": {"pressed": "interaction.submitted"},
        "interaction": {
            "kind": {"at": "/type", "words": {"poll": "options"}, "otherwise": "form"},
            "list": "/answers", "id": "/key", "value": "/value",
        },
    });
    let mapping: Mapping = serde_json::from_value(options).unwrap();
    let body = json!({"type": "survey", "answers": [
        {"key": "email", "value": "ann@example.test"},
        {"key": "age", "value": 41.5},
        {"key": "tags", "value": ["a"]},
        {"value": null},
        "agreed",
    ]});

    let draft = told_by(&mapping, "pressed", &body);

    let Data::Interaction(interaction) = draft.data else {
        panic!("another kind")
    };
    assert_eq!(interaction.interactive.kind, InteractiveKind::Form);
    let submitted = interaction.interactive.submitted.iter();
    let pairs: Vec<_> = submitted
        .map(|it| (it.id.as_deref(), it.value.as_deref()))
        .collect();
    let expected = [
        (Some("email"), Some("ann@example.test")),
        (Some("age"), Some("41.5")),
        (Some("tags"), None),
        (Some("agreed"), None),
    ];
    assert_eq!(pairs, expected);
    let left = json!([{}, {}, {"value": ["a"]}, {"value": null}, null]);
    assert_eq!(draft.rest, json!({"type": "survey", "answers": left}));
    let poll = told_by(&mapping, "pressed", &json!({"type": "poll"}));
    let Data::Interaction(interaction) = poll.data else {
        panic!("another kind")
    };
    assert_eq!(interaction.interactive.kind, InteractiveKind::Options);
    assert_eq!(interaction.interactive.submitted, []);
}

#[test]
fn somebody_comes_alone_or_is_let_in() {
    let alone = json!({"chat": "c", "from": "ann", "state": "guest"});
    let let_in = json!({"chat": "c", "from": "bob", "member": "ann"});
    for (kind, body, actor) in [("came", alone, None), ("went", let_in, Some("bob"))] {
        let Data::Participation(_, participation) = told(kind, &body).data else {
            panic!("another kind")
        };
        assert_eq!(participation.participant.id.as_deref(), Some("ann"));
        let found = participation.actor.and_then(|actor| actor.id);
        assert_eq!(found.as_deref(), actor);
        assert_eq!(
            participation.status.as_deref(),
            body["state"].as_str(),
            "{body}"
        );
    }
}

#[test]
fn what_a_customer_does_has_all_its_fields() {
    let body = json!({"from": "ann", "page": {"url": "https://shop.test/"}, "seconds": 3});

    let draft = told("looked", &body);

    let Data::Activity(_, activity) = draft.data else {
        panic!("another kind")
    };
    assert_eq!(activity.url.as_deref(), Some("https://shop.test/"));
    assert_eq!(activity.trigger.as_deref(), Some("looked"));
    assert_eq!(Value::Object(activity.fields), body);
    assert_eq!(activity.conversation, None);
    assert_eq!(draft.rest, Value::Null);
}

#[test]
fn an_app_is_taken_into_use_and_given_up() {
    let body = json!({"app": {"id": 7, "name": "Hooks", "tier": "b"}, "from": "ann"});

    let draft = told("bought", &body);

    assert_eq!(draft.data.subject().as_deref(), Some("app/7"));
    assert_eq!(draft.rest, json!({"app": {"tier": "b"}}));
    assert_eq!(told("sold", &json!({})).data.kind(), "app.uninstalled");
}

#[test]
fn every_kind_of_ours_but_two_can_be_told() {
    for ours in KINDS {
        let options = json!({"kinds": {"theirs": ours.name}, "entity": "/id"});
        let mapping = serde_json::from_value::<Mapping>(options);
        if ["provider.event", "template.reviewed"].contains(&ours.name) {
            assert!(mapping.is_err(), "{}", ours.name);
            continue;
        }

        let draft = told_by(&mapping.unwrap(), "theirs", &json!({"id": "7"}));

        assert_eq!(draft.data.kind(), ours.name);
    }
}
