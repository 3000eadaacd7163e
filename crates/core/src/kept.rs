//! Typed payloads that lose nothing: what the type did not read is kept beside it.

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde_ignored::Path;
use serde_json::{Map, Value};

use crate::Draft;

/// A `T`, and everything in its JSON that `T` did not read.
///
/// # Limits
///
/// What `#[serde(flatten)]`, `untagged` or an internal `tag` buffers counts as read, silently; do
/// not use them in a payload. The conformance suite finds the facts they swallow.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    /// The fields that `normalize` reads.
    pub value: T,
    /// Exactly what `T` did not read, at any depth, in the provider's shape; an element of a list
    /// that was read whole is null. Goes to `data.provider` by [`Draft::rest`].
    pub rest: Value,
    /// The whole JSON, for [`Draft::unknown`].
    pub raw: Value,
}

impl<T: DeserializeOwned> Kept<T> {
    /// Reads `raw` as a `T`.
    ///
    /// # Errors
    ///
    /// When `raw` has not the shape of `T`.
    pub fn read(raw: Value) -> Result<Self, serde_json::Error> {
        let mut ignored = Vec::new();
        let value = serde_ignored::deserialize(&raw, |path| ignored.push(steps(&path)))?;
        let mut rest = Value::Null;
        for path in &ignored {
            copy(&raw, &mut rest, path);
        }
        Ok(Self { value, rest, raw })
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// One element of a batch, so that an odd one harms only itself.
#[derive(Clone, Debug)]
pub enum Part<T> {
    /// It was read.
    Read(Kept<T>),
    /// It was not, and becomes a `provider.event`.
    Unread {
        /// The element as it came.
        raw: Value,
        /// Why; may quote the element, so it goes into the event and never to a log.
        reason: String,
    },
}

impl<T> Part<T> {
    /// The draft that `map` makes of what was read, with the rest kept; else a `provider.event`
    /// of `kind` that carries everything.
    pub fn draft(self, kind: &str, map: impl FnOnce(T) -> Draft) -> Draft {
        match self {
            Self::Read(kept) => map(kept.value).rest(kept.rest),
            Self::Unread { raw, reason } => Draft::unread(kind, raw, reason),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        Ok(match Kept::read(raw.clone()) {
            Ok(kept) => Self::Read(kept),
            Err(error) => Self::Unread {
                raw,
                reason: error.to_string(),
            },
        })
    }
}

enum Step {
    Key(String),
    Index(usize),
}

/// The way from the root to what was ignored.
fn steps(path: &Path<'_>) -> Vec<Step> {
    let (mut steps, last) = match path {
        Path::Root => return Vec::new(),
        Path::Seq { parent, index } => (steps(parent), Step::Index(*index)),
        Path::Map { parent, key } => (steps(parent), Step::Key(key.clone())),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => return self::steps(parent),
    };
    steps.push(last);
    steps
}

/// Copies what stands at `path` in `from` to the same place in `to`.
fn copy(from: &Value, to: &mut Value, path: &[Step]) {
    let Some((step, path)) = path.split_first() else {
        *to = from.clone();
        return;
    };
    match step {
        Step::Key(key) => {
            let Some(from) = from.get(key) else { return };
            if !to.is_object() {
                *to = Value::Object(Map::new());
            }
            copy(from, &mut to[key.as_str()], path);
        }
        Step::Index(index) => {
            let Some(from) = from.get(index) else { return };
            if !to.is_array() {
                *to = Value::Array(Vec::new());
            }
            let Some(list) = to.as_array_mut() else {
                return;
            };
            if list.len() <= *index {
                list.resize(index + 1, Value::Null);
            }
            copy(from, &mut list[*index], path);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Hook {
        _id: String,
        _people: Vec<Person>,
        _nobody: Option<Person>,
    }

    #[derive(Debug, Deserialize)]
    struct Person {
        _name: String,
    }

    #[test]
    fn the_rest_is_exactly_what_was_not_read() {
        let raw = json!({
            "_id": "1",
            "_people": [{"_name": "Ann"}, {"_name": "Bob", "age": 7, "tags": ["x"]}],
            "_nobody": null,
            "extra": {"deep": [1, null]},
        });

        let kept = Kept::<Hook>::read(raw.clone()).unwrap();

        let rest = json!({
            "_people": [null, {"age": 7, "tags": ["x"]}],
            "extra": {"deep": [1, null]},
        });
        assert_eq!(kept.rest, rest);
        assert_eq!(kept.raw, raw);
    }

    #[test]
    fn a_type_that_reads_everything_leaves_null() {
        let kept = Kept::<Person>::read(json!({"_name": "Ann"})).unwrap();

        assert_eq!(kept.rest, Value::Null);
    }

    #[test]
    fn an_odd_part_harms_only_itself() {
        let parts: Vec<Part<Person>> =
            serde_json::from_value(json!([{"_name": "Ann"}, {"no": "name"}, 7])).unwrap();

        assert!(matches!(&parts[0], Part::Read(_)));
        assert!(
            matches!(&parts[1], Part::Unread { reason, .. } if reason == "missing field `_name`")
        );
        assert!(matches!(&parts[2], Part::Unread { raw, .. } if *raw == json!(7)));
    }
}
