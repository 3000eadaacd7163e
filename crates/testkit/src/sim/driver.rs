//! Whoever does things to the pipeline: providers, operators, and fate.

use std::sync::Arc;
use std::time::Duration;

use switchboard_core::journal::{
    Decoded, EventPosition, Intake, Journal as _, JournalError, Line, Order, Records, Replay,
};
use switchboard_core::pipeline::{Plan, Subscription};
use switchboard_core::sink::Sink;
use switchboard_core::{DedupKey, Delivery, Descriptor, Draft, Event, Verified, event::Origin};

use super::answer::Mood;
use super::ledger::{Seen, broken};
use super::process::Process;
use super::sink::Scripted;
use super::terms::{ALL, GOES_ON, SOME, Terms, WAITS};
use super::trace::Trace;
use super::world::{Store, World};
use super::{Simulation, Wrap};
use crate::BrokenPromise;
use crate::journal::JournalUnderTest;

const ADAPTER: Descriptor = Descriptor::new("acme", "Acme");

/// The lanes that nearly all events are of.
const LANES: u64 = 4;

/// So often the counters are compared, besides after every crash.
const AUDITS: u32 = 25;

/// When all is well, everything is delivered within so much time: a retry waits for 12 h at most,
/// and a rate takes its time. In an order an event behind others is looked at when its turn comes, and
/// is due by the clock: what that was set back comes on top.
const RECOVERY: Duration = Duration::from_secs(14 * 60 * 60);

/// One run.
pub(super) struct Driver<U: JournalUnderTest> {
    world: World,
    place: U,
    /// None only while one ends and the next one starts.
    process: Option<Process<U::Journal>>,
    sinks: Vec<Arc<dyn Sink>>,
    terms: Vec<Terms>,
    /// What was configured anew: sinks that are out, and their order and filters.
    is_out: Vec<bool>,
    is_long: bool,
    keys: u64,
}

impl<U: JournalUnderTest> Driver<U> {
    pub(super) async fn start(place: U, simulation: &Simulation) -> Self {
        let is_long = simulation.seed % 16 == 15;
        let terms = Terms::of_all_sinks(is_long);
        let world = World::new(simulation.seed, terms.clone());
        let sinks = scripted(&terms, &world, simulation.wrap);
        let journal = place.open().await;
        let mut driver = Self {
            is_out: vec![false; terms.len()],
            process: None,
            keys: 0,
            world,
            place,
            sinks,
            terms,
            is_long,
        };
        driver.begin(journal).await;
        driver
    }

    /// Makes the run: what was broken first, and the trace.
    pub(super) async fn run(mut self, operations: u32) -> (Option<BrokenPromise>, Trace) {
        for operation in 1..=operations {
            self.operate().await;
            self.world.note(self.process().goes_on());
            if operation % AUDITS == 0 {
                self.audit().await;
            }
            if self.world.is_broken() {
                break;
            }
        }
        if !self.world.is_broken() {
            self.recover().await;
        }
        if let Some(process) = self.process.take() {
            process.kill().await;
        }
        let mut state = self.world.state();
        let broken = state.broken.take();
        (broken, std::mem::take(&mut state.trace))
    }

    async fn operate(&mut self) {
        match self.world.below(200) {
            0..=69 => self.record().await,
            70..=119 => self.wait().await,
            120..=139 => self.change_a_mood(),
            140..=147 => self.change_the_store(),
            148..=157 => self.pause_or_resume().await,
            158..=169 => self.bury_or_revive().await,
            170..=177 => self.replay().await,
            178..=185 => self.change_the_plan().await,
            186..=188 => self.set_the_clock(),
            189..=197 => self.crash().await,
            _ => self.restart().await,
        }
    }

    async fn record(&mut self) {
        let more = self.world.below(4) / 3;
        let events: Vec<Event> = (0..=more).map(|_| self.event()).collect();
        let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
        self.world.tell(format!("record {ids:?}"));
        self.keep(events).await;
    }

