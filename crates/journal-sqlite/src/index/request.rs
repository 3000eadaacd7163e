//! What is asked of the thread that writes to the index.

use std::sync::{Arc, Mutex};

use rusqlite::{Connection, TransactionBehavior};
use switchboard_core::Timestamp;
use switchboard_core::journal::{
    Decoded, EventPosition, Line, LogPosition, Order, Pause, Replay, Settlement, Tally,
};
use tokio::sync::watch;

use super::expire::{self, Window};
use super::key::Key;
use super::recent::Recent;
use super::record::{self, Recording};
use super::seen::Seen;
use super::{counts, dead, lanes, opening, pause, replay, settle};
use crate::database::shrink;
use crate::failure::Failure;
use crate::sinks::{Sink, Sinks};
use crate::writer::Work;

/// One request, which takes effect as a whole or not at all.
#[derive(Debug)]
pub(crate) enum Request {
    /// Record what deliveries were decoded to.
    Record(Vec<Decoded>),
    /// Note deliveries that cannot be decoded because their bytes were altered.
    Damaged(Vec<LogPosition>),
    /// Record events again.
    Replay(Vec<Replay>),
    /// Make a sink known.
    Subscribe(String),
    /// Settle claims.
    Settle(Settle),
    /// Note that a sink is about to be given an event.
    Begin(String, EventPosition),
    /// Note that the journal is closed in order.
    End,
    /// Make dead letters of a sink claimable again.
    Revive(String, Vec<EventPosition>),
    /// Give up dead letters of a sink.
    Discard(String, Vec<EventPosition>),
    /// Pause a line, or let it go on.
    Pause(Line, Option<Pause>),
    /// Write what waits in memory for another of its lane at a sink.
    Hold(String),
    /// Make this the order of a sink, step by step.
    Sweep(String, Order),
    /// Write how far the sinks have come, as every request does.
    Write,
    /// Remove what is no longer kept.
    Expire(Expire),
    /// Note the moment that ages are told by, in microseconds.
    Retained(i64),
    /// Give so many free pages back to the file system.
    Shrink(u32),
}

/// What is no longer kept.
#[derive(Debug)]
pub(crate) enum Expire {
    /// Events that every sink is done with.
    Events(Window),
    /// Keys of events that are gone.
    Keys(Vec<Key>),
    /// Undecoded deliveries.
    Undecoded(Vec<LogPosition>),
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

/// What a request came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answer {
    /// Of a recording.
    pub(crate) tally: Tally,
    /// How many events were revived, discarded or replayed, or what was removed.
    pub(crate) count: u64,
}

impl Request {
    /// About how much it writes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Record(batch) => batch.iter().map(bytes_of).sum(),
            // Their JSON is not made yet; most are of a size.
            Self::Replay(replays) => replays.len() * 2048,
            Self::Damaged(positions) => positions.len() * 64,
            Self::Settle(settle) => settle.settlements.len() * 64,
            Self::Revive(_, events) | Self::Discard(_, events) => events.len() * 64,
            Self::Hold(_) | Self::Sweep(..) | Self::Expire(_) | Self::Shrink(_) => 64 << 10,
            Self::Subscribe(_)
            | Self::Begin(..)
            | Self::End
            | Self::Pause(..)
            | Self::Write
            | Self::Retained(_) => 64,
        }
    }
}

fn bytes_of(decoded: &Decoded) -> usize {
    match &decoded.outcome {
        Ok(events) => events.iter().map(|event| event.json().len() + 256).sum(),
        Err(undecoded) => undecoded.reason.len() + 64,
    }
}

/// Writes requests to the index.
#[derive(Debug)]
pub(crate) struct Index {
    sinks: Arc<Mutex<Sinks>>,
    decoded: watch::Sender<LogPosition>,
    recorded: watch::Sender<EventPosition>,
    recent: Arc<Mutex<Recent>>,
    seen: Seen,
}

impl Index {
    /// Goes on after the last delivery and the last event, which `decoded` and `recorded` hold and
    /// go on to tell.
    pub(crate) fn new(
        sinks: Arc<Mutex<Sinks>>,
        decoded: watch::Sender<LogPosition>,
        recorded: watch::Sender<EventPosition>,
        recent: Arc<Mutex<Recent>>,
        seen: Seen,
    ) -> Self {
        Self {
            sinks,
            decoded,
            recorded,
            recent,
            seen,
        }
    }
}

