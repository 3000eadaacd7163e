//! The event model: one normalised thing that happened, in a CloudEvents 1.0 envelope.
//!
//! An adapter makes a [`Draft`]: typed [`Data`], a [`DedupKey`], the provider's time. The pipeline
//! stamps it with where it came from, and that is an [`Event`]. All kinds there are stand in
//! [`KINDS`].
//!
//! ```
//! use switchboard_core::event::{Change, Direction, Message, Origin, Party, Role};
//! use switchboard_core::{Data, DedupKey, Descriptor, Draft, Event, Timestamp};
//!
//! static ACME: Descriptor = Descriptor::new("acme", "Acme Chat");
//!
//! // An adapter says what happened.
//! let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
//! message.conversation.id = Some("42".into());
//! message.message.text = Some("Is anybody there?".into());
//! let draft = Draft::new(message.created(), DedupKey::provider(["m-1"]));
//!
//! // The pipeline says where.
//! let origin = Origin {
//!     adapter: &ACME,
//!     endpoint: "support",
//!     account: None,
//!     scheme: "hmac-sha256",
//!     delivery: "0000019ab6b8cd000000000000000001",
//!     recorded: Timestamp::from_seconds(1_764_000_001).expect("in range"),
//! };
//! let event = Event::stamp(draft, &origin, 0);
//! assert_eq!((event.source.as_str(), event.id.as_str()), ("/acme/support", "message.created:m-1"));
//!
//! // A handler reads it.
//! let told = match event.read()? {
//!     Data::Message(Change::Created, message) => message.message.text.unwrap_or_default(),
//!     Data::Entity(_, entity) => format!("{} of {}", event.short_kind(), entity.entity.id),
//!     Data::Unknown(unknown) => format!("the provider's {}", unknown.kind),
//!     other => other.kind().to_owned(),
//! };
//! assert_eq!(told, "Is anybody there?");
//! # Ok::<(), switchboard_core::event::ReadError>(())
//! ```
//!
//! # Growth
//!
//! Within `v1` kinds, fields and enum values are added; none is taken away, renamed, or given
//! another meaning. Whoever reads events passes over fields it does not know, and takes an enum
//! value it does not know for "something else". An absent field, an empty list and an empty object
//! mean "nobody said"; ids are texts.

mod activity;
mod attachment;
mod changes;
mod conversation;
mod data;
mod draft;
mod entity;
mod entity_kind;
mod for_test;
mod integration;
mod interaction;
mod interactive;
mod key;
mod kind;
mod message;
mod participation;
mod party;
mod read;
#[cfg(feature = "gateway")]
mod readable;
mod signal;
mod stamp;
mod status;

#[cfg(feature = "schema")]
mod example;
#[cfg(feature = "schema")]
mod schema;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use activity::{Activity, ActivityKind};
pub use attachment::{Access, Attachment, AttachmentKind};
pub use changes::{Changes, FieldChange};
pub use conversation::{ConversationChange, ConversationState};
pub use data::{Change, Data, Unknown};
pub use draft::Draft;
pub use entity::{Entity, EntityReference};
pub use entity_kind::{EntityChange, EntityKind};
#[cfg(feature = "schema")]
pub use example::example;
pub use integration::{App, AppChange, Installation, ReviewStatus, TemplateReview};
pub use interaction::Interaction;
pub use interactive::{Interactive, InteractiveKind, Item, Parameter, Submission, Template};
pub use key::DedupKey;
pub use kind::{KINDS, Kind};
pub use message::{Content, Direction, Intent, Message, Quote};
pub use participation::{Participation, ParticipationChange};
pub use party::{Conversation, Party, Role};
pub use read::ReadError;
#[cfg(feature = "gateway")]
pub(crate) use readable::{DEEPEST, is_json, is_readable};
#[cfg(feature = "schema")]
pub use schema::{envelope_schema, schema};
pub use signal::{MessageReference, Reaction, ReactionChange, Typing, TypingChange};
pub use stamp::Origin;
#[cfg(feature = "gateway")]
pub(crate) use stamp::stamp;
pub use status::{DeliveryError, DeliveryStatus, MessageStatus};

use crate::Timestamp;

/// What every [`Event::kind`] begins with.
///
/// ```
/// use switchboard_core::event::{KIND_PREFIX, KINDS};
///
/// let mut types = KINDS.iter().map(|kind| format!("{KIND_PREFIX}{}", kind.name));
/// assert_eq!(types.next().as_deref(), Some("dev.switchboard.message.created"));
/// ```
pub const KIND_PREFIX: &str = "dev.switchboard.";

/// What every [`Event::dataschema`] begins with.
///
/// ```
/// use switchboard_core::event::{Kind, SCHEMA_PREFIX};
///
/// /// The kind whose schema an event names.
/// fn kind(dataschema: &str) -> Option<&'static Kind> {
///     Kind::named(dataschema.strip_prefix(SCHEMA_PREFIX)?)
/// }
///
/// assert!(kind("urn:switchboard:schema:v1:message.created").is_some());
/// assert!(kind("urn:switchboard:schema:v2:message.created").is_none());
/// ```
pub const SCHEMA_PREFIX: &str = "urn:switchboard:schema:v1:";

/// One thing that happened at a provider, as a CloudEvents 1.0 envelope.
///
/// (`source`, `id`) is unique for ever: it is the key to recognise a repeated event by.
///
/// Names and meanings are those of the
/// [specification](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) (1.0.2, read
/// 2026-11), `partitionkey` and `recordedtime` those of its documented extensions; `endpoint`,
/// `account`, `authscheme`, `deliveryid` and `replayof` are extensions of ours. Texts of time are RFC
/// 3339, in UTC.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::event::Data;
/// use switchboard_core::Event;
///
/// let event: Event = serde_json::from_value(json!({
///     "specversion": "1.0",
///     "id": "message.created:m-1",
///     "source": "/acme/support",
///     "type": "dev.switchboard.message.created",
///     "subject": "conversation/42",
///     "time": "2025-11-24T16:00:00Z",
///     "datacontenttype": "application/json",
///     "dataschema": "urn:switchboard:schema:v1:message.created",
///     "recordedtime": "2025-11-24T16:00:01Z",
///     "partitionkey": "conversation/42",
///     "endpoint": "support",
///     "authscheme": "hmac-sha256",
///     "deliveryid": "0000019ab6b8cd000000000000000001",
///     "data": {
///         "direction": "inbound",
///         "intent": "notify",
///         "actor": {"role": "contact"},
///         "conversation": {"id": "42"},
///         "message": {"text": "Is anybody there?"},
///         "provider": {"lang": "en"},
///     },
/// }))?;
///
/// assert_eq!(event.short_kind(), "message.created");
/// assert_eq!(event.data["provider"]["lang"], "en");
/// let Data::Message(_, message) = event.read()? else {
///     panic!("not a message")
/// };
/// assert_eq!(message.message.text.as_deref(), Some("Is anybody there?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Event {
    /// `1.0`.
    #[cfg_attr(feature = "schema", schemars(extend("const" = "1.0")))]
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
    /// What happened; what has no place in the model is under `provider`.
    pub data: Value,
}

impl Event {
    /// The kind without its reverse-DNS prefix, for example `message.created`.
    pub fn short_kind(&self) -> &str {
        self.kind.strip_prefix(KIND_PREFIX).unwrap_or(&self.kind)
    }
}
