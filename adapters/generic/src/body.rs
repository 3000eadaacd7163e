//! How a body is written, and what it is as JSON.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::{Delivery, ParseError};

/// How a body is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    /// One JSON document; an empty body is null.
    #[default]
    Json,
    /// A form: an object of texts by their names as they stand there, brackets and all. A name that
    /// stands there more than once has a list.
    Form,
    /// A form, one of whose fields is JSON: that field's value is what it holds.
    JsonIn(String),
    /// No body but the URL's query, which is read like a form.
    Query,
}

impl Body {
    /// What `delivery` says as JSON. A token in its query is not part of that.
    ///
    /// # Errors
    ///
    /// When it is not written so.
    pub(crate) fn read(
        &self,
        delivery: &Delivery,
        token: Option<&str>,
    ) -> Result<Value, ParseError> {
        match self {
            Self::Json if delivery.body.is_empty() => Ok(Value::Null),
            Self::Json => delivery.json(),
            Self::Form => Ok(Value::Object(fields(delivery.form()))),
            Self::JsonIn(name) => {
                let mut fields = fields(delivery.form());
                if let Some(field) = fields.get_mut(name)
                    && let Some(json) = field.as_str().and_then(|it| serde_json::from_str(it).ok())
                {
                    *field = json;
                }
                Ok(Value::Object(fields))
            }
            Self::Query => {
                let pairs = delivery.query();
                let pairs = pairs.filter(|(name, _)| Some(&**name) != token);
                Ok(Value::Object(fields(pairs)))
            }
        }
    }
}

fn fields<'a>(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in pairs {
        let value = Value::from(value.into_owned());
        match fields.get_mut(&*name) {
            None => {
                fields.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    fields
}
