//! What is kept of each document, and what follows from it for whoever asks.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use switchboard_core::Timestamp;

use super::fetch::Fetched;

/// So many documents are kept. A provider has one or two, or one a region.
const CAPACITY: usize = 64;

/// Between two fetches of one document, whatever came of the first: neither forgers, who name keys
/// that do not exist, nor a server that is down make a flood of them. It is less than the 5 s after
/// which a quarantined delivery is first verified again.
const PAUSE: Duration = Duration::from_secs(4);

/// How much longer than it is fresh a document is used where no newer one can be had. Keys seldom
/// change, so an old one is nearly always right; but one that its provider took back must not hold
/// for ever, because somebody keeps us from hearing of it.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// A fetch that any number of callers wait for. Each of them drives it; when the last one has gone,
/// it has too.
pub(super) type Fetch = Shared<BoxFuture<'static, Result<Bytes, String>>>;

/// What becomes of a question.
pub(super) enum Found {
    /// It is answered.
    Answer(Result<Bytes, String>),
    /// Its answer is on the way; should it not come, there may be a substitute.
    Fetch(Fetch, Option<Bytes>),
}

/// The documents that are kept, by URL.
#[derive(Default)]
pub(super) struct Shelf {
    slots: HashMap<String, Slot>,
    /// Counts the questions: tells which slot was used last.
    questions: u64,
}

#[derive(Default)]
struct Slot {
    kept: Option<Kept>,
    last: Option<Attempt>,
    under_way: Option<WeakShared<BoxFuture<'static, Result<Bytes, String>>>>,
    used: u64,
}

/// A document, and since when it is there.
struct Kept {
    bytes: Bytes,
    fresh_for: Duration,
    since: Timestamp,
}

/// A fetch that has ended, and why it failed if it did.
struct Attempt {
    at: Timestamp,
    failure: Option<String>,
}

impl Shelf {
    /// What `url` holds, by all that is known at `now`, or the fetch that will tell, which `begin`
    /// makes unless there is one; with `stale`, other than that.
    pub(super) fn find(
        &mut self,
        url: &str,
        stale: Option<&Bytes>,
        now: Timestamp,
        begin: impl FnOnce() -> Fetch,
    ) -> Found {
        let slot = self.slot(url);
        if let Some(bytes) = slot.at_once(stale, now) {
            return Found::Answer(Ok(bytes));
        }
        let substitute = slot.substitute(stale, now);
        let under_way = slot.under_way.as_ref().and_then(WeakShared::upgrade);
        if let Some(fetch) = under_way {
            return Found::Fetch(fetch, substitute);
        }
        if let Some(failure) = slot.paused(now) {
            let kept = slot.kept.as_ref().map(|kept| kept.bytes.clone());
            return Found::Answer(match (failure, kept) {
                // Nothing is newer, as far as anybody knows.
                (None, Some(kept)) => Ok(kept),
                (None, None) => unreachable!("what was fetched is kept"),
                (Some(failure), _) => substitute.ok_or_else(|| failure.to_owned()),
            });
        }
        let fetch = begin();
        slot.under_way = fetch.downgrade();
        Found::Fetch(fetch, substitute)
    }

    /// Notes how the fetch of `url` has ended, and answers whether it failed and what is kept is used
    /// in its place.
    pub(super) fn settle(
        &mut self,
        url: &str,
        fetched: Result<Fetched, String>,
        now: Timestamp,
    ) -> bool {
        // Whoever waits has the answer; a document that had to go meanwhile is not put back.
        let Some(slot) = self.slots.get_mut(url) else {
            return false;
        };
        slot.under_way = None;
        let failure = match fetched {
            Ok(Fetched { bytes, fresh_for }) => {
                slot.kept = Some(Kept {
                    bytes,
                    fresh_for,
                    since: now,
                });
                None
            }
            Err(failure) => Some(failure),
        };
        let has_failed = failure.is_some();
        slot.last = Some(Attempt { at: now, failure });
        has_failed && slot.substitute(None, now).is_some()
    }

    /// The slot of `url`, used just now. Where there are too many, the one least recently used goes,
    /// an empty one first: so URLs that lead nowhere push out no keys.
    fn slot(&mut self, url: &str) -> &mut Slot {
        self.questions += 1;
        if !self.slots.contains_key(url) && self.slots.len() >= CAPACITY {
            let least = |(_, slot): &(&String, &Slot)| (slot.kept.is_some(), slot.used);
            let least = self.slots.iter().min_by_key(least);
            let least = least.map(|(url, _)| url.clone());
            least.map(|url| self.slots.remove(&url));
        }
        let slot = self.slots.entry(url.to_owned()).or_default();
        slot.used = self.questions;
        slot
    }
}

