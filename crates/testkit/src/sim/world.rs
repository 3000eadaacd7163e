//! What everybody in a simulation shares: chance, the clock, the trace and the ledger.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use fastrand::Rng;
use switchboard_core::{Clock as _, Timestamp};

use super::answer::Mood;
use super::clock::WallClock;
use super::ledger::{Ledger, Seen};
use super::terms::Terms;
use super::trace::{Entry, Trace};
use crate::BrokenPromise;

/// One simulated world. Clones are the same.
#[derive(Clone)]
pub(super) struct World {
    pub(super) clock: Arc<WallClock>,
    state: Arc<Mutex<State>>,
}

/// All of it but the clock.
#[derive(Debug)]
pub(super) struct State {
    pub(super) chance: Rng,
    pub(super) trace: Trace,
    pub(super) ledger: Ledger,
    pub(super) broken: Option<BrokenPromise>,
    pub(super) store: Store,
    /// How each sink feels, in the order of the ledger.
    pub(super) moods: Vec<Mood>,
    /// Whether events that no sink takes are there.
    pub(super) is_poisoned: bool,
}

/// How the store feels.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Store {
    /// How many of 256 calls fail.
    pub(super) failing: u8,
    /// Whether calls take seconds, and now and then minutes.
    pub(super) is_slow: bool,
    /// Whether calls take any time at all.
    pub(super) is_instant: bool,
}

impl World {
    pub(super) fn new(seed: u64, sinks: Vec<Terms>) -> Self {
        let start = Timestamp::from_seconds(1_764_000_000).expect("it is within the years");
        let state = State {
            chance: Rng::with_seed(seed),
            trace: Trace::default(),
            broken: None,
            store: Store::default(),
            moods: vec![Mood::Well; sinks.len()],
            ledger: Ledger::new(sinks),
            is_poisoned: true,
        };
        Self {
            clock: Arc::new(WallClock::starting_at(start)),
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under the lock")
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// A number below `bound`.
    pub(super) fn below(&self, bound: u64) -> u64 {
        self.state().chance.u64(..bound)
    }

    /// Writes down what somebody did.
    pub(super) fn tell(&self, what: impl Into<String>) {
        let now = self.elapsed();
        self.state().trace.add(now, Entry::Operation(what.into()));
    }

    /// Notes what was seen, if it breaks a promise and is the first that does.
    pub(super) fn note(&self, seen: Seen) {
        let now = self.elapsed();
        self.state().note(now, seen);
    }

    pub(super) fn is_broken(&self) -> bool {
        self.state().broken.is_some()
    }
}

impl State {
    pub(super) fn note(&mut self, now: Duration, seen: Seen) {
        let Err(broken) = seen else {
            return;
        };
        if self.broken.is_none() {
            let how = format!("broken: {broken}");
            self.trace.add(now, Entry::Operation(how));
            self.trace.close();
            self.broken = Some(broken);
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}