    async fn keep(&self, events: Vec<Event>) {
        let journal = Arc::clone(&self.process().journal);
        let intake = Intake {
            endpoint: "support".into(),
            adapter: ADAPTER.name.into(),
            delivery: Delivery::post(""),
            verified: Verified::unsigned(),
        };
        let receipt = match journal.append(&intake).await {
            Ok(receipt) => receipt,
            Err(error) => return self.world.note(failed(error)),
        };
        let decoded = Decoded::new(receipt.position(), Ok(events));
        if let Err(error) = journal.record(&[decoded]).await {
            self.world.note(failed(error));
        }
    }

    /// A new event, or one that was there already.
    fn event(&mut self) -> Event {
        let mut state = self.world.state();
        let head = state.ledger.head() as usize;
        if head > 0 && state.chance.u8(..16) == 0 {
            let known = state.chance.usize(..head);
            return state.ledger.events[known].event.clone();
        }
        self.keys += 1;
        let key = match state.chance.u8(..64) {
            0 => format!("poison-{}", self.keys),
            _ => self.keys.to_string(),
        };
        let endpoint = state.chance.choice(["support", "sales"]);
        let draft = Draft::unknown("x", serde_json::json!({}), DedupKey::provider([key]));
        let origin = Origin {
            adapter: &ADAPTER,
            endpoint: endpoint.unwrap_or_default(),
            account: None,
            scheme: "none",
            delivery: "d",
            recorded: self.world.now(),
        };
        let mut event = Event::stamp(draft, &origin, 0);
        event.partitionkey = match state.chance.u8(..8) {
            0 => format!("alone-{}", self.keys),
            _ => format!("lane-{}", state.chance.u64(..LANES)),
        };
        event
    }

