//! Files, places and people that come with a message.

use serde::{Deserialize, Serialize};

/// A file, a place or a person that comes with a message. Nothing is ever fetched from its URLs.
///
/// ```
/// use switchboard_core::event::{Access, Attachment, AttachmentKind};
///
/// let picture = Attachment {
///     url: Some("https://files.example/tea.jpg".into()),
///     access: Some(Access::Expiring),
///     mime: Some("image/jpeg".into()),
///     size: Some(48_213),
///     ..Attachment::new(AttachmentKind::of_mime("image/jpeg"))
/// };
/// assert_eq!(serde_json::to_value(&picture)?["kind"], "image");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// The provider's name for the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_kind: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who can fetch it, and how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// The media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The name as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Where its small picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
}

impl Attachment {
    /// Something of this kind, of which nothing else is known.
    pub fn new(kind: AttachmentKind) -> Self {
        Self {
            kind,
            original_kind: None,
            url: None,
            access: None,
            mime: None,
            size: None,
            file_name: None,
            thumbnail_url: None,
        }
    }
}

/// What an attachment is.
///
/// ```
/// use switchboard_core::event::AttachmentKind;
///
/// /// What the provider's word means; its media type tells where it is none of these.
/// fn kind(word: &str, mime: &str) -> AttachmentKind {
///     match word {
///         "voice" => AttachmentKind::Voice,
///         "sticker" => AttachmentKind::Sticker,
///         "geo" => AttachmentKind::Location,
///         "vcard" => AttachmentKind::Contact,
///         _ => AttachmentKind::of_mime(mime),
///     }
/// }
///
/// assert_eq!(kind("voice", "audio/ogg"), AttachmentKind::Voice);
/// assert_eq!(kind("document", "video/mp4"), AttachmentKind::Video);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound that was not recorded for this conversation.
    Audio,
    /// Sound that was.
    Voice,
    /// Any other file.
    File,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// A person's card.
    Contact,
    /// A page.
    Link,
}

impl AttachmentKind {
    /// What a file of this media type is. Sound may be a voice, which no media type says.
    ///
    /// ```
    /// use switchboard_core::event::AttachmentKind;
    ///
    /// assert_eq!(AttachmentKind::of_mime("image/png"), AttachmentKind::Image);
    /// assert_eq!(AttachmentKind::of_mime("application/pdf"), AttachmentKind::File);
    /// ```
    pub fn of_mime(mime: &str) -> Self {
        match mime.split('/').next() {
            Some("audio") => Self::Audio,
            Some("image") => Self::Image,
            Some("video") => Self::Video,
            _ => Self::File,
        }
    }
}

/// Who can fetch a URL, and how long.
///
/// ```
/// use switchboard_core::event::{Access, Attachment};
///
/// /// Whether a handler has to fetch the file now, and by a token of the provider.
/// fn fetch(attachment: &Attachment) -> (bool, bool) {
///     match attachment.access {
///         Some(Access::Public) => (false, false),
///         Some(Access::Expiring) => (true, false),
///         Some(Access::Bearer) => (false, true),
///         _ => (true, true),
///     }
/// }
/// # use switchboard_core::event::AttachmentKind;
///
/// let mut voice = Attachment::new(AttachmentKind::Voice);
/// voice.access = Some(Access::Bearer);
/// assert_eq!(fetch(&voice), (false, true));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Access {
    /// Anybody, as long as it is there.
    Public,
    /// Anybody, for a while.
    Expiring,
    /// Whoever has the provider's token.
    Bearer,
}
