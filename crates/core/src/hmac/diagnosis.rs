//! What a signature that does not match looks like, for the operator.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::HmacScheme;
use super::algorithm::{Algorithm, Encoding, Signatures};
use super::template::{self, BODY, TIMESTAMP};
use crate::secret::KeyEncoding;
use crate::{Delivery, Endpoint, Secret, SecretRole};

/// A dozen MACs a secret are tried, which a forger must not get for a large body.
const LARGEST_BODY: usize = 64 * 1024;

/// Nor for every secret of an endpoint that has many.
const MOST_SECRETS: usize = 4;

/// A mistake, and the bytes that the sender had in hand if it was made.
type Guess<T> = (&'static str, T);

/// What `delivery`, which was refused, looks like. Each answer is certain: only somebody who has the
/// secret can make a signature that matches but for one mistake. It stays refused.
pub(super) fn of<S: AsRef<str>>(
    scheme: &HmacScheme<S>,
    delivery: &Delivery,
    endpoint: &Endpoint,
) -> Option<&'static str> {
    if delivery.body.len() > LARGEST_BODY {
        return None;
    }
    let header = delivery.required_header(scheme.header.as_ref()).ok()?;
    if header.is_empty() {
        return Some("the signature header is empty");
    }
    let right = scheme.message(delivery).ok()?;
    let signatures = scheme.signatures(header);
    let rewritten = rewritten(scheme, header);
    let messages = messages(scheme, delivery);

    let secrets = endpoint.secrets(scheme.role).ok()?;
    secrets.iter().take(MOST_SECRETS).find_map(|secret| {
        let tag = scheme.algorithm.tag(secret.expose(), &right);
        let by_writing = || find(&rewritten, |signatures| signatures.contain(&tag));
        let by_message = || {
            find(&messages, |message| {
                signatures.contain(&scheme.algorithm.tag(secret.expose(), message))
            })
        };
        let by_key = || {
            find(&keys(secret, scheme.role), |key| {
                signatures.contain(&scheme.algorithm.tag(key, &right))
            })
        };
        let by_algorithm = || {
            let mut others = Algorithm::ALL.into_iter();
            let other = others.find(|other| {
                let tag = other.tag(secret.expose(), &right);
                *other != scheme.algorithm
                    && (signatures.contain(&tag)
                        || rewritten.iter().any(|(_, written)| written.contain(&tag)))
            })?;
            Some(instead(other, scheme.algorithm))
        };
        by_writing()
            .or_else(by_message)
            .or_else(by_key)
            .or_else(by_algorithm)
    })
}

/// Signed with `found` where `expected` is right.
fn instead(found: Algorithm, expected: Algorithm) -> &'static str {
    use Algorithm::{Sha1, Sha256};
    match (found, expected) {
        (Sha1, Sha256) => "the signature is an HMAC-SHA1 instead of an HMAC-SHA256",
        (Sha1, _) => "the signature is an HMAC-SHA1 instead of an HMAC-SHA512",
        (Sha256, Sha1) => "the signature is an HMAC-SHA256 instead of an HMAC-SHA1",
        (Sha256, _) => "the signature is an HMAC-SHA256 instead of an HMAC-SHA512",
        (_, Sha1) => "the signature is an HMAC-SHA512 instead of an HMAC-SHA1",
        (..) => "the signature is an HMAC-SHA512 instead of an HMAC-SHA256",
    }
}

fn find<T>(guesses: &[Guess<T>], is_it: impl Fn(&T) -> bool) -> Option<&'static str> {
    let (told, _) = guesses.iter().find(|(_, guess)| is_it(guess))?;
    Some(told)
}

