//! Files, places and people in a message. There are no URLs: whoever has the bot's token asks
//! `getFile` for one by the `file_id`, which stays with the rest.

use serde_json::Value;
use switchboard_core::event::{Access, Attachment, AttachmentKind};
use switchboard_core::read::peek;

const MEDIA: [(&str, AttachmentKind); 12] = [
    ("animation", AttachmentKind::Video),
    ("audio", AttachmentKind::Audio),
    ("contact", AttachmentKind::Contact),
    ("document", AttachmentKind::File),
    ("location", AttachmentKind::Location),
    ("photo", AttachmentKind::Image),
    ("sticker", AttachmentKind::Sticker),
    ("story", AttachmentKind::Link),
    ("venue", AttachmentKind::Location),
    ("video", AttachmentKind::Video),
    ("video_note", AttachmentKind::Video),
    ("voice", AttachmentKind::Voice),
];

/// What is attached to `message`. An animation comes as a document as well, and a venue as a
/// location, for the sake of older bots.
pub(crate) fn attachments(message: &Value) -> Vec<Attachment> {
    let is_there = |name: &str| !message[name].is_null();
    let is_twice = |name: &str| {
        name == "document" && is_there("animation") || name == "location" && is_there("venue")
    };
    let one = |(name, kind): &(&str, _)| attachment(name, *kind, &message[*name]);
    let single = MEDIA
        .iter()
        .filter(|(name, _)| is_there(name) && !is_twice(name))
        .map(one);
    let paid = message["paid_media"]["paid_media"].as_array();
    let paid = paid.into_iter().flatten().map(paid_for);
    single.chain(paid).collect()
}

fn attachment(name: &str, kind: AttachmentKind, media: &Value) -> Attachment {
    // A photo is a list of its sizes, the largest last.
    let file = media.as_array().and_then(|sizes| sizes.last());
    let file = file.unwrap_or(media);
    let is_file = !file["file_id"].is_null();
    Attachment {
        original_kind: Some(name.to_owned()),
        access: is_file.then_some(Access::Bearer),
        mime: peek(&file["mime_type"]),
        size: file["file_size"].as_u64().filter(|size| *size > 0),
        file_name: peek(&file["file_name"]),
        ..Attachment::new(kind)
    }
}

/// One of the things that are shown to whoever pays.
fn paid_for(media: &Value) -> Attachment {
    let kind = peek(&media["type"]).unwrap_or_default();
    let known = MEDIA.iter().find(|(name, _)| *name == kind);
    let ours = known.map_or(AttachmentKind::File, |(_, ours)| *ours);
    attachment(&kind, ours, &media[kind.as_str()])
}
