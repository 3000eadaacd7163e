//! The pairs of a form or a query: what is taken is told, what is left stays with the rest.

use serde_json::{Map, Value};

/// Pairs in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of `name`, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Takes out the first pair of `name`.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.0.remove(position);
        Some(value).filter(|value| !value.is_empty())
    }

    /// Takes out the first pair of `name` where it says what is told already.
    pub(crate) fn drop_if(&mut self, name: &str, told: Option<&str>) {
        if told.is_some() && self.get(name) == told {
            self.take(name);
        }
    }

    /// All that is left, under its names; a list where a name stands more than once.
    pub(crate) fn rest(self) -> Map<String, Value> {
        let mut rest = Map::new();
        for (name, value) in self.0 {
            match rest.get_mut(&name) {
                None => {
                    rest.insert(name, value.into());
                }
                Some(Value::Array(values)) => values.push(value.into()),
                Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
            }
        }
        rest
    }

    /// All that is left, if there is anything.
    pub(crate) fn left(self) -> Value {
        let rest = self.rest();
        if rest.is_empty() {
            Value::Null
        } else {
            rest.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_is_lost() {
        let pairs = [("a", "1"), ("b", ""), ("a", "2"), ("c", "3"), ("a", "4")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut fields = Fields(pairs.to_vec());

        assert_eq!(fields.take("c").as_deref(), Some("3"));
        assert_eq!(fields.take("b"), None);
        assert_eq!(fields.get("a"), Some("1"));
        fields.drop_if("a", Some("2"));

        assert_eq!(fields.left(), json!({"a": ["1", "2", "4"]}));
    }
}
