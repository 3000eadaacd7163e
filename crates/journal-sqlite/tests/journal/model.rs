//! Any order of calls does what it does to the journal in memory, which is the model.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use proptest::prelude::*;
use switchboard_core::journal::{
    Attempt, Cause, Claim, ClaimRequest, Claims, Decoded, EventPosition, Journal, JournalError,
    LogPosition, MemoryJournal, Order, Records as _, Settlement, SinkCounters, Tally, Undecoded,
    UndecodedCause, Verdict,
};
use switchboard_core::{Event, Filter};
use switchboard_journal_sqlite::SqliteJournal;

use crate::support::{Place, SINK, event, intake, moment, request};

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
    /// Make some dead letters claimable again.
    Revive(Vec<u64>),
    /// Give some dead letters up.
    Discard(Vec<u64>),
    /// Claim in another order from now on.
    Reorder(u8),
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
        1 => proptest::collection::vec(0..12_u64, 1..6).prop_map(Step::Revive),
        1 => proptest::collection::vec(0..12_u64, 1..3).prop_map(Step::Discard),
        1 => (0..3_u8).prop_map(Step::Reorder),
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
    Counted(u64),
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
    /// `None` where the order never changes.
    order: Option<Order>,
}

impl<J: Journal> Run<J> {
    async fn new(journal: J, order: Option<Order>) -> Self {
        journal.subscribe(SINK).await.unwrap();
        Self {
            journal,
            appended: 0,
            recorded: 0,
            taken: Vec::new(),
            now: 0,
            order,
        }
    }

    async fn step(&mut self, step: &Step) -> Result<Answer, JournalError> {
        Ok(match *step {
            Step::Append(content) => {
                self.appended += 1;
                let receipt = self.journal.append(&intake([content])).await;
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
            Step::Claim(limit, is_me) => self.claim(limit, is_me).await?,
            Step::Revive(ref events) => {
                Answer::Counted(self.journal.revive(SINK, &positions(events)).await?)
            }
            Step::Discard(ref events) => {
                Answer::Counted(self.journal.discard(SINK, &positions(events)).await?)
            }
            Step::Reorder(which) => {
                self.order = self.order.map(|_| match which {
                    0 => Order::None,
                    _ => Order::Lanes {
                        wait_for_dead: which == 1,
                    },
                });
                Answer::Nothing
            }
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

    async fn claim(&self, limit: usize, is_me: bool) -> Result<Answer, JournalError> {
        let request = ClaimRequest {
            owner: owner(is_me),
            limit,
            filter: &PICKY,
            ..request(moment(self.now))
        };
        let Some(order) = self.order else {
            return Ok(claimed(self.journal.claim(&request).await?));
        };
        // Which lane goes first is each journal's own affair, and in how many claims: all of them go.
        let request = ClaimRequest {
            order,
            limit: 1000,
            ..request
        };
        let mut all = Vec::new();
        loop {
            let mut last = self.journal.claim(&request).await?;
            if last.claims.is_empty() {
                all.sort_by_key(|claim: &Claim| claim.position);
                last.claims = all;
                return Ok(claimed(last));
            }
            all.append(&mut last.claims);
        }
    }

    fn settlement(&self, event: u64, way: u8) -> Settlement {
        let failed = Attempt::failed(moment(self.now), Duration::ZERO, "status 500");
        let failed = Some(failed);
        let later = moment(self.now + i64::from(way) * 10);
        let (verdict, attempt) = match way {
            0 | 1 => (Verdict::Dead(Cause::Exhausted), failed),
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

/// Lets through what does not end in a 3.
static PICKY: LazyLock<Arc<Filter>> = LazyLock::new(|| {
    let mut filter = Filter::default();
    let no_threes = r#"{"not": {"suffix": {"id": "3"}}}"#;
    filter.matchers = vec![serde_json::from_str(no_threes).unwrap()];
    Arc::new(filter)
});

fn positions(events: &[u64]) -> Vec<EventPosition> {
    events.iter().copied().map(EventPosition).collect()
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
        2 => Ok(vec![in_lane("twice", content), in_lane("", content)]),
        _ => Ok(vec![in_lane("", content)]),
    };
    Decoded::new(position, outcome)
}

/// An event in one of three lanes.
fn in_lane(key: &str, content: u8) -> Event {
    let mut event = match key {
        "" => event(&content.to_string()),
        key => event(key),
    };
    event.partitionkey = (content % 3).to_string();
    event
}

fn claimed(claims: Claims) -> Answer {
    let one = |claim: Claim| {
        let id = claim.envelope.event().id.clone();
        (claim.position, id, claim.attempts, claim.first_attempt)
    };
    let events = claims.claims.into_iter().map(one).collect();
    Answer::Claimed(events, claims.next_due, claims.head)
}

async fn compare(steps: Vec<Step>, order: Option<Order>) {
    let place = Place::new();
    let mut model = Run::new(MemoryJournal::new(), order).await;
    let mut real: Run<SqliteJournal> = Run::new(place.open(), order).await;
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

    // Everything that was recorded is looked at, however little was asked for.
    real.claim(1000, true).await.unwrap();
    model.claim(1000, true).await.unwrap();
    let counters = real.journal.counters().await.unwrap();
    let expected = model.journal.counters().await.unwrap();
    let (sink, model_sink) = (&counters.sinks[0], &expected.sinks[0]);
    for (what, real, model) in [
        ("delivered", sink.delivered, model_sink.delivered),
        ("unmatched", sink.unmatched, model_sink.unmatched),
        ("pending", sink.pending, model_sink.pending),
        ("dead", sink.dead, model_sink.dead),
        ("expired", sink.expired, model_sink.expired),
        ("events", counters.events, expected.events),
        ("duplicates", counters.duplicates, expected.duplicates),
        ("undecoded", counters.undecoded, expected.undecoded),
    ] {
        assert_eq!(real, model, "{what}");
    }
    assert_eq!(sink.oldest, model_sink.oldest);
    let outside = place.read().counters().unwrap().sinks.remove(0);
    let done = |sink: &SinkCounters| (sink.delivered, sink.dead, sink.expired, sink.retrying);
    assert_eq!(done(&outside), done(sink));
}

fn run(steps: Vec<Step>, order: Option<Order>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(compare(steps, order));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_order_of_calls_agrees_with_the_model(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        run(steps, None);
    }

    #[test]
    fn lanes_agree_with_the_model(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        run(steps, Some(Order::Lanes { wait_for_dead: false }));
    }
}

/// Found by the test before this: an order is kept again while what was claimed without it runs out.
#[test]
fn lanes_agree_with_the_model_where_a_claim_of_no_order_runs_out() {
    use Step::*;
    let steps = vec![
        Append(5),
        Append(20),
        Append(34),
        Take(3),
        Record,
        Claim(1, true),
        Reorder(0),
        Append(31),
        Take(2),
        Claim(7, true),
        Record,
        Settle(4, 3, true),
        Claim(5, true),
        Reorder(2),
        Wait(40),
        Settle(3, 2, true),
        Wait(42),
        Claim(6, true),
        Settle(3, 0, true),
        Claim(4, true),
    ];
    run(
        steps,
        Some(Order::Lanes {
            wait_for_dead: false,
        }),
    );
}
