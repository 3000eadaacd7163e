//! `index.db`: events, and how far everything has come.
//!
//! All of it follows from the log and from what the sinks answered. A row for what is not done, and
//! none for what is.

mod counts;
mod dead;
mod duplicate;
mod expire;
mod generations;
mod key;
mod lanes;
mod opening;
mod pause;
mod reader;
mod recent;
mod record;
mod replay;
mod request;
mod seen;
mod settle;
pub(crate) mod word;

pub(crate) use counts::{Progress, progress, sinks};
pub(crate) use expire::{DONE, Window};
pub(crate) use key::{Key, day, fingerprint, key as key_of, range as key_range, stretch};
pub(crate) use opening::{Opening, begin as open, suspect};
pub(crate) use pause::pauses;
pub(crate) use reader::{Due, EVENT, EventRow, IndexReader, first_dead, first_retry, moment};
pub(crate) use recent::Recent;
pub(crate) use request::{Answer, Expire, Index, Request, Settle};
pub(crate) use seen::{Seen, span as stretches};

use crate::database::Database;
use crate::queue::Bounds;

pub(crate) const DATABASE: Database = Database {
    file: "index.db",
    application_id: i32::from_be_bytes(*b"SwbI"),
    schema: include_str!("schema.sql"),
};

/// Few ask for something here, and each waits for its answer: what they hold is bounded already.
pub(crate) const BOUNDS: Bounds = Bounds {
    entries: 4096,
    bytes: usize::MAX,
    batch_bytes: 16 << 20,
};

/// When an event is due that is held until its lane is free: no clock comes to it.
pub(crate) const HELD: i64 = i64::MAX;
