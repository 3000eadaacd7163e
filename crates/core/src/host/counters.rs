//! How many requests came to what.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::outcome::Outcome;
use super::site::Front;

/// What became of the requests that named one endpoint.
///
/// A well-formed request that names an endpoint is received when its outcome is decided. It has
/// exactly one, so the four always add up. A request whose connection is dropped while its body is
/// read has none and was not received.
///
/// ```
/// use switchboard_core::host::Counts;
///
/// let counts = Counts { handshakes: 1, stored: 40, refused: 2, failed: 0 };
/// assert_eq!(counts.received(), 43);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Unsigned handshakes that were answered.
    pub handshakes: u64,
    /// Refused: not verified, wrong path token, or a request that cannot be a delivery (400, 405,
    /// 408, 413, 415).
    pub refused: u64,
    /// On stable storage, whether or not the provider waited for the answer.
    pub stored: u64,
    /// Neither verified nor refused, or not stored: the provider was told to come again.
    pub failed: u64,
}

impl Counts {
    /// All of them.
    pub fn received(&self) -> u64 {
        self.handshakes + self.refused + self.stored + self.failed
    }
}

/// The counters behind [`Counts`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    handshakes: AtomicU64,
    refused: AtomicU64,
    stored: AtomicU64,
    failed: AtomicU64,
}

impl Counters {
    pub(super) fn count(&self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Handshake(_) => &self.handshakes,
            Outcome::Stored { .. } => &self.stored,
            Outcome::Refused(_) => &self.refused,
            Outcome::Failed(..) => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            handshakes: self.handshakes.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            stored: self.stored.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
        }
    }
}

/// The counters of every endpoint there ever was: one that comes back goes on counting.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<BTreeMap<String, Arc<Counters>>>);

impl Ledger {
    /// Gives every route of `front` its counters.
    pub(super) fn open(&self, mut front: Front) -> Front {
        let mut endpoints = self.0.lock().expect("no holder panics");
        front.routes.count_by(|id| {
            let counters = endpoints.entry(id.to_owned()).or_default();
            Arc::clone(counters)
        });
        front
    }

    pub(super) fn counts(&self) -> BTreeMap<String, Counts> {
        let endpoints = self.0.lock().expect("no holder panics");
        let counts = |(id, counters): (&String, &Arc<Counters>)| (id.clone(), counters.counts());
        endpoints.iter().map(counts).collect()
    }
}
