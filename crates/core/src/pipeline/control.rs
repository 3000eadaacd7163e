//! What an operator does to a pipeline, at work or not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::AddAssign;
use std::sync::Arc;

use tokio::sync::watch;
use tracing::info;

use super::bell::Bell;
use super::board::{Board, SinkStatus};
use super::decoder::Decoder;
use super::patience::patiently;
use super::pauses::Pauses;
use super::plan::Plan;
use crate::journal::{
    EventPosition, Journal, JournalError, Line, LogPosition, Pause, PausedBy, Replay, Stored,
    Tally, UndecodedCause,
};
use crate::{Clock, Descriptor};

/// So many undecoded deliveries are read at once.
const BATCH: usize = 256;

/// Pauses and resumes, replays, and shows what is under way. Clones are all the same.
///
/// A dropped call may have done a part of its work; made again, it does the rest.
///
/// What an operator does, with a pipeline that runs or with none:
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::journal::{
///     Decoded, Intake, Journal as _, Line, LogPosition, MemoryJournal, Undecoded, UndecodedCause,
/// };
/// use switchboard_core::pipeline::{Pipeline, Plan};
/// use switchboard_core::{Delivery, SystemClock, Verified};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = Arc::new(MemoryJournal::new());
/// let control = Pipeline::new(journal.clone(), Arc::new(SystemClock)).control();
/// control.load().await?;
///
/// let crm = Line::Sink("crm".into());
/// assert!(control.pause(&crm).await?);
/// assert!(!control.pause(&crm).await?, "it was paused already");
/// assert!(control.pauses().contains_key(&crm));
/// assert!(control.resume(&crm).await?);
///
/// // A delivery of an endpoint that was taken out of the configuration is left undecoded.
/// let intake = Intake {
///     endpoint: "support".into(),
///     adapter: "acme".into(),
///     delivery: Delivery::post("hello"),
///     verified: Verified::new("token"),
/// };
/// let position = journal.append(&intake).await?.position();
/// let (cause, reason) = (UndecodedCause::Unrouted, "no such endpoint".to_owned());
/// journal.record(&[Decoded::new(position, Err(Undecoded { cause, reason }))]).await?;
///
/// // The endpoint is back, and what came in by it meanwhile is decoded.
/// control.replace(Plan::new().decoding("support", Arc::new(Acme))).await?;
/// assert!(control.endpoints().contains_key("support"));
/// assert!(control.subscribed().is_empty() && control.sinks().is_empty());
/// let mut after = LogPosition(0);
/// while let (tally, Some(last)) = control.decode_anew(after, 100).await? {
///     assert_eq!((tally.events, last), (1, position));
///     after = last;
/// }
/// # Ok(())
/// # }
/// ```
///
/// And what can be done about events that a sink did not take:
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use switchboard_core::journal::{Intake, Journal as _, MemoryJournal};
/// use switchboard_core::pipeline::{Pipeline, Replayed, Retry, Subscription};
/// use switchboard_core::{Delivery, Event, SystemClock, Verified};
/// use tokio::sync::mpsc;
/// use tokio::sync::oneshot;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (given, mut seen) = mpsc::unbounded_channel();
/// let mut crm = Subscription::on("crm", move |event: Event| {
///     let _ = given.send(event.id);
///     async { Err::<(), _>("no such contact") }
/// });
/// crm.retry = Retry { attempts: 1, keep_trying: Duration::ZERO, ..Retry::default() };
/// let journal = Arc::new(MemoryJournal::new());
/// let pipeline = Pipeline::new(journal.clone(), Arc::new(SystemClock))
///     .decoding("support", Arc::new(Acme))
///     .delivering(crm);
/// let control = pipeline.control();
/// pipeline.subscribe().await?;
/// let (stop, stopped) = oneshot::channel::<()>();
/// let running = tokio::spawn(pipeline.run(async { drop(stopped.await) }));
/// for body in ["one", "two", "three"] {
///     let intake = Intake {
///         endpoint: "support".into(),
///         adapter: "acme".into(),
///         delivery: Delivery::post(body),
///         verified: Verified::new("token"),
///     };
///     let _receipt = journal.append(&intake).await?;
///     seen.recv().await.ok_or("the pipeline ended")?;
/// }
/// drop(stop);
/// running.await??;
///
/// let letters = journal.dead_letters_of("crm");
/// assert_eq!(letters.len(), 3);
/// let events = journal.events();
/// let replayed = |index: usize| Replayed {
///     delivery: journal.deliveries()[index].position,
///     id: events[index].id().to_owned(),
/// };
///
/// // The same event once more; decoded anew by an adapter that was mended; or not at all.
/// assert_eq!(control.revive("crm", &[letters[0].event]).await?, 1);
/// let report = control.renew("crm", &[(letters[1].event, replayed(1))]).await?;
/// assert_eq!(report.replayed, 1);
/// assert_eq!(control.discard("crm", &[letters[2].event]).await?, 1);
/// assert!(journal.dead_letters_of("crm").is_empty());
///
/// // What was delivered can be brought again too, here to every sink that wants it.
/// assert_eq!(control.replay(&[replayed(2)], None).await?.replayed, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Control {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) plan: watch::Sender<Arc<Plan>>,
    pub(super) pauses: Pauses,
    pub(super) board: Board,
    pub(super) decoder: Decoder,
    /// Rung when something is paused or resumed, and when events may have become claimable that were
    /// not recorded just now.
    pub(super) bell: Bell,
}

