//! What becomes of each webhook.

use serde_json::{Value, json};
use switchboard_core::{Data, DedupKey, Delivery, Draft, Redelivery};

use crate::{adapter, adapter_with, body, decode, decode_json};

#[test]
fn a_message_comes_again_under_its_own_id() {
    let hook = |text: &str, time: u32| {
        json!({
            "account_id": "a", "time": time,
            "message": {"message": {"id": "m", "type": "text", "text": text}},
        })
    };

    assert_eq!(
        decode_json(&hook("x", 1)).key,
        DedupKey::provider(["a", "m"])
    );
    assert_eq!(
        decode_json(&hook("y", 2)).key,
        DedupKey::provider(["a", "m"])
    );
    assert_eq!(
        decode_json(&json!({"message": {"message": {"type": "text"}}})).key,
        DedupKey::None
    );
}

/// Whoever repeats a body whose trimmed bytes were signed can add newlines to it.
#[test]
fn newlines_around_a_body_give_no_other_key() {
    let timed = String::from_utf8(body("kommo_v1_msec_picture")).unwrap();
    let key = |body: String| decode(body).remove(0).key;

    let once = key(timed.clone());

    assert!(matches!(once, DedupKey::Derived(_)), "{once:?}");
    assert_eq!(key(format!("\n{timed}\r\n\n")), once);
    assert_ne!(key(timed.replace("a.png", "b.png")), once);
}

#[test]
fn two_equal_texts_without_a_time_are_two_messages() {
    let untimed = decode(body("kommo_v1_text")).remove(0);

    assert_eq!(untimed.key, DedupKey::None);
    assert_eq!(untimed.time, None);
}

#[test]
fn a_reaction_is_known_by_all_that_makes_it() {
    let hook = |time: u32, kind: &str, emoji: &str, message: Value| {
        let mut reaction = json!({"user": {"id": "u"}, "type": kind, "emoji": emoji});
        for (name, value) in message.as_object().unwrap() {
            reaction[name] = value.clone();
        }
        json!({"account_id": "a", "time": time, "action": {"reaction": reaction}})
    };
    let key = |hook: Value| decode_json(&hook).key;
    let by_msgid = || json!({"msgid": "m"});

    let first = key(hook(1, "react", "👍", by_msgid()));

    assert_eq!(
        first,
        DedupKey::provider(["a", "m", "u", "react", "👍", "1"])
    );
    assert_eq!(
        key(hook(1, "react", "👍", json!({"message": {"id": "m"}}))),
        first
    );
    assert_ne!(key(hook(2, "react", "👍", by_msgid())), first);
    assert_ne!(key(hook(1, "unreact", "👍", by_msgid())), first);
    assert_ne!(key(hook(1, "react", "👎", by_msgid())), first);
    assert_ne!(key(hook(1, "react", "👍", json!({"msgid": "n"}))), first);
    assert_eq!(key(hook(1, "react", "👍", json!({}))), DedupKey::None);
}

#[test]
fn typing_has_no_key() {
    assert_eq!(decode(body("kommo_v2_typing"))[0].key, DedupKey::None);
}

/// What the ids are is told by what else is there; see the README.
#[test]
fn ids_are_the_integrations_own_only_in_the_old_shape() {
    let ids = |receiver: Value, chat: Value, msec_timestamp: Value| {
        let draft = decode_json(&json!({"message": {
            "receiver": receiver, "conversation": chat, "msec_timestamp": msec_timestamp,
            "message": {"type": "text"},
        }}));
        let Data::Message(_, mut message) = draft.data else {
            panic!("{draft:?}")
        };
        let receiver = message.recipients.remove(0);
        let chat = message.conversation;
        [receiver.id, receiver.external_id, chat.id, chat.external_id]
            .map(Option::unwrap_or_default)
            .join("|")
    };
    let (id, both) = (json!({"id": "k"}), json!({"id": "k", "client_id": "own"}));
    let blank = json!({"id": "k", "client_id": ""});
    let (absent, msec) = (json!(null), json!(1_764_000_000_480_u64));

    for (receiver, chat, time, expected) in [
        (&id, &id, &absent, "|k||k"),
        (&blank, &id, &absent, "|k||k"),
        (&id, &id, &json!(0), "|k||k"),
        (&id, &id, &msec, "k||k|"),
        (&both, &both, &msec, "k|own|k|own"),
        (&both, &both, &absent, "k|own|k|own"),
        (&both, &id, &absent, "k|own|k|"),
        (&id, &both, &absent, "k||k|own"),
        (&both, &id, &msec, "k|own|k|"),
    ] {
        let told = ids(receiver.clone(), chat.clone(), time.clone());
        assert_eq!(told, expected, "{receiver} {chat} {time}");
    }
}

