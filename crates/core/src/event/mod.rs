//! The event model: one normalised thing that happened, in a CloudEvents 1.0 envelope.
//!
//! An adapter makes a [`Draft`]: typed [`Data`], a [`DedupKey`], the provider's time. The pipeline
//! stamps it with where it came from, and that is an [`Event`].

mod attachment;
mod data;
mod draft;
mod interactive;
mod key;
mod message;
mod party;
mod redact;
mod signal;
mod stamp;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use attachment::{Access, Attachment, AttachmentKind};
pub use data::{Change, Data, Unknown};
pub use draft::Draft;
pub use interactive::{Interactive, InteractiveKind, Item, Parameter, Submission, Template};
pub use key::DedupKey;
pub use message::{Content, Direction, Intent, Message, Quote};
pub use party::{Conversation, Party, Role};
pub use signal::{MessageReference, Reaction, ReactionChange, Typing, TypingChange};
pub use stamp::Origin;

use crate::Timestamp;

/// What every [`Event::kind`] begins with.
pub const KIND_PREFIX: &str = "dev.switchboard.";

/// One thing that happened at a provider, as a CloudEvents 1.0 envelope.
///
/// (`source`, `id`) is unique for ever: it is the key to recognise a repeated event by.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Event {
    /// `1.0`.
    pub specversion: Cow<'static, str>,
    /// `{kind}:{key}`: by the provider's own id where it has one.
    pub id: String,
    /// `/{adapter}/{endpoint}[/{account}]`.
    pub source: String,
    /// Reverse-DNS kind, for example `dev.switchboard.message.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about, for example `conversation/42`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it happened, by the provider's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// `application/json`.
    pub datacontenttype: Cow<'static, str>,
    /// The versioned name of the JSON Schema of `data`.
    pub dataschema: String,
    /// When the delivery was received, by our clock.
    pub recordedtime: Timestamp,
    /// Events of one key happen to one thing: the subject where there is one, else the source.
    pub partitionkey: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// The provider's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// How the delivery was proven, for example `hmac-sha1`.
    pub authscheme: String,
    /// The delivery it was decoded from.
    pub deliveryid: String,
    /// Set on a replayed event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayof: Option<String>,
    /// [`Data`] as JSON; what has no place in the model is under `provider`.
    pub data: Value,
}

impl Event {
    /// The kind without its reverse-DNS prefix, for example `message.created`.
    pub fn short_kind(&self) -> &str {
        self.kind.strip_prefix(KIND_PREFIX).unwrap_or(&self.kind)
    }
}
