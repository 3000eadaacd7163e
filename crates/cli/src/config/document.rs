//! A configuration file, with the line of every key.

use std::path::Path;
use std::sync::Arc;

use figment::value::{Dict, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Diagnostic;
use super::layer::Layer;
use super::origin::Origin;

/// Reads `bytes`, the content of the file at `path`.
///
/// # Errors
///
/// Every place where it is no TOML. The text there may be a secret, and is not quoted.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Layer, Vec<Diagnostic>> {
    let path: Arc<Path> = path.into();
    let text = str::from_utf8(bytes).map_err(|error| {
        let line = line_of(bytes, error.valid_up_to());
        vec![mistake(&path, Some(line), "this is not UTF-8")]
    })?;
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let at = |error: &toml::de::Error| Some(line_of(bytes, error.span()?.start));
        return Err(errors
            .iter()
            .map(|error| mistake(&path, at(error), error.message()))
            .collect());
    }

    let mut walk = Walk {
        path: path.clone(),
        text,
        layer: Layer::default(),
    };
    walk.layer.values = walk.table("", document.get_ref());
    walk.layer.origins.insert("", Origin::File(path, None));
    Ok(walk.layer)
}

fn mistake(path: &Arc<Path>, line: Option<usize>, message: &str) -> Diagnostic {
    Diagnostic {
        origin: Some(Origin::File(path.clone(), line)),
        key: String::new(),
        message: message.to_owned(),
    }
}

fn line_of(bytes: &[u8], offset: usize) -> usize {
    let before = &bytes[..offset.min(bytes.len())];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

struct Walk<'a> {
    path: Arc<Path>,
    text: &'a str,
    layer: Layer,
}

impl Walk<'_> {
    fn table(&mut self, above: &str, table: &DeTable<'_>) -> Dict {
        let mut values = Dict::new();
        for (name, value) in table {
            let key = match above {
                "" => name.get_ref().to_string(),
                above => format!("{above}.{}", name.get_ref()),
            };
            self.remember(&key, name.span().start);
            values.insert(name.get_ref().to_string(), self.value(&key, value));
        }
        values
    }

    fn value(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Value {
        match value.get_ref() {
            DeValue::Table(table) => Value::from(self.table(key, table)),
            DeValue::Array(items) => {
                let mut values = Vec::new();
                for (position, item) in items.iter().enumerate() {
                    let key = format!("{key}[{position}]");
                    self.remember(&key, item.span().start);
                    values.push(self.value(&key, item));
                }
                Value::from(values)
            }
            DeValue::Boolean(flag) => Value::from(*flag),
            DeValue::String(text) => Value::from(text.as_ref()),
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .map_or_else(|_| self.as_written(value), Value::from),
            DeValue::Float(digits) => match digits.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Value::from(number),
                Ok(_) | Err(_) => self.as_written(value),
            },
            DeValue::Datetime(_) => self.as_written(value),
        }
    }

    /// What no type of ours can hold stays text, for the setting's own type to refuse.
    fn as_written(&self, value: &Spanned<DeValue<'_>>) -> Value {
        Value::from(self.text.get(value.span()).unwrap_or_default())
    }

    fn remember(&mut self, key: &str, offset: usize) {
        let line = line_of(self.text.as_bytes(), offset);
        let origin = Origin::File(self.path.clone(), Some(line));
        self.layer.origins.insert(key, origin);
    }
}
