//! XML bodies with one oddity each.

use std::ops::Range;

use super::mutant::{CANARY, Oddity};

/// An XML document as its bytes, and where in them is something to be read.
#[derive(Debug)]
pub(crate) struct Document {
    text: String,
    places: Vec<Place>,
}

/// The text of an element, or the value of an attribute.
#[derive(Debug)]
pub(crate) struct Place {
    name: String,
    range: Range<usize>,
    is_attribute: bool,
}

impl Place {
    /// The element's or the attribute's local name.
    pub(crate) fn name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(&self.name)
    }
}

impl Document {
    /// Finds what stands between tags and in quotes; whether it is XML, adapters judge.
    pub(crate) fn new(text: &str) -> Self {
        let mut places = Vec::new();
        let mut at = 0;
        while let Some((start, end)) = next_tag(text, at) {
            let tag = &text[start..end];
            // Declarations, comments, closing tags and namespaces tell nothing.
            if !tag.starts_with(['?', '!', '/']) {
                places.extend(attributes(tag, start));
                places.extend(leaf(text, tag, end + 1));
            }
            at = end + 1;
        }
        Self {
            text: text.to_owned(),
            places,
        }
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.iter()
    }

    /// What a reader sees at `place`.
    pub(crate) fn value(&self, place: &Place) -> String {
        let escapes = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&apos;", "'"),
            ("&amp;", "&"),
        ];
        let written = self.text[place.range.clone()].to_owned();
        escapes
            .iter()
            .fold(written, |value, (escape, char)| value.replace(escape, char))
    }

    /// The document with `written` at `place`.
    pub(crate) fn with(&self, place: &Place, written: &str) -> String {
        let mut text = self.text.clone();
        text.replace_range(place.range.clone(), written);
        text
    }
}

/// Each text and each attribute empty, or something else.
pub(super) fn oddities(document: &Document) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    for place in document.places() {
        for (what, odd) in [
            ("nothing", String::new()),
            ("a text", CANARY.to_owned()),
            ("a huge text", CANARY.repeat(400)),
            ("a number", "7".to_owned()),
            ("a negative number", "-1".to_owned()),
            ("a number beyond 2^53", u64::MAX.to_string()),
            ("a space", " ".to_owned()),
            ("line ends", "\r\n\t".to_owned()),
            ("escapes", format!("&lt;{CANARY}&amp;&#x202e;&quot;")),
            ("an unknown entity", "&tomorrow;".to_owned()),
            ("an odd escape", "&#xd800;&".to_owned()),
        ] {
            let what = format!("{what} for `{}`", place.name);
            oddities.push(Oddity::new(what, document.with(place, &odd)));
        }
        if place.is_attribute {
            continue;
        }
        for (what, odd) in [
            ("CDATA", format!("<![CDATA[<{CANARY}>]]>")),
            ("a comment", "<!-- odd -->".to_owned()),
            ("an element", format!("<odd>{CANARY}</odd>")),
            ("an empty element", "<odd/>".to_owned()),
            ("a tag that nothing closes", "<odd>".to_owned()),
        ] {
            let what = format!("{what} for `{}`", place.name);
            oddities.push(Oddity::new(what, document.with(place, &odd)));
        }
    }
    for what in [
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "<?odd?>",
        "<!-- odd -->",
    ] {
        let body = format!("{what}{}", document.text);
        oddities.push(Oddity::new(format!("`{what}` in front"), body));
    }
    oddities
}

/// Where the next tag is that begins at `from` or later, without its brackets.
fn next_tag(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find('<')? + 1;
    let mut quote = None;
    for (index, char) in text[start..].char_indices() {
        match (quote, char) {
            (None, '>') => return Some((start, start + index)),
            (None, '"' | '\'') => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            _ => {}
        }
    }
    None
}

/// The values in quotes within `tag`, which begins at `start`.
fn attributes(tag: &str, start: usize) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(equals) = tag[at..].find('=').map(|index| at + index) {
        let name = tag[..equals].trim_end();
        let name = name.rsplit(char::is_whitespace).next().unwrap_or(name);
        let value = tag[equals + 1..].trim_start();
        let Some(quote) = value
            .chars()
            .next()
            .filter(|char| matches!(char, '"' | '\''))
        else {
            break;
        };
        let begin = tag.len() - value.len() + 1;
        let Some(length) = tag[begin..].find(quote) else {
            break;
        };
        if !name.starts_with("xmlns") {
            places.push(Place {
                name: name.to_owned(),
                range: start + begin..start + begin + length,
                is_attribute: true,
            });
        }
        at = begin + length + 1;
    }
    places
}

/// The text behind `tag`, if it is all that the element has.
fn leaf(text: &str, tag: &str, begin: usize) -> Option<Place> {
    let name = tag.split(|char: char| char.is_whitespace()).next()?;
    let length = text.get(begin..)?.find('<')?;
    let is_closed = text[begin + length..].starts_with(&format!("</{name}"));
    (is_closed && !tag.ends_with('/')).then(|| Place {
        name: name.to_owned(),
        range: begin..begin + length,
        is_attribute: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_are_found() {
        let xml = concat!(
            "<?xml version=\"1.0\"?><!-- <a>no</a> --><s:Env xmlns:s=\"urn:s\">",
            "<s:Id kind='x>y' n = \"2\">A &amp; B</s:Id><b><c/></b><d></d></s:Env>",
        );
        let document = Document::new(xml);

        let found: Vec<_> = document
            .places()
            .map(|place| (place.name(), document.value(place)))
            .collect();
        let told = |name, value: &str| (name, value.to_owned());
        assert_eq!(
            found,
            [
                told("kind", "x>y"),
                told("n", "2"),
                told("Id", "A & B"),
                told("d", ""),
            ]
        );
    }

    #[test]
    fn what_is_no_xml_has_no_place() {
        for text in ["", "<", "<a", "<a b=", "<a b='", "<a b=c>", "a>b"] {
            assert_eq!(Document::new(text).places().count(), 0, "{text}");
        }
    }
}