    async fn wait(&mut self) {
        let millis = {
            let chance = &mut self.world.state().chance;
            match chance.u8(..32) {
                0..=7 => 0,
                8..=18 => chance.u64(..50),
                19..=28 => chance.u64(..5_000),
                29 | 30 => chance.u64(..120_000),
                _ if self.is_long => chance.u64(..20 * 3_600_000),
                _ => chance.u64(..1_200_000),
            }
        };
        self.world.tell(format!("wait {millis} ms"));
        if millis > 0 {
            return tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        for _ in 0..self.world.below(12) {
            tokio::task::yield_now().await;
        }
    }

    fn change_a_mood(&mut self) {
        let sink = self.any_sink();
        let mood = {
            let state = &mut *self.world.state();
            let mood = Mood::any(&mut state.chance);
            state.moods[sink] = mood;
            mood
        };
        self.world
            .tell(format!("{} is {mood:?}", self.terms[sink].name));
    }

    fn change_the_store(&mut self) {
        let store = {
            let state = &mut *self.world.state();
            let chance = &mut state.chance;
            state.store = match chance.u8(..8) {
                0 => Store {
                    failing: chance.u8(1..160),
                    ..Store::default()
                },
                1 => Store {
                    is_slow: true,
                    ..Store::default()
                },
                2 | 3 => Store {
                    is_instant: true,
                    ..Store::default()
                },
                _ => Store::default(),
            };
            state.store
        };
        self.world.tell(format!("the {store:?}"));
    }

    async fn pause_or_resume(&mut self) {
        let sink = self.any_sink();
        let line = Line::Sink(self.terms[sink].name.to_owned());
        let turns = self.patience();
        let is_pause = self.world.below(5) < 2;
        let what = if is_pause { "pause" } else { "resume" };
        self.world.tell(format!("{what} {line}{}", in_words(turns)));
        let control = self.process().control.clone();
        let call = async {
            if is_pause {
                control.pause(&line).await
            } else {
                control.resume(&line).await
            }
        };
        let Some(answer) = impatiently(turns, call).await else {
            return;
        };
        match answer {
            Ok(_) => {
                let mut state = self.world.state();
                let (standing, _) = state.ledger.sink(self.terms[sink].name);
                let is_so = standing.is_paused == is_pause;
                drop(state);
                if !is_so {
                    let how = format!("{what} {line}, and the journal has it otherwise");
                    self.world.note(broken("an operator's word counts", how));
                }
            }
            Err(error) => self.world.note(excused(error)),
        }
    }

    /// Revives or discards dead letters, and what is none.
    async fn bury_or_revive(&mut self) {
        let sink = self.any_sink();
        let (positions, is_revival) = {
            let state = &mut *self.world.state();
            let head = state.ledger.head();
            if head == 0 {
                return;
            }
            let chance = &mut state.chance;
            let dead = state.ledger.sinks[sink].dead_letters();
            let is_all = chance.bool();
            let mut positions: Vec<_> = dead.filter(|_| is_all || chance.bool()).collect();
            positions.push(EventPosition(chance.u64(1..=head)));
            (positions, chance.u8(..4) > 0)
        };
        let turns = self.patience();
        let what = if is_revival { "revive" } else { "discard" };
        let name = self.terms[sink].name;
        let words = in_words(turns);
        let at: Vec<u64> = positions.iter().map(|position| position.0).collect();
        self.world.tell(format!("{what} {at:?} of {name}{words}"));
        let control = self.process().control.clone();
        let call = async {
            if is_revival {
                control.revive(name, &positions).await
            } else {
                control.discard(name, &positions).await
            }
        };
        if let Some(Err(error)) = impatiently(turns, call).await {
            self.world.note(excused(error));
        }
    }

    async fn replay(&mut self) {
        let replays: Vec<Replay> = {
            let state = &mut *self.world.state();
            let head = state.ledger.head() as usize;
            if head == 0 {
                return;
            }
            let chance = &mut state.chance;
            let sinks = match chance.u8(..4) {
                0 => Some(vec![
                    self.terms[chance.usize(..self.terms.len())].name.to_owned(),
                ]),
                1 => Some(vec!["nobody".to_owned()]),
                _ => None,
            };
            let events = 0..chance.usize(1..4);
            let events = events.map(|_| state.ledger.events[chance.usize(..head)].event.clone());
            let events: Vec<Event> = events.collect();
            let replay = |mut event: Event| {
                let id = format!("{}~{}", event.id, chance.u8(..4));
                event.replayof = Some(std::mem::replace(&mut event.id, id));
                Replay {
                    delivery: switchboard_core::journal::LogPosition(1),
                    event,
                    sinks: sinks.clone(),
                }
            };
            events.into_iter().map(replay).collect()
        };
        let ids: Vec<&str> = replays
            .iter()
            .map(|replay| replay.event.id.as_str())
            .collect();
        let sinks = &replays[0].sinks;
        self.world.tell(format!("replay {ids:?} to {sinks:?}"));
        let journal = Arc::clone(&self.process().journal);
        if let Err(error) = journal.replay(&replays).await {
            self.world.note(excused(error));
        }
    }

    async fn change_the_plan(&mut self) {
        let sink = self.any_sink();
        let change = self.world.below(4);
        let terms = &mut self.terms[sink];
        match change {
            0 | 1 => self.is_out[sink] = !self.is_out[sink],
            2 => {
                let orders = [switchboard_core::journal::Order::None, GOES_ON, WAITS];
                let order = self.world.state().chance.choice(orders);
                terms.order = order.unwrap_or(GOES_ON);
            }
            _ => {
                let filter = if Arc::ptr_eq(&terms.filter, &ALL) {
                    &SOME
                } else {
                    &ALL
                };
                terms.filter = Arc::clone(filter);
            }
        }
        let Terms { name, order, .. } = terms;
        let is_out = self.is_out[sink];
        self.world
            .tell(format!("plan: {name} {order:?} is_out {is_out}"));
        self.replace().await;
    }

    async fn replace(&mut self) {
        let plan = self.plan();
        if let Err(error) = self.process().control.replace(plan).await {
            self.world.note(excused(error));
        }
    }

    fn set_the_clock(&mut self) {
        let seconds = self
            .world
            .state()
            .chance
            .choice([-3_600, -60, 60, 3_600, 86_400])
            .unwrap_or_default();
        self.world.tell(format!("the clock jumps by {seconds} s"));
        self.world.clock.jump(seconds);
        let now = self.world.elapsed();
        self.world.state().ledger.jumped(now);
    }

    async fn crash(&mut self) {
        self.world.tell("crash");
        if let Some(process) = self.process.take() {
            let journal = process.kill().await;
            let journal = self.place.crash(journal).await;
            self.begin(journal).await;
        }
    }

    async fn restart(&mut self) {
        self.world.tell("restart");
        if let Some(process) = self.process.take() {
            let (journal, seen) = process.stop().await;
            self.world.note(seen);
            let journal = self.place.crash(journal).await;
            self.begin(journal).await;
        }
    }

    /// Starts a process on what the last one left.
    async fn begin(&mut self, journal: U::Journal) {
        let now = self.world.elapsed();
        self.world.state().ledger.restarted(now);
        self.world.tell("start");
        let process = Process::start(journal, &self.world, self.plan()).await;
        self.process = Some(process);
        self.audit().await;
    }

    /// Everything is well: then everything is delivered.
    async fn recover(&mut self) {
        self.world.tell("all is well");
        {
            let mut state = self.world.state();
            state.store = Store::default();
            state.moods.fill(Mood::Well);
            state.is_poisoned = false;
        }
        self.is_out.fill(false);
        self.replace().await;
        // What is under way ends first, well or not.
        tokio::time::sleep(Duration::from_secs(240)).await;
        let control = self.process().control.clone();
        for terms in self.terms.clone() {
            let line = Line::Sink(terms.name.to_owned());
            self.world
                .note(control.resume(&line).await.map(drop).or_else(failed));
            let dead: Vec<_> = {
                let mut state = self.world.state();
                state.ledger.sink(terms.name).0.dead_letters().collect()
            };
            let revived = control.revive(terms.name, &dead).await;
            self.world.note(revived.map(drop).or_else(failed));
        }
        let recovered = self.world.elapsed() + RECOVERY;
        let behind = self.world.clock.behind();
        self.wait_for_delivery(recovered).await;
        self.must_be_delivered(|terms| terms.order == Order::None)
            .await;
        self.wait_for_delivery(recovered + behind).await;
        self.must_be_delivered(|_| true).await;
        self.audit().await;
        if self.world.is_broken() {
            return;
        }
        let journal = Arc::clone(&self.process().journal);
        match journal.inner.counters().await {
            Ok(counters) => {
                let is_done = self.world.state().ledger.is_done(&counters);
                self.world.note(is_done);
            }
            Err(error) => self.world.note(failed(error)),
        }
    }

    /// Waits until everything is delivered, or so much time has passed.
    async fn wait_for_delivery(&self, until: Duration) {
        let mut pause = Duration::from_secs(5);
        while self.world.elapsed() < until && !self.world.is_broken() {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(600));
            if self.pending().await == 0 {
                return;
            }
        }
    }

