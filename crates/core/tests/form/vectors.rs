//! Every vector is read as PHP reads it, but for a list of differences with their reasons.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_core::form::{Form, Limits};

/// Names stand as they came; PHP rewrites them for the variables it once made of them.
const NAME: &str = "a name is not rewritten";
/// PHP cuts a key at a NUL, where its C strings end.
const NUL: &str = "a NUL is a character like any other";
/// PHP leaves out all pairs of the top-level name so far.
const DEEP: &str = "a pair nested too deep costs no other pair";

#[derive(Debug, Deserialize)]
struct Vector {
    input: String,
    php: Value,
}

/// Where our reading is another one on purpose.
fn differences() -> Vec<(String, Value, &'static str)> {
    let too_deep = format!("a[c]=0&a{}=1&a[d]=2", "[b]".repeat(17));
    let differences = [
        ("a+b[c]=1", json!({"a b": {"c": "1"}}), NAME),
        ("a b=1", json!({"a b": "1"}), NAME),
        ("+a=1", json!({" a": "1"}), NAME),
        ("+=1", json!({" ": "1"}), NAME),
        ("a.b=1", json!({"a.b": "1"}), NAME),
        ("a.b[c.d]=1", json!({"a.b": {"c.d": "1"}}), NAME),
        ("a.b=1&a_b=2", json!({"a.b": "1", "a_b": "2"}), NAME),
        ("a[=1", json!({"a[": "1"}), NAME),
        ("a[b", json!({"a[b": ""}), NAME),
        ("a[b=1", json!({"a[b": "1"}), NAME),
        ("a[b=c]=1", json!({"a[b": "c]=1"}), NAME),
        ("a[b.c=1", json!({"a[b.c": "1"}), NAME),
        ("a[b[c=1", json!({"a[b[c": "1"}), NAME),
        ("a[b c", json!({"a[b c": ""}), NAME),
        ("%00=1", json!({"\0": "1"}), NUL),
        ("a%00b=1", json!({"a\0b": "1"}), NUL),
        ("a%00[b]=1", json!({"a\0": {"b": "1"}}), NUL),
        ("a[%00]=1", json!({"a": {"\0": "1"}}), NUL),
        ("a[b%00c]=1", json!({"a": {"b\0c": "1"}}), NUL),
        (&too_deep, json!({"a": {"c": "0", "d": "2"}}), DEEP),
    ];
    differences
        .map(|(input, ours, why)| (input.to_owned(), ours, why))
        .into()
}

#[test]
fn every_vector_is_read_as_php_reads_it_but_for_the_listed_differences() {
    let differences = differences();
    let mut met = 0;

    for Vector { input, php } in vectors() {
        let ours = as_maps(parse(&input));
        match differences.iter().find(|(listed, ..)| *listed == input) {
            None => assert_eq!(ours, php, "{input}"),
            Some((_, expected, why)) => {
                met += 1;
                assert_eq!(ours, *expected, "{input}: {why}");
                assert_ne!(ours, php, "{input} is listed and does not differ");
            }
        }
    }

    assert_eq!(met, differences.len(), "a listed input is no vector");
}

#[test]
fn keys_that_count_from_zero_make_a_list_in_any_order() {
    for (input, value) in [
        ("a[]=x&a[]=y", json!({"a": ["x", "y"]})),
        ("a[1]=y&a[0]=x", json!({"a": ["x", "y"]})),
        ("a[0][b]=x", json!({"a": [{"b": "x"}]})),
        ("a[1]=y", json!({"a": {"1": "y"}})),
        ("a[0]=x&a[2]=y", json!({"a": {"0": "x", "2": "y"}})),
        ("a[0]=x&a[01]=y", json!({"a": {"0": "x", "01": "y"}})),
        ("a[0]=x&a[b]=y", json!({"a": {"0": "x", "b": "y"}})),
        ("0=x&1=y", json!({"0": "x", "1": "y"})),
        ("", json!({})),
    ] {
        assert_eq!(parse(input), value, "{input}");
    }

    let eleven: String = (0..11).rev().map(|i| format!("a[{i}]={i}&")).collect();
    let in_order: Vec<String> = (0..11).map(|i| i.to_string()).collect();
    assert_eq!(parse(&eleven), json!({ "a": in_order }));
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors.json")).expect("the vectors are JSON")
}

fn parse(input: &str) -> Value {
    let form = Form::parse(input.as_bytes(), Limits::default());
    form.expect("no vector is too long").value
}

/// The tree with every list as the map that PHP has in its place.
fn as_maps(value: Value) -> Value {
    let entries: Map<String, Value> = match value {
        Value::Array(items) => (0..).map(|i: usize| i.to_string()).zip(items).collect(),
        Value::Object(entries) => entries,
        text => return text,
    };
    let entries = entries.into_iter();
    Value::Object(entries.map(|(key, value)| (key, as_maps(value))).collect())
}
