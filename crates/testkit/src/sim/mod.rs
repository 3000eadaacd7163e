//! The delivery core in a world where everything follows from one number: time, chance, the faults
//! of the store and the moods of the sinks.
//!
//! A [`Simulation`] runs the real pipeline on a journal of yours. It records events, pauses and
//! resumes, revives, discards and replays, changes the plan, sets the clock, lets sinks refuse, hang,
//! panic and lose their answers, lets the store fail, and ends the process at any moment. All the
//! while a ledger beside the journal says what must be true: what may be claimed, by whom and when,
//! what may be given, what may come of it, and how the counters balance. At last everything is well
//! again, and then every event must come to every sink that wants it.
//!
//! ```
//! use switchboard_core::journal::MemoryJournal;
//! use switchboard_testkit::journal::JournalUnderTest;
//! use switchboard_testkit::sim::Simulation;
//!
//! struct Memory;
//!
//! #[async_trait::async_trait]
//! impl JournalUnderTest for Memory {
//!     type Journal = MemoryJournal;
//!
//!     async fn open(&self) -> MemoryJournal {
//!         MemoryJournal::new()
//!     }
//!
//!     async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
//!         journal.reopen();
//!         journal
//!     }
//! }
//!
//! let outcome = Simulation::seeded(42).operations(100).run(Memory);
//! assert!(outcome.broken.is_none(), "{outcome}");
//! ```
//!
//! The same seed gives the same trace, provided that the journal waits for nothing but its own
//! process: for one with threads of its own the promises hold, and traces differ.

mod answer;
mod bucket;
mod clock;
mod driver;
mod ledger;
mod process;
mod sink;
mod stage;
mod standing;
mod terms;
mod trace;
mod world;

use std::fmt;
use std::sync::Arc;

use switchboard_core::sink::Sink;

use self::driver::Driver;
use crate::BrokenPromise;
use crate::journal::JournalUnderTest;

/// So many of the last lines are shown of a run that broke a promise.
const SHOWN: usize = 100;

/// What is put between the pipeline and a sink.
type Wrap = fn(Arc<dyn Sink>) -> Arc<dyn Sink>;

/// One run to be made.
///
/// A suite makes many short runs, and one that breaks a promise is made again by its seed. So that one can
/// trust that it finds something, a lie can be put between the pipeline and its sinks:
///
/// ```
/// use std::sync::Arc;
///
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::sink::{Envelope, Sink, SinkError};
/// use switchboard_testkit::journal::JournalUnderTest;
/// use switchboard_testkit::sim::{Outcome, Simulation};
///
/// # struct Memory;
/// # #[async_trait::async_trait]
/// # impl JournalUnderTest for Memory {
/// #     type Journal = MemoryJournal;
/// #     async fn open(&self) -> MemoryJournal {
/// #         MemoryJournal::new()
/// #     }
/// #     async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
/// #         journal.reopen();
/// #         journal
/// #     }
/// # }
/// /// Says that it has what it never gave on.
/// #[derive(Debug)]
/// struct Liar;
///
/// #[async_trait::async_trait]
/// impl Sink for Liar {
///     async fn deliver(&self, _batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
///         Ok(())
///     }
/// }
///
/// for seed in 0..3 {
///     let Outcome { broken, .. } = Simulation::seeded(seed).operations(50).run(Memory);
///     assert!(broken.is_none(), "seed {seed}: {broken:?}");
/// }
/// let found_out = Simulation::seeded(0).operations(50).with_sinks(|_| Arc::new(Liar)).run(Memory);
/// assert!(found_out.broken.is_some(), "{found_out}");
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    seed: u64,
    operations: u32,
    wrap: Wrap,
}

/// What came of a run of a [`Simulation`].
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The number that all of it follows from.
    pub seed: u64,
    /// The first promise that was broken.
    pub broken: Option<BrokenPromise>,
    /// A line for every operation, call, answer and settlement, with the time it was at.
    pub trace: String,
}

impl Simulation {
    /// The run that follows from `seed`: 500 operations.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            operations: 500,
            wrap: std::convert::identity,
        }
    }

    /// The same with so many operations.
    #[must_use]
    pub fn operations(mut self, operations: u32) -> Self {
        self.operations = operations;
        self
    }

    /// The same with something between the pipeline and every sink: a lie, to see it found out.
    #[must_use]
    pub fn with_sinks(mut self, wrap: Wrap) -> Self {
        self.wrap = wrap;
        self
    }

    /// Makes the run, on the journal of `place`.
    ///
    /// # Panics
    ///
    /// When it is called from within a runtime.
    pub fn run<U: JournalUnderTest>(self, place: U) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime without input and output can be made");
        let (broken, trace) = runtime.block_on(async {
            let driver = Driver::start(place, &self).await;
            driver.run(self.operations).await
        });
        Outcome {
            seed: self.seed,
            broken,
            trace: trace.to_string(),
        }
    }
}

/// The seed, the broken promise, and how it came to that.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.broken {
            None => return write!(f, "seed {}: every promise is kept", self.seed),
            Some(broken) => writeln!(f, "seed {}: {broken}", self.seed)?,
        }
        let lines: Vec<&str> = self.trace.lines().collect();
        let first = lines.len().saturating_sub(SHOWN);
        for line in &lines[first..] {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
