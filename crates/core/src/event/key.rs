//! What makes an event the same when it comes again.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

/// An id goes into a header and a URL: visible ASCII only, and `:` parts it.
const PART: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'\\');

/// The longest key that is kept as it is, in bytes; a longer one is hashed.
const LONGEST: usize = 200;

/// What makes an event the same when it comes again. The pipeline adds source and kind.
///
/// ```
/// use switchboard_core::DedupKey;
///
/// // The provider names it: best.
/// assert_eq!(DedupKey::provider(["m-1"]), DedupKey::Provider("m-1".into()));
/// assert_eq!(DedupKey::provider(["42", "a:b"]), DedupKey::Provider("42:a%3Ab".into()));
///
/// // It does not, but its parts tell two of them apart: Ann may react, take it back, react again.
/// let first = DedupKey::derived(["m-1", "ann", "👍", "1764000000"]);
/// let again = DedupKey::derived(["m-1", "ann", "👍", "1764000060"]);
/// assert!(first != again);
///
/// // Nothing does: `DedupKey::None`, and a repeated call is an event of its own.
/// let DedupKey::Derived(hash) = first else {
///     panic!("a derived key is a hash")
/// };
/// assert_eq!(hash.len(), 64);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DedupKey {
    /// Made of the provider's own ids, readable.
    Provider(String),
    /// A hash of what makes the thing unique.
    Derived(String),
    /// Nothing tells two of them apart, so every delivery is a new event.
    None,
}

impl DedupKey {
    /// A key of the provider's own ids. Different parts always give different keys.
    ///
    /// What cannot stand in a header or a URL is percent-encoded, `:` between the parts apart; a key
    /// of more than 200 bytes is hashed as by [`derived`](Self::derived).
    pub fn provider<T: ToString>(parts: impl IntoIterator<Item = T>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
        let mut key = String::new();
        for (index, part) in parts.iter().enumerate() {
            let separator = if index == 0 { "" } else { ":" };
            let part = utf8_percent_encode(part, PART);
            write!(key, "{separator}{part}").expect("a String takes every write");
        }
        if key.len() > LONGEST {
            Self::derived(parts)
        } else {
            Self::Provider(key)
        }
    }

    /// A key hashed from `parts`: SHA-256 over each part behind its length, as 64 hex digits.
    pub fn derived<T: ToString>(parts: impl IntoIterator<Item = T>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let part = part.to_string();
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self::Derived(hex::encode(hash.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_parts_give_different_keys() {
        let keys = [
            DedupKey::provider(["a:b", "c"]),
            DedupKey::provider(["a", "b:c"]),
            DedupKey::provider(["a", "b", "c"]),
            DedupKey::provider(["a%3Ab", "c"]),
            DedupKey::derived(["ab", "c"]),
            DedupKey::derived(["a", "bc"]),
        ];

        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{key:?}");
        }
    }

    #[test]
    fn a_key_is_visible_ascii_and_short() {
        let DedupKey::Provider(odd) = DedupKey::provider(["ключ\r\n a"]) else {
            panic!("hashed")
        };
        assert!(odd.bytes().all(|byte| byte.is_ascii_graphic()), "{odd}");

        let long = DedupKey::provider(["x".repeat(LONGEST + 1)]);
        assert!(
            matches!(&long, DedupKey::Derived(hash) if hash.len() == 64),
            "{long:?}"
        );
    }
}
