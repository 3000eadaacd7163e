//! Values as they ought to be, or none at all: what is odd is no reason to lose what is not. It stays
//! with the rest.

use std::mem;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use switchboard_core::Part;
use switchboard_core::read::{self, Id, Time};

/// A `T`, or nothing: absent, null, or something else than a `T`.
#[derive(Debug, PartialEq)]
pub(crate) struct Loose<T>(pub(crate) Option<T>);

impl<T> Default for Loose<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::tolerant(deserializer, |Attempt(read)| read.map(Self))
    }
}

impl Loose<Time> {
    pub(crate) fn time(&self) -> Time {
        self.0.unwrap_or_default()
    }
}

/// Elements, each as it ought to be or passed over.
impl<T> Loose<Vec<Loose<T>>> {
    pub(crate) fn elements(self) -> impl Iterator<Item = T> {
        let elements = self.0.unwrap_or_default().into_iter();
        elements.filter_map(|element| element.0)
    }
}

/// A text, a number's digits, or nothing: absent, null, empty, or neither of the two.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text(pub(crate) Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::tolerant(deserializer, |Attempt(id): Attempt<Id>| {
            id.map(|id| Self(id.and_then(Id::filled)))
        })
    }
}

/// The text that a value is.
pub(crate) fn text(value: &Value) -> Option<String> {
    Text::deserialize(value).unwrap_or_default().0
}

/// The elements of the list at `name`, taken out. Where there is none, what stands there stays.
pub(crate) fn take_list(object: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match object.get_mut(name) {
        Some(Value::Array(elements)) if !elements.is_empty() => {
            let elements = mem::take(elements);
            object.remove(name);
            elements
        }
        _ => Vec::new(),
    }
}

/// Reads an element of a batch, so that an odd one harms only itself.
pub(crate) fn part<T: DeserializeOwned>(raw: Value) -> Part<T> {
    Part::deserialize(raw).expect("a part takes every value")
}

/// An id that nothing makes sense without.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Needed(#[serde(deserialize_with = "filled")] pub(crate) String);

fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    read::text(deserializer)?.ok_or_else(|| de::Error::custom("an id is not empty"))
}

/// What was read, if it was.
struct Attempt<T>(Option<Option<T>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Attempt<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer).ok()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_core::Kept;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Hook {
        name: Text,
        people: Loose<Vec<Loose<Person>>>,
        boss: Loose<Person>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Person {
        id: String,
    }

    #[test]
    fn what_is_odd_stays_with_the_rest() {
        let raw = json!({
            "name": ["odd"],
            "people": [{"id": "1", "age": 7}, "odd", {"id": 2}],
            "boss": {"id": true, "age": 8},
        });

        let kept = Kept::<Hook>::read(raw).expect("nothing is too odd");

        assert_eq!(kept.value.name, Text(None));
        assert_eq!(kept.value.boss, Loose(None));
        let people: Vec<_> = kept.value.people.elements().collect();
        assert_eq!(people, [Person { id: "1".into() }]);
        let rest = json!({
            "name": ["odd"],
            "people": [{"age": 7}, "odd", {"id": 2}],
            "boss": {"id": true, "age": 8},
        });
        assert_eq!(kept.rest, rest);
    }

    #[test]
    fn nothing_leaves_nothing() {
        let raw = json!({"name": null, "people": null, "boss": {"id": "1"}});

        let kept = Kept::<Hook>::read(raw).expect("nothing is too odd");

        assert!(kept.rest.is_null(), "{}", kept.rest);
    }
}
