//! How far messages on WhatsApp came, and calls.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::event::{
    Activity, DeliveryError, DeliveryStatus, Direction, MessageReference, MessageStatus, Party,
};
use switchboard_core::{DedupKey, Draft, Kept};

use super::party::{Named, business, customer};
use super::payload::{Call, Contact, Failure, Status};
use crate::around::put;
use crate::loose::Needed;
use crate::place::Place;

/// How far a message came. In a group, everybody has a status of their own.
pub(crate) fn status(
    place: &Place,
    status: Status,
    contact: Option<Box<Kept<Contact>>>,
    rest: &mut Value,
) -> Draft {
    let Needed(id) = status.id;
    let word = status.status.0;
    let is_group = status.recipient_type.0.as_deref() == Some("group");
    let (group, number) = if is_group {
        let participant = ("recipient_participant_id", status.recipient_participant_id);
        (status.recipient_id.0, participant)
    } else {
        for (name, text) in [
            ("recipient_type", status.recipient_type),
            ("recipient_participant_id", status.recipient_participant_id),
        ] {
            if text.0.is_some() {
                put(rest, &[name], text.0.into());
            }
        }
        (None, ("recipient_id", status.recipient_id))
    };
    let named = Named {
        number,
        user: ("recipient_user_id", status.recipient_user_id),
    };
    let recipient = customer(named, contact, rest);

    let direction = Direction::Outbound;
    let mut told = MessageStatus::new(direction, business(place), far(word.as_deref()));
    told.conversation = place.conversation(recipient.id.clone(), place.line.clone());
    let mut key = vec![id.clone(), word.clone().unwrap_or_default()];
    if is_group {
        key.extend(recipient.id.clone());
        told.conversation.id = group;
        told.conversation.kind = Some("group".to_owned());
    }
    told.recipients = vec![recipient];
    told.message = MessageReference {
        id: Some(id),
        external_id: None,
    };
    told.original_status = word;
    told.error = failure(rest.get("errors"));
    Draft::new(told.changed(), DedupKey::provider(key)).time(status.timestamp.time())
}

fn far(word: Option<&str>) -> DeliveryStatus {
    match word {
        Some("accepted" | "pending" | "held_for_quality_assessment") => DeliveryStatus::Pending,
        Some("sent") => DeliveryStatus::Sent,
        Some("delivered") => DeliveryStatus::Delivered,
        Some("read" | "played") => DeliveryStatus::Read,
        Some("failed") => DeliveryStatus::Failed,
        _ => DeliveryStatus::Unknown,
    }
}

/// The first error. All of them stay with the rest, as they say more than the model.
fn failure(errors: Option<&Value>) -> Option<DeliveryError> {
    let failure = Failure::deserialize(errors?.get(0)?).ok()?;
    let details = failure.error_data.0.and_then(|more| more.details.0);
    Some(DeliveryError {
        code: failure.code.0,
        text: details.or(failure.message.0).or(failure.title.0),
    })
}

/// A customer calls. All that is said of it is among the fields.
pub(crate) fn called(place: &Place, call: Call, raw: Value) -> Draft {
    let Needed(id) = call.id;
    let named = Named {
        number: ("from", call.from),
        user: ("from_user_id", call.from_user_id),
    };
    // The fields have it all.
    let caller: Party = customer(named, None, &mut Value::Null);
    let inbox = place.line.clone().or_else(|| place.account.clone());
    let mut told = Activity::of(Party {
        // Messenger has ids where WhatsApp has numbers, and they look alike.
        phone: caller.phone.filter(|_| place.line.is_some()),
        ..caller
    });
    told.conversation = Some(place.conversation(told.actor.id.clone(), inbox));
    told.trigger = call.event.0;
    if let Value::Object(fields) = raw {
        told.fields = fields;
    }
    let key = DedupKey::provider([&id]);
    Draft::new(told.call_incoming(), key).time(call.timestamp.time())
}
