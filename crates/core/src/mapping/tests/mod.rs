mod attachments;
mod kinds;

use serde_json::{Value, json};

use super::*;
use crate::Delivery;
use crate::event::{Direction, Party, Role};

fn mapping(options: Value) -> Mapping {
    serde_json::from_value(options).unwrap()
}

fn chat() -> Mapping {
    mapping(json!({
        "kinds": {
            "posted": "message.created",
            "receipt": "message.status_changed",
            "writing": "dev.switchboard.typing.started",
            "closed": "conversation.status_changed",
            "person.new": "contact.created",
        },
        "conversation": ["/room/id", "/chat"],
        "sender": {
            "id": "/from/id",
            "name": "/from/name",
            "role": {"at": "/from/staff", "words": {"true": "agent", "false": "contact"}},
        },
        "message": {"id": "/id", "text": "/text", "reply_to": "/answers"},
        "status": {"at": "/state", "words": {"seen": "read"}},
        "entity": "/id",
    }))
}

fn told(kind: &str, body: &Value) -> Draft {
    let delivery = Delivery::post("");
    chat().draft(kind, &Scope::of(body, &delivery), DedupKey::None)
}

#[test]
fn a_message_is_told_and_its_rest_is_kept() {
    let body = json!({
        "id": 9_007_199_254_740_993_u64, "text": "Hello", "answers": "7", "lang": "en",
        "room": {"id": 42}, "from": {"id": "ann", "name": "Ann", "staff": false},
    });

    let draft = told("posted", &body);

    let Data::Message(_, message) = &draft.data else {
        panic!("{draft:?}")
    };
    assert_eq!(message.message.id.as_deref(), Some("9007199254740993"));
    assert_eq!(message.message.text.as_deref(), Some("Hello"));
    let reply_to = message.message.reply_to.as_ref().unwrap();
    assert_eq!(reply_to.id.as_deref(), Some("7"));
    assert_eq!(message.conversation.id.as_deref(), Some("42"));
    assert_eq!(message.actor.name.as_deref(), Some("Ann"));
    assert_eq!(message.actor.role, Role::Contact);
    assert_eq!(message.direction, Direction::Inbound);
    assert_eq!(draft.rest, json!({"lang": "en", "from": {"staff": false}}));
}

#[test]
fn the_first_place_that_holds_something_counts() {
    for (body, expected) in [
        (json!({"room": {"id": "r"}, "chat": "c"}), Some("r")),
        (json!({"room": {"id": ""}, "chat": "c"}), Some("c")),
        (json!({"room": {"id": ["r"]}, "chat": "c"}), Some("c")),
        (json!({"room": null, "chat": 7}), Some("7")),
        (json!({"room": 7}), None),
        (json!([]), None),
    ] {
        let draft = told("posted", &body);

        let subject = draft.data.subject();
        let expected = expected.map(|id| format!("conversation/{id}"));
        assert_eq!(subject, expected, "{body}");
    }
}

#[test]
fn what_is_of_another_type_stays_with_the_rest() {
    let body = json!({"text": {"html": "<b>"}, "from": {"id": 1.5, "staff": "perhaps"}});

    let draft = told("posted", &body);

    let Data::Message(_, message) = &draft.data else {
        panic!("{draft:?}")
    };
    assert_eq!(message.message.text, None);
    assert_eq!(message.actor, Party::new(Role::Unknown));
    assert_eq!(message.direction, Direction::Unknown);
    assert_eq!(draft.rest, body);
}

#[test]
fn every_kind_that_is_named_is_told() {
    let body = json!({"id": "m", "chat": "c", "state": "seen", "from": {"id": "a", "staff": true}});

    for (kind, ours, subject) in [
        ("posted", "message.created", Some("conversation/c")),
        ("receipt", "message.status_changed", Some("conversation/c")),
        ("writing", "typing.started", Some("conversation/c")),
        (
            "closed",
            "conversation.status_changed",
            Some("conversation/c"),
        ),
        ("person.new", "contact.created", Some("contact/m")),
        ("other", "provider.event", None),
    ] {
        let draft = told(kind, &body);

        assert_eq!(draft.data.kind(), ours);
        assert_eq!(draft.data.subject().as_deref(), subject, "{kind}");
    }
    let Data::MessageStatus(status) = told("receipt", &body).data else {
        panic!("another kind")
    };
    assert_eq!(status.status, DeliveryStatus::Read);
    assert_eq!(status.original_status.as_deref(), Some("seen"));
    let Data::Conversation(_, state) = told("closed", &body).data else {
        panic!("another kind")
    };
    assert_eq!(state.status.as_deref(), Some("seen"));
}

