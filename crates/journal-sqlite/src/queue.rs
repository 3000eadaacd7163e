//! The bounded queue before a writer.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::refusal::Refusal;

/// How much may wait, and how much is taken at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// So many entries may wait.
    pub(crate) entries: usize,
    /// So many bytes may wait.
    pub(crate) bytes: usize,
    /// Entries of so many bytes together are taken at once, or a single greater one.
    pub(crate) batch_bytes: usize,
}

/// Many push, one takes. Never waits for room: who finds none is told so.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    bounds: Bounds,
    state: Mutex<State<T>>,
    pushed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    waiting: VecDeque<(T, usize)>,
    bytes: usize,
    is_closed: bool,
}

impl<T> State<T> {
    fn admits(&self, bytes: usize, bounds: &Bounds) -> Result<(), Refusal> {
        if self.is_closed {
            return Err(Refusal::Stopped);
        }
        let is_full = self.waiting.len() >= bounds.entries;
        if is_full || self.bytes.saturating_add(bytes) > bounds.bytes {
            return Err(Refusal::Busy);
        }
        Ok(())
    }
}

impl<T> Queue<T> {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                bytes: 0,
                is_closed: false,
            }),
            pushed: Condvar::new(),
        }
    }

    /// Whether an entry of a byte would be let in.
    pub(crate) fn has_room(&self) -> Result<(), Refusal> {
        self.lock().admits(1, &self.bounds)
    }

    /// Adds an entry of this many bytes.
    pub(crate) fn push(&self, entry: T, bytes: usize) -> Result<(), Refusal> {
        let mut state = self.lock();
        state.admits(bytes, &self.bounds)?;
        // Who takes waits for the first one alone, and to wake a thread is a system call.
        let is_first = state.waiting.is_empty();
        state.bytes += bytes;
        state.waiting.push_back((entry, bytes));
        drop(state);
        if is_first {
            self.pushed.notify_one();
        }
        Ok(())
    }

    /// Takes what waits, in order; waits for something. `None` once it is closed and empty.
    pub(crate) fn take(&self) -> Option<Vec<T>> {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.is_closed {
                return None;
            }
            state = self.pushed.wait(state).expect("no holder panics");
        }
        let mut taken = Vec::with_capacity(state.waiting.len());
        let mut room = self.bounds.batch_bytes;
        while let Some(&(_, bytes)) = state.waiting.front() {
            if bytes > room && !taken.is_empty() {
                break;
            }
            room = room.saturating_sub(bytes);
            state.bytes -= bytes;
            taken.extend(state.waiting.pop_front().map(|(entry, _)| entry));
        }
        Some(taken)
    }

    /// Lets nothing more in. What waits can still be taken.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.pushed.notify_all();
    }

    /// Closes, and drops what waits.
    pub(crate) fn abandon(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        state.bytes = 0;
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("no holder panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        entries: 3,
        bytes: 10,
        batch_bytes: 6,
    };

    #[test]
    fn more_entries_than_the_bound_are_refused() {
        let queue = Queue::new(BOUNDS);

        let answers = [1, 2, 3, 4].map(|entry| queue.push(entry, 1));

        assert_eq!(answers, [Ok(()), Ok(()), Ok(()), Err(Refusal::Busy)]);
        assert_eq!(queue.take(), Some(vec![1, 2, 3]));
        assert_eq!(queue.push(5, 1), Ok(()));
    }

    #[test]
    fn more_bytes_than_the_bound_are_refused() {
        let queue = Queue::new(BOUNDS);

        assert_eq!(queue.push(1, 11), Err(Refusal::Busy));
        assert_eq!(queue.push(2, 10), Ok(()));
        assert_eq!(queue.push(3, 1), Err(Refusal::Busy));
        assert_eq!(queue.take(), Some(vec![2]));
        assert_eq!(queue.push(3, 1), Ok(()));
    }

    #[test]
    fn a_batch_ends_before_it_grows_too_large() {
        let queue = Queue::new(BOUNDS);
        for (entry, bytes) in [(1, 4), (2, 4), (3, 2)] {
            queue.push(entry, bytes).unwrap();
        }

        assert_eq!(queue.take(), Some(vec![1]));
        assert_eq!(queue.take(), Some(vec![2, 3]));
    }

    #[test]
    fn a_closed_queue_is_emptied_first() {
        let queue = Queue::new(BOUNDS);
        queue.push(1, 1).unwrap();

        queue.close();

        assert_eq!(queue.push(2, 1), Err(Refusal::Stopped));
        assert_eq!(queue.take(), Some(vec![1]));
        assert_eq!(queue.take(), None);
    }
}
