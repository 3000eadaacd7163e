//! Deliveries to events, by today's adapters.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, watch};
use tracing::{error, warn};

use super::decoding::Decoding;
use super::pauses::Pauses;
use super::plan::Plan;
use crate::event::{DEEPEST, Origin};
use crate::journal::{Decoded, Line, Stored, Undecoded, UndecodedCause};
use crate::sink::Envelope;
use crate::{Adapter, Clock, schedule};

/// How long an adapter may take over one delivery; up to twice that, as a batch is looked at so often.
const BUDGET: Duration = Duration::from_secs(5);

/// So many deliveries that wait at once are a load.
pub(super) const LOAD: usize = 64;

/// Under load decoding gives way to those who wait for an answer, until a delivery waits so long.
const MOST_DEFERRED: Duration = Duration::from_secs(2);

/// A delivery tells of at most so many events ..
const MOST_EVENTS: usize = 16_384;

/// .. and they come to so many bytes of JSON, 16 times the largest body: what a sender can multiply
/// must not take all memory.
pub(super) const MOST_BYTES: usize = 64 << 20;

/// An adapter that hung so often at one endpoint is not asked again by this process: each time costs
/// a thread for good.
const PATIENCE: u32 = 3;

/// Decodes deliveries. All clones are one.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    plan: watch::Receiver<Arc<Plan>>,
    pauses: Pauses,
    clock: Arc<dyn Clock>,
    budget: Duration,
    /// Held by whoever decodes, so that events are recorded in the order of their deliveries.
    turn: Arc<Mutex<()>>,
    /// How often the adapter of an endpoint hung.
    hangs: Arc<std::sync::Mutex<HashMap<String, u32>>>,
}

impl Decoder {
    pub(super) fn new(
        plan: watch::Receiver<Arc<Plan>>,
        pauses: Pauses,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            plan,
            pauses,
            clock,
            budget: BUDGET,
            turn: Arc::default(),
            hangs: Arc::default(),
        }
    }

    /// Waits until nobody else decodes.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Begins to decode deliveries; those whose endpoint is paused say nothing.
    pub(super) fn begin(&self, batch: Vec<Stored>) -> Decoding {
        let precedence = self.precedence_of(&batch);
        self.begin_with(precedence, false, batch)
    }

    /// What each delivery says, in order; nothing of those whose endpoint is paused.
    pub(super) async fn decode(&self, batch: Vec<Stored>) -> Vec<Decoded> {
        self.begin(batch).all().await
    }

    /// What each delivery says, in order, of paused endpoints too.
    pub(super) async fn decode_now(&self, batch: Vec<Stored>) -> Vec<Decoded> {
        self.begin_with(Precedence::Normal, true, batch).all().await
    }

    fn begin_with(&self, precedence: Precedence, is_forced: bool, batch: Vec<Stored>) -> Decoding {
        let plan = Arc::clone(&self.plan.borrow());
        Decoding::begin(self.clone(), plan, precedence, is_forced, batch)
    }

    /// Many deliveries at once mean load, and under load those who wait for an answer go first; not so
    /// far that events come late.
    fn precedence_of(&self, batch: &[Stored]) -> Precedence {
        let oldest = batch
            .first()
            .map(|stored| stored.intake.delivery.received_at);
        let waits = oldest.map_or(Duration::ZERO, |oldest| self.clock.now().since(oldest));
        if batch.len() >= LOAD && waits < MOST_DEFERRED {
            Precedence::GivesWay
        } else {
            Precedence::Normal
        }
    }

    /// How long an adapter may take over one delivery.
    pub(super) fn budget(&self) -> Duration {
        self.budget
    }

    /// What one delivery says.
    pub(super) fn decode_one(&self, stored: &Stored, plan: &Plan, is_forced: bool) -> Decoded {
        let endpoint = Line::Endpoint(stored.intake.endpoint.clone());
        if !is_forced && self.pauses.has(&endpoint) {
            let paused = undecoded(UndecodedCause::Paused, "its endpoint is paused");
            return told(stored, Err(paused));
        }
        told(stored, self.outcome(stored, plan))
    }

    fn outcome(&self, stored: &Stored, plan: &Plan) -> Result<Vec<Arc<Envelope>>, Undecoded> {
        if self.hangs_at(&stored.intake.endpoint) >= PATIENCE {
            let given_up = "the adapter hung too often, and is not asked until the next start";
            return Err(undecoded(UndecodedCause::Hung, given_up));
        }
        events(stored, &plan.adapters)
    }

    fn hangs_at(&self, endpoint: &str) -> u32 {
        let hangs = self.hangs.lock().expect("no holder panics");
        hangs.get(endpoint).copied().unwrap_or_default()
    }

    /// What becomes of a delivery that ended the process.
    pub(super) fn crashed(stored: &Stored) -> Decoded {
        let reason = "the process ended again and again while it was first in line";
        told(stored, Err(undecoded(UndecodedCause::Crashed, reason)))
    }

    /// What becomes of a delivery on which its adapter hangs.
    pub(super) fn hung(&self, stored: &Stored) -> Decoded {
        let endpoint = &stored.intake.endpoint;
        let mut hangs = self.hangs.lock().expect("no holder panics");
        let times = hangs.entry(endpoint.clone()).or_default();
        *times += 1;
        if *times == PATIENCE {
            error!(
                endpoint,
                "The adapter hangs; it is not asked again until the next start."
            );
        }
        let reason = format!("the adapter took longer than {} s", self.budget.as_secs());
        told(stored, Err(undecoded(UndecodedCause::Hung, reason)))
    }
}