impl Slot {
    /// What is kept, if nobody needs to ask whether there is a newer one.
    fn at_once(&self, stale: Option<&Bytes>, now: Timestamp) -> Option<Bytes> {
        let kept = self.kept.as_ref()?;
        let is_good = match stale {
            None => is_within(now, kept.since, kept.fresh_for),
            Some(stale) => kept.bytes != *stale && kept.is_usable(now),
        };
        is_good.then(|| kept.bytes.clone())
    }

    /// What is kept, where no newer one can be had. Whoever asks for another one than that is better
    /// told that nobody knows: the key that a delivery names may be new, and no forgery.
    fn substitute(&self, stale: Option<&Bytes>, now: Timestamp) -> Option<Bytes> {
        let kept = self.kept.as_ref().filter(|kept| kept.is_usable(now))?;
        stale.is_none().then(|| kept.bytes.clone())
    }

    /// Why the last fetch failed, if it did, when it is too early for another one.
    fn paused(&self, now: Timestamp) -> Option<Option<&str>> {
        let last = self.last.as_ref()?;
        is_within(now, last.at, PAUSE).then_some(last.failure.as_deref())
    }
}

impl Kept {
    fn is_usable(&self, now: Timestamp) -> bool {
        now.since(self.since) < self.fresh_for + GRACE
    }
}

/// Whether `span` is not over yet. It is, when somebody set the clock back, as nobody knows then.
fn is_within(now: Timestamp, since: Timestamp, span: Duration) -> bool {
    since <= now && now.since(since) < span
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const NOON: i64 = 1_764_000_000;

    /// A shelf at a moment, on which every fetch succeeds at once.
    struct Stand {
        shelf: Shelf,
        now: Timestamp,
        fetches: usize,
    }

    impl Stand {
        fn new() -> Self {
            Self {
                shelf: Shelf::default(),
                now: Timestamp::from_seconds(NOON).unwrap(),
                fetches: 0,
            }
        }

        fn ask(&mut self, url: &str) {
            let fetches = &mut self.fetches;
            let found = self.shelf.find(url, None, self.now, || {
                *fetches += 1;
                async { Ok(Bytes::from_static(b"keys")) }.boxed().shared()
            });
            if let Found::Fetch(..) = found {
                let bytes = Bytes::from_static(b"keys");
                let fresh_for = Duration::from_secs(600);
                let fetched = Fetched { bytes, fresh_for };
                self.shelf.settle(url, Ok(fetched), self.now);
            }
        }

        fn fails(&mut self, url: &str) {
            let begin = || async { Err("down".to_owned()) }.boxed().shared();
            let found = self.shelf.find(url, None, self.now, begin);
            assert!(matches!(found, Found::Fetch(..)));
            self.shelf.settle(url, Err("down".to_owned()), self.now);
        }
    }

    #[test]
    fn the_least_recently_used_goes() {
        let mut stand = Stand::new();
        for number in 0..CAPACITY {
            stand.ask(&number.to_string());
        }
        stand.ask("0");
        assert_eq!(stand.fetches, CAPACITY);

        stand.ask("one too many");

        assert_eq!(stand.shelf.slots.len(), CAPACITY);
        stand.ask("0");
        assert_eq!(stand.fetches, CAPACITY + 1, "`0` was used just now");
        stand.ask("1");
        assert_eq!(stand.fetches, CAPACITY + 2, "`1` was not");
    }

    #[test]
    fn what_holds_nothing_pushes_out_no_keys() {
        let mut stand = Stand::new();
        stand.ask("keys");
        for number in 0..2 * CAPACITY {
            stand.fails(&number.to_string());
        }

        stand.ask("keys");

        assert_eq!(stand.fetches, 1);
        assert_eq!(stand.shelf.slots.len(), CAPACITY);
    }

    #[test]
    fn a_clock_that_is_set_back_neither_keeps_a_document_fresh_nor_fetches_off() {
        let mut stand = Stand::new();
        stand.ask("keys");
        stand.fails("others");

        stand.now = Timestamp::from_seconds(NOON - 3600).unwrap();
        stand.ask("keys");
        stand.ask("others");

        assert_eq!(stand.fetches, 3);
    }
}