impl Work for Index {
    type Request = Request;
    type Answer = Answer;

    fn commit(
        &mut self,
        connection: &mut Connection,
        requests: &[Request],
    ) -> Result<Vec<Answer>, Failure> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut progress = counts::progress(&transaction)?;
        let mut news = Vec::new();
        let mut recording = Recording::new(&transaction, &mut progress, &mut self.seen, &mut news)?;
        let mut answers = vec![Answer::default(); requests.len()];
        for (request, answer) in requests.iter().zip(&mut answers) {
            decode(&mut recording, request, answer)?;
        }

        // From here on whoever claims waits: what a sink has in memory and what it has in the
        // database change together. After a failure neither has changed.
        let mut shared = self.sinks.lock().expect("no holder panics");
        let mut sinks = shared.clone();
        for (request, answer) in requests.iter().zip(&mut answers) {
            answer.count += deliver(&mut recording, request, &mut sinks)?;
        }
        drop(recording);
        for (name, sink) in &mut sinks {
            if sink.is_changed || sink.has_news() {
                lanes::write(&transaction, name, Arc::make_mut(sink))?;
            }
        }
        counts::set_progress(&transaction, &progress)?;
        transaction.commit()?;
        if !sinks.is_empty() {
            self.recent.lock().expect("no holder panics").extend(news);
        }
        *shared = sinks;
        drop(shared);

        self.decoded.send_replace(progress.decoded_to);
        self.recorded.send_if_modified(|last| {
            let is_later = *last < progress.events;
            *last = progress.events;
            is_later
        });
        Ok(answers)
    }
}

/// Does what concerns no sink.
fn decode(
    recording: &mut Recording<'_>,
    request: &Request,
    answer: &mut Answer,
) -> Result<(), Failure> {
    let connection = recording.connection;
    let progress = &mut *recording.progress;
    match request {
        Request::Record(batch) => answer.tally = recording.record(batch)?,
        Request::Damaged(positions) => record::damaged(connection, positions, progress)?,
        Request::Begin(sink, event) => answer.count = opening::begun(connection, sink, *event)?,
        Request::End => opening::end(connection)?,
        Request::Pause(line, paused) => pause::set(connection, line, *paused)?,
        Request::Expire(Expire::Events(window)) => {
            answer.count = expire::events(connection, *window, progress)?;
        }
        Request::Expire(Expire::Keys(keys)) => {
            answer.count = recording.seen.forget(connection, keys)?;
        }
        Request::Expire(Expire::Undecoded(deliveries)) => {
            answer.count = expire::undecoded(connection, deliveries, progress)?;
        }
        Request::Retained(at) => progress.retained_at = Some(*at),
        Request::Shrink(pages) => shrink(connection, *pages)?,
        _ => {}
    }
    Ok(())
}

/// Does what concerns the sinks. Answers how many events were revived, discarded or replayed.
fn deliver(
    recording: &mut Recording<'_>,
    request: &Request,
    sinks: &mut Sinks,
) -> Result<u64, Failure> {
    let connection = recording.connection;
    match request {
        Request::Replay(replays) => return replay::replay(recording, replays, sinks),
        Request::Subscribe(name) => {
            settle::subscribe(connection, name, recording.progress.events, sinks)?;
        }
        Request::Settle(request) => {
            if let Some(sink) = changing(sinks, &request.sink) {
                settle::settle(connection, request, sink)?;
            }
        }
        Request::Revive(name, events) => {
            if let Some(sink) = changing(sinks, name) {
                return dead::revive(connection, name, events, sink);
            }
        }
        Request::Discard(name, events) => {
            if let Some(sink) = changing(sinks, name) {
                return dead::discard(connection, name, events, sink);
            }
        }
        Request::Hold(name) => {
            if let Some(sink) = changing(sinks, name) {
                let mut skipped = std::mem::take(&mut sink.skipped);
                sink.blocked.append(&mut skipped);
            }
        }
        Request::Sweep(name, order) => {
            if let Some(sink) = changing(sinks, name) {
                lanes::sweep(connection, name, *order, sink)?;
            }
        }
        _ => {}
    }
    Ok(0)
}

/// The sink of this name, to be changed.
fn changing<'a>(sinks: &'a mut Sinks, name: &str) -> Option<&'a mut Sink> {
    let sink = Arc::make_mut(sinks.get_mut(name)?);
    sink.is_changed = true;
    Some(sink)
}
