//! What the sender wants to hear once its delivery is safe.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::Reply;

/// A success in the sender's words.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// 200 without a body.
    #[default]
    Empty,
    /// 204.
    NoContent,
    /// 200 with a plain text.
    Text(String),
    /// 200 with a JSON document.
    Json(Value),
    /// 200 with an XML document.
    Xml(String),
}

impl Answer {
    pub(crate) fn reply(&self) -> Reply {
        match self {
            Self::Empty => Reply::ok(),
            Self::NoContent => Reply::no_content(),
            Self::Text(text) => Reply::text(text.clone()),
            Self::Json(value) => Reply::json(value.to_string()),
            Self::Xml(text) => Reply::xml(text.clone()),
        }
    }
}
