//! `endpoints`, `accounts`, `kinds` and `filters` of a sink: which events it takes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::raw::RawSink;
use super::report::Report;
use crate::core::{Filter, Glob, Matcher};

/// What the sink `key` takes; mistakes are reported.
pub(super) fn filter(
    raw: &mut RawSink,
    key: &str,
    known_endpoints: &BTreeSet<String>,
    report: &mut Report,
) -> Filter {
    let mut filter = Filter::default();
    filter.endpoints = endpoints(raw.endpoints.take(), key, known_endpoints, report);
    let accounts = some(raw.accounts.take(), &format!("{key}.accounts"), report);
    filter.accounts = accounts.map(BTreeSet::from_iter);
    filter.kinds = kinds(raw.kinds.take(), key, report);
    filter.matchers = matchers(raw.filters.take(), key, report);
    filter
}

/// A list that is there chooses something.
fn some(list: Option<Vec<String>>, key: &str, report: &mut Report) -> Option<Vec<String>> {
    if list.as_ref().is_some_and(Vec::is_empty) {
        let message = "an empty list chooses no events; leave the key out to choose all";
        report.error(key, message);
    }
    list
}

fn endpoints(
    chosen: Option<Vec<String>>,
    key: &str,
    known: &BTreeSet<String>,
    report: &mut Report,
) -> Option<BTreeSet<String>> {
    let key = format!("{key}.endpoints");
    let chosen = some(chosen, &key, report)?;
    for (position, id) in chosen
        .iter()
        .enumerate()
        .filter(|(_, id)| !known.contains(*id))
    {
        report.error(&format!("{key}[{position}]"), format!("no endpoint `{id}`"));
    }
    Some(chosen.into_iter().collect())
}

fn kinds(chosen: Option<Vec<String>>, key: &str, report: &mut Report) -> Option<Vec<Glob>> {
    let key = format!("{key}.kinds");
    let chosen = some(chosen, &key, report)?;
    let mut globs = Vec::new();
    for (position, text) in chosen.iter().enumerate() {
        match text.parse::<Glob>() {
            Ok(glob) => globs.push(glob),
            Err(error) => report.error(&format!("{key}[{position}]"), error.to_string()),
        }
    }
    Some(globs)
}

fn matchers(chosen: Option<Value>, key: &str, report: &mut Report) -> Vec<Matcher> {
    let key = format!("{key}.filters");
    let list = match chosen {
        None => return Vec::new(),
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(_) => {
            let message = "expected a list of conditions, for example \
                           [{ exact = { \"data.direction\" = \"inbound\" } }]";
            report.error(&key, message);
            return Vec::new();
        }
    };
    let mut matchers = Vec::new();
    for (position, value) in list.into_iter().enumerate() {
        let key = format!("{key}[{position}]");
        match serde_json::from_value::<Matcher>(value) {
            Ok(matcher) => match matcher.check() {
                Ok(()) => matchers.push(matcher),
                Err(error) => report.error(&key, error.to_string()),
            },
            Err(_) => report.error(
                &key,
                "expected one of `exact`, `prefix` and `suffix`, each with texts by attribute, or \
                 `all`, `any` and `not` around such",
            ),
        }
    }
    matchers
}
