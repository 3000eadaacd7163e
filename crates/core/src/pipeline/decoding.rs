//! A batch on its way through its adapters.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::timeout;

use super::decoder::{Decoder, MOST_BYTES, Precedence, elsewhere};
use super::plan::Plan;
use crate::journal::{Decoded, Stored};

/// So many deliveries are recorded at once: what a sink settles waits for that commit, and a sink has
/// few events unsettled.
const PIECE: usize = 128;

/// Deliveries that a thread decodes, while others record what it has done so far.
pub(super) struct Decoding {
    decoder: Decoder,
    plan: Arc<Plan>,
    precedence: Precedence,
    /// Whether deliveries of paused endpoints are decoded all the same.
    is_forced: bool,
    batch: Arc<Vec<Stored>>,
    /// So many of the batch have come out.
    out: usize,
    /// Where in the batch the thread began.
    from: usize,
    /// So many were decoded when it was looked at last.
    seen: usize,
    /// What the thread has decoded and has not come out.
    done: Arc<Mutex<Vec<Decoded>>>,
    /// Rung for every piece, and gone when the thread is.
    bell: UnboundedReceiver<()>,
    is_over: bool,
}

impl Decoding {
    pub(super) fn begin(
        decoder: Decoder,
        plan: Arc<Plan>,
        precedence: Precedence,
        is_forced: bool,
        batch: Vec<Stored>,
    ) -> Self {
        let (_, bell) = mpsc::unbounded_channel();
        let mut decoding = Self {
            decoder,
            plan,
            precedence,
            is_forced,
            batch: Arc::new(batch),
            out: 0,
            from: 0,
            seen: 0,
            done: Arc::default(),
            bell,
            is_over: false,
        };
        decoding.decode_from(0, Vec::new());
        decoding
    }

    /// What the next 128 deliveries say, in order, or those that are left; `None` when all have come
    /// out. One on which its adapter hangs costs its own turn.
    pub(super) async fn next(&mut self) -> Option<Vec<Decoded>> {
        loop {
            if let Some(piece) = self.take() {
                return Some(piece);
            }
            if self.is_over {
                // A thread that came to nothing was none: the same deliveries come again.
                if self.out == self.batch.len() || self.out <= self.from {
                    return None;
                }
                self.is_over = false;
                self.decode_from(self.out, Vec::new());
            }
            match timeout(self.decoder.budget(), self.bell.recv()).await {
                Ok(Some(())) => {}
                Ok(None) => self.is_over = true,
                Err(_elapsed) => self.look(),
            }
        }
    }

    /// What all that is left says.
    pub(super) async fn all(mut self) -> Vec<Decoded> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await {
            all.extend(piece);
        }
        all
    }

    /// A whole piece, or what is left when there will be no more.
    fn take(&mut self) -> Option<Vec<Decoded>> {
        let mut done = lock(&self.done);
        if done.is_empty() || (done.len() < PIECE && !self.is_over) {
            return None;
        }
        let size = done.len().min(PIECE);
        let piece: Vec<Decoded> = done.drain(..size).collect();
        self.out += size;
        Some(piece)
    }

    /// Looks whether the thread got on since the last look. Where it did not, its adapter hangs.
    fn look(&mut self) {
        let mut done = lock(&self.done);
        let decoded = self.out + done.len();
        if mem::replace(&mut self.seen, decoded) < decoded {
            return;
        }
        let Some(hanging) = self.batch.get(decoded) else {
            return;
        };
        // From here on the thread speaks to nobody.
        let mut kept = mem::take(&mut *done);
        drop(done);
        kept.push(self.decoder.hung(hanging));
        self.decode_from(decoded + 1, kept);
    }

    /// Decodes on a thread what begins at `index`, behind what is `done`: all of it, or as much as
    /// memory is for.
    ///
    /// One that hung before goes on where nobody looks: only its adapter itself could end it.
    fn decode_from(&mut self, index: usize, done: Vec<Decoded>) {
        let (ring, bell) = mpsc::unbounded_channel();
        self.bell = bell;
        self.from = index;
        self.done = Arc::new(Mutex::new(done));
        let done = Arc::downgrade(&self.done);
        let (decoder, plan) = (self.decoder.clone(), Arc::clone(&self.plan));
        let (batch, is_forced) = (Arc::clone(&self.batch), self.is_forced);
        self.precedence.run(move || {
            let mut bytes = 0;
            for stored in batch.iter().skip(index) {
                if bytes >= MOST_BYTES {
                    return;
                }
                let decoded = decoder.decode_one(stored, &plan, is_forced);
                let events = decoded.outcome.iter().flatten();
                bytes += events.map(|event| event.json().len()).sum::<usize>();
                let Some(done) = done.upgrade() else {
                    return;
                };
                let mut done = lock(&done);
                done.push(decoded);
                if done.len().is_multiple_of(PIECE) {
                    // Who does not listen needs nothing.
                    let _ = ring.send(());
                }
            }
        });
    }
}

impl Drop for Decoding {
    fn drop(&mut self) {
        // Else the thread is the last to have it.
        if let Some(batch) = Arc::get_mut(&mut self.batch) {
            elsewhere(mem::take(batch));
        }
    }
}

fn lock(done: &Mutex<Vec<Decoded>>) -> MutexGuard<'_, Vec<Decoded>> {
    done.lock().expect("no holder panics")
}
