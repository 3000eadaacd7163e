//! What stands still because somebody said so.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What can be paused.
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pause {
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: PausedBy,
}

/// Who paused a line.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PausedBy {
    /// An operator.
    Operator,
    /// The sink itself: it answered that it wants no more events (HTTP 410).
    Gone,
}
