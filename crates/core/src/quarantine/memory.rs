//! A quarantine that forgets: for tests, and for embedders who accept the loss.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;

use super::{
    Bounds, Held, Listing, Quarantine, QuarantineError, Ring, Suspect, SuspectCause, SuspectCounts,
    SuspectId,
};

/// Keeps every [`Quarantine`] promise as long as the process lives.
///
/// ```
/// use switchboard_core::Delivery;
/// use switchboard_core::quarantine::{Bounds, MemoryQuarantine, Quarantine as _, Suspect, SuspectCause};
///
/// let quarantine = MemoryQuarantine::new(Bounds { deliveries: 2, bytes: 1024 });
/// for body in ["one", "two", "three"] {
///     quarantine.keep(Suspect {
///         endpoint: "support".into(),
///         adapter: "acme".into(),
///         delivery: Delivery::post(body),
///         cause: SuspectCause::Refused,
///         diagnosis: "signature mismatch".into(),
///     });
/// }
///
/// let held = quarantine.suspects();
/// let bodies: Vec<_> = held.iter().map(|(_, suspect)| &*suspect.delivery.body).collect();
/// assert_eq!(bodies, [b"two".as_slice(), b"three"], "the oldest made room");
/// ```
pub struct MemoryQuarantine {
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: BTreeMap<SuspectId, Suspect>,
    refused: Total,
    unverified: Total,
    counts: BTreeMap<String, SuspectCounts>,
    last: SuspectId,
    is_closed: bool,
}

/// How full a ring is.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    deliveries: u64,
    bytes: u64,
}

impl MemoryQuarantine {
    /// An empty quarantine within `bounds`.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            state: Mutex::default(),
        }
    }

    /// What it holds, whole, the oldest first.
    pub fn suspects(&self) -> Vec<(SuspectId, Suspect)> {
        let held = &self.state().held;
        held.iter().map(|(id, one)| (*id, one.clone())).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under the lock")
    }

    fn open(&self) -> Result<MutexGuard<'_, State>, QuarantineError> {
        let state = self.state();
        if state.is_closed {
            return Err(QuarantineError::Closed);
        }
        Ok(state)
    }
}

impl State {
    fn total(&mut self, ring: Ring) -> &mut Total {
        match ring {
            Ring::Refused => &mut self.refused,
            Ring::Unverified => &mut self.unverified,
        }
    }

    fn counts(&mut self, endpoint: &str) -> &mut SuspectCounts {
        self.counts.entry(endpoint.to_owned()).or_default()
    }

    fn put(&mut self, id: SuspectId, suspect: Suspect, bounds: Bounds) {
        let ring = suspect.cause.ring();
        self.counts(&suspect.endpoint).kept += 1;
        let total = self.total(ring);
        total.deliveries += 1;
        total.bytes += suspect.bytes();
        self.held.insert(id, suspect);
        while self.total(ring).deliveries > bounds.deliveries
            || self.total(ring).bytes > bounds.bytes
        {
            let mut held = self.held.iter();
            let oldest = held.find(|(_, suspect)| suspect.cause.ring() == ring);
            let oldest = *oldest.expect("a ring beyond its bounds is not empty").0;
            if let Some(suspect) = self.take(oldest) {
                self.counts(&suspect.endpoint).pushed_out += 1;
            }
        }
    }

    fn take(&mut self, id: SuspectId) -> Option<Suspect> {
        let suspect = self.held.remove(&id)?;
        self.counts(&suspect.endpoint).kept -= 1;
        let total = self.total(suspect.cause.ring());
        total.deliveries -= 1;
        total.bytes -= suspect.bytes();
        Some(suspect)
    }
}

#[async_trait]
impl Quarantine for MemoryQuarantine {
    fn keep(&self, suspect: Suspect) {
        let mut state = self.state();
        if state.is_closed || suspect.bytes() > self.bounds.bytes {
            state.counts(&suspect.endpoint).dropped += 1;
            return;
        }
        state.last.0 += 1;
        let id = state.last;
        state.put(id, suspect, self.bounds);
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<Held>, QuarantineError> {
        let state = self.open()?;
        let wanted = |(id, suspect): &(&SuspectId, &Suspect)| {
            let endpoint = listing.endpoint.as_ref();
            **id > listing.after
                && endpoint.is_none_or(|endpoint| *endpoint == suspect.endpoint)
                && listing.ring.is_none_or(|ring| ring == suspect.cause.ring())
        };
        let found = state.held.iter().filter(wanted).take(listing.limit);
        Ok(found.map(|(id, one)| Held::new(*id, one)).collect())
    }

    async fn get(&self, id: SuspectId) -> Result<Option<Suspect>, QuarantineError> {
        Ok(self.open()?.held.get(&id).cloned())
    }

    async fn judge(
        &self,
        id: SuspectId,
        cause: SuspectCause,
        diagnosis: &str,
    ) -> Result<(), QuarantineError> {
        let mut state = self.open()?;
        if let Some(suspect) = state.take(id) {
            let judged = Suspect {
                cause,
                diagnosis: diagnosis.to_owned(),
                ..suspect
            };
            state.put(id, judged, self.bounds);
        }
        Ok(())
    }

    async fn remove(&self, ids: &[SuspectId]) -> Result<(), QuarantineError> {
        let mut state = self.open()?;
        for id in ids {
            if let Some(suspect) = state.take(*id) {
                state.counts(&suspect.endpoint).reverified += 1;
            }
        }
        Ok(())
    }

    async fn counts(&self) -> Result<BTreeMap<String, SuspectCounts>, QuarantineError> {
        Ok(self.open()?.counts.clone())
    }

    async fn close(&self) {
        self.state().is_closed = true;
    }
}

/// As large as the default, which is ample.
impl Default for MemoryQuarantine {
    fn default() -> Self {
        Self::new(Bounds::default())
    }
}

impl fmt::Debug for MemoryQuarantine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryQuarantine")
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}
