//! What (`source`, `id`) is looked up by.

use sha2::{Digest as _, Sha256};

/// Bytes of the key that come from the id.
const ID: usize = 16;
/// Bytes of the key that come from the source.
const SOURCE: usize = 8;

pub(crate) type Key = [u8; ID + SOURCE];

/// The key of an event.
pub(crate) fn key(source: &str, id: &str) -> Key {
    let mut key = [0; ID + SOURCE];
    key[..ID].copy_from_slice(&Sha256::digest(id)[..ID]);
    key[ID..].copy_from_slice(&Sha256::digest(source)[..SOURCE]);
    key
}

/// The day of a moment in microseconds: as exactly as a key's age is known.
pub(crate) fn day(micros: i64) -> i64 {
    const DAY: i64 = 24 * 3_600_000_000;
    micros.div_euclid(DAY)
}

/// The least and the greatest key of all events of this id.
pub(crate) fn range(id: &str) -> (Key, Key) {
    let mut least = key("", id);
    least[ID..].fill(0);
    let mut greatest = least;
    greatest[ID..].fill(u8::MAX);
    (least, greatest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_range_of_keys() {
        let (least, greatest) = range("a");

        for source in ["/acme/one", "/acme/two"] {
            assert!((least..=greatest).contains(&key(source, "a")));
            assert!(!(least..=greatest).contains(&key(source, "b")));
        }
        assert_ne!(key("/acme/one", "a"), key("/acme/two", "a"));
    }
}