    /// Notes it when a sink of such terms still waits for something.
    async fn must_be_delivered(&self, such: impl Fn(&Terms) -> bool) {
        let counters = match self.process().journal.inner.counters().await {
            Ok(counters) => counters,
            Err(error) => return self.world.note(failed(error)),
        };
        let is_such = |name: &str| {
            let mut named = self.terms.iter().filter(|terms| terms.name == name);
            named.any(&such)
        };
        let pending = counters.sinks.iter().filter(|sink| sink.pending > 0);
        let pending: Vec<_> = pending.filter(|sink| is_such(&sink.name)).collect();
        if !pending.is_empty() {
            let how = format!("{pending:?}");
            self.world
                .note(broken("all is delivered when all is well", how));
        }
    }

    async fn pending(&self) -> u64 {
        let counters = self.process().journal.inner.counters().await;
        counters.map_or(0, |counters| {
            counters.sinks.iter().map(|sink| sink.pending).sum()
        })
    }

    /// Compares the journal's account with the ledger.
    async fn audit(&self) {
        match self.process().journal.inner.counters().await {
            Ok(counters) => {
                let seen = self.world.state().ledger.balances(&counters);
                self.world.note(seen);
            }
            Err(error) => self.world.note(failed(error)),
        }
    }

    fn plan(&self) -> Plan {
        let mut plan = Plan::new();
        for (index, terms) in self.terms.iter().enumerate() {
            if self.is_out[index] {
                continue;
            }
            let mut subscription = Subscription::new(terms.name, Arc::clone(&self.sinks[index]));
            subscription.filter = Arc::clone(&terms.filter);
            subscription.order = terms.order;
            subscription.retry = terms.retry;
            subscription.concurrency = terms.concurrency;
            subscription.timeout = terms.timeout;
            subscription.rate = terms.rate.and_then(std::num::NonZero::new);
            plan = plan.delivering(subscription);
        }
        plan
    }