/// An event to be replayed.
///
/// ```
/// use switchboard_core::journal::{EventRecord, LogPosition};
/// use switchboard_core::pipeline::Replayed;
///
/// /// What a listing found, to be brought again.
/// fn again(found: &EventRecord) -> Replayed {
///     Replayed { delivery: found.delivery, id: found.envelope.id().to_owned() }
/// }
///
/// let one = Replayed { delivery: LogPosition(7), id: "message.created:m-1".into() };
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Replayed {
    /// The delivery it was decoded from.
    pub delivery: LogPosition,
    /// Its id.
    pub id: String,
}

/// What became of a replay.
///
/// ```
/// use switchboard_core::pipeline::ReplayReport;
///
/// let mut all = ReplayReport::default();
/// let mut part = ReplayReport::default();
/// (part.replayed, part.expired) = (40, 2);
/// all += part;
/// assert_eq!((all.replayed, all.expired + all.undecoded + all.changed), (40, 2));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct ReplayReport {
    /// Events that were recorded again.
    pub replayed: u64,
    /// Events whose delivery is no longer kept.
    pub expired: u64,
    /// Events whose delivery cannot be decoded today.
    pub undecoded: u64,
    /// Events that their delivery does not give today.
    pub changed: u64,
}

impl AddAssign for ReplayReport {
    fn add_assign(&mut self, other: Self) {
        self.replayed += other.replayed;
        self.expired += other.expired;
        self.undecoded += other.undecoded;
        self.changed += other.changed;
    }
}

impl Control {
    /// Pauses `line`; answers whether it was not paused. Everything that comes is kept.
    ///
    /// # Errors
    ///
    /// When it cannot be committed.
    pub async fn pause(&self, line: &Line) -> Result<bool, JournalError> {
        let now = self.clock.now();
        let is_new = self.pauses.pause(line, PausedBy::Operator, now).await?;
        if is_new {
            info!(%line, "Paused.");
        }
        Ok(is_new)
    }

    /// Lets `line` go on; answers whether it was paused. What an endpoint took meanwhile is decoded
    /// first, in its order.
    ///
    /// # Errors
    ///
    /// When the journal cannot do it; the line is paused still.
    pub async fn resume(&self, line: &Line) -> Result<bool, JournalError> {
        let _turn = self.decoder.turn().await;
        if let Line::Endpoint(endpoint) = line
            && self.pauses.has(line)
        {
            self.decode_paused(endpoint).await?;
        }
        let was_paused = self.pauses.resume(line).await?;
        if was_paused {
            info!(%line, "Resumed.");
        }
        Ok(was_paused)
    }

    /// What is paused.
    pub fn pauses(&self) -> BTreeMap<Line, Pause> {
        self.pauses.all()
    }

