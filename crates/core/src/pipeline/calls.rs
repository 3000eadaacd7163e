//! The calls of one sink.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::{JoinSet, yield_now};

use super::attempt::{Ended, Outcome, attempt};
use super::subscription::Subscription;
use crate::Clock;
use crate::journal::Claim;

/// So many calls that were over at once are told of together, and then it is others' turn.
const MOST_UNTOLD: usize = 32;

/// Calls a sink, as often at once as there are callers. Each takes the next batch as soon as the one
/// before it is taken, so a short call costs no way to whoever queues batches and back.
pub(super) struct Calls {
    subscription: Arc<Subscription>,
    clock: Arc<dyn Clock>,
    random: fastrand::Rng,
    queue: Arc<Queue>,
    callers: JoinSet<()>,
    tell: UnboundedSender<Vec<Ended>>,
    told: UnboundedReceiver<Vec<Ended>>,
}

/// Batches that nobody has called for yet, each with its `chance` to spread retries by.
type Queue = Mutex<VecDeque<(Vec<Claim>, f64)>>;

impl Calls {
    pub(super) fn new(
        subscription: Arc<Subscription>,
        clock: Arc<dyn Clock>,
        random: fastrand::Rng,
    ) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        Self {
            subscription,
            clock,
            random,
            queue: Arc::default(),
            callers: JoinSet::new(),
            tell,
            told,
        }
    }

    /// How many may be under way.
    pub(super) fn under_way(&self) -> usize {
        self.callers.len()
    }

    /// Whether every batch has been called for.
    pub(super) fn is_drained(&self) -> bool {
        self.queue.lock().expect("no holder panics").is_empty()
    }

    /// Queues claims in batches, and lets at most so many more callers begin.
    pub(super) fn call(&mut self, claims: impl IntoIterator<Item = Claim>, callers: usize) {
        let mut claims = claims.into_iter();
        let mut queue = self.queue.lock().expect("no holder panics");
        loop {
            let batch: Vec<Claim> = claims.by_ref().take(self.subscription.batch()).collect();
            if batch.is_empty() {
                break;
            }
            queue.push_back((batch, self.random.f64()));
        }
        for _ in 0..callers.min(queue.len()) {
            let caller = Caller {
                subscription: Arc::clone(&self.subscription),
                clock: Arc::clone(&self.clock),
                queue: Arc::clone(&self.queue),
                tell: self.tell.clone(),
            };
            self.callers.spawn(caller.run());
        }
    }

    /// Takes back the claims that nobody has called for.
    pub(super) fn take_back(&mut self) -> Vec<Claim> {
        let queue = mem::take(&mut *self.queue.lock().expect("no holder panics"));
        queue.into_iter().flat_map(|(batch, _)| batch).collect()
    }

    /// Waits until calls have ended, or a caller has. `None` when there is none. A dropped call loses
    /// nothing.
    pub(super) async fn ended(&mut self) -> Option<Vec<Ended>> {
        tokio::select! {
            biased;
            Some(mut ended) = self.told.recv() => {
                while let Ok(more) = self.told.try_recv() {
                    ended.extend(more);
                }
                Some(ended)
            }
            caller = self.callers.join_next() => {
                caller?.expect("an attempt is fenced against panics");
                let told = std::iter::from_fn(|| self.told.try_recv().ok());
                Some(told.flatten().collect())
            }
        }
    }
}

/// Calls for one batch after the other.
struct Caller {
    subscription: Arc<Subscription>,
    clock: Arc<dyn Clock>,
    queue: Arc<Queue>,
    tell: UnboundedSender<Vec<Ended>>,
}

impl Caller {
    /// Calls until nothing is queued, or a call was not taken: whether there shall be another one is
    /// for others to say then.
    async fn run(self) {
        let mut ended = Vec::new();
        while let Some((batch, chance)) = self.next() {
            let (subscription, clock) = (Arc::clone(&self.subscription), Arc::clone(&self.clock));
            let mut attempt = pin!(attempt(subscription, batch, clock, chance));
            // What is over is told before a wait, and else many at a time.
            let at_once = poll_fn(|context| Poll::Ready(attempt.as_mut().poll(context))).await;
            let call = match at_once {
                Poll::Ready(call) => call,
                Poll::Pending => {
                    self.tell(&mut ended);
                    attempt.await
                }
            };
            let is_taken = call.outcome == Outcome::Taken;
            ended.push(call);
            if !is_taken {
                break;
            }
            if ended.len() == MOST_UNTOLD {
                self.tell(&mut ended);
                yield_now().await;
            }
        }
        self.tell(&mut ended);
    }

    fn next(&self) -> Option<(Vec<Claim>, f64)> {
        self.queue.lock().expect("no holder panics").pop_front()
    }

    fn tell(&self, ended: &mut Vec<Ended>) {
        if !ended.is_empty() {
            // Whoever listened is gone with its claims.
            let _ = self.tell.send(mem::take(ended));
        }
    }
}
