//! What WhatsApp thinks of a template.

use switchboard_core::event::{ReviewStatus, Template, TemplateReview};
use switchboard_core::{DedupKey, Draft};

use super::payload::Review;
use crate::loose::Needed;
use crate::place::Place;

/// The field that tells of it.
pub(crate) const REVIEW: &str = "message_template_status_update";

/// How WhatsApp writes that there is no reason.
const NO_REASON: &str = "NONE";

/// A template was looked at. One template may be approved again and again, so the moment is part of
/// what tells it from others.
pub(crate) fn reviewed(place: &Place, review: Review) -> Draft {
    let Needed(id) = review.message_template_id;
    let Needed(event) = review.event;
    let key = place.sent.0.map_or(DedupKey::None, |sent| {
        DedupKey::provider([&id, &event, &sent.to_string()])
    });
    let template = Template {
        id: Some(id),
        external_id: review.message_template_name.0,
        ..Template::default()
    };
    let mut told = TemplateReview::new(template, outcome(&event));
    told.original_status = Some(event);
    told.reason = review.reason.0.filter(|reason| reason != NO_REASON);
    Draft::new(told.reviewed(), key)
}

fn outcome(event: &str) -> ReviewStatus {
    match event {
        "PENDING" | "IN_APPEAL" => ReviewStatus::Pending,
        "APPROVED" | "REINSTATED" | "UNARCHIVED" | "UNPAUSED" => ReviewStatus::Approved,
        "REJECTED" => ReviewStatus::Rejected,
        "LOCKED" | "PAUSED" => ReviewStatus::Paused,
        "ARCHIVED" | "DELETED" | "DISABLED" | "PENDING_DELETION" => ReviewStatus::Disabled,
        _ => ReviewStatus::Unknown,
    }
}
