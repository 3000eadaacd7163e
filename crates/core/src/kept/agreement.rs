//! Without a tree and from a tree a body is read alike, whatever stands in it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::Union;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use super::Kept;
use crate::Delivery;
use crate::read::{self, Id, Maybe, Time};

/// One field for every way to read that a payload has.
#[derive(Debug, Deserialize)]
struct Hook {
    #[serde(default, deserialize_with = "read::text")]
    _text: Option<String>,
    #[serde(default, deserialize_with = "read::count")]
    _count: Option<u64>,
    #[serde(default)]
    _time: Time,
    #[serde(default)]
    _maybe: Maybe<Vec<Maybe<Person>>>,
    #[serde(default)]
    _people: Vec<Person>,
    #[serde(default)]
    _names: BTreeMap<String, Person>,
    #[serde(default)]
    _ages: BTreeMap<u8, Value>,
    #[serde(default)]
    _shape: Option<Shape>,
    #[serde(default)]
    _there: Option<IgnoredAny>,
    #[serde(default)]
    _pair: Option<(Id, Sum)>,
    #[serde(default)]
    _big: Option<i128>,
    #[serde(default)]
    _any: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Person {
    _id: Option<Id>,
    _friend: Option<Box<Self>>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "told by `Debug`")]
enum Shape {
    Dot,
    Round { _size: u64 },
    Named(Person),
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "told by `Debug`")]
struct Sum(f64);

/// The value and the rest as they tell themselves: every number with its sign.
fn told<T: Debug>((value, rest): (T, Value)) -> String {
    format!("{value:?}, and {rest}")
}

/// Holds what is read without a tree against what is read from one.
fn agree<T: DeserializeOwned + Debug>(body: &[u8]) -> Result<(), TestCaseError> {
    let tree = serde_json::from_slice(body).and_then(|raw| Kept::<T>::split(&raw));
    let streamed = Kept::<T>::stream(body);
    if let Ok(streamed) = streamed {
        prop_assert!(tree.is_ok(), "refused from a tree: {tree:?}");
        prop_assert_eq!(Ok(told(streamed)), tree.map(told).map_err(|_| ()));
    }
    let delivery = Delivery::post(body.to_vec());
    let kept = delivery.json::<Kept<T>>();
    let kept = kept.map(|kept| (kept.value, kept.rest));
    prop_assert_eq!(delivery.split::<T>().map(told), kept.map(told));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn both_ways_read_the_same(body in body(), names in names()) {
        agree::<BTreeMap<String, Person>>(names.as_bytes())?;
        agree::<Hook>(body.as_bytes())?;
        agree::<Person>(body.as_bytes())?;
        agree::<Value>(body.as_bytes())?;
    }

    #[test]
    fn what_is_no_json_is_none_for_both(
        body in body(),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![any::<u8>(), select(&b"\"\\{}[],:0 "[..])],
        gone in 0..2_usize,
    ) {
        let mut body = body.into_bytes();
        let at = at.index(body.len() + 1);
        let end = body.len().min(at + gone);
        body.splice(at..end, [byte]);
        agree::<Hook>(&body)?;
        agree::<Person>(&body)?;
    }
}

