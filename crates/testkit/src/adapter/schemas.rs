//! Events, held against the schemas that are published of them.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;
use switchboard_core::Event;
use switchboard_core::event::{Kind, envelope_schema, schema};

use super::events::events;
use super::trial::Trial;
use crate::promise::{Broken, Checked, same};

/// An adapter can break it in spite of the types: what it redacts is taken out of its events, also
/// where a schema requires it.
pub(super) fn every_event_fits_its_schema(trial: &Trial) -> Checked {
    let envelope = validator(&envelope_schema())?;
    // Many events are of few kinds, and a schema is slow to compile.
    let mut of_kinds = BTreeMap::new();
    for case in &trial.genuine {
        for event in events(trial, case)?.unwrap_or_default() {
            let kind = kind(&event)?;
            if !of_kinds.contains_key(kind.name) {
                of_kinds.insert(kind.name, validator(&schema(kind))?);
            }
            let fits = fits(&serde_json::to_value(&event)?, &envelope)
                .and_then(|()| fits(&event.data, &of_kinds[kind.name]));
            fits.map_err(|Broken(how)| Broken::new(format!("{}: {how}", case.name)))?;
        }
    }
    Ok(())
}

/// The kind of `event`, whose schema must be the one that the event names.
fn kind(event: &Event) -> Checked<&'static Kind> {
    let name = event.short_kind();
    let kind = Kind::named(name).ok_or_else(|| Broken::new(format!("`{name}` is no kind")))?;
    same("the schema", &schema(kind)["$id"], &event.dataschema)?;
    Ok(kind)
}

/// Unlike the default, with formats: a time is to be a time.
fn validator(schema: &Value) -> Checked<Validator> {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    Ok(options.build(schema)?)
}

fn fits(value: &Value, validator: &Validator) -> Checked {
    validator
        .validate(value)
        .map_err(|error| Broken::new(format!("at `{}`: {error}", error.instance_path())))
}
