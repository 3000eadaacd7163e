//! The embedded journal of Switchboard, on two SQLite databases.
//!
//! [`SqliteJournal`] is the [`Journal`](switchboard_core::journal::Journal) of a gateway on one
//! machine: what it acknowledges has been through an `fsync`, and many deliveries share one.
//! [`SqliteReader`] looks into it from outside, while a gateway runs or not.
//!
//! [`SqliteQuarantine`] keeps beside it, in a third database, what failed verification;
//! [`SqliteQuarantineReader`] looks into that.
//!
//! ```
//! use switchboard_core::journal::{Intake, Journal, LogPosition};
//! use switchboard_core::{Delivery, Verified};
//! use switchboard_journal_sqlite::{SqliteJournal, SqliteReader};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let journal = SqliteJournal::open(folder.path())?;
//! let receipt = journal
//!     .append(&Intake {
//!         endpoint: "support".into(),
//!         adapter: "kommo-chats".into(),
//!         delivery: Delivery::post("{}"),
//!         verified: Verified::unsigned(),
//!     })
//!     .await?;
//! // It is on stable storage now, so the provider may be told.
//! assert_eq!(receipt.position(), LogPosition(1));
//! journal.close().await?;
//!
//! let stored = SqliteReader::open(folder.path())?.delivery(receipt.position())?;
//! assert_eq!(stored.unwrap().intake.delivery.body, "{}");
//! # Ok(())
//! # }
//! ```

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
mod writer;

pub use check::Finding;
pub use error::{OpenError, ReadError};
pub use journal::SqliteJournal;
pub use quarantine::{SqliteQuarantine, SqliteQuarantineReader};
pub use reader::SqliteReader;
pub use retain::{Retained, Retention};
