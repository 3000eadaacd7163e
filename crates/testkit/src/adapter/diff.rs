//! Where two JSON documents begin to differ.

use serde_json::Value;

/// The first place at which `seen` is not `expected`, as a JSON pointer with what stands there.
pub(super) fn first_difference(expected: &Value, seen: &Value) -> Option<String> {
    difference("", Some(expected), Some(seen))
}

fn difference(path: &str, expected: Option<&Value>, seen: Option<&Value>) -> Option<String> {
    if expected == seen {
        return None;
    }
    let deeper = match (expected, seen) {
        (Some(Value::Object(expected)), Some(Value::Object(seen))) => {
            let names = expected.keys().chain(seen.keys());
            names
                .map(|name| (step(name), expected.get(name), seen.get(name)))
                .find_map(|(step, expected, seen)| {
                    difference(&format!("{path}/{step}"), expected, seen)
                })
        }
        (Some(Value::Array(expected)), Some(Value::Array(seen))) => {
            (0..expected.len().max(seen.len())).find_map(|index| {
                difference(
                    &format!("{path}/{index}"),
                    expected.get(index),
                    seen.get(index),
                )
            })
        }
        _ => None,
    };
    let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    deeper.or_else(|| {
        let (expected, seen) = (shown(expected), shown(seen));
        Some(format!("at `{path}` expected {expected}, saw {seen}"))
    })
}

/// `name` as a step of a JSON pointer.
pub(super) fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_shown_where_it_is() {
        let expected = json!([{"a": {"b/c": 1}, "d": [1, 2]}]);

        for (seen, told) in [
            (
                json!([{"a": {"b/c": "1"}, "d": [1]}]),
                r#"at `/0/a/b~1c` expected 1, saw "1""#,
            ),
            (
                json!([{"a": {"b/c": 1}, "d": [1]}]),
                "at `/0/d/1` expected 2, saw nothing",
            ),
            (
                json!([{"a": {"b/c": 1}, "d": [1, 2], "e": null}]),
                "at `/0/e` expected nothing, saw null",
            ),
            (json!([]), "at `/0` expected {"),
        ] {
            let difference = first_difference(&expected, &seen).unwrap();
            assert!(difference.starts_with(told), "{difference}");
        }
        assert_eq!(first_difference(&expected, &expected), None);
    }
}
