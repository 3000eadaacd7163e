//! A sink that answers as chance and its mood have it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::sink::{Envelope, Refusal, Sink, SinkError};

use super::answer::{Answer, Mood};
use super::terms::Terms;
use super::trace::Entry;
use super::world::World;

/// Longer than any deadline.
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

#[derive(Debug)]
pub(super) struct Scripted {
    terms: Terms,
    /// Which of the ledger's sinks it is.
    index: usize,
    world: World,
}

impl Scripted {
    pub(super) fn new(terms: Terms, index: usize, world: World) -> Self {
        Self {
            terms,
            index,
            world,
        }
    }

    /// Notes that a call begins, and decides what comes of it.
    fn begin(&self, batch: &[Arc<Envelope>]) -> (CallUnderWay<'_>, Duration) {
        let (now, wall) = (self.world.elapsed(), self.world.now());
        let mut state = self.world.state();
        let state = &mut *state;
        let position = |envelope: &Arc<Envelope>| state.ledger.position(envelope.event());
        let positions: Vec<u64> = batch.iter().filter_map(position).collect();
        let sink = self.terms.name;
        state.trace.add(
            now,
            Entry::Given {
                sink,
                positions: positions.clone(),
            },
        );
        let (standing, events) = state.ledger.sink(sink);
        let seen = standing.given(events, &positions, now, wall);
        let is_poison = |position: &u64| is_poison(&events[*position as usize - 1].event.id);
        let is_refused = state.is_poisoned && positions.iter().any(is_poison);
        let mood = state.moods[self.index];
        let longest = self.terms.longest_ask;
        let answer = match mood {
            Mood::Well | Mood::Flaky | Mood::Mute if is_refused => {
                Answer::refusal(longest, &mut state.chance)
            }
            mood => mood.answer(longest, &mut state.chance),
        };
        let pause = match state.chance.u8(..8) {
            0..=3 => 0,
            4..=6 => state.chance.u64(..30),
            _ => state.chance.u64(..2000),
        };
        state.note(now, seen);
        let call = CallUnderWay {
            sink: self,
            positions,
            answer,
        };
        (call, Duration::from_millis(pause))
    }
}

/// Whether no sink takes the event of this id.
fn is_poison(id: &str) -> bool {
    id.contains("poison")
}

/// A call that has begun. When it is dropped nobody hears the answer.
struct CallUnderWay<'a> {
    sink: &'a Scripted,
    positions: Vec<u64>,
    answer: Answer,
}

impl CallUnderWay<'_> {
    fn end(mut self) {
        let answer = self.answer;
        self.note(answer);
        self.positions.clear();
    }

    fn note(&self, answer: Answer) {
        let world = &self.sink.world;
        let now = world.elapsed();
        let mut state = world.state();
        let sink = self.sink.terms.name;
        state.trace.add(
            now,
            Entry::Ended {
                sink,
                positions: self.positions.clone(),
                answer,
            },
        );
        let (standing, _) = state.ledger.sink(sink);
        let seen = standing.ended(&self.positions, answer, now);
        state.note(now, seen);
    }
}

impl Drop for CallUnderWay<'_> {
    fn drop(&mut self) {
        if self.positions.is_empty() {
            return;
        }
        self.note(if self.answer.takes() {
            Answer::Late
        } else {
            Answer::Hung
        });
    }
}

#[async_trait]
impl Sink for Scripted {
    fn max_batch(&self) -> usize {
        self.terms.max_batch
    }

    fn is_concurrent(&self) -> bool {
        self.terms.is_concurrent
    }

    /// It does not: crashes are the world's, and nobody's fault.
    fn can_crash(&self) -> bool {
        false
    }

    async fn deliver(&self, batch: &[Arc<Envelope>]) -> Result<(), SinkError> {
        let (call, pause) = self.begin(batch);
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let answer = call.answer;
        if matches!(answer, Answer::Late | Answer::Hung) {
            tokio::time::sleep(FOR_EVER).await;
        }
        call.end();
        match answer {
            Answer::Taken | Answer::Late | Answer::Hung => Ok(()),
            Answer::Lost => Err(SinkError::unavailable("the connection was reset")),
            Answer::Unavailable => Err(SinkError::unavailable("connection refused")),
            Answer::Gone => Err(SinkError::Gone),
            // As a panic would, without a word on stderr.
            Answer::Panicked => std::panic::resume_unwind(Box::new("the sink panics")),
            Answer::Refused {
                status,
                retry_after,
            } => {
                let mut refusal = Refusal::new(format!("status {status}"));
                refusal.status = Some(status);
                refusal.retry_after = retry_after;
                Err(SinkError::Refused(refusal))
            }
        }
    }
}
