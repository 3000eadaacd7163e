//! What (`source`, `id`) is looked up by.

use sha2::{Digest as _, Sha256};
use switchboard_core::journal::EventPosition;

/// Bytes of a fingerprint that come from the id.
const ID: usize = 16;
/// Bytes of a fingerprint that come from the source.
const SOURCE: usize = 8;
/// Bytes of a key that come from the event's position.
const GENERATION: usize = 4;

/// So many events in a row are a generation, as a power of two.
const GENERATION_BITS: u32 = 13;

/// What tells an event from others: its id, then its source, hashed.
pub(crate) type Fingerprint = [u8; ID + SOURCE];

/// A fingerprint behind the generation of its event. So keys are added close to each other, though
/// fingerprints are random: a table in their order would be written to all over.
pub(crate) type Key = [u8; GENERATION + ID + SOURCE];

/// The fingerprint of an event.
pub(crate) fn fingerprint(source: &str, id: &str) -> Fingerprint {
    let mut fingerprint = [0; ID + SOURCE];
    fingerprint[..ID].copy_from_slice(&Sha256::digest(id)[..ID]);
    fingerprint[ID..].copy_from_slice(&Sha256::digest(source)[..SOURCE]);
    fingerprint
}

/// The generation of an event.
pub(crate) fn generation(event: EventPosition) -> u32 {
    u32::try_from(event.0 >> GENERATION_BITS).expect("no journal lives to have so many events")
}

/// Whether `event` is the first of its generation.
pub(super) fn is_first(event: EventPosition) -> bool {
    event.0.trailing_zeros() >= GENERATION_BITS
}

/// The key of a fingerprint in a generation.
pub(crate) fn key(generation: u32, fingerprint: &Fingerprint) -> Key {
    let mut key = [0; GENERATION + ID + SOURCE];
    key[..GENERATION].copy_from_slice(&generation.to_be_bytes());
    key[GENERATION..].copy_from_slice(fingerprint);
    key
}

/// The generation that a key begins with.
pub(crate) fn generation_of(key: &Key) -> u32 {
    let (generation, _) = key.split_first_chunk().expect("a key is longer");
    u32::from_be_bytes(*generation)
}

/// The fingerprint that a key ends with.
pub(super) fn fingerprint_of(key: &Key) -> &Fingerprint {
    let (_, fingerprint) = key.split_last_chunk().expect("a key is longer");
    fingerprint
}

/// The least and the greatest key of all events of this id in a generation.
pub(crate) fn range(generation: u32, id: &str) -> (Key, Key) {
    let mut least = key(generation, &fingerprint("", id));
    least[GENERATION + ID..].fill(0);
    let mut greatest = least;
    greatest[GENERATION + ID..].fill(u8::MAX);
    (least, greatest)
}

/// The least key of a generation.
pub(super) fn start(generation: u32) -> Key {
    key(generation, &[0; ID + SOURCE])
}

/// The day of a moment in microseconds: as exactly as a key's age is known.
pub(crate) fn day(micros: i64) -> i64 {
    const DAY: i64 = 24 * 3_600_000_000;
    micros.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_range_of_keys_in_a_generation() {
        let (least, greatest) = range(7, "a");
        let has = |generation, source, id| {
            (least..=greatest).contains(&key(generation, &fingerprint(source, id)))
        };

        for source in ["/acme/one", "/acme/two"] {
            assert!(has(7, source, "a"));
            assert!(!has(7, source, "b"));
            assert!(!has(8, source, "a"));
        }
        assert_ne!(fingerprint("/acme/one", "a"), fingerprint("/acme/two", "a"));
    }

    #[test]
    fn keys_are_in_the_order_of_their_generations() {
        let first = EventPosition(1 << GENERATION_BITS);
        let before = EventPosition(first.0 - 1);
        let least = key(generation(first), &[0; ID + SOURCE]);

        assert!(key(generation(before), &[u8::MAX; ID + SOURCE]) < least);
        assert_eq!(generation_of(&least), generation(first));
        assert_eq!(fingerprint_of(&least), &[0; ID + SOURCE]);
        assert!(is_first(first) && !is_first(before));
    }
}