/// Whether a batch is decoded before or after what else there is to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Precedence {
    /// Beside all else.
    Normal,
    /// Where a processor would idle.
    GivesWay,
}

impl Precedence {
    /// Runs `work` on a thread that may be blocked.
    pub(super) fn run(self, work: impl FnOnce() + Send + 'static) {
        match self {
            Self::Normal => drop(tokio::task::spawn_blocking(work)),
            // A thread of its own, since it can never become a normal one again. Where none can be
            // had nothing is decoded, and the same deliveries come again.
            Self::GivesWay => {
                let thread = std::thread::Builder::new().name("decode-idle".to_owned());
                drop(thread.spawn(|| {
                    schedule::as_idle();
                    work();
                }));
            }
        }
    }
}

/// Lets go of many values where nobody waits: thousands of trees take milliseconds.
pub(super) fn elsewhere<T: Send + 'static>(values: Vec<T>) {
    if values.len() >= LOAD {
        drop(tokio::task::spawn_blocking(move || drop(values)));
    }
}

fn undecoded(cause: UndecodedCause, reason: impl Into<String>) -> Undecoded {
    Undecoded {
        cause,
        reason: reason.into(),
    }
}

/// An outcome, and a line in the log where somebody should look.
fn told(stored: &Stored, outcome: Result<Vec<Arc<Envelope>>, Undecoded>) -> Decoded {
    match &outcome {
        Err(undecoded) if undecoded.cause != UndecodedCause::Paused => {
            let (endpoint, delivery) = (&stored.intake.endpoint, stored.id());
            let reason = &undecoded.reason;
            warn!(endpoint, %delivery, reason, "A genuine delivery cannot be decoded; it is kept.");
        }
        _ => {}
    }
    Decoded {
        position: stored.position,
        outcome,
    }
}

