//! What makes a part the same when it comes again, alone or in another batch.

use serde_json::{Value, json};
use switchboard_core::DedupKey;

use crate::{decode, messenger, whatsapp};

fn key(body: &Value) -> DedupKey {
    decode(body).remove(0).key
}

#[test]
fn ids_of_metas_are_keys() {
    let message = json!({"id": "wamid.1", "from": "1", "type": "text", "text": {"body": "Hi"}});
    let status = |word: &str| json!({"id": "wamid.2", "status": word, "recipient_id": "1"});
    let group = json!({"id": "wamid.2", "status": "read", "recipient_id": "g",
        "recipient_type": "group", "recipient_participant_id": "1"});

    for (body, expected) in [
        (whatsapp(&json!({"messages": [message]})), &["wamid.1"][..]),
        (
            whatsapp(&json!({"statuses": [status("read")]})),
            &["wamid.2", "read"],
        ),
        (
            whatsapp(&json!({"statuses": [status("sent")]})),
            &["wamid.2", "sent"],
        ),
        (
            whatsapp(&json!({"statuses": [group]})),
            &["wamid.2", "read", "1"],
        ),
        (
            messenger(&json!({"message": {"mid": "m_1", "text": "Hi"}})),
            &["m_1"],
        ),
        (
            messenger(&json!({"postback": {"mid": "m_2", "payload": "x"}})),
            &["m_2"],
        ),
        (
            messenger(&json!({"delivery": {"mids": ["m_3"]}})),
            &["m_3", "delivered"],
        ),
        (
            messenger(&json!({"read": {"mid": "m_4"}})),
            &["m_4", "read"],
        ),
    ] {
        assert_eq!(key(&body), DedupKey::provider(expected), "{body}");
    }
}

#[test]
fn what_has_no_id_is_known_by_its_moment() {
    let at = |time: Value| {
        let mut body = messenger(&json!({"postback": {"payload": "start"}}));
        body["entry"][0]["messaging"][0]["timestamp"] = time;
        key(&body)
    };

    assert_eq!(
        at(json!(1_764_000_000_001_u64)),
        at(json!(1_764_000_000_001_u64))
    );
    assert_ne!(
        at(json!(1_764_000_000_001_u64)),
        at(json!(1_764_000_000_002_u64))
    );
    assert_eq!(at(json!(null)), DedupKey::None);
}

/// A customer may react, take it back, and react again.
#[test]
fn the_same_reaction_at_another_time_is_another() {
    let at = |time: u64| {
        let mut body =
            messenger(&json!({"reaction": {"action": "react", "emoji": "❤", "mid": "m_1"}}));
        body["entry"][0]["messaging"][0]["timestamp"] = json!(time);
        key(&body)
    };

    assert_ne!(at(1_764_000_000_001), at(1_764_000_000_002));
}

/// One template may be paused and approved more than once.
#[test]
fn a_review_is_known_by_its_moment_too() {
    let at = |time: Value| {
        key(
            &json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "time": time,
            "changes": [{"field": "message_template_status_update",
                "value": {"event": "APPROVED", "message_template_id": 7}}]}]}),
        )
    };

    assert_ne!(at(json!(1_764_000_000)), at(json!(1_764_000_001)));
    assert_eq!(at(json!(null)), DedupKey::None);
}
