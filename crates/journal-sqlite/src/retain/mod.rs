//! What is kept, and for how long.

mod find;
mod reference;

use std::collections::BTreeMap;
use std::time::Duration;

use switchboard_core::journal::{EventPosition, Journal as _, JournalError};
use tracing::warn;

use self::find::Frames;
use self::reference::reference;
use crate::database::PAGE;
use crate::index::{Expire, Request, day};
use crate::journal::SqliteJournal;
use crate::log::LogRequest;

const DAY: Duration = Duration::from_hours(24);

/// Duplicates are recognised for so long, whatever else is asked for: providers send again for days.
const LEAST_KEYS: Duration = Duration::from_hours(7 * 24);

/// So many transactions are made in one call, at most.
const MOST_STEPS: usize = 512;

/// So many keys are looked at in one call, at most: of ten million, each is every ten hours or so.
const MOST_KEYS: u64 = 16_384;

/// So many pages, 512 KiB, are given back in one transaction.
const SHRINK: u32 = (512 << 10) / PAGE as u32;

/// Free pages up to so many, 2 MiB, are kept for what comes next.
const SPARE: u64 = (2 << 20) / PAGE;

/// How long things are kept, from when their delivery was received.
///
/// What some sink is not done with is kept for as long as that lasts, and what is undecoded like a
/// dead letter, whatever its age and whatever the size.
///
/// ```
/// use std::time::Duration;
/// use switchboard_journal_sqlite::Retention;
///
/// let mut retention = Retention::default();
/// retention.bodies = Duration::from_hours(3 * 24);
/// retention.max_bytes = Some(2 << 30);
/// assert_eq!(retention.events, Duration::from_hours(30 * 24));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Retention {
    /// Raw deliveries. Without them nothing can be decoded or replayed again. 7 days.
    pub bodies: Duration,
    /// Events. 30 days.
    pub events: Duration,
    /// What duplicates are recognised by: at least 7 days, and as long as bodies. 30 days, and about
    /// a day more.
    pub keys: Duration,
    /// Dead letters, from when they were given up, and undecoded deliveries. 30 days.
    pub dead: Duration,
    /// So many bytes, of both files together: the oldest go first, before their time.
    pub max_bytes: Option<u64>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            bodies: 7 * DAY,
            events: 30 * DAY,
            keys: 30 * DAY,
            dead: 30 * DAY,
            max_bytes: None,
        }
    }
}

/// What one call of [`SqliteJournal::retain`] removed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Retained {
    /// Deliveries.
    pub deliveries: u64,
    /// Events.
    pub events: u64,
    /// Keys that duplicates are recognised by.
    pub keys: u64,
    /// Dead letters.
    pub dead: u64,
    /// Undecoded deliveries.
    pub undecoded: u64,
    /// Whether there is more to do: the next call goes on.
    pub is_more: bool,
}

/// One call at work.
struct Round<'a> {
    journal: &'a SqliteJournal,
    steps: usize,
    done: Retained,
}

impl SqliteJournal {
    /// Removes what need not be kept any more, in small steps between the commits of everybody else.
    /// To be called every minute or so, and by one at a time.
    ///
    /// Ages are told by the last delivery, not by the clock alone, and grow by an hour a call at
    /// most: a clock that jumps years ahead does not empty the journal. A dropped call has done some
    /// of its steps, each whole.
    ///
    /// # Errors
    ///
    /// When a step cannot be read or committed; on a transient error the next call goes on.
    ///
    /// ```
    /// use switchboard_journal_sqlite::{Retained, Retention, SqliteJournal};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let folder = tempfile::tempdir()?;
    /// let journal = SqliteJournal::open(folder.path())?;
    /// let removed: Retained = journal.retain(&Retention::default()).await?;
    /// assert_eq!(removed.deliveries, 0);
    /// assert!(!removed.is_more);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retain(&self, retention: &Retention) -> Result<Retained, JournalError> {
        let mut round = Round {
            journal: self,
            steps: MOST_STEPS,
            done: Retained::default(),
        };
        round.by_age(retention).await?;
        if let Some(most) = retention.max_bytes {
            round.by_size(most).await?;
        }
        round.shrink(retention.max_bytes).await?;
        round.done.is_more = round.steps == 0;
        if round.done.deliveries > 0 {
            self.forget_frames().await?;
        }
        Ok(round.done)
    }
}