/// What one delivery says. Pure, and fenced: a panic costs this delivery its turn.
fn events(
    stored: &Stored,
    adapters: &HashMap<String, Arc<dyn Adapter>>,
) -> Result<Vec<Arc<Envelope>>, Undecoded> {
    let intake = &stored.intake;
    let adapter = adapters
        .get(&intake.endpoint)
        .filter(|adapter| adapter.descriptor().name == intake.adapter)
        .ok_or_else(|| {
            let (endpoint, adapter) = (&intake.endpoint, &intake.adapter);
            let reason = format!("no endpoint `{endpoint}` with adapter `{adapter}`");
            undecoded(UndecodedCause::Unrouted, reason)
        })?;
    // A decode is pure, so there is no state that a panic could leave broken.
    let drafts = catch_unwind(AssertUnwindSafe(|| adapter.decode(&intake.delivery)))
        .map_err(|_| undecoded(UndecodedCause::Panicked, "the adapter panicked"))?
        .map_err(|error| undecoded(UndecodedCause::Unreadable, error.to_string()))?;
    let origin = Origin {
        adapter: adapter.descriptor(),
        endpoint: &intake.endpoint,
        account: intake.verified.account.as_deref(),
        scheme: &intake.verified.scheme,
        delivery: &stored.id().to_string(),
        recorded: intake.delivery.received_at,
    };
    if drafts.len() > MOST_EVENTS {
        let reason = format!("it tells of more than {MOST_EVENTS} events");
        return Err(undecoded(UndecodedCause::Unreadable, reason));
    }
    let (mut events, mut bytes) = (Vec::with_capacity(drafts.len()), 0);
    for (position, draft) in drafts.into_iter().enumerate() {
        let event = Arc::new(Envelope::stamp(draft, &origin, position));
        bytes += event.json().len();
        if bytes > MOST_BYTES {
            let reason = format!("its events come to more than {} MiB", MOST_BYTES >> 20);
            return Err(undecoded(UndecodedCause::Unreadable, reason));
        }
        events.push(event);
    }
    if !events.iter().all(|event| event.is_readable()) {
        let reason = format!(
            "its JSON is nested more than {DEEPEST} levels deep, or a name in it is reserved"
        );
        return Err(undecoded(UndecodedCause::Unreadable, reason));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::clock::FixedClock;
    use crate::journal::{Intake, LogPosition, MemoryJournal};
    use crate::pipeline::bell::Bell;
    use crate::{
        DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, SystemClock,
        Timestamp, Verified, VerifyError,
    };

    /// Hangs on a body that says so, for as long as somebody holds the lock.
    #[derive(Debug)]
    struct Sticky(Arc<std::sync::Mutex<()>>);

    impl ProviderAdapter for Sticky {
        const DESCRIPTOR: Descriptor = Descriptor::new("sticky", "Sticky");
        type Payload = ();

        async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
            Ok(Verified::unsigned())
        }

        fn parse(&self, delivery: &Delivery) -> Result<(), ParseError> {
            if &delivery.body[..] == b"hang" {
                drop(self.0.lock());
            }
            Ok(())
        }

        fn normalize(&self, (): ()) -> Vec<Draft> {
            Vec::new()
        }
    }

    /// Says what is in the body.
    #[derive(Debug)]
    struct Echo;

    impl ProviderAdapter for Echo {
        const DESCRIPTOR: Descriptor = Descriptor::new("echo", "Echo");
        type Payload = Value;

        async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
            Ok(Verified::unsigned())
        }

        fn parse(&self, delivery: &Delivery) -> Result<Value, ParseError> {
            delivery.json()
        }

        fn normalize(&self, said: Value) -> Vec<Draft> {
            vec![Draft::unknown("x", said, DedupKey::None)]
        }
    }

    fn stored(position: u64, body: &'static str) -> Stored {
        Stored {
            position: LogPosition(position),
            intake: Intake {
                endpoint: "support".into(),
                adapter: "sticky".into(),
                delivery: Delivery::post(body),
                verified: Verified::unsigned(),
            },
        }
    }

    fn decoder(plan: Plan, clock: Arc<dyn Clock>) -> Decoder {
        let (_, plan) = watch::channel(Arc::new(plan));
        let pauses = Pauses::new(Arc::new(MemoryJournal::new()), Bell::default());
        Decoder::new(plan, pauses, clock)
    }

    /// Does `work` with a decoder whose adapter hangs where it is told to.
    fn while_it_hangs<T>(work: impl AsyncFnOnce(&Decoder) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let lock = Arc::default();
        let sticky: Arc<dyn Adapter> = Arc::new(Sticky(Arc::clone(&lock)));
        let hanging = lock.lock().unwrap();
        let plan = Plan::new().decoding("support", sticky);
        let mut decoder = decoder(plan, Arc::new(SystemClock));
        decoder.budget = Duration::from_secs(1);

        let done = runtime.block_on(work(&decoder));
        // Before the runtime ends, which waits for its threads.
        drop(hanging);
        done
    }

    #[test]
    fn many_deliveries_give_way_until_the_first_has_waited_long() {
        let received = Timestamp::from_seconds(1_764_000_000).unwrap();
        let check = |count, waits: Duration, expected| {
            let now = received.plus(waits);
            let batch: Vec<Stored> = (1..=count)
                .map(|position| {
                    let mut stored = stored(position, "fine");
                    stored.intake.delivery.received_at = received;
                    stored
                })
                .collect();
            let precedence = decoder(Plan::new(), Arc::new(FixedClock(now))).precedence_of(&batch);
            assert_eq!(precedence, expected, "{count} that wait {waits:?}");
        };

        check(0, Duration::ZERO, Precedence::Normal);
        check(63, Duration::ZERO, Precedence::Normal);
        check(64, Duration::ZERO, Precedence::GivesWay);
        check(64, Duration::from_millis(1_999), Precedence::GivesWay);
        check(64, Duration::from_secs(2), Precedence::Normal);
    }

    #[test]
    fn what_could_not_be_read_again_is_left_undecoded() {
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let echo: Arc<dyn Adapter> = Arc::new(Echo);
        let adapters = HashMap::from([("support".to_owned(), echo)]);
        for (body, expected) in [
            (r#"{"text":"hi"}"#.to_owned(), None),
            // The event has it in an object of its own.
            (nested(99), None),
            (nested(100), Some(UndecodedCause::Unreadable)),
            (
                r#"{"$serde_json::private::Number":"7"}"#.to_owned(),
                Some(UndecodedCause::Unreadable),
            ),
        ] {
            let mut stored = stored(1, "");
            stored.intake.adapter = "echo".into();
            stored.intake.delivery = Delivery::post(body.clone());

            let outcome = events(&stored, &adapters);

            let cause = outcome.err().map(|undecoded| undecoded.cause);
            assert_eq!(cause, expected, "{body}");
        }
    }

    /// Tells of as many events as the body says, each with so many bytes of text.
    #[derive(Debug)]
    struct Many;

    impl ProviderAdapter for Many {
        const DESCRIPTOR: Descriptor = Descriptor::new("many", "Many");
        type Payload = (usize, usize);

        async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
            Ok(Verified::unsigned())
        }

        fn parse(&self, delivery: &Delivery) -> Result<(usize, usize), ParseError> {
            delivery.json()
        }

        fn normalize(&self, (events, bytes): (usize, usize)) -> Vec<Draft> {
            let text = Value::from("x".repeat(bytes));
            let draft = Draft::unknown("x", text, DedupKey::None);
            vec![draft; events]
        }
    }

    fn many(position: u64, body: &'static str) -> Stored {
        let mut stored = stored(position, body);
        stored.intake.adapter = "many".into();
        stored
    }

    #[test]
    fn what_multiplies_without_end_is_left_undecoded() {
        let adapters: HashMap<_, Arc<dyn Adapter>> =
            HashMap::from([("support".to_owned(), Arc::new(Many) as _)]);
        for (body, expected) in [
            ("[16384, 0]", Ok(16_384)),
            ("[16385, 0]", Err("it tells of more than 16384 events")),
            ("[63, 1000000]", Ok(63)),
            ("[68, 1000000]", Err("its events come to more than 64 MiB")),
        ] {
            let outcome = events(&many(1, body), &adapters);

            let told = outcome.map(|events| events.len());
            assert_eq!(
                told.map_err(|undecoded| undecoded.reason),
                expected.map_err(str::to_owned),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn no_more_is_decoded_ahead_than_memory_is_for() {
        let plan = Plan::new().decoding("support", Arc::new(Many));
        let decoder = decoder(plan, Arc::new(SystemClock));
        let batch = (1..=10).map(|position| many(position, "[30, 1000000]"));

        let mut decoding = decoder.begin(batch.collect());

        let mut pieces = Vec::new();
        while let Some(piece) = decoding.next().await {
            pieces.push(Vec::from_iter(
                piece.iter().map(|decoded| decoded.position.0),
            ));
        }
        assert_eq!(
            pieces,
            [vec![1, 2, 3], vec![4, 5, 6], vec![7, 8, 9], vec![10]]
        );
    }

    #[test]
    fn an_adapter_that_hangs_costs_a_delivery_its_turn_and_soon_its_endpoint() {
        let bodies = ["fine", "hang", "fine", "hang", "hang", "fine"];
        let batch = (1..)
            .zip(bodies)
            .map(|(position, body)| stored(position, body));

        let decoded = while_it_hangs(async |decoder| decoder.decode(batch.collect()).await);

        let causes: Vec<_> = decoded
            .iter()
            .map(|decoded| {
                decoded
                    .outcome
                    .as_ref()
                    .err()
                    .map(|undecoded| undecoded.cause)
            })
            .collect();
        let hung = Some(UndecodedCause::Hung);
        assert_eq!(causes, [None, hung, None, hung, hung, hung]);
    }

    #[test]
    fn a_batch_comes_out_whole_and_in_order_piece_by_piece() {
        let body = |position| if position == 200 { "hang" } else { "fine" };
        let batch = (1..=300).map(|position| stored(position, body(position)));

        let pieces = while_it_hangs(async |decoder| {
            let mut decoding = decoder.begin(batch.collect());
            let mut pieces = Vec::new();
            while let Some(piece) = decoding.next().await {
                pieces.push(piece);
            }
            pieces
        });

        assert_eq!(Vec::from_iter(pieces.iter().map(Vec::len)), [128, 128, 44]);
        let positions = pieces.iter().flatten().map(|decoded| decoded.position.0);
        assert!(positions.eq(1..=300));
        let mut decoded = pieces.iter().flatten();
        assert_eq!(
            decoded.position(|decoded| decoded.outcome.is_err()),
            Some(199)
        );
    }
}
