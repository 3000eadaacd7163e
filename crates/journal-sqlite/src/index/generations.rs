//! Which generations of events may have a fingerprint.

use super::key::{Fingerprint, GENERATION_BITS};

/// Bits that a generation's fingerprints are spread over: 24 for each of them.
const BITS: usize = 24 << GENERATION_BITS;

/// So many of those bits are set for a fingerprint. One in some 70,000 others has the same: of ten
/// million events that are known, one in thirty that are new is looked for in vain.
const PROBES: usize = 12;

/// Generations whose bits are in one word.
const WORD: u32 = u64::BITS;

/// A Bloom filter for each generation, cut across: bit by bit, of all generations. So all of them are
/// asked at once, by reading a few words. It says "maybe" too often, and never "no" wrongly.
///
/// It is our own as those that are published ask one filter after another, and there are more than
/// two thousand generations in ten million events.
#[derive(Debug)]
pub(super) struct Generations {
    /// The first of them, a multiple of [`WORD`].
    first: u32,
    /// Words for each bit.
    width: usize,
    /// The words of the first bit, then of the second, and so on.
    words: Vec<u64>,
}

impl Generations {
    /// None, the first of which will be `first` or a little before.
    pub(super) fn from(first: u32) -> Self {
        Self {
            first: first - first % WORD,
            width: 0,
            words: Vec::new(),
        }
    }

    /// From now on `generation` may have `fingerprint`.
    pub(super) fn add(&mut self, generation: u32, fingerprint: &Fingerprint) {
        let (column, bit) = self.place(generation);
        for row in rows(fingerprint) {
            self.words[row * self.width + column] |= bit;
        }
    }

    /// The generations that may have `fingerprint`, the latest first.
    pub(super) fn having(&self, fingerprint: &Fingerprint) -> impl Iterator<Item = u32> {
        let rows = rows(fingerprint);
        (0..self.width).rev().flat_map(move |column| {
            let words = rows.map(|row| self.words[row * self.width + column]);
            let mut all = words.into_iter().fold(u64::MAX, |all, word| all & word);
            let first = self.first + column as u32 * WORD;
            std::iter::from_fn(move || {
                let last = all.checked_ilog2()?;
                all ^= 1 << last;
                Some(first + last)
            })
        })
    }

    /// The filter of one generation by itself.
    pub(super) fn one(&mut self, generation: u32) -> Vec<u8> {
        let (column, bit) = self.place(generation);
        let mut one = vec![0; BITS / 8];
        for row in 0..BITS {
            let is_set = self.words[row * self.width + column] & bit != 0;
            one[row / 8] |= u8::from(is_set) << (row % 8);
        }
        one
    }

    /// Takes the filter of one generation as [`one`](Self::one) gave it. Answers whether it is one.
    pub(super) fn take(&mut self, generation: u32, one: &[u8]) -> bool {
        if one.len() != BITS / 8 {
            return false;
        }
        let (column, bit) = self.place(generation);
        for row in 0..BITS {
            if one[row / 8] >> (row % 8) & 1 != 0 {
                self.words[row * self.width + column] |= bit;
            }
        }
        true
    }

    /// Lets go of generations before `generation`, a few of them later than others.
    pub(super) fn forget_before(&mut self, generation: u32) {
        let gone = (generation.saturating_sub(self.first) / WORD) as usize;
        if gone > 0 {
            self.cut(gone.min(self.width), 0);
            self.first = generation - generation % WORD;
        }
    }

    /// In which column of words the bits of a generation are, and which bit of them. There is room
    /// for it then.
    fn place(&mut self, generation: u32) -> (usize, u64) {
        let place = generation - self.first;
        let column = (place / WORD) as usize;
        if column >= self.width {
            self.cut(0, column + 1 - self.width);
        }
        (column, 1 << (place % WORD))
    }

    /// Lets go of the first `gone` words of each bit, and adds `more` behind the last.
    fn cut(&mut self, gone: usize, more: usize) {
        let width = self.width - gone + more;
        let mut words = vec![0; BITS * width];
        if self.width > gone {
            let (old, new) = (self.words.chunks(self.width), words.chunks_mut(width));
            for (old, new) in old.zip(new) {
                new[..self.width - gone].copy_from_slice(&old[gone..]);
            }
        }
        (self.width, self.words) = (width, words);
    }
}

/// Which bits are set for a fingerprint. It is a hash already, so its halves are two; only what comes
/// from the id is looked at.
fn rows(fingerprint: &Fingerprint) -> [usize; PROBES] {
    let half = |at: usize| {
        let (half, _) = fingerprint[at..].split_first_chunk().expect("it is longer");
        u64::from_le_bytes(*half)
    };
    let (start, step) = (half(0), half(8));
    std::array::from_fn(|probe| {
        let mixed = start.wrapping_add((probe as u64).wrapping_mul(step | 1));
        (mixed % BITS as u64) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::key::fingerprint;

    fn having(generations: &Generations, id: &str) -> Vec<u32> {
        generations.having(&fingerprint("", id)).collect()
    }

    #[test]
    fn a_generation_that_has_it_is_always_named() {
        let mut generations = Generations::from(70);
        for generation in [70, 71, 130, 300] {
            generations.add(generation, &fingerprint("", "a"));
        }
        generations.add(71, &fingerprint("", "b"));

        assert_eq!(having(&generations, "a"), [300, 130, 71, 70]);
        assert_eq!(having(&generations, "b"), [71]);
        generations.forget_before(129);
        assert_eq!(having(&generations, "a"), [300, 130]);
        generations.forget_before(1000);
        generations.add(1000, &fingerprint("", "a"));
        assert_eq!(having(&generations, "a"), [1000]);
    }

    #[test]
    fn one_filter_comes_back_beside_others() {
        let mut generations = Generations::from(0);
        for generation in 0..100 {
            generations.add(generation, &fingerprint("", &generation.to_string()));
        }
        let one = generations.one(7);

        let mut again = Generations::from(0);
        again.add(8, &fingerprint("", "8"));
        assert!(again.take(7, &one));
        assert!(!again.take(7, &one[1..]));

        assert_eq!(having(&again, "7"), [7]);
        assert_eq!(having(&again, "8"), [8]);
    }

    #[test]
    fn a_full_generation_is_rarely_named_wrongly() {
        let mut generations = Generations::from(0);
        for event in 0..1 << GENERATION_BITS {
            generations.add(0, &fingerprint("", &event.to_string()));
        }

        let strangers = (0..100_000).map(|stranger| format!("stranger {stranger}"));
        let named = strangers.filter(|id| !having(&generations, id).is_empty());

        assert!(named.count() < 5);
    }
}
