//! The bounded way from the host to the thread that writes.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Mutex, MutexGuard};

use rusqlite::Connection;
use switchboard_core::quarantine::{Ring, Suspect};
use tracing::warn;

use crate::queue::{Bounds, Queue};
use crate::refusal::Refusal;

/// What one ring may have waiting: some seconds of a flood.
const ENTRIES: usize = 1024;
const BYTES: usize = 16 << 20;

/// Questions that may wait.
const QUESTIONS: usize = 64;

/// Both rings at their bounds still fit, and leave room to ask: what is refused here was refused by
/// a ring's own bound.
const QUEUE: Bounds = Bounds {
    entries: 2 * ENTRIES + QUESTIONS,
    bytes: 2 * BYTES,
    batch_bytes: 4 << 20,
};

/// What the thread is asked to do.
pub(super) enum Job {
    Keep(Box<Suspect>),
    Ask(Question),
}

/// Asked of the thread's connection; it tells the answer itself.
pub(super) type Question = Box<dyn FnOnce(&mut Connection) + Send>;

/// Where suspects wait, each ring in its own room: a flood of forgeries takes none from what may be
/// genuine.
pub(super) struct Handover {
    queue: Queue<Job>,
    rooms: Mutex<[Room; 2]>,
    dropped: Mutex<Dropped>,
}

/// How many were dropped and are not yet written down, by endpoint.
pub(super) type Tally = BTreeMap<String, u64>;

#[derive(Default)]
struct Dropped {
    tally: Tally,
    is_told: bool,
}

#[derive(Clone, Copy, Default)]
struct Room {
    entries: usize,
    bytes: usize,
}

impl Handover {
    pub(super) fn new() -> Self {
        Self {
            queue: Queue::new(QUEUE),
            rooms: Mutex::default(),
            dropped: Mutex::default(),
        }
    }

    /// Hands over, or counts as dropped.
    pub(super) fn keep(&self, suspect: Suspect) {
        let (ring, size) = (suspect.cause.ring(), size(&suspect));
        let endpoint = suspect.endpoint.clone();
        if !self.enter(ring, size) {
            return self.note_dropped(&endpoint);
        }
        let job = Job::Keep(Box::new(suspect));
        if self.queue.push(job, size).is_err() {
            self.leave(ring, size);
            self.note_dropped(&endpoint);
        }
    }

    pub(super) fn ask(&self, question: Question) -> Result<(), Refusal> {
        self.queue.push(Job::Ask(question), 0)
    }

    /// What waits, in order; waits for something. `None` once it is closed and empty.
    pub(super) fn take(&self) -> Option<Vec<Job>> {
        let jobs = self.queue.take()?;
        for job in &jobs {
            if let Job::Keep(suspect) = job {
                self.leave(suspect.cause.ring(), size(suspect));
            }
        }
        Some(jobs)
    }

    pub(super) fn close(&self) {
        self.queue.close();
    }

    pub(super) fn abandon(&self) {
        self.queue.abandon();
    }

    /// Counts one that is not kept. The first time it is told; a flood would fill the log.
    pub(super) fn note_dropped(&self, endpoint: &str) {
        let mut dropped = self.dropped();
        *dropped.tally.entry(endpoint.to_owned()).or_default() += 1;
        if !mem::replace(&mut dropped.is_told, true) {
            warn!(
                endpoint,
                "Not everything that fails verification can be quarantined; the rest is counted."
            );
        }
    }

    /// What is not yet written down as dropped.
    pub(super) fn unwritten(&self) -> Tally {
        self.dropped().tally.clone()
    }

    /// What is to be written down as dropped.
    pub(super) fn take_dropped(&self) -> Tally {
        mem::take(&mut self.dropped().tally)
    }

    /// Gives back what could not be written down.
    pub(super) fn give_back(&self, tally: Tally) {
        let mut dropped = self.dropped();
        for (endpoint, count) in tally {
            *dropped.tally.entry(endpoint).or_default() += count;
        }
    }

    fn enter(&self, ring: Ring, size: usize) -> bool {
        let mut rooms = self.rooms();
        let room = &mut rooms[number(ring)];
        let has_room = room.entries < ENTRIES && room.bytes.saturating_add(size) <= BYTES;
        if has_room {
            room.entries += 1;
            room.bytes += size;
        }
        has_room
    }

    fn leave(&self, ring: Ring, size: usize) {
        let mut rooms = self.rooms();
        let room = &mut rooms[number(ring)];
        room.entries -= 1;
        room.bytes -= size;
    }

    fn rooms(&self) -> MutexGuard<'_, [Room; 2]> {
        self.rooms.lock().expect("no holder panics")
    }

    fn dropped(&self) -> MutexGuard<'_, Dropped> {
        self.dropped.lock().expect("no holder panics")
    }
}

fn number(ring: Ring) -> usize {
    match ring {
        Ring::Refused => 0,
        Ring::Unverified => 1,
    }
}

fn size(suspect: &Suspect) -> usize {
    usize::try_from(suspect.bytes()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use switchboard_core::Delivery;
    use switchboard_core::quarantine::SuspectCause;

    use super::*;

    fn suspect(cause: SuspectCause, body: usize) -> Suspect {
        Suspect {
            endpoint: "support".into(),
            adapter: "acme".into(),
            delivery: Delivery::post(vec![0; body]),
            cause,
            diagnosis: String::new(),
        }
    }

    fn taken(handover: &Handover) -> usize {
        handover.close();
        std::iter::from_fn(|| handover.take())
            .map(|jobs| jobs.len())
            .sum()
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let handover = Handover::new();

        for _ in 0..ENTRIES + 3 {
            handover.keep(suspect(SuspectCause::Refused, 1));
        }

        assert_eq!(
            handover.take_dropped(),
            Tally::from([("support".into(), 3)])
        );
        assert_eq!(taken(&handover), ENTRIES);
    }

    #[test]
    fn a_flood_of_forgeries_leaves_the_others_their_room() {
        let handover = Handover::new();

        for _ in 0..20 {
            handover.keep(suspect(SuspectCause::Refused, 1 << 20));
        }
        handover.keep(suspect(SuspectCause::Unavailable, 1 << 20));
        handover.ask(Box::new(|_| {})).unwrap();

        // Each is a little larger than its body.
        assert_eq!(
            handover.take_dropped(),
            Tally::from([("support".into(), 5)])
        );
        assert_eq!(taken(&handover), 17);
    }

    #[test]
    fn what_was_taken_makes_room() {
        let handover = Handover::new();

        for _ in 0..3 {
            for _ in 0..10 {
                handover.keep(suspect(SuspectCause::Refused, 1 << 20));
            }
            while handover.take().unwrap().len() == 3 {}
        }

        assert!(handover.take_dropped().is_empty());
    }
}
