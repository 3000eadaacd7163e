//! One table of options, or a list of them.

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

/// One table of options, or a list of them.
#[derive(Clone, Debug)]
pub(super) struct Several<T>(Vec<T>);

impl<T> Several<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = if value.is_array() {
            serde_json::from_value(value)
        } else {
            serde_json::from_value(value).map(|one| vec![one])
        };
        read.map(Self).map_err(de::Error::custom)
    }
}
