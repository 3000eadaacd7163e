//! What a field was and what it is now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Every field that changed, by the provider's name for it.
///
/// ```
/// use switchboard_core::event::{Changes, FieldChange};
///
/// let mut changes = Changes::new();
/// changes.insert("status".into(), FieldChange::new("open", "resolved"));
/// changes.insert("assignee_id".into(), FieldChange::new(9, None::<u64>));
///
/// let status = changes.get("status").map(|change| &change.to);
/// assert_eq!(status, Some(&"resolved".into()));
/// assert!(changes["assignee_id"].to.is_null());
/// ```
pub type Changes = BTreeMap<String, FieldChange>;

/// What a field was and what it is now, in the provider's values.
///
/// ```
/// use switchboard_core::event::FieldChange;
///
/// let change = FieldChange::new("1", "142");
/// assert_eq!(serde_json::to_string(&change)?, r#"{"from":"1","to":"142"}"#);
///
/// let from_nothing: FieldChange = serde_json::from_str(r#"{"to":"142"}"#)?;
/// assert!(from_nothing.from.is_null());
/// # Ok::<(), serde_json::Error>(())
/// ```
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
