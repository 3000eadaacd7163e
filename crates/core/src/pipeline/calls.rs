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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use tokio::time::timeout;

    use super::*;
    use crate::event::Event;
    use crate::journal::EventPosition;
    use crate::sink::{Envelope, Handler};
    use crate::{DedupKey, Draft, SystemClock};

    /// Claims of events whose data say what the sink does with each.
    fn claims(deeds: &[&str]) -> Vec<Claim> {
        let claim = |(position, deed): (u64, &&str)| {
            let draft = Draft::unknown("deed", json!(deed), DedupKey::provider([position]));
            Claim {
                position: EventPosition(position),
                envelope: Arc::new(Envelope::new(Event::for_test(draft))),
                attempts: 0,
                first_attempt: None,
                is_suspect: false,
            }
        };
        (1..).zip(deeds).map(claim).collect()
    }

    fn calls() -> Calls {
        let handler = Handler::new(|event: Event| async move {
            match event.data["fields"].as_str() {
                Some("refuse") => Err("no"),
                Some("hang") => std::future::pending().await,
                _ => Ok(()),
            }
        });
        let mut subscription = Subscription::new("crm", Arc::new(handler));
        subscription.timeout = Duration::MAX;
        let random = fastrand::Rng::with_seed(7);
        Calls::new(Arc::new(subscription), Arc::new(SystemClock), random)
    }

    /// What has ended until nothing more does by itself.
    async fn ended(calls: &mut Calls) -> Vec<u64> {
        let mut positions = Vec::new();
        // By a clock that moves on once nobody has anything to do.
        while let Ok(Some(ended)) = timeout(Duration::from_secs(1), calls.ended()).await {
            let settlements = ended.into_iter().flat_map(|call| call.settlements);
            positions.extend(settlements.map(|settlement| settlement.position.0));
        }
        positions.sort_unstable();
        positions
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_goes_on_until_all_are_called_for() {
        let mut calls = calls();
        calls.call(claims(&["take"; 100]), 1);

        assert_eq!(calls.under_way(), 1);
        assert_eq!(ended(&mut calls).await, Vec::from_iter(1..=100));
        assert_eq!((calls.under_way(), calls.is_drained()), (0, true));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_calls_are_under_way_than_there_are_callers() {
        let mut calls = calls();
        calls.call(claims(&["hang"; 5]), 3);

        assert_eq!(ended(&mut calls).await, [0; 0]);

        assert_eq!(calls.under_way(), 3);
        let left = calls.take_back();
        assert_eq!(left.len(), 2);
        assert!(calls.is_drained());
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_refused_calls_for_no_other() {
        let mut calls = calls();
        calls.call(claims(&["take", "refuse", "take"]), 1);

        assert_eq!(ended(&mut calls).await, [1, 2]);
        assert_eq!((calls.under_way(), calls.is_drained()), (0, false));

        calls.call(Vec::new(), 2);
        assert_eq!(ended(&mut calls).await, [3]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_told_while_the_next_call_hangs() {
        let mut calls = calls();
        calls.call(claims(&["take", "take", "hang"]), 1);

        assert_eq!(ended(&mut calls).await, [1, 2]);
        assert_eq!(calls.under_way(), 1);
    }

    #[tokio::test]
    async fn a_sink_that_takes_everything_lets_others_have_their_turn() {
        let mut calls = calls();
        calls.call(claims(&["take"; 3 * MOST_UNTOLD]), 1);

        // On one thread, this is a turn of somebody else's.
        let first = calls.ended().await;

        assert_eq!(first.map(|ended| ended.len()), Some(MOST_UNTOLD));
    }
}
