//! What holds for every body.

use proptest::prelude::*;
use serde_json::{Map, Value};
use switchboard_core::form::{Form, Limits};

proptest! {
    #[test]
    fn what_was_encoded_is_read_back(tree in tree()) {
        let body = encode(&tree);

        let form = Form::parse(body.as_bytes(), Limits::default()).unwrap();

        prop_assert_eq!(form.value, tree, "{}", body);
        prop_assert_eq!(form.reports, []);
    }

    #[test]
    fn any_bytes_are_a_form_no_larger_than_a_few_times_their_size(
        body in prop_oneof![proptest::collection::vec(any::<u8>(), 0..512), almost_a_form()]
    ) {
        let form = Form::parse(&body, Limits::default()).unwrap();

        // The worst are a control character, six bytes in JSON, and `a[]&`, which may be a long index.
        prop_assert!(form.value.to_string().len() <= 8 * (body.len() + 1));
        prop_assert!(form.reports.len() <= body.len());
        prop_assert!(depth(&form.value) <= 18);
    }
}

/// Trees that a form can say: filled lists and maps, texts in the leaves, an object on top.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = ".{0,12}".prop_map(Value::String);
    let inner = leaf.prop_recursive(4, 48, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Value::Array),
            // Never dense from zero, else it were a list.
            map("[a-zé .\\[=&%+]{2,6}|[1-9][0-9]{0,8}", inner, 1),
        ]
    });
    map("[a-zé0-9 .\\]=&%+]{1,6}", inner, 0)
}

fn map(
    key: &'static str,
    value: impl Strategy<Value = Value>,
    at_least: usize,
) -> impl Strategy<Value = Value> {
    let entries = proptest::collection::btree_map(key, value, at_least..5);
    entries.prop_map(|entries| Value::Object(Map::from_iter(entries)))
}

/// Bytes that mean something to the parser more often than random ones do.
fn almost_a_form() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("a"),
        Just("[]"),
        Just("[0]"),
        Just("[b]"),
        Just("[-1]"),
        Just("[9223372036854775806]"),
        Just("["),
        Just("]"),
        Just("="),
        Just("&"),
        Just("&a"),
        Just("%5b"),
        Just("%5D"),
        Just("%0"),
        Just("%ff"),
        Just("+"),
    ];
    proptest::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat().into_bytes())
}

fn encode(tree: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let entries = tree.as_object().into_iter().flatten();
    let mut open: Vec<(String, &Value)> = entries.map(|(k, v)| (k.clone(), v)).collect();
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(map) => open.extend(map.iter().map(|(k, v)| (format!("{path}[{k}]"), v))),
            Value::Array(list) => {
                let items = list.iter().enumerate();
                open.extend(items.map(|(i, v)| (format!("{path}[{i}]"), v)));
            }
            text => {
                form.append_pair(&path, text.as_str().unwrap_or_default());
            }
        }
    }
    form.finish()
}

fn depth(value: &Value) -> usize {
    let below = match value {
        Value::Array(list) => list.iter().map(depth).max(),
        Value::Object(map) => map.values().map(depth).max(),
        _ => None,
    };
    below.map_or(1, |below| below + 1)
}
