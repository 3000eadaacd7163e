//! How far messages of the business came.

use switchboard_core::event::{
    DeliveryError, DeliveryStatus, Direction, MessageReference, MessageStatus, Role,
};
use switchboard_core::{DedupKey, Draft};

use crate::address::{conversation, party};
use crate::fields::Fields;

/// A message came further, or no further.
pub(crate) fn draft(mut fields: Fields) -> Draft {
    fields.take("AccountSid");
    let id = fields.take("MessageSid").or_else(|| fields.take("SmsSid"));
    fields.drop_if("SmsSid", id.as_deref());
    let word = fields.take("MessageStatus");
    fields.drop_if("SmsStatus", word.as_deref());
    let ids = [&id, &word].map(|part| part.clone().unwrap_or_default());
    let key = DedupKey::provider(ids);

    let customer = party(Role::Contact, fields.take("To"));
    // A message of a service that has no number yet has none.
    let line = fields.take("From");
    let business = party(Role::Unknown, line.clone());
    let mut told = MessageStatus::new(Direction::Outbound, business, far(word.as_deref()));
    told.conversation = conversation(&customer, line);
    told.recipients = vec![customer];
    told.message = MessageReference {
        id,
        external_id: None,
    };
    told.original_status = word;
    told.error = error(&mut fields);
    Draft::new(told.changed(), key).rest(fields.left())
}

/// Twilio's word for how far a message came, in ours.
pub(crate) fn far(word: Option<&str>) -> DeliveryStatus {
    match word {
        Some("accepted" | "queued" | "scheduled" | "sending") => DeliveryStatus::Pending,
        Some("sent") => DeliveryStatus::Sent,
        Some("delivered") => DeliveryStatus::Delivered,
        Some("read") => DeliveryStatus::Read,
        Some("canceled" | "failed" | "undelivered") => DeliveryStatus::Failed,
        _ => DeliveryStatus::Unknown,
    }
}

/// Why it failed. A code of zero is none.
pub(crate) fn error(fields: &mut Fields) -> Option<DeliveryError> {
    fields.drop_if("ErrorCode", Some("0"));
    let (code, text) = (fields.take("ErrorCode"), fields.take("ErrorMessage"));
    (code.is_some() || text.is_some()).then_some(DeliveryError { code, text })
}
