//! What is asked of the thread that writes to the index.

use std::sync::{Arc, Mutex};

use rusqlite::{Connection, TransactionBehavior};
use switchboard_core::Timestamp;
use switchboard_core::journal::{EventPosition, LogPosition, Settlement, Tally};
use tokio::sync::watch;

use super::record::{self, Recorded};
use super::{counts, settle};
use crate::failure::Failure;
use crate::sinks::Sinks;
use crate::writer::Work;

/// One request, which takes effect as a whole or not at all.
#[derive(Debug)]
pub(crate) enum Request {
    /// Record what deliveries were decoded to.
    Record(Vec<Recorded>),
    /// Note deliveries that cannot be decoded because their bytes were altered.
    Damaged(Vec<LogPosition>),
    /// Make a sink known.
    Subscribe(String),
    /// Settle claims.
    Settle(Settle),
}

/// Settlements of one owner at one sink.
#[derive(Debug)]
pub(crate) struct Settle {
    pub(crate) sink: String,
    pub(crate) owner: String,
    pub(crate) settlements: Vec<Settlement>,
    /// When a settlement without an attempt was made.
    pub(crate) now: Timestamp,
}

impl Request {
    /// About how much it writes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Record(batch) => batch.iter().map(Recorded::bytes).sum(),
            Self::Damaged(positions) => positions.len() * 64,
            Self::Subscribe(_) => 64,
            Self::Settle(settle) => settle.settlements.len() * 64,
        }
    }
}

/// Writes requests to the index.
#[derive(Debug)]
pub(crate) struct Index {
    sinks: Arc<Mutex<Sinks>>,
    decoded: watch::Sender<LogPosition>,
    recorded: watch::Sender<EventPosition>,
}

impl Index {
    /// Goes on after the last delivery and the last event, which `decoded` and `recorded` hold and
    /// go on to tell.
    pub(crate) fn new(
        sinks: Arc<Mutex<Sinks>>,
        decoded: watch::Sender<LogPosition>,
        recorded: watch::Sender<EventPosition>,
    ) -> Self {
        Self {
            sinks,
            decoded,
            recorded,
        }
    }
}

impl Work for Index {
    type Request = Request;
    type Answer = Tally;

    fn commit(
        &mut self,
        connection: &mut Connection,
        requests: &[Request],
    ) -> Result<Vec<Tally>, Failure> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut progress = counts::progress(&transaction)?;
        let mut tallies = vec![Tally::default(); requests.len()];
        for (request, tally) in requests.iter().zip(&mut tallies) {
            match request {
                Request::Record(batch) => {
                    record::record(&transaction, batch, &mut progress, tally)?;
                }
                Request::Damaged(positions) => {
                    record::damaged(&transaction, positions, &mut progress)?;
                }
                Request::Subscribe(_) | Request::Settle(_) => {}
            }
        }
        counts::set_progress(&transaction, &progress)?;

        // From here on whoever claims waits: what a sink has in memory and what it has in the
        // database change together. After a failure neither has changed.
        let mut shared = self.sinks.lock().expect("no holder panics");
        let mut sinks = shared.clone();
        for request in requests {
            match request {
                Request::Subscribe(name) => {
                    settle::subscribe(&transaction, name, progress.events, &mut sinks)?;
                }
                Request::Settle(request) => settle::settle(&transaction, request, &mut sinks)?,
                Request::Record(_) | Request::Damaged(_) => {}
            }
        }
        transaction.commit()?;
        *shared = sinks;
        drop(shared);

        self.decoded.send_replace(progress.decoded_to);
        self.recorded.send_if_modified(|last| {
            let is_later = *last < progress.events;
            *last = progress.events;
            is_later
        });
        Ok(tallies)
    }
}
