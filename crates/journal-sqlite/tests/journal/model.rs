//! Any order of calls does what it does to the journal in memory, which is the model.

use std::time::Duration;

use proptest::prelude::*;
use switchboard_core::journal::{
    Attempt, Cause, Claim, ClaimRequest, Claims, Decoded, EventPosition, Journal, JournalError,
    LogPosition, MemoryJournal, Settlement, Tally, Undecoded, UndecodedCause, Verdict,
};
use switchboard_journal_sqlite::SqliteJournal;

use crate::support::{Place, SINK, event, intake, moment};

#[derive(Clone, Debug)]
enum Step {
    /// Append a delivery that says what it will be decoded to.
    Append(u8),
    /// Take at most so many deliveries.
    Take(usize),
    /// Record what was taken.
    Record,
    /// Claim at most so many events, as one of two owners.
    Claim(usize, bool),
    /// Settle some event in some way, as one of two owners, whether it is held or not.
    Settle(u64, u8, bool),
    /// Let seconds pass.
    Wait(i64),
    /// End the process, and start it again.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..40_u8).prop_map(Step::Append),
        3 => (1..6_usize).prop_map(Step::Take),
        4 => Just(Step::Record),
        4 => (0..8_usize, prop::bool::weighted(0.8)).prop_map(|(limit, owner)| Step::Claim(limit, owner)),
        16 => (0..12_u64, 0..7_u8, prop::bool::weighted(0.8))
            .prop_map(|(event, way, owner)| Step::Settle(event, way, owner)),
        2 => (1..50_i64).prop_map(Step::Wait),
        1 => Just(Step::Crash),
    ]
}

/// What a step was answered, in a form that can be compared.
#[derive(Debug, PartialEq)]
enum Answer {
    Nothing,
    Appended(LogPosition),
    Taken(Vec<(LogPosition, u8)>),
    Recorded(Tally),
    Claimed(
        Vec<Claimed>,
        Option<switchboard_core::Timestamp>,
        EventPosition,
    ),
}

type Claimed = (
    EventPosition,
    String,
    u32,
    Option<switchboard_core::Timestamp>,
);

/// One of the two journals, with what its user remembers.
struct Run<J> {
    journal: J,
    appended: usize,
    recorded: usize,
    /// What was taken last, and not recorded yet.
    taken: Vec<(LogPosition, u8)>,
    now: i64,
}

impl<J: Journal> Run<J> {
    async fn new(journal: J) -> Self {
        journal.subscribe(SINK).await.unwrap();
        Self {
            journal,
            appended: 0,
            recorded: 0,
            taken: Vec::new(),
            now: 0,
        }
    }

    async fn step(&mut self, step: &Step) -> Result<Answer, JournalError> {
        Ok(match *step {
            Step::Append(content) => {
                self.appended += 1;
                let receipt = self.journal.append(intake([content])).await;
                Answer::Appended(receipt.unwrap().position())
            }
            // It would wait for ever.
            Step::Take(_) if self.recorded == self.appended => Answer::Nothing,
            Step::Take(limit) => {
                let stored = self.journal.next(limit).await?;
                let taken = stored
                    .iter()
                    .map(|stored| (stored.position, stored.intake.delivery.body[0]));
                self.taken = taken.collect();
                Answer::Taken(self.taken.clone())
            }
            Step::Record => {
                self.recorded += self.taken.len();
                let decoded: Vec<Decoded> = self.taken.drain(..).map(decode).collect();
                Answer::Recorded(self.journal.record(&decoded).await?)
            }
            Step::Claim(limit, is_me) => claimed(self.claim(limit, is_me).await?),
            Step::Settle(event, way, is_me) => {
                let settlement = self.settlement(event, way);
                self.journal
                    .settle(SINK, owner(is_me), &[settlement])
                    .await?;
                Answer::Nothing
            }
            Step::Wait(seconds) => {
                self.now += seconds;
                Answer::Nothing
            }
            Step::Crash => {
                self.taken.clear();
                Answer::Nothing
            }
        })
    }

    async fn claim(&self, limit: usize, is_me: bool) -> Result<Claims, JournalError> {
        let request = ClaimRequest {
            sink: SINK,
            owner: owner(is_me),
            now: moment(self.now),
            lease: Duration::from_secs(60),
            limit,
        };
        self.journal.claim(&request).await
    }

    fn settlement(&self, event: u64, way: u8) -> Settlement {
        let failed = Some(Attempt {
            at: moment(self.now),
            took: Duration::ZERO,
            failure: Some("status 500".into()),
        });
        let later = moment(self.now + i64::from(way) * 10);
        let (verdict, attempt) = match way {
            0 => (Verdict::Unmatched, None),
            1 => (Verdict::Dead(Cause::Exhausted), failed),
            2 => (Verdict::Retry(later), None),
            3 => (Verdict::Retry(later), failed),
            // As a clock says that was set back since.
            6 => (Verdict::Retry(moment(self.now + 13 * 3600)), None),
            _ => (Verdict::Delivered, None),
        };
        Settlement {
            position: EventPosition(event),
            verdict,
            attempt,
        }
    }
}

fn owner(is_me: bool) -> &'static str {
    if is_me { "me" } else { "you" }
}

/// Some are undecoded, some are pings, some are two events; keys come again.
fn decode((position, content): (LogPosition, u8)) -> Decoded {
    let outcome = match content % 8 {
        0 => Err(Undecoded {
            cause: UndecodedCause::Unreadable,
            reason: "not JSON".into(),
        }),
        1 => Ok(Vec::new()),
        2 => Ok(vec![event("twice"), event(&content.to_string())]),
        _ => Ok(vec![event(&content.to_string())]),
    };
    Decoded { position, outcome }
}

fn claimed(claims: Claims) -> Answer {
    let one = |claim: Claim| {
        let id = claim.envelope.event().id.clone();
        (claim.position, id, claim.attempts, claim.first_attempt)
    };
    let events = claims.claims.into_iter().map(one).collect();
    Answer::Claimed(events, claims.next_due, claims.head)
}

async fn compare(steps: Vec<Step>) {
    let place = Place::new();
    let mut model = Run::new(MemoryJournal::new()).await;
    let mut real: Run<SqliteJournal> = Run::new(place.open()).await;
    for step in &steps {
        let expected = model.step(step).await.unwrap();
        let answer = real.step(step).await.unwrap();
        assert_eq!(answer, expected, "{step:?}");
        if matches!(step, Step::Crash) {
            model.journal.reopen();
            drop(real.journal);
            real.journal = place.open();
        }
    }

    let counters = place.read().counters().unwrap();
    let standing = model.journal.standing(SINK);
    let sink = &counters.sinks[0];
    let real = (sink.delivered, sink.unmatched, sink.dead);
    assert_eq!(
        real,
        (standing.delivered, standing.unmatched, standing.dead)
    );
    let tally = model.journal.tally();
    let real = (counters.events, counters.duplicates, counters.undecoded);
    assert_eq!(real, (tally.events, tally.duplicates, tally.undecoded));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_order_of_calls_agrees_with_the_model(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(compare(steps));
    }
}
