//! Kommo's names for what comes with a message.

use switchboard_core::event::AttachmentKind;

/// The kind of attachment that Kommo calls `name`; one that it added since is a file like any other.
pub(crate) fn kind(name: Option<&str>) -> AttachmentKind {
    match name {
        Some("picture") => AttachmentKind::Image,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        Some("voice") => AttachmentKind::Voice,
        Some("sticker") => AttachmentKind::Sticker,
        Some("location") => AttachmentKind::Location,
        Some("contact") => AttachmentKind::Contact,
        _ => AttachmentKind::File,
    }
}
