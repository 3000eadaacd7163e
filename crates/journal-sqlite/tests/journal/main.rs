//! What the SQLite journal promises, on real files.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

mod appending;
mod corruption;
mod full_disk;
mod model;
mod opening;
mod quarantine;
mod reading;
mod recording;
mod sinks;
mod support;