/// The signatures, had the sender written them otherwise.
fn rewritten<S: AsRef<str>>(scheme: &HmacScheme<S>, header: &str) -> Vec<Guess<Signatures>> {
    let prefix = scheme.prefix.as_ref();
    let written = match &scheme.items {
        None => header,
        Some(items) => items.signatures(header).next().unwrap_or_default(),
    };
    let bare = written.strip_prefix(prefix).unwrap_or(written);
    let behind_any_prefix = written.split_once('=').map_or(written, |(_, rest)| rest);
    let other = match scheme.encoding {
        Encoding::Hex => (
            "the signature is right, but written as base64 instead of hex",
            Encoding::Base64,
        ),
        Encoding::Base64 => (
            "the signature is right, but written as hex instead of base64",
            Encoding::Hex,
        ),
    };
    let read = |encoding: Encoding, text: &str| {
        Signatures(encoding.decode(text.trim()).into_iter().collect())
    };
    let mut guesses = vec![
        (
            "the signature is right, but its prefix is missing",
            read(scheme.encoding, written),
        ),
        (
            "the signature is right, but behind another prefix than expected",
            read(scheme.encoding, behind_any_prefix),
        ),
        (other.0, read(other.1, bare)),
    ];
    if let Some(items) = &scheme.items {
        let bare = items.all(header).filter_map(|(_, value)| {
            let bare = value.strip_prefix(prefix)?;
            scheme.encoding.decode(bare)
        });
        let told = "the signature is right, but in an item of another name than expected";
        guesses.push((told, Signatures(bare.collect())));
    }
    guesses
}

/// The messages, had the sender or a proxy taken the body otherwise.
fn messages<S: AsRef<str>>(scheme: &HmacScheme<S>, delivery: &Delivery) -> Vec<Guess<Vec<u8>>> {
    let body = &delivery.body;
    let with_body = |body: &[u8]| {
        let message = scheme.message_of(delivery, body).ok()?;
        Some(message.into_owned())
    };
    let template = scheme.signs.as_ref();
    let alone = (template != BODY).then(|| body.to_vec());
    let told_alone = if template::contains(template, TIMESTAMP) {
        "the signature was computed over the body alone, without the timestamp"
    } else {
        "the signature was computed over the body alone"
    };
    let chopped = body
        .strip_suffix(b"\r\n")
        .or_else(|| body.strip_suffix(b"\n"))
        .and_then(with_body);
    let extended = with_body(&[body, &b"\n"[..]].concat());
    let guesses = [
        (told_alone, alone),
        (
            "the signature matches the body without its trailing newline",
            chopped,
        ),
        (
            "the signature matches the body with a trailing newline added",
            extended,
        ),
    ];
    let made = |(told, message): Guess<Option<Vec<u8>>>| Some((told, message?));
    guesses.into_iter().filter_map(made).collect()
}

/// The keys, had either side taken the secret otherwise.
fn keys(secret: &Secret, role: SecretRole) -> Vec<Guess<Zeroizing<Vec<u8>>>> {
    let key = secret.expose();
    let (text, told_undecoded) = match role.encoding {
        KeyEncoding::Text => (None, ""),
        KeyEncoding::Base64 => (
            Some(STANDARD.encode(key)),
            "the sender does not decode the secret from base64, which is done here",
        ),
        KeyEncoding::Hex => (
            Some(hex::encode(key)),
            "the sender does not decode the secret from hex, which is done here",
        ),
    };
    let undecoded = text.map(|text| [role.prefix, &text].concat());
    let guesses = [
        (
            "the secret here has white space around it, and the sender's has not",
            Some(key.trim_ascii().to_vec()),
        ),
        (
            "the sender's secret has a trailing newline, and the secret here has not",
            Some([key, &b"\n"[..]].concat()),
        ),
        (
            "the sender decodes the secret from hex, which is not done here",
            hex::decode(key).ok(),
        ),
        (
            "the sender decodes the secret from base64, which is not done here",
            STANDARD.decode(key).ok(),
        ),
        (told_undecoded, undecoded.map(String::into_bytes)),
    ];
    let made = |(told, key): Guess<Option<Vec<u8>>>| Some((told, Zeroizing::new(key?)));
    guesses.into_iter().filter_map(made).collect()
}
