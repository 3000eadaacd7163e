//! How far a message came.

use serde::{Deserialize, Serialize};

use super::{Conversation, Data, Direction, MessageReference, Party};

/// Data of `message.status_changed`.
///
/// ```
/// use switchboard_core::event::{DeliveryStatus, Direction, MessageStatus, Party, Role};
///
/// let mut status = MessageStatus::new(
///     Direction::Outbound,
///     Party::new(Role::Agent),
///     DeliveryStatus::Read,
/// );
/// status.message.id = Some("m-1".into());
/// assert_eq!(status.changed().kind(), "message.status_changed");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageStatus {
    /// Which way the message went.
    pub direction: Direction,
    /// Who wrote the message.
    pub actor: Party,
    /// To whom; the one that this status is of, where the provider tells them apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Party>,
    /// Where.
    pub conversation: Conversation,
    /// Which message.
    pub message: MessageReference,
    /// How far it came.
    pub status: DeliveryStatus,
    /// The provider's word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_status: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<DeliveryError>,
}

impl MessageStatus {
    /// A message by `actor` that came this far.
    pub fn new(direction: Direction, actor: Party, status: DeliveryStatus) -> Self {
        Self {
            direction,
            actor,
            recipients: Vec::new(),
            conversation: Conversation::default(),
            message: MessageReference::default(),
            status,
            original_status: None,
            error: None,
        }
    }

    /// It came there now.
    pub fn changed(self) -> Data {
        Data::MessageStatus(Box::new(self))
    }
}

/// How far a message came.
///
/// ```
/// use switchboard_core::event::DeliveryStatus;
///
/// /// What the provider's word means.
/// fn status(word: &str) -> DeliveryStatus {
///     match word {
///         "queued" => DeliveryStatus::Pending,
///         "sent" => DeliveryStatus::Sent,
///         "delivered" => DeliveryStatus::Delivered,
///         "read" | "played" => DeliveryStatus::Read,
///         "failed" | "undelivered" => DeliveryStatus::Failed,
///         _ => DeliveryStatus::Unknown,
///     }
/// }
///
/// assert_eq!(serde_json::to_string(&status("played"))?, r#""read""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryStatus {
    /// It waits to be sent.
    Pending,
    /// It left.
    Sent,
    /// It arrived.
    Delivered,
    /// It was seen, or heard.
    Read,
    /// It will not arrive.
    Failed,
    /// The provider's word has no place in this list.
    Unknown,
}

/// Why a message will not arrive.
///
/// ```
/// use switchboard_core::event::{DeliveryError, DeliveryStatus, Direction, MessageStatus, Party};
///
/// let failed = MessageStatus {
///     original_status: Some("undelivered".into()),
///     error: Some(DeliveryError {
///         code: Some("30003".into()),
///         text: Some("Unreachable handset".into()),
///     }),
///     ..MessageStatus::new(Direction::Outbound, Party::default(), DeliveryStatus::Failed)
/// };
/// let code = failed.error.as_ref().and_then(|error| error.code.as_deref());
/// assert_eq!(code, Some("30003"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryError {
    /// The provider's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The provider's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
