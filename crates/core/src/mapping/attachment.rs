//! Where the files of a message stand, and what they are.

use serde::Deserialize;

use super::place::{ListPlaces, Places};
use super::reader::Reader;
use super::words::Words;
use crate::event::{Attachment, AttachmentKind};

/// Where a file stands, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Options")]
pub(super) struct AttachmentPlaces(Options);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// The list whose elements are files, and from which the other places go on; without, it is one.
    list: Option<ListPlaces>,
    url: Places,
    /// What it is; by its media type where nobody says.
    kind: Option<Words<AttachmentKind>>,
    mime: Places,
    size: Places,
    file_name: Places,
    thumbnail_url: Places,
}

impl TryFrom<Options> for AttachmentPlaces {
    type Error = &'static str;

    fn try_from(options: Options) -> Result<Self, Self::Error> {
        let places = [
            &options.url,
            &options.mime,
            &options.size,
            &options.file_name,
            &options.thumbnail_url,
        ];
        let has_kind = matches!(options.kind, Some(Words::By(_)));
        if options.list.is_none() && !has_kind && places.iter().all(|places| places.is_empty()) {
            return Err("attachments: nothing says where one stands, for example `url`");
        }
        Ok(Self(options))
    }
}

impl AttachmentPlaces {
    /// What there is of it. An element of the list that is a text is a URL.
    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Vec<Attachment> {
        match &self.0.list {
            None => self.one(reader).into_iter().collect(),
            Some(list) => reader.each(list, |reader| {
                let url = reader.itself();
                if url.is_none() {
                    return self.one(reader);
                }
                let kind = match self.0.kind {
                    Some(Words::Always(kind)) => kind,
                    _ => AttachmentKind::File,
                };
                Some(Attachment {
                    url,
                    ..Attachment::new(kind)
                })
            }),
        }
    }

    /// The one at hand; none, where nothing is said of it but what it would be if there were one.
    fn one(&self, reader: &mut Reader<'_>) -> Option<Attachment> {
        let places = &self.0;
        let words = places.kind.as_ref();
        let kind = words.and_then(|words| words.read(reader));
        let is_listed = words.is_some_and(|words| words.lists(reader));
        let mime = reader.text(&places.mime);
        let by_mime = mime.as_deref().map(AttachmentKind::of_mime);
        let mut attachment = Attachment {
            url: reader.text(&places.url),
            size: reader.size(&places.size),
            file_name: reader.text(&places.file_name),
            thumbnail_url: reader.text(&places.thumbnail_url),
            mime,
            ..Attachment::new(kind.or(by_mime).unwrap_or(AttachmentKind::File))
        };
        if !is_listed && attachment == Attachment::new(attachment.kind) {
            return None;
        }
        attachment.original_kind = words.and_then(|words| words.original(reader));
        Some(attachment)
    }
}