#[test]
fn an_entity_without_its_id_is_a_provider_event_with_the_reason() {
    let Data::Unknown(unknown) = told("person.new", &json!({"name": "Ann"})).data else {
        panic!("another kind")
    };

    assert_eq!(unknown.kind, "person.new");
    assert_eq!(unknown.fields, json!({"name": "Ann"}));
    assert!(unknown.reason.is_some());
}

#[test]
fn one_of_a_list_is_told_as_if_it_came_alone() {
    let mapping = mapping(json!({
        "kinds": {"posted": "message.created"},
        "conversation": "body:/room",
        "message": {"text": "/words/0"},
    }));
    let body = json!({"room": "r", "of": "x", "a/b": [{"words": ["Hi", "x"]}, {"words": ["Bye"]}]});
    let frame = json!({"room": "r", "of": "x", "a/b": []});
    let list: Pointer = serde_json::from_value(json!("/a~1b")).unwrap();
    let delivery = Delivery::post("");
    let item = &body["a/b"][0];
    let scope = Scope::of(&body, &delivery).part(item, &list, &frame);

    let draft = mapping.draft("posted", &scope, DedupKey::None);

    assert_eq!(draft.data.subject().as_deref(), Some("conversation/r"));
    assert_eq!(
        draft.rest,
        json!({"of": "x", "a/b": [{"words": [null, "x"]}]})
    );
    let unknown = mapping.draft("other", &scope, DedupKey::None);
    let Data::Unknown(unknown) = unknown.data else {
        panic!("another kind")
    };
    assert_eq!(
        unknown.fields,
        json!({"room": "r", "of": "x", "a/b": [{"words": ["Hi", "x"]}]})
    );
}

#[test]
fn headers_and_the_query_are_places_too() {
    let delivery = Delivery::post("")
        .to("/?chat=c&twice=1&twice=2")
        .with("x-from", "ann");
    let body = Value::Null;
    let scope = Scope::of(&body, &delivery);
    let at = |place: &str| scope.text_at(&Place::try_from(place.to_owned()).unwrap());

    assert_eq!(at("query:chat").as_deref(), Some("c"));
    assert_eq!(at("header:X-From").as_deref(), Some("ann"));
    for nothing in [
        "query:twice",
        "query:none",
        "header:x-none",
        "/a",
        "body:/a",
    ] {
        assert_eq!(at(nothing), None, "{nothing}");
    }
}

#[test]
fn a_mistake_is_found_when_the_mapping_is_read() {
    for (options, told) in [
        (json!({"kind": {}}), "unknown field `kind`"),
        (
            json!({"kinds": {"a": "message.sent"}}),
            "`message.sent` is no kind that a mapping can tell; these are: message.created, ",
        ),
        (
            json!({"kinds": {"a": "template.reviewed"}}),
            "`template.reviewed` is no kind",
        ),
        (
            json!({"message": {"attachments": {"name": "/a"}}}),
            "unknown field `name`, expected one of `list`, `url`",
        ),
        (
            json!({"message": {"attachments": [{"url": "/a"}, {"kind": "image"}]}}),
            "attachments: nothing says where one stands",
        ),
        (
            json!({"message": {"attachments": {"url": "/a", "kind": "photo"}}}),
            "unknown variant `photo`, expected one of `image`",
        ),
        (
            json!({"message": {"attachments": {"list": "query:files"}}}),
            "a list stands in the body",
        ),
        (
            json!({"message": {"attachments": {"list": "files"}}}),
            "`files` is no place",
        ),
        (
            json!({"interaction": {"kind": "button"}}),
            "unknown variant `button`, expected one of `options`",
        ),
        (
            json!({"interaction": {"list": "header:x-answers"}}),
            "a list stands in the body",
        ),
        (
            json!({"interaction": {"emoji": "/a"}}),
            "unknown field `emoji`",
        ),
        (json!({"app": {"title": "/a"}}), "unknown field `title`"),
        (json!({"participant": "/a"}), "invalid type: string"),
        (json!({"conversation": "id"}), "`id` is no place"),
        (json!({"conversation": "/a~2"}), "`/a~2` is no place"),
        (json!({"conversation": "body:a"}), "`body:a` is no place"),
        (
            json!({"conversation": "header:a b"}),
            "`header:a b` is no place",
        ),
        (json!({"conversation": "query:"}), "`query:` is no place"),
        (json!({"conversation": []}), "invalid length 0"),
        (json!({"conversation": 7}), "invalid type: integer `7`"),
        (
            json!({"sender": {"role": "boss"}}),
            "unknown variant `boss`",
        ),
        (
            json!({"direction": {"at": "/a", "words": {"in": "inwards"}}}),
            "unknown variant `inwards`",
        ),
        (json!({"direction": {"words": {}}}), "missing field `at`"),
        (json!({"message": {"body": "/a"}}), "unknown field `body`"),
    ] {
        let error = serde_json::from_value::<Mapping>(options).unwrap_err();
        assert!(error.to_string().starts_with(told), "{error}");
    }
}
