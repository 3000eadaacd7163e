//! What becomes of each thing.

use serde_json::{Value, json};
use switchboard_core::Data;
use switchboard_core::event::{DeliveryStatus, Direction, ReviewStatus, Role};

use crate::{decode, kinds, messenger, whatsapp};

fn message(kind: &str, content: Value) -> Value {
    whatsapp(&json!({"messages": [
        {"id": "wamid.1", "from": "4915550100", "timestamp": "1764000000", "type": kind, kind: content},
    ]}))
}

#[test]
fn every_type_of_message_has_its_kind() {
    for (kind, content, expected) in [
        ("text", json!({"body": "Hi"}), &["message.created"][..]),
        ("image", json!({"id": "1"}), &["message.created"]),
        ("unsupported", json!(null), &["message.created"]),
        ("of_tomorrow", json!({"a": 1}), &["message.created"]),
        (
            "button",
            json!({"payload": "a"}),
            &["message.created", "interaction.submitted"],
        ),
        (
            "interactive",
            json!({"type": "list_reply", "list_reply": {"id": "a"}}),
            &["message.created", "interaction.submitted"],
        ),
        ("reaction", json!({"emoji": "❤"}), &["reaction.added"]),
        ("reaction", json!({"emoji": ""}), &["reaction.removed"]),
        ("reaction", json!({}), &["reaction.removed"]),
        ("edit", json!({"message": {}}), &["message.updated"]),
        ("revoke", json!({}), &["message.deleted"]),
        ("system", json!({"body": "x"}), &["provider.event system"]),
        (
            "request_welcome",
            json!(null),
            &["provider.event request_welcome"],
        ),
    ] {
        assert_eq!(kinds(&decode(&message(kind, content))), expected, "{kind}");
    }
}

#[test]
fn every_thing_on_messenger_has_its_kind() {
    for (thing, expected) in [
        (json!({"message": {"mid": "1"}}), "message.created"),
        (
            json!({"message": {"mid": "1", "is_deleted": true}}),
            "message.deleted",
        ),
        (json!({"message_edit": {"mid": "1"}}), "message.updated"),
        (json!({"postback": {}}), "interaction.submitted"),
        (
            json!({"delivery": {"mids": ["1"]}}),
            "message.status_changed",
        ),
        (
            json!({"delivery": {"watermark": 7}}),
            "provider.event delivery",
        ),
        (json!({"read": {"mid": "1"}}), "message.status_changed"),
        (json!({"read": {"watermark": 7}}), "conversation.read"),
        (json!({"read": {}}), "provider.event read"),
        (
            json!({"reaction": {"mid": "1", "action": "react"}}),
            "reaction.added",
        ),
        (
            json!({"reaction": {"mid": "1", "action": "unreact"}}),
            "reaction.removed",
        ),
        (
            json!({"reaction": {"mid": "1", "action": "odd"}}),
            "provider.event reaction",
        ),
        (json!({"optin": {}}), "provider.event optin"),
        (json!({"referral": {}}), "provider.event referral"),
        (
            json!({"hop_context": [], "take_thread_control": {}}),
            "provider.event take_thread_control",
        ),
    ] {
        assert_eq!(kinds(&decode(&messenger(&thing))), [expected], "{thing}");
    }
}

/// A bot that answers `outbound` answers its own side.
#[test]
fn what_the_business_says_goes_out() {
    let direction = |body: &Value| match decode(body).remove(0).data {
        Data::Message(_, message) => (message.direction, message.actor.role),
        other => panic!("{body}: {other:?}"),
    };
    let text = json!({"mid": "1", "text": "Hi"});
    let echo = json!({"mid": "1", "text": "Hi", "is_echo": true});
    let mut own = messenger(&json!({"message": text}));
    let item = &mut own["entry"][0]["messaging"][0];
    (item["sender"], item["recipient"]) = (item["recipient"].clone(), item["sender"].clone());
    let app = json!({"from": "15550783881", "to": "4915550100", "id": "1", "type": "text"});

    let inbound = (Direction::Inbound, Role::Contact);
    assert_eq!(direction(&messenger(&json!({"message": text}))), inbound);
    assert_eq!(direction(&message("text", json!({"body": "Hi"}))), inbound);
    let outbound = (Direction::Outbound, Role::Unknown);
    assert_eq!(direction(&messenger(&json!({"message": echo}))), outbound);
    assert_eq!(direction(&own), outbound);
    assert_eq!(
        direction(&whatsapp(&json!({"message_echoes": [app]}))),
        (Direction::Outbound, Role::Agent)
    );
}

