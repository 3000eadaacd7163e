//! The embedded journal of Switchboard, on two SQLite databases.
//!
//! [`SqliteJournal`] is the [`Journal`](switchboard_core::journal::Journal) of a gateway on one
//! machine: what it acknowledges has been through an `fsync`, and many deliveries share one.
//! [`SqliteReader`] looks into it from outside, while a gateway runs or not.
//!
//! [`SqliteQuarantine`] keeps beside it, in a third database, what failed verification;
//! [`SqliteQuarantineReader`] looks into that.

mod check;
mod checkpoint;
mod claim;
mod database;
mod directory;
mod ending;
mod error;
mod failure;
mod halt;
mod index;
mod journal;
mod lane;
mod lock;
mod log;
mod meter;
mod quarantine;
mod queue;
mod reader;
mod readiness;
mod records;
mod refusal;
mod retain;
mod sinks;
mod told;
mod writer;

pub use check::Finding;
pub use error::{OpenError, ReadError};
pub use journal::SqliteJournal;
pub use quarantine::{SqliteQuarantine, SqliteQuarantineReader};
pub use reader::SqliteReader;
pub use retain::{Retained, Retention};
