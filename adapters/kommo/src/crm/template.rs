//! From Kommo's words to ours: reviews of WhatsApp templates.

use serde_json::Value;
use switchboard_core::event::{ReviewStatus, Template, TemplateReview};
use switchboard_core::{DedupKey, Draft};

use super::fields::{self, Fields};
use super::normalize::Unread;
use super::payload::Item;

/// A template was judged, once for each number that it is used by. Where they disagree, there is no
/// one status; each of them stays with the rest.
pub(super) fn reviewed(item: &Item) -> Result<Draft, Unread> {
    let mut fields = item.value.as_object().ok_or(Unread("id"))?.clone();
    let id = fields::take(&mut fields, "id").ok_or(Unread("id"))?;
    let template = Template {
        id: Some(id),
        external_id: fields::take(&mut fields, "external_id"),
        text: fields::take(&mut fields, "content"),
        ..Template::default()
    };
    let word = agreed(&fields, "status");
    let mut review = TemplateReview::new(template, status(word.as_deref(), &fields));
    review.original_status = word;
    review.reason = agreed(&fields, "reject_reason");

    let time = fields::time(&fields, &["updated_at", "created_at"]);
    Ok(Draft::new(review.reviewed(), DedupKey::None)
        .time(time)
        .rest(Value::Object(fields)))
}

/// What every review says at `name`.
fn agreed(fields: &Fields, name: &str) -> Option<String> {
    let reviews = fields.get("reviews")?.as_array()?;
    let mut words = reviews
        .iter()
        .map(|review| fields::text(review.as_object()?, name));
    let first = words.next()??;
    words
        .all(|word| word.as_ref() == Some(&first))
        .then_some(first)
}

fn status(word: Option<&str>, fields: &Fields) -> ReviewStatus {
    let is_on_review = fields::id(fields, "is_on_review").is_some();
    match word {
        Some("review" | "pending") => ReviewStatus::Pending,
        Some("approved") => ReviewStatus::Approved,
        Some("rejected") => ReviewStatus::Rejected,
        Some("paused") => ReviewStatus::Paused,
        Some("disabled") => ReviewStatus::Disabled,
        None if is_on_review => ReviewStatus::Pending,
        _ => ReviewStatus::Unknown,
    }
}
