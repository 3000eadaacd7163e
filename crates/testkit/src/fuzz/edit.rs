//! Edits of a body that leave it a body.

use bytes::Bytes;
use serde_json::Value;
use switchboard_core::Delivery;

use crate::adapter::mutant::Writing;
use crate::adapter::{form, json};

/// One edit.
#[derive(Debug)]
pub(super) struct Edit<'a> {
    place: usize,
    replacement: &'a [u8],
}

impl<'a> Edit<'a> {
    /// The edit that `line` is, unless it is empty.
    pub(super) fn read(line: &'a [u8]) -> Option<Self> {
        let (place, replacement) = line.split_first()?;
        Some(Self {
            place: usize::from(*place),
            replacement,
        })
    }

    /// The text of the replacement.
    fn text(&self) -> String {
        String::from_utf8_lossy(self.replacement).into_owned()
    }

    /// Where it is, if there is anything.
    fn index(&self, places: usize) -> Option<usize> {
        self.place.checked_rem(places)
    }

    fn apply_to_json(&self, body: &mut Value) {
        let pointers = json::pointers(body);
        let Some(index) = self.index(pointers.len()) else {
            return;
        };
        let pointer = &pointers[index];
        if self.replacement.is_empty() {
            let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
            if let Some(parent) = body.pointer_mut(parent) {
                json::remove(parent, name, None);
            }
        } else if let Some(place) = body.pointer_mut(pointer) {
            *place = serde_json::from_slice(self.replacement)
                .unwrap_or_else(|_| Value::String(self.text()));
        }
    }

    fn apply_to_form(&self, pairs: &mut Vec<(String, String)>) {
        let Some(index) = self.index(pairs.len()) else {
            return;
        };
        let text = self.text();
        match text.split_once('=') {
            _ if text.is_empty() => drop(pairs.remove(index)),
            Some((name, value)) => pairs[index] = (name.to_owned(), value.to_owned()),
            None => pairs[index].1 = text,
        }
    }
}

/// The body of `sample` after `edits`.
pub(super) fn edited<'a>(sample: &Delivery, edits: impl Iterator<Item = Edit<'a>>) -> Bytes {
    match Writing::of(sample) {
        Writing::Json(mut body) => {
            edits.for_each(|edit| edit.apply_to_json(&mut body));
            body.to_string().into()
        }
        Writing::Form(mut pairs) => {
            edits.for_each(|edit| edit.apply_to_form(&mut pairs));
            form::body(&pairs).into()
        }
        Writing::Xml(_) | Writing::Other => sample.body.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: Delivery, lines: &[&[u8]], expected: &str) {
        let edits = lines.iter().filter_map(|line| Edit::read(line));

        assert_eq!(edited(&sample, edits), expected);
    }

    #[test]
    fn json_is_edited_where_the_line_says() {
        let sample = || Delivery::post(r#"{"a":[1,2],"b":"c"}"#);

        check(sample(), &[], r#"{"a":[1,2],"b":"c"}"#);
        check(sample(), &[b"\x03null"], r#"{"a":[1,2],"b":null}"#);
        check(
            sample(),
            &[b"\x02no JSON"],
            r#"{"a":[1,"no JSON"],"b":"c"}"#,
        );
        check(sample(), &[b"\x01", b"", b"\x00{}"], r#"{"a":{},"b":"c"}"#);
    }

    #[test]
    fn a_form_is_edited_where_the_line_says() {
        let kind = "application/x-www-form-urlencoded";
        let sample = || Delivery::post("a[b]=1&c=2").with("content-type", kind);

        check(sample(), &[b"\x003", b"\x01"], "a%5Bb%5D=3");
        check(sample(), &[b"\x01d[]=5"], "a%5Bb%5D=1&d%5B%5D=5");
    }
}
