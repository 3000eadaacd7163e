//! Turns merged settings into sections, past every mistake.

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::raw::Raw;
use super::report::Report;

/// Reads `settings`. serde stops at the first mistake: it is reported and taken out of the tree, and
/// the rest is read again.
pub(crate) fn read(mut settings: Value, report: &mut Report) -> Raw {
    loop {
        let error = match serde_path_to_error::deserialize(&settings) {
            Ok(raw) => return raw,
            Err(error) => error,
        };
        report.error(
            &error.path().to_string(),
            explain(&error.inner().to_string()),
        );
        if !remove(&mut settings, error.path()) {
            return Raw::default();
        }
    }
}

/// What to write instead. The first half of a serde message quotes the value, which may be a secret
/// in the wrong place.
fn explain(message: &str) -> String {
    let expected = message
        .rsplit_once(", expected ")
        .map_or(message, |(_, expected)| expected);
    match expected {
        keys if message.starts_with("unknown field") => format!("unknown key; expected {keys}"),
        "a map" => "expected a table".to_owned(),
        expected => format!("expected {expected}"),
    }
}

/// Takes out what is at `path`, or the whole list when it is inside one: the other items keep their
/// numbers that way.
fn remove(settings: &mut Value, path: &Path) -> bool {
    let mut keys = path.iter().map_while(|segment| match segment {
        Segment::Map { key } => Some(key),
        Segment::Seq { .. } | Segment::Enum { .. } | Segment::Unknown => None,
    });
    let Some(mut key) = keys.next() else {
        return false;
    };
    let mut table = settings;
    for next in keys {
        let Some(inner) = table.get_mut(key) else {
            return false;
        };
        table = inner;
        key = next;
    }
    table
        .as_object_mut()
        .is_some_and(|table| table.remove(key).is_some())
}
