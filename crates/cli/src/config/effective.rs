//! Every setting that holds, and where it was written.

use http::Uri;
use serde::Serialize;
use serde_json::{Value, json};

use super::origin::Origins;
use super::report::Report;
use super::{Config, ConfigErrors, Inputs, settings, site};

/// What stands for a text that is not shown.
const HIDDEN: &str = "..";

/// One setting that holds.
#[derive(Debug, Serialize)]
pub(crate) struct EffectiveSetting {
    /// For example `sinks.app.endpoints[1]`.
    pub(crate) key: String,
    /// Its value; of a secret, where it comes from at most.
    pub(crate) value: Value,
    /// The file and line, the variable, `command line` or `default`.
    pub(crate) origin: String,
}

/// Every setting, by key.
///
/// # Errors
///
/// Every mistake there is. While there is one, nothing is shown: a secret might stand in the wrong
/// place.
pub(crate) fn effective(inputs: &Inputs) -> Result<Vec<EffectiveSetting>, ConfigErrors> {
    Config::load(inputs)?;
    let mut report = Report::default();
    let settings = settings::merge(inputs, &mut report).map_err(ConfigErrors::new)?;
    let mut found = Vec::new();
    collect(String::new(), settings, &report.origins, &mut found);
    Ok(found)
}

fn collect(key: String, value: Value, origins: &Origins, found: &mut Vec<EffectiveSetting>) {
    match value {
        Value::Object(table) if !table.is_empty() => {
            for (name, value) in table {
                let key = match key.as_str() {
                    "" => name,
                    above => format!("{above}.{name}"),
                };
                collect(key, value, origins, found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (position, value) in items.into_iter().enumerate() {
                collect(format!("{key}[{position}]"), value, origins, found);
            }
        }
        value => found.push(EffectiveSetting {
            value: shown(&key, value),
            origin: origins
                .exactly(&key)
                .map_or_else(|| "default".to_owned(), ToString::to_string),
            key,
        }),
    }
}

/// `value` without what is secret in it. Names of endpoints and sinks have no dots.
fn shown(key: &str, value: Value) -> Value {
    let steps: Vec<_> = key.split(['.', '[']).collect();
    match steps.as_slice() {
        ["endpoints", _, "secrets" | "path_token", ..]
        | ["sinks", _, "secret", ..]
        | ["admin", "token", ..] => match steps.last() {
            Some(&("env" | "file")) => value,
            _ => json!(HIDDEN),
        },
        ["sinks", _, "url"] => {
            let url = value.as_str().and_then(|url| url.parse::<Uri>().ok());
            url.map_or(json!(HIDDEN), |url| json!(site(&url)))
        }
        _ => value,
    }
}
