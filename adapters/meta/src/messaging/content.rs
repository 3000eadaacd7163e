//! What comes with a message on Messenger or Instagram.

use serde_json::Value;
use switchboard_core::event::{Access, Attachment, AttachmentKind};

use super::payload::{Attached, AttachedPayload};
use crate::around::put;
use crate::loose::Loose;

/// The attachments, under Meta's names for their kinds. What one says twice stays with the rest.
pub(super) fn attachments(
    attached: Loose<Vec<Loose<Attached>>>,
    rest: &mut Value,
) -> Vec<Attachment> {
    let list = attached.0.unwrap_or_default().into_iter().enumerate();
    list.filter_map(|(index, attached)| {
        let attached = attached.0?;
        let AttachedPayload {
            title,
            url,
            sticker_id,
        } = attached.payload.0.unwrap_or_default();
        let is_sticker = sticker_id.0.is_some();
        let twice = [
            (&["payload", "sticker_id"][..], sticker_id.0),
            (
                &["title"],
                attached.title.0.clone().filter(|_| title.0.is_some()),
            ),
            (&["url"], attached.url.0.clone().filter(|_| url.0.is_some())),
        ];
        for (path, text) in twice {
            if let Some(text) = text {
                put(beside(rest, index), path, text.into());
            }
        }
        let kind = if is_sticker {
            AttachmentKind::Sticker
        } else {
            kind(attached.kind.0.as_deref())
        };
        let url = url.0.or(attached.url.0);
        let is_file = !matches!(kind, AttachmentKind::Link);
        Some(Attachment {
            // Meta's servers for files forget them after a while.
            access: (is_file && url.is_some()).then_some(Access::Expiring),
            url,
            original_kind: attached.kind.0,
            file_name: title.0.or(attached.title.0),
            ..Attachment::new(kind)
        })
    })
    .collect()
}

fn kind(name: Option<&str>) -> AttachmentKind {
    match name {
        Some("image" | "animated_image") => AttachmentKind::Image,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        Some("location") => AttachmentKind::Location,
        Some("like_heart" | "sticker") => AttachmentKind::Sticker,
        // Posts, reels, stories, products, pages, and templates with buttons.
        Some(
            "fallback" | "ig_post" | "ig_reel" | "ig_story" | "link" | "post" | "product" | "reel"
            | "share" | "story_mention" | "template",
        ) => AttachmentKind::Link,
        _ => AttachmentKind::File,
    }
}

/// The rest of the attachment at `index`.
fn beside(rest: &mut Value, index: usize) -> &mut Value {
    if !rest.is_object() {
        *rest = Value::Object(serde_json::Map::new());
    }
    let list = &mut rest["attachments"];
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    let list = list.as_array_mut().expect("it was made one");
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    &mut list[index]
}