impl Round<'_> {
    async fn by_age(&mut self, retention: &Retention) -> Result<(), JournalError> {
        let Some(reference) = self.reference().await? else {
            return Ok(());
        };
        let before = |age: Duration| {
            let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
            reference.saturating_sub(age)
        };
        self.discard(before(retention.dead)).await?;
        self.give_up(before(retention.dead)).await?;
        let mut after = Some(0);
        while let Some(from) = after
            && self.may_go_on()
        {
            after = self
                .expire_frames(from, before(retention.bodies))
                .await?
                .next;
        }
        self.expire_events(before(retention.events)).await?;
        let keys = retention.keys.max(retention.bodies).max(LEAST_KEYS);
        self.expire_keys(before(keys)).await
    }

    /// The moment that ages are told by; `None` where nothing is kept.
    async fn reference(&self) -> Result<Option<i64>, JournalError> {
        let ages = |reader: &mut _| Ok((find::ages(reader)?, find::retained_at(reader)?));
        let (Some(ages), before) = self.journal.look(ages).await? else {
            return Ok(None);
        };
        let now = self.journal.now().as_micros();
        let reference = reference(now, ages, before);
        if before != Some(reference) {
            self.journal.index(Request::Retained(reference)).await?;
        }
        Ok(Some(reference))
    }

    fn may_go_on(&mut self) -> bool {
        let may = self.steps > 0;
        self.steps = self.steps.saturating_sub(1);
        may
    }

    async fn discard(&mut self, cutoff: i64) -> Result<(), JournalError> {
        while self.may_go_on() {
            let look = move |reader: &mut _| find::dead(reader, cutoff);
            let dead = self.journal.look(look).await?;
            if dead.is_empty() {
                break;
            }
            let mut by_sink: BTreeMap<String, Vec<EventPosition>> = BTreeMap::new();
            for (sink, event) in dead {
                by_sink.entry(sink).or_default().push(event);
            }
            for (sink, events) in by_sink {
                let discarded = self.journal.discard(&sink, &events).await?;
                warn!(sink, discarded, "Dead letters have expired.");
                self.done.dead += discarded;
            }
        }
        Ok(())
    }

    async fn give_up(&mut self, cutoff: i64) -> Result<(), JournalError> {
        while self.may_go_on() {
            let look = move |reader: &mut _| find::undecoded(reader, cutoff);
            let undecoded = self.journal.look(look).await?;
            if undecoded.is_empty() {
                break;
            }
            let given_up = self.expire(Expire::Undecoded(undecoded)).await?;
            warn!(given_up, "Undecoded deliveries have expired.");
            self.done.undecoded += given_up;
        }
        Ok(())
    }

    /// Removes some frames after `after`.
    async fn expire_frames(&mut self, after: u64, cutoff: i64) -> Result<Frames, JournalError> {
        let look = move |reader: &mut _| find::frames(reader, after, cutoff);
        let frames = self.journal.look(look).await?;
        if !frames.firsts.is_empty() {
            let request = LogRequest::Expire(frames.firsts.clone());
            self.journal.log(request).await?;
            self.done.deliveries += frames.deliveries;
        }
        Ok(frames)
    }

    async fn expire_events(&mut self, cutoff: i64) -> Result<(), JournalError> {
        let mut after = 0;
        while self.may_go_on() {
            let look = move |reader: &mut _| find::events(reader, after, cutoff);
            let Some(window) = self.journal.look(look).await? else {
                break;
            };
            self.done.events += self.expire(Expire::Events(window)).await?;
            after = window.to;
        }
        Ok(())
    }

    /// Looks at some keys, from where the last call has come to.
    async fn expire_keys(&mut self, cutoff: i64) -> Result<(), JournalError> {
        // A day is over at its end.
        let until = day(cutoff) - 1;
        for _ in 0..MOST_KEYS / find::KEYS {
            if !self.may_go_on() {
                break;
            }
            let after = self.journal.keys_looked_at();
            let look = move |reader: &mut _| find::keys(reader, &after, until);
            let keys = self.journal.look(look).await?;
            if !keys.old.is_empty() {
                self.done.keys += self.expire(Expire::Keys(keys.old)).await?;
            }
            self.journal
                .look_at_keys_after(keys.last.unwrap_or_default());
            if keys.last.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn expire(&self, expire: Expire) -> Result<u64, JournalError> {
        Ok(self.journal.index(Request::Expire(expire)).await?.count)
    }

    /// Removes the oldest deliveries that every sink is done with, and their events, until the rest
    /// takes no more than `most` bytes.
    async fn by_size(&mut self, most: u64) -> Result<(), JournalError> {
        let mut after = Some(0);
        while self.used().await? > most && self.may_go_on() {
            let before = self.done;
            let cutoff = match after {
                Some(from) => {
                    let frames = self.expire_frames(from, i64::MAX).await?;
                    after = frames.next;
                    frames.newest
                }
                // What is left of the log has to stay: older events go without theirs.
                None => i64::MAX,
            };
            self.expire_events(cutoff).await?;
            if self.done == before && after.is_none() && cutoff == i64::MAX {
                warn!(
                    most,
                    "The journal is too large, and nothing in it is done with."
                );
                break;
            }
        }
        Ok(())
    }

    /// Bytes that hold something.
    async fn used(&self) -> Result<u64, JournalError> {
        let (log, index) = self.journal.look(|reader| find::pages(reader)).await?;
        Ok((log.all + index.all - log.free - index.free) * PAGE)
    }

    /// Gives back what is free beyond what will be needed again soon.
    async fn shrink(&mut self, most: Option<u64>) -> Result<(), JournalError> {
        let mut before = None;
        loop {
            let (log, index) = self.journal.look(|reader| find::pages(reader)).await?;
            let free = log.free + index.free;
            if before.replace(free).is_some_and(|before| before <= free) {
                // Others need the pages as fast as they are given back.
                return Ok(());
            }
            let is_over = most.is_some_and(|most| (log.all + index.all) * PAGE > most);
            let has_too_many =
                |free: u64, all: u64| free > 0 && (is_over || (free > SPARE && free > all / 4));
            let (shrinks_log, shrinks_index) = (
                has_too_many(log.free, log.all),
                has_too_many(index.free, index.all),
            );
            if !(shrinks_log || shrinks_index) || !self.may_go_on() {
                return Ok(());
            }
            if shrinks_log {
                self.journal.log(LogRequest::Shrink(SHRINK)).await?;
            }
            if shrinks_index {
                self.journal.index(Request::Shrink(SHRINK)).await?;
            }
        }
    }
}
