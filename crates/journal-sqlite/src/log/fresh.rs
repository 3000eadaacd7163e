//! The deliveries that were committed last, for who decodes them.

use std::collections::VecDeque;

use bytes::Bytes;
use switchboard_core::journal::LogPosition;

/// So many bytes are kept, and no more.
const MOST_BYTES: usize = 8 << 20;

/// What a delivery takes in memory beside its bytes, at most.
const BESIDE: usize = 256;

/// Deliveries that are committed and were not read yet, as the bytes that the log has of them: whoever
/// keeps up reads nothing from the disk. Where there is no more room the later ones are left out, as
/// the earlier ones are asked for first.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    /// In order, with gaps.
    records: VecDeque<(LogPosition, Bytes)>,
    bytes: usize,
}

impl Fresh {
    /// Adds a delivery that is committed; each is behind the one before it.
    pub(super) fn add(&mut self, position: LogPosition, record: &Bytes) {
        let bytes = self.bytes + size(record);
        if bytes <= MOST_BYTES {
            self.bytes = bytes;
            self.records.push_back((position, record.clone()));
        }
    }

    /// Takes out those at `first` and directly behind it: at most `limit`, and none once they have
    /// `enough` bytes. Those before it are let go, as nobody asks for them any more.
    pub(super) fn take(&mut self, first: LogPosition, limit: usize, enough: usize) -> Vec<Bytes> {
        let (mut taken, mut bytes, mut next) = (Vec::new(), 0, first);
        while let Some(&(position, ref record)) = self.records.front()
            && position <= next
            && (position < first || (taken.len() < limit && bytes < enough))
        {
            self.bytes -= size(record);
            let record = self.records.pop_front().map(|(_, record)| record);
            if position == next {
                bytes += record.as_ref().map_or(0, Bytes::len);
                taken.extend(record);
                next.0 += 1;
            }
        }
        taken
    }
}

fn size(record: &Bytes) -> usize {
    record.len() + BESIDE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(positions: impl IntoIterator<Item = u64>, bytes: usize) -> Fresh {
        let mut fresh = Fresh::default();
        for position in positions {
            let mut record = vec![0; bytes];
            record[0] = position as u8;
            fresh.add(LogPosition(position), &record.into());
        }
        fresh
    }

    fn take(fresh: &mut Fresh, first: u64, limit: usize, enough: usize) -> Vec<u8> {
        let taken = fresh.take(LogPosition(first), limit, enough);
        taken.iter().map(|record| record[0]).collect()
    }

    #[test]
    fn each_is_taken_once_and_in_order() {
        let mut fresh = fresh(1..=5, 10);

        assert_eq!(take(&mut fresh, 1, 2, 100), [1, 2]);
        assert_eq!(take(&mut fresh, 1, 2, 100), [0; 0], "they are gone");
        assert_eq!(take(&mut fresh, 3, 9, 11), [3, 4], "enough is enough");
        assert_eq!(take(&mut fresh, 5, 9, 100), [5]);
        assert_eq!(fresh.bytes, 0);
    }

    #[test]
    fn what_lies_behind_a_gap_waits_for_its_turn() {
        let mut fresh = fresh([3, 4, 7], 10);

        assert_eq!(take(&mut fresh, 1, 9, 100), [0; 0]);
        assert_eq!(take(&mut fresh, 3, 9, 100), [3, 4]);
        assert_eq!(take(&mut fresh, 5, 9, 100), [0; 0]);
        assert_eq!(take(&mut fresh, 7, 9, 100), [7]);
    }

    #[test]
    fn what_nobody_asks_for_any_more_makes_room() {
        let mut fresh = fresh(1..=5, MOST_BYTES / 4 - BESIDE);
        assert_eq!(fresh.bytes, MOST_BYTES, "the fifth is left out");

        assert_eq!(take(&mut fresh, 4, 9, MOST_BYTES), [4]);
        assert_eq!(take(&mut fresh, 5, 9, MOST_BYTES), [0; 0]);
        assert_eq!(fresh.bytes, 0);
    }
}
