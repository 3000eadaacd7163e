//! A provider's words for what we have few words for: roles, directions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde_json::Value;

use super::place::Places;
use super::reader::Reader;

/// Always the same, or what the provider's word at some place means.
#[derive(Clone, Debug)]
pub(super) enum Words<T> {
    Always(T),
    By(Table<T>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table<T> {
    at: Places,
    words: BTreeMap<String, T>,
    /// What every other word means.
    otherwise: Option<T>,
}

impl<T: Copy> Words<T> {
    /// What it is; `None` where nobody says what the provider's word means. The word itself is
    /// left to the rest.
    pub(super) fn read(&self, reader: &Reader<'_>) -> Option<T> {
        match self {
            Self::Always(word) => Some(*word),
            Self::By(table) => {
                let known = reader.word(&table.at);
                let known = known.and_then(|word| table.words.get(&word).copied());
                known.or(table.otherwise)
            }
        }
    }

    /// The provider's word, where it is a text: it is told by this.
    pub(super) fn original(&self, reader: &mut Reader<'_>) -> Option<String> {
        match self {
            Self::Always(_) => None,
            Self::By(table) => reader.text(&table.at),
        }
    }

    /// Whether the provider's word is one of those that are listed.
    pub(super) fn lists(&self, reader: &Reader<'_>) -> bool {
        match self {
            Self::Always(_) => false,
            Self::By(table) => {
                let word = reader.word(&table.at);
                word.is_some_and(|word| table.words.contains_key(&word))
            }
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = if value.is_object() {
            serde_json::from_value(value).map(Self::By)
        } else {
            serde_json::from_value(value).map(Self::Always)
        };
        read.map_err(de::Error::custom)
    }
}
