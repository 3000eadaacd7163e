//! The deliveries of one commit, packed.
//!
//! ```text
//! frame     = directory records directory
//! directory = { length: u32, checksum: u32 } for each record, then a checksum of those: u32
//! ```
//!
//! All numbers are little-endian, all checksums CRC-32. A record's covers its position too, so
//! that a record which turns up in another place is not taken for the one that belongs there. The
//! directory stands there twice: without it one flipped bit in a length would hide every record
//! behind it.

use std::ops::Range;

use bytes::Bytes;
use crc32fast::Hasher;
use switchboard_core::journal::LogPosition;

/// A length and a checksum.
const ENTRY: usize = 8;
const CHECKSUM: usize = 4;

/// The frame of `records`, the first of which is at position `first`.
pub(super) fn pack(first: u64, records: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let records = || records.iter().map(AsRef::as_ref);
    let mut directory = Vec::with_capacity(records().len() * ENTRY + CHECKSUM);
    for (position, record) in (first..).zip(records()) {
        let length = u32::try_from(record.len()).expect("the queue takes no record of 4 GiB");
        directory.extend(length.to_le_bytes());
        directory.extend(checksum(position, record).to_le_bytes());
    }
    directory.extend(checksum(first, &directory).to_le_bytes());
    let bytes: usize = records().map(<[u8]>::len).sum();
    let mut frame = Vec::with_capacity(bytes + 2 * directory.len());
    frame.extend_from_slice(&directory);
    records().for_each(|record| frame.extend_from_slice(record));
    frame.extend(directory);
    frame
}

/// A frame that was read.
#[derive(Debug)]
pub(super) struct Frame {
    first: u64,
    count: u64,
    bytes: Bytes,
    /// Where each record is, and its checksum; empty when both directories are damaged.
    directory: Vec<(Range<usize>, u32)>,
}

impl Frame {
    pub(super) fn new(first: u64, count: u64, bytes: Bytes) -> Self {
        let directory = directory(first, count, &bytes).unwrap_or_default();
        Self {
            first,
            count,
            bytes,
            directory,
        }
    }

    pub(super) fn first(&self) -> LogPosition {
        LogPosition(self.first)
    }

    pub(super) fn last(&self) -> LogPosition {
        LogPosition((self.first + self.count).saturating_sub(1))
    }

    pub(super) fn contains(&self, position: LogPosition) -> bool {
        (self.first()..=self.last()).contains(&position)
    }

    /// The record at `position`; `None` when it is damaged.
    pub(super) fn record(&self, position: LogPosition) -> Option<Bytes> {
        let index = usize::try_from(position.0.checked_sub(self.first)?).ok()?;
        let (range, expected) = self.directory.get(index)?;
        let record = self.bytes.slice(range.clone());
        (checksum(position.0, &record) == *expected).then_some(record)
    }
}

/// Whichever of the two directories is sound.
fn directory(first: u64, count: u64, frame: &[u8]) -> Option<Vec<(Range<usize>, u32)>> {
    let size = usize::try_from(count).ok()?.checked_mul(ENTRY)? + CHECKSUM;
    let records = frame.len().checked_sub(size.checked_mul(2)?)?;
    let copies = [&frame[..size], &frame[size + records..]];
    let entries = copies.into_iter().find_map(|copy| sound(first, copy))?;
    let mut start = size;
    let mut directory = Vec::with_capacity(entries.len() / ENTRY);
    for entry in entries.chunks_exact(ENTRY) {
        let (length, checksum) = entry.split_at(4);
        let end = start.checked_add(number(length) as usize)?;
        directory.push((start..end, number(checksum)));
        start = end;
    }
    (start == size + records).then_some(directory)
}

/// The entries of a directory that matches its checksum.
fn sound(first: u64, directory: &[u8]) -> Option<&[u8]> {
    let (entries, expected) = directory.split_at(directory.len() - CHECKSUM);
    (checksum(first, entries) == number(expected)).then_some(entries)
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were split off"))
}

fn checksum(position: u64, bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&position.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: u64 = 41;

    fn records() -> Vec<&'static [u8]> {
        vec![b"one", b"", b"three"]
    }

    fn read(first: u64, count: u64, bytes: Vec<u8>) -> Vec<Option<Vec<u8>>> {
        let frame = Frame::new(first, count, bytes.into());
        (first..first + count)
            .map(|position| frame.record(LogPosition(position)).map(Vec::from))
            .collect()
    }

    #[test]
    fn records_come_back() {
        let read = read(FIRST, 3, pack(FIRST, &records()));

        assert_eq!(
            read,
            records()
                .into_iter()
                .map(|record| Some(record.to_vec()))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_flipped_bit_costs_one_record_at_most_and_is_never_seen() {
        let sound = pack(FIRST, &records());
        for bit in 0..sound.len() * 8 {
            let mut bytes = sound.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);

            let read = read(FIRST, 3, bytes);

            let lost = read.iter().filter(|record| record.is_none()).count();
            assert!(lost <= 1, "bit {bit}: {read:?}");
            for (record, written) in read.into_iter().zip(records()) {
                assert!(record.is_none_or(|record| record == written), "bit {bit}");
            }
        }
    }

    #[test]
    fn records_in_another_place_are_damaged() {
        let bytes = pack(FIRST, &records());

        assert_eq!(read(FIRST + 1, 3, bytes.clone()), [None, None, None]);
        assert_eq!(read(FIRST, 2, bytes.clone()), [None, None]);
        assert_eq!(read(FIRST, 4, bytes), [None, None, None, None]);
        assert_eq!(read(FIRST, 1, Vec::new()), [None]);
    }

    #[test]
    fn nothing_outside_a_frame_is_in_it() {
        let frame = Frame::new(FIRST, 3, pack(FIRST, &records()).into());

        let inside = (38..47).filter(|&position| frame.contains(LogPosition(position)));

        assert_eq!(inside.collect::<Vec<_>>(), [41, 42, 43]);
        assert_eq!(frame.record(LogPosition(40)), None);
        assert_eq!(frame.record(LogPosition(44)), None);
    }
}
