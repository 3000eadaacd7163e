//! What a field was and what it is now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Every field that changed, by the provider's name for it.
pub type Changes = BTreeMap<String, FieldChange>;

/// What a field was and what it is now, in the provider's values.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldChange {
    /// What it was; null where it was empty or the provider does not say.
    #[serde(default)]
    pub from: Value,
    /// What it is; null where it is empty now.
    #[serde(default)]
    pub to: Value,
}

impl FieldChange {
    /// A change `from` one value `to` another.
    pub fn new(from: impl Into<Value>, to: impl Into<Value>) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
        }
    }
}