/// Who answers there is in the way of the app that has the conversation.
#[test]
fn who_only_listens_is_told_so() {
    let mut body = messenger(&json!({"message": {"mid": "1", "text": "Hi"}}));
    let listens = |body: &Value| decode(body)[0].rest.get("standby").cloned();
    assert_eq!(listens(&body), None);

    let entry = body["entry"][0].as_object_mut().unwrap();
    let items = entry.remove("messaging").unwrap();
    entry.insert("standby".to_owned(), items);

    assert_eq!(listens(&body), Some(json!(true)));
}

#[test]
fn statuses_are_told_in_our_words() {
    for (word, expected) in [
        ("sent", DeliveryStatus::Sent),
        ("delivered", DeliveryStatus::Delivered),
        ("read", DeliveryStatus::Read),
        ("played", DeliveryStatus::Read),
        ("failed", DeliveryStatus::Failed),
        ("of_tomorrow", DeliveryStatus::Unknown),
    ] {
        let body = whatsapp(&json!({"statuses": [{"id": "1", "status": word}]}));
        let Data::MessageStatus(status) = decode(&body).remove(0).data else {
            panic!("{word}")
        };
        assert_eq!(status.status, expected, "{word}");
        assert_eq!(status.original_status.as_deref(), Some(word));
    }
}

#[test]
fn reviews_are_told_in_our_words() {
    for (event, expected) in [
        ("APPROVED", ReviewStatus::Approved),
        ("REJECTED", ReviewStatus::Rejected),
        ("PENDING", ReviewStatus::Pending),
        ("PAUSED", ReviewStatus::Paused),
        ("DISABLED", ReviewStatus::Disabled),
        ("FLAGGED", ReviewStatus::Unknown),
    ] {
        let value = json!({"event": event, "message_template_id": 7, "reason": "NONE"});
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1",
            "changes": [{"field": "message_template_status_update", "value": value}]}]});
        let Data::Template(review) = decode(&body).remove(0).data else {
            panic!("{event}")
        };
        assert_eq!(review.status, expected, "{event}");
        assert_eq!(review.reason, None);
    }
}

/// Since 2026 a customer may have no phone number that anybody sees.
#[test]
fn a_customer_is_known_by_the_id_that_stays() {
    let actor = |message: Value, contact: Value| {
        let body = whatsapp(&json!({"messages": [message], "contacts": [contact]}));
        match decode(&body).remove(0).data {
            Data::Message(_, message) => {
                assert_eq!(message.conversation.id, message.actor.id);
                (message.actor.id, message.actor.phone)
            }
            other => panic!("{other:?}"),
        }
    };
    let (number, user) = (Some("491555".to_owned()), Some("DE.7".to_owned()));

    let old = actor(
        json!({"id": "1", "from": "491555"}),
        json!({"wa_id": "491555"}),
    );
    assert_eq!(old, (number.clone(), number.clone()));
    let both = actor(
        json!({"id": "1", "from": "491555", "from_user_id": "DE.7"}),
        json!({"wa_id": "491555", "user_id": "DE.7"}),
    );
    assert_eq!(both, (user.clone(), number));
    let hidden = actor(json!({"id": "1"}), json!({"user_id": "DE.7"}));
    assert_eq!(hidden, (user, None));
}

#[test]
fn what_becomes_of_a_group_has_its_kind() {
    let member = json!([{"wa_id": "4915550100"}]);
    for (thing, expected) in [
        (json!({"type": "group_create"}), "conversation.created"),
        (
            json!({"type": "group_delete"}),
            "conversation.status_changed",
        ),
        (
            json!({"type": "group_suspend_cleared"}),
            "conversation.status_changed",
        ),
        (
            json!({"type": "group_settings_update", "group_subject": {"text": "a", "update_successful": true}}),
            "conversation.updated",
        ),
        (
            json!({"type": "group_participants_add", "added_participants": member}),
            "participant.joined",
        ),
        (
            json!({"type": "group_participants_remove", "removed_participants": member}),
            "participant.left",
        ),
        (
            json!({"type": "group_create", "errors": [{"code": 1}]}),
            "provider.event group_lifecycle_update",
        ),
        (
            json!({"type": "group_participants_add"}),
            "provider.event group_lifecycle_update",
        ),
        (
            json!({"type": "group_join_request_created", "wa_id": "4915550100"}),
            "provider.event group_lifecycle_update",
        ),
    ] {
        let mut thing = thing;
        thing["group_id"] = json!("g-1");
        let mut body = whatsapp(&json!({"groups": [thing]}));
        body["entry"][0]["changes"][0]["field"] = json!("group_lifecycle_update");
        assert_eq!(kinds(&decode(&body)), [expected], "{thing}");
    }
}
