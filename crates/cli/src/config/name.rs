//! The names that operators give to endpoints and sinks.

use std::collections::BTreeMap;

use super::report::Report;

/// Reports every name in `section` that could not be told from another one, or could not be written
/// in a URL or in a variable's name.
pub(crate) fn check<T>(section: &str, named: &BTreeMap<String, T>, report: &mut Report) {
    let mut variables: BTreeMap<String, &str> = BTreeMap::new();
    for name in named.keys() {
        let key = format!("{section}.{name}");
        if !is_name(name) {
            report.error(
                &key,
                "a name has a-z, 0-9, `-` and `_`, and begins with a letter",
            );
        }
        if let Some(other) = variables.insert(name.replace('-', "_"), name) {
            report.error(
                &key,
                format!("the environment cannot tell it from `{other}`"),
            );
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        })
}