    /// Reads from the journal what is paused. A pipeline that runs has done so; whoever works without
    /// one does it first.
    ///
    /// # Errors
    ///
    /// When the journal has stopped or what it holds cannot be read.
    pub async fn load(&self) -> Result<(), JournalError> {
        self.pauses.load().await
    }

    /// Every endpoint that is decoded for, and the adapter it is decoded by.
    pub fn endpoints(&self) -> BTreeMap<String, &'static Descriptor> {
        let plan = self.plan.borrow();
        let adapters = plan.adapters.iter();
        adapters
            .map(|(id, adapter)| (id.clone(), adapter.descriptor()))
            .collect()
    }

    /// The name of every sink that events are brought to.
    pub fn subscribed(&self) -> BTreeSet<String> {
        let plan = self.plan.borrow();
        let names = plan.subscriptions.iter();
        names
            .map(|subscription| subscription.name.clone())
            .collect()
    }

    /// What every sink is doing.
    pub fn sinks(&self) -> BTreeMap<String, SinkStatus> {
        let mut sinks = self.board.all();
        for subscription in &self.plan.borrow().subscriptions {
            sinks.entry(subscription.name.clone()).or_default();
        }
        sinks
    }

    /// Takes `plan` from now on. Calls that are under way by the old one end by themselves, and so
    /// does what is being claimed at this moment. Nothing more is claimed for a sink that `plan`
    /// does not have: its events stay.
    ///
    /// # Errors
    ///
    /// When a new sink cannot be made known to the journal; the old plan stays.
    pub async fn replace(&self, plan: Plan) -> Result<(), JournalError> {
        for subscription in &plan.subscriptions {
            patiently(|| self.journal.subscribe(&subscription.name)).await?;
        }
        self.plan.send_replace(Arc::new(plan));
        Ok(())
    }

    /// Gives dead letters to `sink` again, each with a new budget. Answers how many.
    ///
    /// # Errors
    ///
    /// None of them is given then.
    pub async fn revive(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        let revived = self.journal.revive(sink, events).await?;
        info!(sink, revived, "Dead letters are given again.");
        self.bell.ring();
        Ok(revived)
    }

    /// Gives up dead letters for good. Answers how many.
    ///
    /// # Errors
    ///
    /// None of them is given up then.
    pub async fn discard(&self, sink: &str, events: &[EventPosition]) -> Result<u64, JournalError> {
        let discarded = self.journal.discard(sink, events).await?;
        info!(sink, discarded, "Dead letters were discarded.");
        self.bell.ring();
        Ok(discarded)
    }

    /// Records events again, decoded anew by today's adapters: each with an id of its own, and the
    /// old one in `replayof`. They go to `sinks`, or to all that want them.
    ///
    /// # Errors
    ///
    /// When the journal cannot do it; some may have been replayed.
    pub async fn replay(
        &self,
        events: &[Replayed],
        sinks: Option<Vec<String>>,
    ) -> Result<ReplayReport, JournalError> {
        let mut report = ReplayReport::default();
        let mut by_delivery: BTreeMap<LogPosition, Vec<&str>> = BTreeMap::new();
        for event in events {
            let ids = by_delivery.entry(event.delivery).or_default();
            ids.push(&event.id);
        }
        let suffix = self.suffix();
        for (delivery, ids) in by_delivery {
            report += self.repeat(delivery, &ids, &suffix, &sinks).await?;
        }
        let ReplayReport {
            replayed,
            expired,
            undecoded,
            changed,
        } = report;
        info!(replayed, expired, undecoded, changed, ?sinks, "Replayed.");
        Ok(report)
    }

    /// Gives dead letters of `sink` again as [`replay`](Self::replay) does, decoded anew by today's
    /// adapters, and gives up each that was recorded again. The others stay what they are.
    ///
    /// # Errors
    ///
    /// When the journal cannot do it; some may have been replayed and be dead letters still.
    pub async fn renew(
        &self,
        sink: &str,
        letters: &[(EventPosition, Replayed)],
    ) -> Result<ReplayReport, JournalError> {
        let mut report = ReplayReport::default();
        let (suffix, sinks) = (self.suffix(), Some(vec![sink.to_owned()]));
        let mut renewed = Vec::new();
        for (position, event) in letters {
            let ids = [&*event.id];
            let one = self.repeat(event.delivery, &ids, &suffix, &sinks).await?;
            // Of two letters of one event, the second finds the replay of the first.
            if one.expired + one.undecoded + one.changed == 0 {
                renewed.push(*position);
            }
            report += one;
        }
        self.journal.discard(sink, &renewed).await?;
        let renewed = renewed.len();
        info!(sink, renewed, "Dead letters are given again, decoded anew.");
        self.bell.ring();
        Ok(report)
    }

    /// What is put behind the ids of a replay's events. Later ones are greater, and no two replays
    /// are made in the same microsecond.
    fn suffix(&self) -> String {
        format!("~{:x}", self.clock.now().as_micros())
    }

    /// Records those events of one delivery again that have these `ids`.
    async fn repeat(
        &self,
        delivery: LogPosition,
        ids: &[&str],
        suffix: &str,
        sinks: &Option<Vec<String>>,
    ) -> Result<ReplayReport, JournalError> {
        let mut report = ReplayReport::default();
        let stored = match self.journal.delivery(delivery).await {
            Ok(Some(stored)) => stored,
            Ok(None) | Err(JournalError::Damaged(_)) => {
                report.expired = ids.len() as u64;
                return Ok(report);
            }
            Err(error) => return Err(error),
        };
        let decoded = self.decoder.decode_now(vec![stored]).await;
        let Some(Ok(events)) = decoded.into_iter().next().map(|decoded| decoded.outcome) else {
            report.undecoded = ids.len() as u64;
            return Ok(report);
        };
        let mut by_id: HashMap<_, _> =
            HashMap::from_iter(events.iter().map(|envelope| (envelope.id(), envelope)));
        let mut replays = Vec::new();
        for id in ids {
            let Some(envelope) = by_id.remove(*id) else {
                report.changed += 1;
                continue;
            };
            let mut event = envelope.to_event();
            event.replayof = Some(std::mem::replace(&mut event.id, format!("{id}{suffix}")));
            replays.push(Replay {
                delivery,
                event,
                sinks: sinks.clone(),
            });
        }
        report.replayed = self.journal.replay(&replays).await?;
        Ok(report)
    }

    /// Decodes undecoded deliveries after `after` anew, about `limit` of them, by today's adapters.
    /// Answers what it came to, and the last delivery that was tried; `None` when there are no more.
    ///
    /// # Errors
    ///
    /// When the journal cannot do it; nothing of this part was recorded then.
    pub async fn decode_anew(
        &self,
        after: LogPosition,
        limit: usize,
    ) -> Result<(Tally, Option<LogPosition>), JournalError> {
        let _turn = self.decoder.turn().await;
        let undecoded = self.journal.undecoded(after, limit).await?;
        let last = undecoded.last().map(|(stored, _)| stored.position);
        let stored = undecoded.into_iter().map(|(stored, _)| stored).collect();
        let decoded = self.decoder.decode(stored).await;
        let tally = self.journal.record(&decoded).await?;
        Ok((tally, last))
    }

    /// Decodes what came while `endpoint` was paused. The caller has the turn.
    async fn decode_paused(&self, endpoint: &str) -> Result<(), JournalError> {
        let mut after = LogPosition::default();
        loop {
            let undecoded = patiently(|| self.journal.undecoded(after, BATCH)).await?;
            let Some((last, _)) = undecoded.last() else {
                return Ok(());
            };
            after = last.position;
            let is_its = |stored: &Stored| stored.intake.endpoint == endpoint;
            let paused = undecoded
                .into_iter()
                .filter(|(stored, why)| why.cause == UndecodedCause::Paused && is_its(stored))
                .map(|(stored, _)| stored)
                .collect();
            let decoded = self.decoder.decode_now(paused).await;
            patiently(|| self.journal.record(&decoded)).await?;
        }
    }
}
