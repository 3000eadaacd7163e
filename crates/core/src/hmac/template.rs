//! What a signature is computed over, as a text with placeholders: `v0:{timestamp}:{body}`.

use crate::{Delivery, VerifyError};

/// The template of most schemes.
pub(super) const BODY: &str = "{body}";

/// The placeholder of the signed time.
pub(super) const TIMESTAMP: &str = "{timestamp}";

/// What is wrong with `template`. It is `const`, so that a typo in an adapter does not compile.
pub(super) const fn flaw(template: &str) -> Option<&'static str> {
    let mut rest = template.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match first {
            b'{' => match placeholder(tail) {
                Some(rest) => rest,
                None => {
                    return Some(
                        "a placeholder is none of {body}, {timestamp}, {method}, {url}, {header:NAME}",
                    );
                }
            },
            b'}' => return Some("a `}` closes nothing"),
            _ => tail,
        };
    }
    if contains(template, BODY) {
        None
    } else {
        Some("the template leaves out {body}, so any body would pass")
    }
}

/// Whether `part` stands in `template`.
pub(super) const fn contains(template: &str, part: &str) -> bool {
    let mut rest = template.as_bytes();
    while let [_, tail @ ..] = rest {
        if starts_with(rest, part.as_bytes()) {
            return true;
        }
        rest = tail;
    }
    false
}

/// What follows the placeholder that `text` begins with, its `{` taken off; `None` if it is no
/// placeholder of ours.
const fn placeholder(text: &[u8]) -> Option<&[u8]> {
    let mut length = 0;
    while length < text.len() && text[length] != b'}' {
        length += 1;
    }
    let (name, rest) = text.split_at(length);
    let is_known = matches!(name, b"body" | b"timestamp" | b"method" | b"url")
        || (starts_with(name, b"header:") && name.len() > b"header:".len());
    match rest {
        [b'}', rest @ ..] if is_known => Some(rest),
        _ => None,
    }
}

const fn starts_with(text: &[u8], start: &[u8]) -> bool {
    let mut index = 0;
    while index < start.len() {
        if index == text.len() || text[index] != start[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// The message that `template` describes for `delivery`, were `body` its body. `timestamp` is what
/// stands where its time is written.
pub(super) fn render(
    template: &str,
    delivery: &Delivery,
    body: &[u8],
    timestamp: Option<&str>,
) -> Result<Vec<u8>, VerifyError> {
    let mut message = Vec::with_capacity(template.len() + body.len());
    let mut rest = template;
    while let Some((literal, tail)) = rest.split_once('{') {
        message.extend_from_slice(literal.as_bytes());
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        match name {
            "body" => message.extend_from_slice(body),
            "method" => message.extend_from_slice(delivery.method.as_str().as_bytes()),
            "url" => message.extend_from_slice(delivery.url.to_string().as_bytes()),
            "timestamp" => {
                let timestamp = timestamp
                    .ok_or_else(|| VerifyError::unavailable("no timestamp is declared"))?;
                message.extend_from_slice(timestamp.as_bytes());
            }
            header => {
                let header = header.strip_prefix("header:").unwrap_or(header);
                message.extend_from_slice(delivery.required_header(header)?.as_bytes());
            }
        }
        rest = tail;
    }
    message.extend_from_slice(rest.as_bytes());
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_placeholders_pass() {
        for sound in [
            "{body}",
            "{timestamp}{body}",
            "[{timestamp};{body}]",
            "v0:{timestamp}:{body}",
            "{method}{url}{body}{timestamp}",
            "{header:webhook-id}.{timestamp}.{body}",
        ] {
            assert_eq!(flaw(sound), None, "{sound}");
        }
        for flawed in [
            "",
            "body",
            "{timestamp}",
            "{body",
            "body}",
            "{body}}",
            "{{body}}",
            "{}{body}",
            "{Body}",
            "{timestmap}.{body}",
            "{header:}{body}",
            "{header}{body}",
            "{ body }",
        ] {
            assert!(flaw(flawed).is_some(), "{flawed}");
        }
    }

    #[test]
    fn every_placeholder_is_replaced_once() {
        let delivery = Delivery::post("{url}")
            .to("https://example.com/a?b=%7B")
            .with("x-id", "{body}");
        let template = "{method} {url}|{header:x-id}|{timestamp}|{body}.";

        let message = render(template, &delivery, &delivery.body, Some("17")).unwrap();

        assert_eq!(
            String::from_utf8(message).unwrap(),
            "POST https://example.com/a?b=%7B|{body}|17|{url}."
        );
    }

    #[test]
    fn a_header_that_is_signed_stands_exactly_once() {
        let absent = Delivery::post("");
        let twice = absent.clone().with("x-id", "1").with("x-id", "1");

        for delivery in [absent, twice] {
            let error = render("{header:x-id}{body}", &delivery, b"", None).unwrap_err();
            assert!(matches!(error, VerifyError::Missing(_)), "{error:?}");
        }
    }
}
