//! The quarantine suite, tried on a right quarantine and on wrong ones.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use switchboard_core::quarantine::{
    Bounds, Held, Listing, MemoryQuarantine, Quarantine, QuarantineError, Suspect, SuspectCause,
    SuspectCounts, SuspectId,
};
use switchboard_testkit::quarantine::{QuarantineUnderTest, broken_promises, conformance};

/// What is wrong with a quarantine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    AltersAByte,
    CountsNoDeliveries,
    CountsNoBytes,
    HasOneRing,
    EmptiesItselfForTheLarge,
    IgnoresTheLimit,
    IgnoresTheCursor,
    IgnoresTheEndpoint,
    NeverRemoves,
    UsesIdsAgain,
    NeverJudges,
    ForgetsWhatItPushedOut,
    CountsRemovalsTwice,
    NeverCloses,
    ShowsAll,
}

/// A right quarantine behind one flaw.
struct Flawed {
    flaw: Flaw,
    inner: MemoryQuarantine,
    bounds: Bounds,
    kept: Mutex<Vec<Suspect>>,
    removals: Mutex<u64>,
}

impl Flawed {
    fn new(flaw: Flaw, bounds: Bounds) -> Self {
        let inner = match flaw {
            Flaw::CountsNoDeliveries => Bounds {
                deliveries: u64::MAX,
                ..bounds
            },
            Flaw::CountsNoBytes => Bounds {
                bytes: u64::MAX,
                ..bounds
            },
            _ => bounds,
        };
        Self {
            flaw,
            inner: MemoryQuarantine::new(inner),
            bounds,
            kept: Mutex::default(),
            removals: Mutex::default(),
        }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn id(&self, id: SuspectId) -> SuspectId {
        // As where the next id is one more than the greatest that is held.
        let removals = *self.removals.lock().expect("no holder panics");
        let back = if self.has(Flaw::UsesIdsAgain) {
            removals
        } else {
            0
        };
        SuspectId(id.0 - back.min(id.0))
    }
}

#[async_trait]
impl Quarantine for Flawed {
    fn keep(&self, mut suspect: Suspect) {
        match self.flaw {
            Flaw::AltersAByte => {
                let mut body = suspect.delivery.body.to_vec();
                if let Some(byte) = body.get_mut(65_536) {
                    *byte ^= 1;
                }
                suspect.delivery.body = body.into();
            }
            Flaw::HasOneRing => suspect.cause = SuspectCause::Refused,
            Flaw::EmptiesItselfForTheLarge if suspect.bytes() > self.bounds.bytes => {
                suspect.delivery.body.truncate(900);
            }
            _ => {}
        }
        self.kept
            .lock()
            .expect("no holder panics")
            .push(suspect.clone());
        self.inner.keep(suspect);
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<Held>, QuarantineError> {
        let mut listing = listing.clone();
        match self.flaw {
            Flaw::IgnoresTheLimit => listing.limit = usize::MAX,
            Flaw::IgnoresTheCursor => listing.after = SuspectId(0),
            Flaw::IgnoresTheEndpoint => listing.endpoint = None,
            _ => {}
        }
        let mut held = self.inner.list(&listing).await?;
        for one in &mut held {
            one.id = self.id(one.id);
        }
        Ok(held)
    }

    async fn get(&self, id: SuspectId) -> Result<Option<Suspect>, QuarantineError> {
        self.inner.get(id).await
    }

    async fn judge(
        &self,
        id: SuspectId,
        cause: SuspectCause,
        diagnosis: &str,
    ) -> Result<(), QuarantineError> {
        if self.has(Flaw::NeverJudges) {
            return Ok(());
        }
        self.inner.judge(id, cause, diagnosis).await
    }

    async fn remove(&self, ids: &[SuspectId]) -> Result<(), QuarantineError> {
        *self.removals.lock().expect("no holder panics") += ids.len() as u64;
        if self.has(Flaw::NeverRemoves) {
            return Ok(());
        }
        self.inner.remove(ids).await
    }

    async fn counts(&self) -> Result<BTreeMap<String, SuspectCounts>, QuarantineError> {
        let mut counts = self.inner.counts().await?;
        for one in counts.values_mut() {
            match self.flaw {
                Flaw::ForgetsWhatItPushedOut => one.pushed_out = 0,
                Flaw::CountsRemovalsTwice => {
                    one.reverified = *self.removals.lock().expect("no holder panics")
                }
                _ => {}
            }
        }
        Ok(counts)
    }

    async fn close(&self) {
        if !self.has(Flaw::NeverCloses) {
            self.inner.close().await;
        }
    }
}

impl std::fmt::Debug for Flawed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.flaw {
            Flaw::ShowsAll => {
                let kept = self.kept.lock().expect("no holder panics");
                f.debug_list()
                    .entries(kept.iter().map(|one| &one.delivery.body))
                    .finish()
            }
            _ => self.inner.fmt(f),
        }
    }
}

#[async_trait]
impl QuarantineUnderTest for Flaw {
    type Quarantine = Flawed;

    async fn open(&self, bounds: Bounds) -> Flawed {
        Flawed::new(*self, bounds)
    }

    fn is_lasting(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn the_memory_quarantine_keeps_every_promise() {
    conformance(|| Flaw::None).await;
}

#[tokio::test]
async fn every_flaw_is_caught_by_the_promise_it_breaks() {
    let flaws = [
        (Flaw::AltersAByte, "bytes_come_out_as_they_went_in"),
        (
            Flaw::CountsNoDeliveries,
            "the_oldest_are_pushed_out_beyond_the_number",
        ),
        (
            Flaw::CountsNoBytes,
            "the_oldest_are_pushed_out_beyond_the_bytes",
        ),
        (Flaw::HasOneRing, "forgeries_push_out_nothing_unverified"),
        (
            Flaw::EmptiesItselfForTheLarge,
            "what_is_too_large_pushes_out_nothing",
        ),
        (
            Flaw::IgnoresTheLimit,
            "a_listing_keeps_to_its_limit_and_its_cursor",
        ),
        (
            Flaw::IgnoresTheCursor,
            "a_listing_keeps_to_its_limit_and_its_cursor",
        ),
        (Flaw::IgnoresTheEndpoint, "an_endpoint_sees_its_own_only"),
        (Flaw::NeverRemoves, "what_is_removed_is_gone"),
        (Flaw::UsesIdsAgain, "an_id_is_never_used_again"),
        (Flaw::NeverJudges, "what_is_judged_moves_to_its_ring"),
        (
            Flaw::ForgetsWhatItPushedOut,
            "everything_handed_over_is_counted",
        ),
        (
            Flaw::CountsRemovalsTwice,
            "nothing_is_counted_as_reverified_twice",
        ),
        (Flaw::NeverCloses, "after_close_every_call_says_closed"),
        (Flaw::ShowsAll, "debug_shows_nothing_of_a_request"),
    ];

    for (flaw, promise) in flaws {
        let broken = broken_promises(|| flaw).await;

        let is_caught = broken.iter().any(|broken| broken.promise == promise);
        assert!(is_caught, "{flaw:?} is not caught by {promise}: {broken:?}");
    }
}
