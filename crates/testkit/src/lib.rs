//! What holds for every part that can be exchanged, as suites that anybody can run on theirs.
//!
//! - [`adapter`]: the promises of every adapter, tried on its samples and captured requests.
//! - [`fuzz`]: what must hold for any bytes at all, as bodies for fuzzers.
//! - [`journal`]: the promises of every journal. A store of your own is right when they hold.
//! - [`quarantine`]: the promises of every quarantine.
//! - [`sim`]: the delivery core on a journal of yours, in a world where all follows from one number.
//! - [`ManualClock`] and [`TokioClock`]: clocks for tests that must not wait.
//!
//! ```
//! use std::sync::Arc;
//!
//! use switchboard_core::{Endpoint, Timestamp};
//! use switchboard_testkit::ManualClock;
//!
//! let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
//! let endpoint = Endpoint::new("support").with_clock(clock.clone());
//! clock.set("2025-11-24T16:00:00Z".parse()?);
//! assert_eq!(endpoint.now().as_seconds(), 1_764_000_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod adapter;
mod clock;
pub mod fuzz;
pub mod journal;
mod promise;
pub mod quarantine;
pub mod sim;

pub use clock::{ManualClock, TokioClock};
pub use promise::BrokenPromise;
