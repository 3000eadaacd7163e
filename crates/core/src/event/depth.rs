//! How deep the data of an event may be nested.

use memchr::memchr2_iter;

/// The deepest data that an event may have. JSON readers stop somewhere, serde_json at 128, and an
/// event that cannot be read again is none.
pub(crate) const DEEPEST: usize = 100;

/// Whether the value that `json` writes is nested no more than 100 levels deep.
pub(crate) fn is_readable(json: &[u8]) -> bool {
    // Most have fewer lists and objects than that, wherever they are.
    let mut openings = memchr2_iter(b'[', b'{', json);
    openings.nth(DEEPEST).is_none() || depth(json) <= DEEPEST
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
    fn many_beside_each_other_are_not_deep() {
        let wide = format!("[{}]", vec!["[]"; 200].join(","));
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));

        assert!(is_readable(wide.as_bytes()));
        assert!(is_readable(nested(100).as_bytes()));
        assert!(!is_readable(nested(101).as_bytes()));
    }
}
