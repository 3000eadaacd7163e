//! What an option demands of a delivery, said where the adapter does not read it.

use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use switchboard_core::Delivery;

use super::form::{self, Pair};
use super::mutant::{Writing, with_body};
use super::part::with_query;
use super::trial::Trial;
use crate::promise::Checked;

/// An account that an endpoint is pinned to is read in one place, and what is told of is read there
/// too. So what was captured as refused stays refused when its query or its headers say what a
/// genuine body does, or its body what a genuine query does.
pub(super) fn a_pin_holds_in_its_own_place_alone(trial: &Trial) -> Checked {
    let endpoint = trial.stand.endpoint();
    for refused in trial.written.iter().filter(|case| case.is_refused()) {
        for genuine in &trial.genuine {
            for (place, forged) in elsewhere(&refused.delivery, &genuine.delivery) {
                let what = format!(
                    "{}, saying in its {place} what {} says",
                    refused.name, genuine.name
                );
                trial.refuses(&what, &forged, &endpoint)?;
            }
        }
    }
    Ok(())
}

/// `refused` with what `genuine` says in other places.
fn elsewhere(refused: &Delivery, genuine: &Delivery) -> Vec<(&'static str, Delivery)> {
    let asked: Vec<Pair> = pairs(genuine.query());
    let said = facts(genuine);
    let mut forged = Vec::new();
    if !said.is_empty() {
        let mut query = said.clone();
        query.retain(|(name, _)| !asked.iter().any(|(known, _)| known == name));
        query.splice(..0, pairs(refused.query()));
        if let Some(url) = with_query(&refused.url, &query) {
            let mut delivery = refused.clone();
            delivery.url = url;
            forged.push(("query", delivery));
        }
        let mut delivery = refused.clone();
        for (name, value) in &said {
            let header = HeaderName::try_from(name.as_str()).ok();
            let header = header.filter(|name| !genuine.headers.contains_key(name));
            if let Some((name, value)) = header.zip(HeaderValue::try_from(value).ok()) {
                delivery.headers.append(name, value);
            }
        }
        forged.push(("headers", delivery));
    }
    if !asked.is_empty() {
        let body = match Writing::of(refused) {
            Writing::Json(Value::Object(mut fields)) => {
                fields.extend(asked.into_iter().map(|(name, value)| (name, json!(value))));
                Some(Value::Object(fields).to_string())
            }
            Writing::Form(known) => Some(form::body(&[known, asked].concat())),
            _ => None,
        };
        forged.extend(body.map(|body| ("body", with_body(refused, body))));
    }
    forged
}

/// What the body of `delivery` says, each by its whole name, as forms write it, and by its last step.
fn facts(delivery: &Delivery) -> Vec<Pair> {
    let mut facts = Vec::new();
    match Writing::of(delivery) {
        Writing::Json(value) => walk(&value, "", &mut facts),
        Writing::Form(pairs) => facts = pairs,
        Writing::Xml(document) => facts.extend(
            document
                .places()
                .map(|place| (place.name().to_owned(), document.value(place))),
        ),
        Writing::Other => {}
    }
    let last: Vec<_> = facts
        .iter()
        .filter_map(|(name, value)| {
            let (_, last) = name.strip_suffix(']')?.rsplit_once('[')?;
            Some((last.to_owned(), value.clone()))
        })
        .collect();
    facts.extend(last);
    facts
}

fn walk(value: &Value, name: &str, facts: &mut Vec<Pair>) {
    let below = |step: &str| match name {
        "" => step.to_owned(),
        name => format!("{name}[{step}]"),
    };
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(step, value)| walk(value, &below(step), facts)),
        Value::Array(values) => (0_usize..)
            .zip(values)
            .for_each(|(index, value)| walk(value, &below(&index.to_string()), facts)),
        Value::String(text) => facts.push((name.to_owned(), text.clone())),
        Value::Null => {}
        scalar => facts.push((name.to_owned(), scalar.to_string())),
    }
}

fn pairs<'a>(
    pairs: impl Iterator<Item = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)>,
) -> Vec<Pair> {
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
