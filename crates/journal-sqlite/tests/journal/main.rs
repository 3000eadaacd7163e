//! What the SQLite journal promises, on real files.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

mod appending;
mod checking;
mod corruption;
mod duplicates;
mod full_disk;
mod lanes;
mod model;
mod opening;
mod quarantine;
mod reading;
mod recording;
mod retention;
mod sinks;
mod support;