#[test]
fn the_finest_time_is_the_events_time() {
    let time = |hook: Value| decode_json(&hook).time.map(|time| time.to_string());

    let mut hook = json!({
        "time": 1_764_000_002,
        "message": {
            "timestamp": 1_764_000_001,
            "msec_timestamp": 1_764_000_000_480_u64,
            "message": {"type": "text"},
        },
    });
    assert_eq!(time(hook.clone()).unwrap(), "2025-11-24T16:00:00.48Z");
    hook["message"]["msec_timestamp"] = json!(null);
    assert_eq!(time(hook.clone()).unwrap(), "2025-11-24T16:00:01Z");
    hook["message"]["timestamp"] = json!(0);
    assert_eq!(time(hook.clone()).unwrap(), "2025-11-24T16:00:02Z");
    hook["time"] = json!(null);
    assert_eq!(time(hook), None);
}

#[test]
fn a_scope_id_in_the_url_names_the_account_where_the_body_does_not() {
    let scoped = |name: &str| -> Draft {
        let url =
            "/in/support/f90ba33d-c9d9-44da-b76c-c349b0ecbe41_af9945ff-1490-4cad-807d-945c15d88bec";
        let delivery = Delivery::post(body(name)).to(url);
        adapter().decode(&delivery).unwrap().remove(0)
    };
    let of_the_url = Some("af9945ff-1490-4cad-807d-945c15d88bec");

    assert_eq!(scoped("kommo_v1_text").account.as_deref(), of_the_url);
    assert_eq!(scoped("no_account").account.as_deref(), of_the_url);
    assert_eq!(
        scoped("kommo_v2_text_utf8").account.as_deref(),
        Some("3b1e7c52-7d0a-4c7e-9d3f-5a2f1b6c8e90")
    );
}

#[test]
fn only_shape_tells_the_versions_apart() {
    let kind = |hook: Value| match decode_json(&hook).data {
        Data::Unknown(unknown) => format!("provider.event {}", unknown.kind),
        data => data.kind().to_owned(),
    };
    let typed = json!({"type": "text", "text": "Hello"});

    for (hook, expected) in [
        (json!({"receiver": "c"}), "message.created"),
        (json!({"receiver": "c", "message": "m"}), "message.created"),
        (
            json!({"receiver": "c", "message": {"message": typed}}),
            "message.created",
        ),
        (json!({"message": typed}), "message.created"),
        (
            json!({"message": {"message": typed}, "action": {"seen": {}}}),
            "message.created",
        ),
        (
            json!({"message": null, "action": {"typing": {}}}),
            "typing.started",
        ),
        (json!({"action": {"a": {}, "typing": {}}}), "typing.started"),
        (
            json!({"action": {"seen": {}}}),
            "provider.event action.seen",
        ),
        (
            json!({"action": {"seen": null}}),
            "provider.event action.seen",
        ),
        (
            json!({"action": {"typing": null}}),
            "provider.event action.typing",
        ),
        (
            json!({"action": {"reaction": {}}}),
            "provider.event action.reaction",
        ),
        (json!({"action": {}}), "provider.event unknown"),
        (json!({"action": "typing"}), "provider.event unknown"),
        (json!({"message": {}}), "provider.event unknown"),
        (json!({"message": "m"}), "provider.event unknown"),
        (json!({"receiver": 7}), "provider.event unknown"),
        (json!({"account_id": "a"}), "provider.event unknown"),
        (json!({}), "provider.event unknown"),
    ] {
        assert_eq!(kind(hook.clone()), expected, "{hook}");
    }
}

#[test]
fn the_answer_is_200_and_nothing_else() {
    let reply = adapter().reply(&Delivery::post(body("kommo_v1_text")), &crate::endpoint());

    assert_eq!(reply.status(), 200);
    assert!(reply.body().is_empty());
    assert_eq!(reply.content_type(), None);
}

#[test]
fn the_descriptor_says_what_kommo_promises() {
    let kommo = adapter();
    let descriptor = kommo.descriptor();

    assert_eq!(descriptor.title, "Kommo Chats");
    assert_eq!(descriptor.methods, ["POST"]);
    assert_eq!(descriptor.ack_deadline.as_secs(), 5);
    assert_eq!(descriptor.redelivery, Redelivery::Never);
    assert_eq!(descriptor.refused, 401);
    assert_eq!(descriptor.max_body, 1 << 20);
    assert!(descriptor.is_signed);
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    adapter_with(&json!({"max_age_seconds": 86_400}));
    let linked = switchboard_core::registrations();
    for options in [
        json!({"max_age": 1}),
        json!({"max_age_seconds": "1h"}),
        json!(7),
    ] {
        assert!(linked[0].build(&options).is_err(), "{options}");
    }
}
