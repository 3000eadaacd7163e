//! Every event reaches every matching sink, or stands in its dead letters. Time is tokio's own, which
//! jumps to the next timer when nothing else is left to do.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use switchboard::core::journal::{Cause, Intake, Journal as _, MemoryJournal};
use switchboard::core::pipeline::Pipeline;
use switchboard::core::sink::Handler;
use switchboard::core::{Delivery, Filter, Timestamp, Verified};
use switchboard::{Event, Retry, Sink, SinkError, Subscription};
use switchboard_testkit::TokioClock;
use switchboard_tests::acme::{Acme, hook};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

#[tokio::test(start_paused = true)]
async fn every_sink_gets_the_events_of_its_endpoints_in_order() {
    let (all, mut everything) = collector();
    let (some, mut support) = collector();
    let mut picky = Subscription::new("picky", some);
    let mut filter = Filter::default();
    filter.endpoints = Some(BTreeSet::from(["support".to_owned()]));
    picky.filter = Arc::new(filter);
    let bench = Bench::with([Subscription::new("all", all), picky]).await;

    bench.takes("support", "one").await;
    bench.takes("sales", "two").await;
    bench.takes("support", "three").await;

    assert_eq!(ids(&mut everything, 3).await, ["one", "three", "two"]);
    assert_eq!(ids(&mut support, 2).await, ["one", "three"]);
    bench.ends().await;
    assert_eq!(bench.fates("picky"), [2, 1, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_fails_is_tried_until_it_takes_the_event() {
    let failures = Arc::new(AtomicU32::new(14));
    let (taken, mut events) = unbounded_channel();
    let flaky = Handler::new(move |event: Event| {
        let fails =
            failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        let taken = taken.clone();
        async move {
            match fails {
                Ok(_) => Err("not yet"),
                Err(_) => taken.send(event).map_err(|_| "gone"),
            }
        }
    });
    let bench = Bench::with([Subscription::new("flaky", Arc::new(flaky))]).await;

    bench.takes("support", "one").await;

    assert_eq!(ids(&mut events, 1).await, ["one"]);
    bench.ends().await;
    assert_eq!(bench.fates("flaky"), [1, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_hangs_delays_only_itself() {
    let hanging = Handler::new(|_| std::future::pending::<Result<(), SinkError>>());
    let (taking, mut events) = collector();
    let bench = Bench::with([
        Subscription::new("hanging", Arc::new(hanging)),
        Subscription::new("taking", taking),
    ])
    .await;

    for number in 0..100 {
        bench.takes("support", &format!("{number:03}")).await;
    }

    assert_eq!(ids(&mut events, 100).await.len(), 100);
    let standing = bench.journal.standing("hanging");
    assert_eq!((standing.delivered, standing.pending), (0, 100));
}

#[tokio::test(start_paused = true)]
async fn attempts_and_age_spent_make_a_dead_letter_with_its_cause() {
    let (refusing, panicking, hanging) = (
        Handler::new(async |_| Err::<(), _>("no")),
        Handler::new(async |_| -> Result<(), SinkError> { panic!("asked for") }),
        Handler::new(|_| std::future::pending::<Result<(), SinkError>>()),
    );
    let impatient = |name, sink: Arc<dyn Sink>| {
        let mut subscription = Subscription::new(name, sink);
        let keep_trying = Duration::from_secs(3600);
        subscription.retry = Retry {
            attempts: 3,
            keep_trying,
            ..Retry::default()
        };
        subscription
    };
    let bench = Bench::with([
        impatient("refusing", Arc::new(refusing)),
        impatient("panicking", Arc::new(panicking)),
        impatient("hanging", Arc::new(hanging)),
    ])
    .await;

    bench.takes("support", "one").await;
    bench.settles().await;

    for (name, cause) in [
        ("refusing", Cause::SinkRejected),
        ("panicking", Cause::Panicked),
        ("hanging", Cause::Exhausted),
    ] {
        let dead = bench.journal.dead_letters_of(name);
        assert_eq!(dead.len(), 1, "{name}");
        assert_eq!(dead[0].cause, cause, "{name}");
        let (first, last) = (&dead[0].attempts[0], dead[0].attempts.last().unwrap());
        assert!(dead[0].attempts.len() >= 3, "{name}");
        assert!(
            last.at.since(first.at) >= Duration::from_secs(3600 - 60),
            "{name}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_gone_is_paused_and_loses_nothing() {
    #[derive(Debug)]
    struct Gone(AtomicU32);
    #[async_trait::async_trait]
    impl Sink for Gone {
        async fn deliver(
            &self,
            _: &[Arc<switchboard::core::sink::Envelope>],
        ) -> Result<(), SinkError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Err(SinkError::Gone)
        }
    }
    let gone = Arc::new(Gone(AtomicU32::new(0)));
    let mut subscription = Subscription::new("gone", Arc::clone(&gone) as Arc<dyn Sink>);
    subscription.concurrency = 1;
    let bench = Bench::with([subscription]).await;

    bench.takes("support", "one").await;
    bench.takes("support", "two").await;
    bench.rests().await;

    assert_eq!(gone.0.load(Ordering::Relaxed), 1);
    bench.ends().await;
    assert_eq!(bench.fates("gone"), [0, 0, 2, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_cannot_be_decoded_is_kept_and_blocks_nobody() {
    let (all, mut everything) = collector();
    let bench = Bench::with([Subscription::new("all", all)]).await;

    let deep = format!(
        r#"{{"id":"deep","more":{}1{}}}"#,
        "[".repeat(120),
        "]".repeat(120)
    );
    for body in ["no JSON".to_owned(), deep] {
        bench.appends("support", Delivery::post(body)).await;
    }
    bench.takes("support", "panic").await;
    bench.takes("elsewhere", "unrouted").await;
    bench.takes("support", "sound").await;

    assert_eq!(ids(&mut everything, 1).await, ["sound"]);
    let tally = bench.journal.tally();
    assert_eq!((tally.events, tally.undecoded), (1, 4));
    assert_eq!(bench.journal.deliveries().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn the_same_event_twice_is_one_event_and_one_duplicate() {
    let (all, mut everything) = collector();
    let bench = Bench::with([Subscription::new("all", all)]).await;

    for id in ["one", "one", "two"] {
        bench.takes("support", id).await;
    }

    assert_eq!(ids(&mut everything, 2).await, ["one", "two"]);
    let tally = bench.journal.tally();
    assert_eq!((tally.events, tally.duplicates), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_ends_the_process_three_times_is_parked_and_the_others_are_delivered() {
    let (begun, mut begins) = unbounded_channel();
    let (taken, mut events) = unbounded_channel();
    // What ends the process never comes back; whoever watches ends it.
    let deadly = Handler::new(move |event: Event| {
        let is_poison = event.data["message"]["id"] == "poison";
        let told = if is_poison {
            begun.send(()).is_ok()
        } else {
            taken.send(event).is_ok()
        };
        async move {
            match is_poison {
                true => std::future::pending().await,
                false => told.then_some(()).ok_or("the test has ended"),
            }
        }
    });
    let sink: Arc<dyn Sink> = Arc::new(deadly);
    let journal = Arc::new(MemoryJournal::new());

    for crash in 0..3 {
        let bench = Bench::on(&journal, [Subscription::new("deadly", Arc::clone(&sink))]).await;
        if crash == 0 {
            bench.takes("support", "poison").await;
            bench.takes("support", "innocent").await;
        }
        begins.recv().await.expect("the attempt begins");
        bench.crashes().await;
    }
    let bench = Bench::on(&journal, [Subscription::new("deadly", sink)]).await;
    bench.rests().await;

    assert_eq!(ids(&mut events, 1).await, ["innocent"]);
    let dead = bench.journal.dead_letters_of("deadly");
    let causes: Vec<_> = dead.iter().map(|letter| letter.cause).collect();
    assert_eq!(causes, [Cause::Crashed]);
    assert_eq!(bench.fates("deadly"), [1, 0, 0, 1]);
    assert!(begins.try_recv().is_err(), "it was given a fourth time");
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_the_attempt_under_way() {
    let (begun, mut begins) = unbounded_channel();
    let slow = Handler::new(move |event: Event| {
        begun.send(event).expect("the test listens");
        async {
            let never = std::future::pending::<()>();
            let _elapsed = tokio::time::timeout(Duration::from_secs(20), never).await;
            Ok::<(), SinkError>(())
        }
    });
    let bench = Bench::with([Subscription::new("slow", Arc::new(slow))]).await;
    bench.takes("support", "one").await;
    begins.recv().await.expect("the attempt begins");

    bench.ends().await;

    assert_eq!(bench.fates("slow"), [1, 0, 0, 0]);
}

/// A running pipeline on a journal in memory.
struct Bench {
    journal: Arc<MemoryJournal>,
    stop: CancellationToken,
    running: Mutex<Option<tokio::task::JoinHandle<()>>>,
    sinks: Vec<String>,
}

impl Bench {
    async fn with<const N: usize>(subscriptions: [Subscription; N]) -> Self {
        Self::on(&Arc::new(MemoryJournal::new()), subscriptions).await
    }

    async fn on<const N: usize>(
        journal: &Arc<MemoryJournal>,
        subscriptions: [Subscription; N],
    ) -> Self {
        let journal = Arc::clone(journal);
        let clock = TokioClock::starting_at(Timestamp::from_seconds(1_764_000_000).unwrap());
        let sinks = subscriptions
            .iter()
            .map(|subscription| subscription.name.clone())
            .collect();
        let mut pipeline = Pipeline::new(journal.clone(), Arc::new(clock))
            .decoding("support", Arc::new(Acme {}))
            .decoding("sales", Arc::new(Acme {}));
        for subscription in subscriptions {
            pipeline = pipeline.delivering(subscription);
        }
        pipeline.subscribe().await.unwrap();
        let stop = CancellationToken::new();
        let run = pipeline.run(stop.clone().cancelled_owned());
        let running = tokio::spawn(async { run.await.unwrap() });
        Self {
            journal,
            stop,
            running: Mutex::new(Some(running)),
            sinks,
        }
    }

    async fn takes(&self, endpoint: &str, id: &str) {
        self.appends(endpoint, hook(id)).await;
    }

    async fn appends(&self, endpoint: &str, delivery: Delivery) {
        let intake = Intake {
            endpoint: endpoint.to_owned(),
            adapter: "acme".to_owned(),
            delivery,
            verified: Verified::new("token"),
        };
        let _receipt = self.journal.append(&intake).await.unwrap();
    }

    /// Lets everything happen that happens by itself, for a week.
    async fn rests(&self) {
        let week = Duration::from_secs(7 * 24 * 3600);
        let _elapsed = tokio::time::timeout(week, std::future::pending::<()>()).await;
    }

    /// Waits until no event of any sink is pending.
    async fn settles(&self) {
        self.rests().await;
        for sink in &self.sinks {
            assert_eq!(self.journal.standing(sink).pending, 0, "{sink}");
        }
    }

    /// How many events are delivered, unmatched, pending and dead at `sink`.
    fn fates(&self, sink: &str) -> [u64; 4] {
        let standing = self.journal.standing(sink);
        [
            standing.delivered,
            standing.unmatched,
            standing.pending,
            standing.dead,
        ]
    }

    /// Ends the pipeline wherever it is, and what its journal had in memory with it.
    async fn crashes(&self) {
        let running = self.running.lock().unwrap().take().expect("it ends once");
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        self.journal.reopen();
    }

    async fn ends(&self) {
        self.stop.cancel();
        let running = self.running.lock().unwrap().take().expect("it ends once");
        running.await.unwrap();
    }
}

/// A sink that passes on what it takes.
fn collector() -> (Arc<dyn Sink>, UnboundedReceiver<Event>) {
    let (taken, events): (UnboundedSender<Event>, _) = unbounded_channel();
    let handler = Handler::new(move |event| {
        let taken = taken.clone();
        async move { taken.send(event).map_err(|_| "the test has ended") }
    });
    (Arc::new(handler), events)
}

/// The message ids of the next `count` events, sorted: a sink without an order keeps none.
async fn ids(events: &mut UnboundedReceiver<Event>, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let event = events.recv().await.expect("the pipeline runs");
        ids.push(
            event.data["message"]["id"]
                .as_str()
                .expect("it is a message")
                .to_owned(),
        );
    }
    ids.sort();
    ids
}