#[test]
fn the_usual_is_read_without_a_tree() {
    let usual = json!({
        "_text": "x",
        "_count": "12",
        "_time": "soon",
        "_maybe": [{"_id": 1, "age": 7}, 7],
        "_people": [{"_id": "1"}, {"_friend": {"_id": "2", "age": 7}, "age": 7}],
        "_names": {"Ann": {"age": 7}, "Bob": {}},
        "_shape": {"Round": {"_size": 1, "hue": "red"}},
        "_there": {"deep": [1, null]},
        "_pair": ["1", 1.5],
        "_big": 7,
        "_any": {"deep": [1, null]},
        "extra": {"deep": [1, null]},
    });
    let rest = json!({
        "_time": "soon",
        "_maybe": [{"age": 7}, 7],
        "_people": [null, {"_friend": {"age": 7}, "age": 7}],
        "_names": {"Ann": {"age": 7}},
        "_shape": {"Round": {"hue": "red"}},
        "_there": {"deep": [1, null]},
        "extra": {"deep": [1, null]},
    });
    let (_, left) = Kept::<Hook>::stream(usual.to_string().as_bytes()).unwrap();
    assert_eq!(left, rest);

    for (body, rest) in [
        (r"{}", json!(null)),
        (" {\"_text\" : null}\n", json!(null)),
        (
            r#"{"_te\u0078t": "\ud83d\ude00", "\u0061": -0.0}"#,
            json!({"a": -0.0}),
        ),
        (
            r#"{"_shape": "Dot", "_time": 0, "_count": "many"}"#,
            json!({"_count": "many"}),
        ),
        (
            r#"{"_shape": {"Named": {"age": 7}}}"#,
            json!({"_shape": {"Named": {"age": 7}}}),
        ),
        // What was left of a value that was none in the end.
        (r#"{"_names": {"Ann": {"age": 7}, "Ann": {}}}"#, json!(null)),
        (
            r#"{"extra": {"a": 1}, "extra": {"b": 2}}"#,
            json!({"extra": {"b": 2}}),
        ),
    ] {
        let (_, left) = Kept::<Hook>::stream(body.as_bytes()).unwrap();
        assert_eq!(left, rest, "{body}");
    }
}

#[test]
fn what_only_a_tree_tells_is_refused() {
    for body in [
        r#"{"_text": "x", "_text": "y"}"#,
        r#"{"_people": [[]]}"#,
        r"{} {}",
        r"{}7",
    ] {
        assert!(Kept::<Hook>::stream(body.as_bytes()).is_err(), "{body}");
    }
}

/// A body of a `Hook` more or less.
fn body() -> BoxedStrategy<String> {
    let person = person();
    let people = list(person.clone());
    let ages = object(vec![("7", any_json()), ("Ann", any_json())], any_json());
    let shape = Union::new([
        Just(r#""Dot""#.to_owned()).boxed(),
        object(
            vec![("Round", object(vec![("_size", number())], any_json()))],
            number(),
        ),
        object(vec![("Named", person)], any_json()),
    ]);
    object(
        vec![
            ("_text", scalar()),
            ("_count", scalar()),
            ("_time", scalar()),
            ("_maybe", people.clone()),
            ("_people", people),
            ("_names", names()),
            ("_ages", ages),
            ("_shape", shape.boxed()),
            ("_there", any_json()),
            (
                "_pair",
                (scalar(), number())
                    .prop_map(|(id, sum)| format!("[{id},{sum}]"))
                    .boxed(),
            ),
            ("_big", number()),
            ("_any", any_json()),
        ],
        any_json(),
    )
}

fn person() -> BoxedStrategy<String> {
    let stranger = object(vec![("_id", scalar())], any_json());
    let person = stranger.prop_recursive(3, 8, 1, |friend| {
        object(
            vec![("_id", scalar()), ("_friend", friend.boxed())],
            any_json(),
        )
    });
    prop_oneof![20 => person, 1 => list(scalar())].boxed()
}

/// People by name, one of them perhaps twice.
fn names() -> BoxedStrategy<String> {
    let named = (select(vec!["Ann", "Bob"]).prop_flat_map(key), person());
    joined(prop::collection::vec(named, 0..4))
}

/// An object of some of the `fields`, in any order, mostly with values of theirs, and of a few more,
/// which may be one of them once more.
fn object(
    fields: Vec<(&'static str, BoxedStrategy<String>)>,
    odd: BoxedStrategy<String>,
) -> BoxedStrategy<String> {
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    let own = subsequence(fields, 0..=names.len()).prop_flat_map({
        let odd = odd.clone();
        move |fields| -> Vec<_> {
            let entry = |(name, value): (&'static str, BoxedStrategy<String>)| {
                let value = prop_oneof![30 => value, 1 => odd.clone()];
                (key(name), value)
            };
            fields.into_iter().map(entry).collect()
        }
    });
    let more = prop_oneof![8 => select(vec!["age", "_", "7"]), 1 => select(names)];
    let more = prop::collection::vec((more.prop_flat_map(key), odd), 0..3);
    joined((own, more).prop_map(|(own, more)| [own, more].concat())).boxed()
}

/// The object of these entries, in any order.
fn joined(
    entries: impl Strategy<Value = Vec<(String, String)>> + 'static,
) -> BoxedStrategy<String> {
    let object = |entries: Vec<(String, String)>| {
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| format!("{key}:{value}"))
            .collect();
        format!("{{{}}}", entries.join(", "))
    };
    entries.prop_shuffle().prop_map(object).boxed()
}

/// The name in quotes, at times with an escape that need not be.
fn key(name: &'static str) -> BoxedStrategy<String> {
    let escaped = format!("\"\\u{:04x}{}\"", u32::from(name.as_bytes()[0]), &name[1..]);
    prop_oneof![9 => Just(format!("\"{name}\"")), 1 => Just(escaped)].boxed()
}

fn list(element: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop::collection::vec(element, 0..4)
        .prop_map(|elements| format!("[{}]", elements.join(",")))
        .boxed()
}

fn any_json() -> BoxedStrategy<String> {
    scalar()
        .prop_recursive(3, 16, 4, |inner| {
            let entries = vec![("a", inner.clone().boxed()), ("_id", inner.clone().boxed())];
            prop_oneof![list(inner.clone().boxed()), object(entries, inner.boxed())]
        })
        .boxed()
}

fn scalar() -> BoxedStrategy<String> {
    let words = select(vec![
        "null",
        "true",
        "false",
        r#""""#,
        r#""7""#,
        r#""1764000000""#,
        r#""2025-11-24T16:00:00Z""#,
        r#""Dot""#,
        r#""\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""\n\"\\""#,
        r#""Ann""#,
    ]);
    prop_oneof![words.prop_map(str::to_owned), number()].boxed()
}

/// Numbers at the edges of what can be said and read.
fn number() -> BoxedStrategy<String> {
    let edges = select(vec![
        "0",
        "-0",
        "-0.0",
        "1",
        "-1",
        "1.0",
        "1.5",
        "0.1",
        "1e2",
        "1E+2",
        "255",
        "256",
        "1764000000",
        "1764000000123",
        "9007199254740993",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "123456789012345678901234567890",
        "1.797693133157e308",
        "1e400",
        "5e-324",
        "1e-400",
    ]);
    prop_oneof![3 => edges.prop_map(str::to_owned), 1 => any::<i64>().prop_map(|it| it.to_string())]
        .boxed()
}
