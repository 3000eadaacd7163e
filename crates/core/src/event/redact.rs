//! Keeps what an adapter declared secret out of events.

use serde_json::Value;

/// Takes every entry of these names out of `value`, at any depth.
pub(super) fn redact(value: &mut Value, names: &[&str]) {
    if names.is_empty() {
        return;
    }
    match value {
        Value::Object(entries) => {
            entries.retain(|name, _| !names.contains(&name.as_str()));
            entries.values_mut().for_each(|value| redact(value, names));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact(value, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn redacted_names_are_gone_at_any_depth() {
        let mut value = json!({"token": 1, "list": [{"token": {"a": 1}, "b": 2}], "tokens": 3});

        redact(&mut value, &["token"]);

        assert_eq!(value, json!({"list": [{"b": 2}], "tokens": 3}));
    }
}
