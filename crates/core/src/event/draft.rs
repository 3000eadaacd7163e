//! What `normalize` says happened.

use serde_json::Value;

use super::{Data, DedupKey, Unknown};
use crate::Timestamp;
use crate::read::Time;

/// What `normalize` says happened, before the pipeline stamps it.
///
/// JSON that is nested more than 100 levels deep, or has a name that serde_json keeps for itself
/// (`$serde_json::private::Number`), makes no event: its delivery is left undecoded.
///
/// ```
/// use serde_json::json;
/// use switchboard_core::event::{Direction, Message, Party, Role};
/// use switchboard_core::read::Time;
/// use switchboard_core::{DedupKey, Draft};
///
/// let message = Message::new(Direction::Inbound, Party::new(Role::Contact));
/// let draft = Draft::new(message.created(), DedupKey::provider(["m-1"]))
///     .time(Time::number(1_764_000_000))
///     .account(Some("acme-inc"))
///     .rest(json!({"lang": "en"}));
/// assert_eq!(draft.time.map(|at| at.as_seconds()), Some(1_764_000_000));
///
/// // What the adapter knows no kind for, and what it could not read, are kept all the same.
/// let body = json!({"type": "shop.closed", "id": 7});
/// let unknown = Draft::unknown("shop.closed", body, DedupKey::provider([7]));
/// let unread = Draft::unread("message", json!({"text": 7}), "`text` is a number".into());
/// assert_eq!(unknown.data.kind(), unread.data.kind());
/// assert_eq!(unread.key, DedupKey::None);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Draft {
    /// What happened, in our words.
    pub data: Data,
    /// What makes it the same event when it comes again.
    pub key: DedupKey,
    /// When it happened, by the provider's clock.
    pub time: Option<Timestamp>,
    /// The provider's account; the one that `verify` found where this is `None`.
    pub account: Option<String>,
    /// What has no place in the model; becomes `data.provider`.
    pub rest: Value,
}

impl Draft {
    /// `data` happened, and `key` tells it from all others.
    pub fn new(data: impl Into<Data>, key: DedupKey) -> Self {
        Self {
            data: data.into(),
            key,
            time: None,
            account: None,
            rest: Value::Null,
        }
    }

    /// Something genuine of a kind that we have no words for.
    pub fn unknown(kind: impl Into<String>, fields: Value, key: DedupKey) -> Self {
        Self::new(
            Unknown {
                kind: kind.into(),
                fields,
                reason: None,
            },
            key,
        )
    }

    /// A part of a batch that could not be read, because of `reason`. It has no key: each delivery of
    /// it is an event.
    pub fn unread(kind: impl Into<String>, fields: Value, reason: String) -> Self {
        Self::new(
            Unknown {
                kind: kind.into(),
                fields,
                reason: Some(reason),
            },
            DedupKey::None,
        )
    }

    /// The same draft, at the provider's `time`.
    #[must_use]
    pub fn time(mut self, time: Time) -> Self {
        self.time = time.0;
        self
    }

    /// The same draft, of the provider's `account`.
    #[must_use]
    pub fn account(mut self, account: Option<impl Into<String>>) -> Self {
        self.account = account.map(Into::into);
        self
    }

    /// The same draft with what has no place in the model.
    #[must_use]
    pub fn rest(mut self, rest: Value) -> Self {
        self.rest = rest;
        self
    }
}
