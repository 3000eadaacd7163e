//! What holds for every part that can be exchanged, as suites that anybody can run on theirs.
//!
//! - [`adapter`]: the promises of every adapter, tried on its samples and captured requests.
//! - [`fuzz`]: what must hold for any bytes at all, as bodies for fuzzers.
//! - [`journal`]: the promises of every journal. A store of your own is right when they hold.
//! - [`quarantine`]: the promises of every quarantine.
//! - [`sim`]: the delivery core on a journal of yours, in a world where all follows from one number.
//! - [`ManualClock`] and [`TokioClock`]: clocks for tests that must not wait.

pub mod adapter;
mod clock;
pub mod fuzz;
pub mod journal;
mod promise;
pub mod quarantine;
pub mod sim;

pub use clock::{ManualClock, TokioClock};
pub use promise::BrokenPromise;
