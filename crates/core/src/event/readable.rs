//! What data of an event can be read again.

use std::fmt;

use memchr::{memchr, memchr2_iter, memmem};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The deepest data that an event may have. JSON readers stop somewhere, serde_json at 128, and an
/// event that cannot be read again is none.
pub(crate) const DEEPEST: usize = 100;

/// Names that are no names where some program of the process has serde_json hold numbers or JSON as
/// they were written: it takes an object with one of them for such a thing, and refuses it.
const RESERVED: [&str; 2] = [
    "$serde_json::private::Number",
    "$serde_json::private::RawValue",
];

/// Whether the value that `json` writes, without a space between its parts, can be read by every
/// program: it is nested no more than 100 levels deep, and no name in it is reserved.
pub(crate) fn is_readable(json: &[u8]) -> bool {
    // Most have fewer lists and objects than that, wherever they are.
    let mut openings = memchr2_iter(b'[', b'{', json);
    let is_flat = openings.nth(DEEPEST).is_none() || depth(json) <= DEEPEST;
    is_flat && !is_reserved(json)
}

/// Whether `text` is one value of JSON that a tree can be made of, and no name in it is reserved,
/// however it is written. No tree is made.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<Looked>(text).is_ok()
}

/// A value that was looked at and let go. `serde::de::IgnoredAny` would not do: for that one serde_json
/// passes over escapes and numbers that no value has. Where some program has serde_json hold numbers as
/// they were written, they come under a reserved name: then they are refused here.
#[derive(Default)]
struct Looked {
    /// It is a text that is reserved as a name.
    is_reserved: bool,
}

impl<'de> Deserialize<'de> for Looked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self::default())
    }
}

impl<'de> Visitor<'de> for Looked {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self, E> {
        let is_reserved = RESERVED.contains(&text);
        Ok(Self { is_reserved })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        while let Some((name, _)) = object.next_entry::<Self, Self>()? {
            if name.is_reserved {
                return Err(A::Error::custom("a reserved name"));
            }
        }
        Ok(self)
    }
}

/// Whether there is an object with a reserved name. In a text the quote behind it would be escaped.
fn is_reserved(json: &[u8]) -> bool {
    let is_in = |name| memmem::find(json, format!("\"{name}\":").as_bytes()).is_some();
    // Most have no dollar, and that is told faster.
    memchr(b'$', json).is_some() && RESERVED.into_iter().any(is_in)
}

/// How many lists and objects are open at once in `json`, at most.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => pass_text(&mut bytes),
            _ => {}
        }
    }
    deepest
}

/// Moves past a text whose first quote was read.
fn pass_text<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_count_where_they_open_something() {
        for (json, expected) in [
            ("7", 0),
            ("[]", 1),
            (r#"{"a":[{"b":[]}],"c":[[]]}"#, 4),
            (r#"["[[[","\"[","\\"]"#, 1),
            (r#"[{"\\":[]},"{"]"#, 3),
        ] {
            assert_eq!(depth(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn a_reserved_name_is_one_only_as_a_name() {
        for name in ["Number", "RawValue"] {
            let name = format!("$serde_json::private::{name}");
            let object = json!([{ "a": 1, &name: "7" }]).to_string();
            let others = json!({ "text": &name, "more": [&name], "its": 7, &name[1..]: 7 });
            let quoted = json!({ "text": object, format!("{name}s"): &name });

            assert!(!is_readable(object.as_bytes()), "{object}");
            assert!(is_readable(others.to_string().as_bytes()), "{others}");
            assert!(is_readable(quoted.to_string().as_bytes()), "{quoted}");
        }
    }

    #[test]
    fn many_beside_each_other_are_not_deep() {
        let wide = format!("[{}]", vec!["[]"; 200].join(","));
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));

        assert!(is_readable(wide.as_bytes()));
        assert!(is_readable(nested(100).as_bytes()));
        assert!(!is_readable(nested(101).as_bytes()));
    }
}
