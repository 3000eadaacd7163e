//! One call of a sink, fenced against panics and time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::board::SinkStatus;
use super::retry::Failure;
use super::subscription::Subscription;
use crate::journal::{Attempt, Cause, Claim, MAX_ANSWER_BYTES, Settlement, Verdict};
use crate::sink::{Envelope, SinkError};
use crate::{Clock, Timestamp};

/// A call that has ended, with what becomes of each of its events.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) settlements: Vec<Settlement>,
    pub(super) outcome: Outcome,
    pub(super) took: Duration,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// The sink has the events.
    Taken,
    /// It answered, and did not take them.
    Refused {
        /// It said that it is itself in trouble, and that the events are not to blame.
        is_trouble: bool,
        /// It wants no more events at all.
        is_gone: bool,
    },
    /// It said nothing.
    Unanswered,
    Panicked,
}

impl Outcome {
    /// Whether other events would be better off later.
    pub(super) fn is_trouble(self) -> bool {
        match self {
            Self::Refused { is_trouble, .. } => is_trouble,
            outcome => outcome == Self::Unanswered,
        }
    }

    pub(super) fn is_gone(self) -> bool {
        matches!(self, Self::Refused { is_gone: true, .. })
    }

    pub(super) fn count(self, status: &mut SinkStatus, took: Duration) {
        let counter = match self {
            Self::Taken => &mut status.delivered,
            Self::Refused { .. } => &mut status.refused,
            Self::Unanswered => &mut status.unanswered,
            Self::Panicked => &mut status.panicked,
        };
        *counter += 1;
        status.took += took;
    }
}

/// Gives `claims` to the sink in one call. `chance` is from 0 to 1, and spreads the retries.
pub(super) async fn attempt(
    subscription: Arc<Subscription>,
    claims: Vec<Claim>,
    clock: Arc<dyn Clock>,
    chance: f64,
) -> Ended {
    let at = clock.now();
    let failed = call(&subscription, &claims).await.err();
    let now = clock.now();
    let settle =
        |claim: &Claim| settlement(&subscription, claim, failed.as_ref(), chance, (at, now));
    Ended {
        settlements: claims.iter().map(settle).collect(),
        outcome: failed.as_ref().map_or(Outcome::Taken, Failed::outcome),
        took: now.since(at),
    }
}

/// Why a call failed.
#[derive(Debug)]
struct Failed {
    cause: Cause,
    words: String,
    status: Option<u16>,
    answer: Bytes,
    retry_after: Option<Duration>,
    is_gone: bool,
}

impl Failed {
    fn outcome(&self) -> Outcome {
        match self.cause {
            Cause::Exhausted => Outcome::Unanswered,
            Cause::Panicked => Outcome::Panicked,
            _ => Outcome::Refused {
                // Too many requests, or an error of the server's own.
                is_trouble: self
                    .status
                    .is_some_and(|status| status == 429 || status >= 500),
                is_gone: self.is_gone,
            },
        }
    }

    fn new(cause: Cause, words: impl Into<String>) -> Self {
        Self {
            cause,
            words: words.into(),
            status: None,
            answer: Bytes::new(),
            retry_after: None,
            is_gone: false,
        }
    }
}

async fn call(subscription: &Subscription, claims: &[Claim]) -> Result<(), Failed> {
    let batch: Vec<Arc<Envelope>> = claims
        .iter()
        .map(|claim| Arc::clone(&claim.envelope))
        .collect();
    // The call itself and its end, when time is up, are inside the fence as well as what it waits
    // for. A sink that panicked is called again like any other that failed; what its state is then
    // is its author's concern.
    let call = async { timeout(subscription.timeout, subscription.sink.deliver(&batch)).await };
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => Err(refusal(&error)),
        Ok(Err(_elapsed)) => Err(Failed::new(
            Cause::Exhausted,
            "the sink gave no answer in time",
        )),
        Err(_panic) => Err(Failed::new(Cause::Panicked, "the sink panicked")),
    }
}

fn refusal(error: &SinkError) -> Failed {
    let words = error.to_string();
    match error {
        SinkError::Refused(refusal) => Failed {
            status: refusal.status,
            answer: refusal
                .answer
                .slice(..refusal.answer.len().min(MAX_ANSWER_BYTES)),
            retry_after: refusal.retry_after,
            ..Failed::new(Cause::SinkRejected, words)
        },
        SinkError::Unavailable(_) => Failed::new(Cause::Exhausted, words),
        SinkError::Gone => Failed {
            is_gone: true,
            ..Failed::new(Cause::SinkRejected, words)
        },
    }
}

fn settlement(
    subscription: &Subscription,
    claim: &Claim,
    failed: Option<&Failed>,
    chance: f64,
    (at, now): (Timestamp, Timestamp),
) -> Settlement {
    let verdict = match failed {
        None => Verdict::Delivered,
        // A sink that is gone spends nothing: its events stay until somebody resumes it.
        Some(failed) if failed.is_gone => {
            return Settlement {
                position: claim.position,
                verdict: Verdict::Retry(now),
                attempt: None,
            };
        }
        Some(failed) => {
            let failure = Failure {
                cause: failed.cause,
                retry_after: failed.retry_after,
                attempts: claim.attempts + 1,
                first_attempt: claim.first_attempt.unwrap_or(at),
                now,
            };
            subscription.retry.verdict(failure, chance)
        }
    };
    let took = now.since(at);
    let attempt = match failed {
        None => Attempt::made(at, took),
        Some(failed) => Attempt {
            status: failed.status,
            answer: failed.answer.clone(),
            ..Attempt::failed(at, took, &failed.words)
        },
    };
    Settlement {
        position: claim.position,
        verdict,
        attempt: Some(attempt),
    }
}
