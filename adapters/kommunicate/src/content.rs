//! From Kommunicate's words to ours: what a message says.

use switchboard_core::event::{Attachment, AttachmentKind};

use crate::payload::{Aside, Attached, File};

// The types of messages that a text alone does not tell, by the numbers of Applozic's SDKs.
const LOCATION: &str = "2";
const HTML: &str = "3";
const CONTACT: &str = "7";
const SYSTEM_LINE: &str = "10";

/// Whether nobody wrote it: "X created group Y".
pub(crate) fn is_system_line(aside: &Aside) -> bool {
    aside.content_type.0.as_deref() == Some(SYSTEM_LINE)
}

/// How the words are written.
pub(crate) fn format(aside: &Aside) -> Option<String> {
    (aside.content_type.0.as_deref() == Some(HTML)).then(|| "html".to_owned())
}

/// What comes with the words. Where the words are themselves a place or a contact, there is an
/// attachment to say so.
pub(crate) fn attachments(file: Option<File>, aside: Aside) -> Vec<Attachment> {
    if let Some(file) = file.filter(File::is_filled) {
        return vec![file.into()];
    }
    let in_the_text = match aside.content_type.0.as_deref() {
        _ if !aside.attachments.is_empty() => None,
        Some(LOCATION) => Some(AttachmentKind::Location),
        Some(CONTACT) => Some(AttachmentKind::Contact),
        _ => None,
    };
    let in_the_text = in_the_text.map(|kind| Attachment {
        original_kind: aside.content_type.0,
        ..Attachment::new(kind)
    });
    let attached = aside.attachments.into_iter().map(Attachment::from);
    attached.chain(in_the_text).collect()
}

impl From<File> for Attachment {
    fn from(file: File) -> Self {
        Self {
            url: file.url.0,
            size: file.size.0,
            file_name: file.name.0,
            thumbnail_url: file.thumbnail_url.0,
            ..typed(file.content_type.0)
        }
    }
}

impl From<Attached> for Attachment {
    fn from(attached: Attached) -> Self {
        let file = attached.payload;
        Self {
            url: file.url.0,
            size: file.size.0,
            file_name: file.name.0,
            ..typed(attached.kind.0)
        }
    }
}

/// An attachment of this media type, or of another type in Kommunicate's words.
fn typed(kind: Option<String>) -> Attachment {
    let is_mime = kind.as_deref().is_some_and(|kind| kind.contains('/'));
    let family = kind.as_deref().and_then(|kind| kind.split('/').next());
    let ours = match family {
        Some("image") => AttachmentKind::Image,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        Some("location") => AttachmentKind::Location,
        _ => AttachmentKind::File,
    };
    let (mime, original_kind) = if is_mime { (kind, None) } else { (None, kind) };
    Attachment {
        original_kind,
        mime,
        ..Attachment::new(ours)
    }
}
