//! Secrets: `{ env = ".." }`, `{ file = ".." }`, `{ value = ".." }`, or a list of them.
//!
//! Whatever is wrong with one makes the configuration invalid: a gateway that starts without a
//! secret would refuse every delivery, or take any.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::environment::Environment;
use super::report::Report;
use crate::core::{Secret, SecretRole};

/// The ways to write one, as a hint.
const FORMS: &str =
    r#"{ env = "NAME" }, { file = "PATH" } or { value = "TEXT" }, or a list of them"#;

/// Below this a secret can be guessed.
const SHORT: usize = 16;

/// The keys that make a table a secret.
pub(crate) const SOURCES: [&str; 3] = ["env", "file", "value"];

/// Whether `table` is one secret, and not a table of secrets by role.
pub(crate) fn is_one(table: &Map<String, Value>) -> bool {
    SOURCES.iter().any(|source| table.contains_key(*source))
}

/// Every secret that `setting`, found at `key`, means for `role`.
pub(crate) fn resolve(
    setting: &Value,
    key: &str,
    role: SecretRole,
    environment: &Environment,
    report: &mut Report,
) -> Vec<Secret> {
    let items: Vec<_> = match setting {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(position, item)| (format!("{key}[{position}]"), item))
            .collect(),
        one => vec![(key.to_owned(), one)],
    };
    if items.is_empty() {
        report.error(key, "no secret: the list is empty");
    }

    let mut secrets = Vec::new();
    for (key, item) in items {
        match read(item, &key, role, environment, report) {
            Ok(secret) => secrets.push(secret),
            Err(message) => report.error(&key, message),
        }
    }
    secrets
}

/// The secret that `setting` means for `role`, as the flag `key` gives it.
///
/// # Errors
///
/// What is wrong with it, without the secret.
pub(crate) fn given(
    setting: &Value,
    key: &str,
    role: SecretRole,
    environment: &Environment,
) -> Result<Secret, String> {
    read(setting, key, role, environment, &mut Report::default())
}

fn read(
    item: &Value,
    key: &str,
    role: SecretRole,
    environment: &Environment,
    report: &mut Report,
) -> Result<Secret, String> {
    let source = source_of(item).ok_or_else(|| format!("expected {FORMS}"))?;
    let (label, text) = source.text(key, environment, report)?;
    if is_reference(&text) {
        let problem = "the secret is a `${..}` that nothing has replaced";
        return Err(format!("{label}: {problem}"));
    }
    let secret =
        Secret::new(label.as_str(), role, &text).map_err(|error| format!("{label}: {error}"))?;
    warn_about(&secret, &text, key, report);
    Ok(secret)
}

fn warn_about(secret: &Secret, text: &str, key: &str, report: &mut Report) {
    let label = secret.label();
    if label == VALUE && report.is_in_file(key) {
        report.warn(
            key,
            "the secret stands in the file; `env` or `file` keeps it out",
        );
    }
    if text.trim() != text {
        report.warn(
            key,
            format!("{label}: white space at an end belongs to the secret"),
        );
    }
    if secret.expose().len() < SHORT {
        report.warn(
            key,
            format!("{label}: the secret has less than {SHORT} bytes"),
        );
    }
}

/// The label of a literal secret: its text must not be one.
const VALUE: &str = "value";

enum Source<'a> {
    Env(&'a str),
    File(&'a Path),
    Value(&'a str),
}

fn source_of(item: &Value) -> Option<Source<'_>> {
    let mut entries = item.as_object()?.iter();
    let (Some((source, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    let value = value.as_str()?;
    match source.as_str() {
        "env" => Some(Source::Env(value)),
        "file" => Some(Source::File(Path::new(value))),
        "value" => Some(Source::Value(value)),
        _ => None,
    }
}

impl Source<'_> {
    /// What the operator may see of it, and the secret's text.
    fn text(
        &self,
        key: &str,
        environment: &Environment,
        report: &Report,
    ) -> Result<(String, String), String> {
        match self {
            // A secret that was put where its variable's name belongs must not be shown.
            Self::Env(name) if !is_variable(name) => {
                Err("expected the name of a variable in `env`".to_owned())
            }
            Self::Env(name) => {
                let label = format!("env {name}");
                let value = environment
                    .get(name)
                    .ok_or_else(|| format!("{label}: not set"))?;
                match value.to_str() {
                    Some(text) => Ok((label, text.to_owned())),
                    None => Err(format!("{label}: not UTF-8")),
                }
            }
            Self::File(path) => {
                let path = report.resolve(key, path);
                let label = format!("file {}", path.display());
                match fs::read_to_string(&path) {
                    Ok(text) => Ok((label, without_newline(text))),
                    Err(error) => Err(format!("{label}: {error}")),
                }
            }
            Self::Value(text) => Ok((VALUE.to_owned(), (*text).to_owned())),
        }
    }
}

/// Editors end a file with a newline; exactly that one is not part of the secret.
fn without_newline(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
    }
    text
}

fn is_reference(text: &str) -> bool {
    text.split_once("${")
        .is_some_and(|(_, rest)| rest.contains('}'))
}

fn is_variable(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