    fn process(&self) -> &Process<U::Journal> {
        self.process
            .as_ref()
            .expect("one is there between two operations")
    }

    fn any_sink(&self) -> usize {
        self.world.state().chance.usize(..self.terms.len())
    }

    /// After how many turns an operator breaks a call off, if so.
    fn patience(&self) -> Option<u64> {
        let chance = &mut self.world.state().chance;
        (chance.u8(..6) == 0).then(|| chance.u64(..5))
    }
}

fn scripted(terms: &[Terms], world: &World, wrap: Wrap) -> Vec<Arc<dyn Sink>> {
    let sinks = terms
        .iter()
        .enumerate()
        .map(|(index, terms)| wrap(Arc::new(Scripted::new(terms.clone(), index, world.clone()))));
    sinks.collect()
}

fn in_words(turns: Option<u64>) -> String {
    turns.map_or(String::new(), |turns| format!(", for {turns} turns"))
}

/// Makes `call`, and drops it after so many turns.
async fn impatiently<T>(turns: Option<u64>, call: impl Future<Output = T>) -> Option<T> {
    let Some(turns) = turns else {
        return Some(call.await);
    };
    let patience = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        answer = call => Some(answer),
        () = patience => None,
    }
}

/// A call failed that had no reason to.
fn failed(error: impl std::error::Error) -> Seen {
    broken("what can be done is done", error.to_string())
}

/// A call failed as the store told it to.
fn excused(error: JournalError) -> Seen {
    if error.is_transient() {
        return Ok(());
    }
    failed(error)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use switchboard_core::journal::{
        ClaimRequest, LONGEST_PAUSE, MemoryJournal, Settlement, Verdict,
    };
    use switchboard_core::{Clock as _, Timestamp};

    use super::super::stage::Stage;
    use super::*;

    struct Memory;

    #[async_trait]
    impl JournalUnderTest for Memory {
        type Journal = MemoryJournal;

        async fn open(&self) -> MemoryJournal {
            MemoryJournal::new()
        }

        async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
            journal.reopen();
            journal
        }
    }

    /// The second event of the lane is given back before the clock is set back: it waits for the first,
    /// and from then on for the clock.
    #[tokio::test(start_paused = true)]
    async fn a_lane_may_recover_as_late_as_the_clock_was_set_back() {
        let mut driver = Driver::start(Memory, &Simulation::seeded(0)).await;
        let lanes = driver.terms.iter().position(|terms| terms.name == "lanes");
        let lanes = lanes.expect("one sink is in lanes");
        driver.is_out[lanes] = true;
        driver.replace().await;
        let mut events = vec![driver.event(), driver.event()];
        for event in &mut events {
            "one".clone_into(&mut event.partitionkey);
        }
        driver.keep(events).await;
        let (journal, clock) = (&*driver.process().journal, &driver.world.clock);
        let request = ClaimRequest {
            sink: "lanes",
            filter: &ALL,
            order: Order::None,
            owner: "somebody",
            now: clock.now(),
            lease: LONGEST_PAUSE,
            limit: 2,
        };
        journal.claim(&request).await.expect("it works in memory");

        give_back(journal, 2, clock.now()).await;
        clock.jump(-3 * 3_600);
        give_back(journal, 1, clock.now()).await;
        let (broken, _) = driver.run(0).await;

        assert!(broken.is_none(), "{broken:?}");
    }

    /// To be tried again as late as anything is, by a clock that shows `now`.
    async fn give_back(journal: &Stage<MemoryJournal>, event: u64, now: Timestamp) {
        let settlement = Settlement {
            position: EventPosition(event),
            verdict: Verdict::Retry(now.plus(LONGEST_PAUSE)),
            attempt: None,
        };
        let settled = journal.settle("lanes", "somebody", &[settlement]).await;
        settled.expect("it works in memory");
    }
}
