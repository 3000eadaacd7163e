//! What (`source`, `id`) is looked up by.

use std::ops::Range;

use sha2::{Digest as _, Sha256};
use switchboard_core::journal::EventPosition;

/// Bytes of a fingerprint that come from the id.
const ID: usize = 16;
/// Bytes of a fingerprint that come from the source.
const SOURCE: usize = 8;
/// Bytes of a key that come from the event's position.
const STRETCH: usize = 4;

/// So many events in a row are a stretch, as a power of two. Their keys take two pages or three.
const STRETCH_BITS: u32 = 9;

/// So many events in a row are a generation, as a power of two.
pub(super) const GENERATION_BITS: u32 = 12;

/// Stretches of a generation.
const STRETCHES: u32 = 1 << (GENERATION_BITS - STRETCH_BITS);

/// What tells an event from others: its id, then its source, hashed.
pub(crate) type Fingerprint = [u8; ID + SOURCE];

/// A fingerprint behind the stretch of its event. So keys are added close to each other, though
/// fingerprints are random: a table in their order would be written to all over.
pub(crate) type Key = [u8; STRETCH + ID + SOURCE];

/// The fingerprint of an event.
pub(crate) fn fingerprint(source: &str, id: &str) -> Fingerprint {
    let mut fingerprint = [0; ID + SOURCE];
    fingerprint[..ID].copy_from_slice(&Sha256::digest(id)[..ID]);
    fingerprint[ID..].copy_from_slice(&Sha256::digest(source)[..SOURCE]);
    fingerprint
}

/// The stretch of an event.
pub(crate) fn stretch(event: EventPosition) -> u32 {
    u32::try_from(event.0 >> STRETCH_BITS).expect("no journal lives to have so many events")
}

/// The generation of an event.
pub(super) fn generation(event: EventPosition) -> u32 {
    stretch(event) / STRETCHES
}

/// The stretches of a generation.
pub(super) fn stretches(generation: u32) -> Range<u32> {
    generation * STRETCHES..(generation + 1) * STRETCHES
}

/// Whether `event` is the first of its generation.
pub(super) fn is_first(event: EventPosition) -> bool {
    event.0.trailing_zeros() >= GENERATION_BITS
}

/// The key of a fingerprint in a stretch.
pub(crate) fn key(stretch: u32, fingerprint: &Fingerprint) -> Key {
    let mut key = [0; STRETCH + ID + SOURCE];
    key[..STRETCH].copy_from_slice(&stretch.to_be_bytes());
    key[STRETCH..].copy_from_slice(fingerprint);
    key
}

/// The stretch that a key begins with.
pub(super) fn stretch_of(key: &Key) -> u32 {
    let (stretch, _) = key.split_first_chunk().expect("a key is longer");
    u32::from_be_bytes(*stretch)
}

/// The generation of a key's stretch.
pub(super) fn generation_of(key: &Key) -> u32 {
    stretch_of(key) / STRETCHES
}

/// The fingerprint that a key ends with.
pub(super) fn fingerprint_of(key: &Key) -> &Fingerprint {
    let (_, fingerprint) = key.split_last_chunk().expect("a key is longer");
    fingerprint
}

/// The least and the greatest key of all events of this id in a stretch.
pub(crate) fn range(stretch: u32, id: &str) -> (Key, Key) {
    let mut least = key(stretch, &fingerprint("", id));
    least[STRETCH + ID..].fill(0);
    let mut greatest = least;
    greatest[STRETCH + ID..].fill(u8::MAX);
    (least, greatest)
}

/// The least key of a generation.
pub(super) fn start(generation: u32) -> Key {
    key(stretches(generation).start, &[0; ID + SOURCE])
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
    fn an_id_is_a_range_of_keys_in_a_stretch() {
        let (least, greatest) = range(7, "a");
        let has = |stretch, source, id| {
            (least..=greatest).contains(&key(stretch, &fingerprint(source, id)))
        };

        for source in ["/acme/one", "/acme/two"] {
            assert!(has(7, source, "a"));
            assert!(!has(7, source, "b"));
            assert!(!has(8, source, "a"));
        }
        assert_ne!(fingerprint("/acme/one", "a"), fingerprint("/acme/two", "a"));
    }

    #[test]
    fn keys_are_in_the_order_of_their_stretches() {
        let first = EventPosition(1 << STRETCH_BITS);
        let before = EventPosition(first.0 - 1);
        let least = key(stretch(first), &[0; ID + SOURCE]);

        assert!(key(stretch(before), &[u8::MAX; ID + SOURCE]) < least);
        assert_eq!(stretch_of(&least), stretch(first));
        assert_eq!(fingerprint_of(&least), &[0; ID + SOURCE]);
    }

    #[test]
    fn a_generation_is_its_stretches() {
        let first = EventPosition(3 << GENERATION_BITS);
        let last = EventPosition((4 << GENERATION_BITS) - 1);

        assert_eq!(stretches(3), stretch(first)..stretch(last) + 1);
        for event in [first, last] {
            let key = key(stretch(event), &fingerprint("", "a"));
            assert_eq!(generation(event), 3);
            assert_eq!(generation_of(&key), 3);
            assert!((start(3)..start(4)).contains(&key));
        }
        assert!(is_first(first) && !is_first(last));
    }
}
