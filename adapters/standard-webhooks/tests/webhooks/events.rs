//! What becomes of a webhook.

use serde_json::{Value, json};
use switchboard_core::{Data, DedupKey, Delivery, Draft};

use crate::build;

fn decode(options: &Value, body: impl Into<Vec<u8>>) -> Draft {
    let delivery = Delivery::post(body.into())
        .with("webhook-id", "msg_1")
        .with("x-account", "shop");
    let mut drafts = build(options).unwrap().decode(&delivery).unwrap();
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

fn unknown(draft: Draft) -> (String, Value) {
    match draft.data {
        Data::Unknown(unknown) => (unknown.kind, unknown.fields),
        data => panic!("{data:?}"),
    }
}

#[test]
fn a_body_as_recommended_is_told_by_its_type_and_time() {
    let body = json!({"type": "a.b", "timestamp": "2025-11-24T16:00:00Z", "data": {"id": 1}});

    let draft = decode(&json!({}), body.to_string());

    assert_eq!(draft.key, DedupKey::provider(["msg_1"]));
    assert_eq!(draft.time.unwrap().to_string(), "2025-11-24T16:00:00Z");
    assert_eq!(unknown(draft), ("a.b".to_owned(), body));
}

#[test]
fn any_other_body_stays_whole() {
    for (body, fields) in [
        (&br#"{"a":1}"#[..], json!({"a": 1})),
        (b"[1]", json!([1])),
        (b"7", json!(7)),
        (b"", json!("")),
        ("caf\u{e9}".as_bytes(), json!("café")),
        (b"\xff\x00", json!({"base64": "/wA=", "text": "\u{fffd}\0"})),
    ] {
        let draft = decode(&json!({}), body);

        assert_eq!(draft.time, None);
        assert_eq!(unknown(draft), ("unknown".to_owned(), fields));
    }
}

#[test]
fn an_operator_says_what_the_types_mean() {
    let options = json!({
        "kind": ["/event", "/type"], "time": "/data/at", "account": "header:x-account",
        "map": {
            "kinds": {"message.received": "message.created"},
            "conversation": "/data/chat",
            "sender": {"id": "/data/from", "role": "contact"},
            "message": {"text": "/data/text"},
        },
    });
    let data = json!({"chat": "c", "from": "ann", "text": "Hello", "at": 1_764_000_000});
    let body = json!({"event": "message.received", "type": "x", "data": data});

    let draft = decode(&options, body.to_string());

    assert_eq!(draft.data.kind(), "message.created");
    assert_eq!(draft.data.subject().as_deref(), Some("conversation/c"));
    assert_eq!(draft.account.as_deref(), Some("shop"));
    assert_eq!(draft.time.unwrap().as_seconds(), 1_764_000_000);
    let rest = json!({"event": "message.received", "type": "x", "data": {"at": 1_764_000_000}});
    assert_eq!(draft.rest, rest);
}

#[test]
fn an_id_that_is_none_makes_no_key() {
    for headers in [
        vec![],
        vec![("webhook-id", "a b")],
        vec![("webhook-id", "a"), ("webhook-id", "a")],
    ] {
        let delivery = headers
            .iter()
            .fold(Delivery::post("{}"), |delivery, (name, value)| {
                delivery.with(name, value)
            });
        let drafts = build(&json!({})).unwrap().decode(&delivery).unwrap();
        assert_eq!(drafts[0].key, DedupKey::None);
    }
}
