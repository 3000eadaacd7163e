//! One source of settings, as figment takes it.

use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};

use super::origin::{Origin, Origins};

/// The settings of one source, and where each was written.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// The settings.
    pub(crate) values: Dict,
    /// Where they were written.
    pub(crate) origins: Origins,
}

impl Layer {
    /// Sets the text at `path`, whose tables are made as needed. `false` when a text stands in the
    /// way of a table, or anything in the way of the text.
    pub(crate) fn set(&mut self, path: &[String], text: &str, origin: Origin) -> bool {
        let Some((name, tables)) = path.split_last() else {
            return false;
        };
        let mut table = &mut self.values;
        for step in tables {
            let next = table
                .entry(step.clone())
                .or_insert_with(|| Value::from(Dict::new()));
            let Value::Dict(_, inner) = next else {
                return false;
            };
            table = inner;
        }
        if table.contains_key(name) {
            return false;
        }
        table.insert(name.clone(), Value::from(text));
        self.origins.insert(path.join("."), origin);
        true
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named("switchboard")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}
