//! Reading one field of an item. What is not of the expected shape is not there, and stays in place.

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::read::{Id, Time};

/// The members of an item, by Kommo's names.
pub(super) type Fields = Map<String, Value>;

/// The text at `name`, or a number's digits; none where it is empty.
pub(super) fn text(fields: &Fields, name: &str) -> Option<String> {
    scalar(fields.get(name)?)
}

/// The id at `name`; zero is how Kommo writes "nobody".
pub(super) fn id(fields: &Fields, name: &str) -> Option<String> {
    text(fields, name).filter(|id| id != "0")
}

/// The first of `names` that holds a time. One without a zone, as tasks and notes have beside the
/// Unix one, is none.
pub(super) fn time(fields: &Fields, names: &[&str]) -> Time {
    let times = names.iter().filter_map(|name| fields.get(*name));
    times.fold(Time::default(), |found, value| {
        found.or(Time::deserialize(value).unwrap_or_default())
    })
}

/// The text at `name`, taken out: it is told elsewhere, so it is no part of the rest.
pub(super) fn take(fields: &mut Fields, name: &str) -> Option<String> {
    let text = text(fields, name)?;
    fields.remove(name);
    Some(text)
}

/// Calls `read` with the object at `name`, and takes it out if nothing is left of it.
pub(super) fn within<T: Default>(
    fields: &mut Fields,
    name: &str,
    read: impl FnOnce(&mut Fields) -> T,
) -> T {
    let Some(Value::Object(inner)) = fields.get_mut(name) else {
        return T::default();
    };
    let value = read(inner);
    if inner.is_empty() {
        fields.remove(name);
    }
    value
}

/// What a text or a number says; none where it is empty.
pub(super) fn scalar(value: &Value) -> Option<String> {
    Id::deserialize(value).ok()?.filled()
}
