//! What stands still because somebody said so.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What can be paused.
///
/// ```
/// use switchboard_core::journal::Line;
///
/// let support = Line::Endpoint("support".into());
/// assert_eq!(support.to_string(), "endpoint `support`");
/// assert_eq!(serde_json::to_string(&Line::Sink("crm".into()))?, r#"{"sink":"crm"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// An endpoint: its deliveries are taken and kept, and not decoded.
    Endpoint(String),
    /// A sink: its events are kept, and not given to it.
    Sink(String),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(id) => write!(f, "endpoint `{id}`"),
            Self::Sink(name) => write!(f, "sink `{name}`"),
        }
    }
}

/// That a line is paused.
///
/// ```
/// use switchboard_core::Timestamp;
/// use switchboard_core::journal::{Pause, PausedBy};
///
/// let since = Timestamp::from_seconds(1_764_000_000).expect("in range");
/// let pause = Pause { since, by: PausedBy::Operator };
/// assert_eq!(
///     serde_json::to_string(&pause)?,
///     r#"{"since":"2025-11-24T16:00:00Z","by":"operator"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pause {
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: PausedBy,
}

/// Who paused a line.
///
/// ```
/// use switchboard_core::journal::PausedBy;
///
/// /// Whether a restart of the sink is no reason to go on.
/// fn is_deliberate(by: PausedBy) -> bool {
///     by == PausedBy::Operator
/// }
///
/// assert!(!is_deliberate(PausedBy::Gone));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PausedBy {
    /// An operator.
    Operator,
    /// The sink itself: it answered that it wants no more events (HTTP 410).
    Gone,
}
