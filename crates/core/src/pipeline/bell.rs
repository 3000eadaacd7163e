//! Wakes every loop, always in the same order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Wakes all who listen, in the order in which they began to. A channel of tokio's wakes them in an
/// order of chance, and then no run could be made again.
#[derive(Clone, Debug, Default)]
pub(super) struct Bell(Arc<Rope>);

#[derive(Debug, Default)]
struct Rope {
    times: AtomicU64,
    rung: Notify,
}

impl Bell {
    pub(super) fn ring(&self) {
        self.0.times.fetch_add(1, Ordering::Release);
        self.0.rung.notify_waiters();
    }

    pub(super) fn listen(&self) -> Listener {
        let mut listener = Listener {
            rope: Arc::clone(&self.0),
            heard: 0,
        };
        listener.hear();
        listener
    }
}

/// Somebody who listens to a [`Bell`].
#[derive(Debug)]
pub(super) struct Listener {
    rope: Arc<Rope>,
    heard: u64,
}

impl Listener {
    /// Takes note of all that was rung by now.
    pub(super) fn hear(&mut self) {
        self.heard = self.rope.times.load(Ordering::Acquire);
    }

    /// Waits until it was rung since it was heard last.
    pub(super) async fn rung(&self) {
        // Made before the look, so that no ringing between look and wait goes unnoticed.
        let rung = self.rope.rung.notified();
        if self.rope.times.load(Ordering::Acquire) == self.heard {
            rung.await;
        }
    }
}
