//! The pipeline: steps 8 to 11 of the flow. Takes deliveries out of the journal, decodes and stamps
//! them, and brings their events to every sink.
//!
//! It shares nothing with the host but the journal, so nothing here makes a provider wait.
//!
//! ```
#![doc = include_str!("../doc/acme.txt")]
//! use std::sync::Arc;
//!
//! use switchboard_core::journal::{Intake, Journal as _, MemoryJournal};
//! use switchboard_core::pipeline::{Pipeline, Subscription};
//! use switchboard_core::{Delivery, Event, SystemClock, Verified};
//! use tokio::sync::{mpsc, oneshot};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (given, mut seen) = mpsc::unbounded_channel();
//! let crm = Subscription::on("crm", move |event: Event| {
//!     let told = given.send(event.id).map_err(|_| "nobody listens");
//!     async move { told }
//! });
//! let journal = Arc::new(MemoryJournal::new());
//! let pipeline = Pipeline::new(journal.clone(), Arc::new(SystemClock))
//!     .decoding("support", Arc::new(Acme))
//!     .delivering(crm);
//! pipeline.subscribe().await?;
//! let (stop, stopped) = oneshot::channel::<()>();
//! let running = tokio::spawn(pipeline.run(async { drop(stopped.await) }));
//!
//! // What the host does with a call.
//! let _receipt = journal
//!     .append(&Intake {
//!         endpoint: "support".into(),
//!         adapter: "acme".into(),
//!         delivery: Delivery::post("hello"),
//!         verified: Verified::new("token"),
//!     })
//!     .await?;
//!
//! assert!(seen.recv().await.is_some_and(|id| id.starts_with("provider.event:")));
//! drop(stop);
//! running.await??;
//! assert_eq!(journal.standing("crm").delivered, 1);
//! # Ok(())
//! # }
//! ```

mod attempt;
mod bell;
mod board;
mod breaker;
mod calls;
mod control;
mod decode;
mod decoder;
mod decoding;
mod dispatch;
mod pace;
mod patience;
mod pauses;
mod plan;
mod retry;
mod settling;
mod subscription;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::bell::Bell;
use self::board::Board;
use self::decoder::Decoder;
use self::dispatch::Dispatch;
use self::patience::patiently;
use self::pauses::Pauses;
use crate::journal::{Journal, JournalError};
use crate::stop::until;
use crate::{Adapter, Clock};

pub use board::SinkStatus;
pub use breaker::BreakerState;
pub use control::{Control, ReplayReport, Replayed};
pub use plan::Plan;
pub use retry::Retry;
pub use subscription::Subscription;

/// Decodes what the journal holds and delivers it.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::pipeline::{Pipeline, Plan, Subscription};
/// use switchboard_core::sink::SinkError;
/// use switchboard_core::{Event, SystemClock};
///
/// async fn log(event: Event) -> Result<(), SinkError> {
///     println!("{} {}", event.kind, event.id);
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pipeline = Pipeline::new(Arc::new(MemoryJournal::new()), Arc::new(SystemClock))
///     .decoding("support", Arc::new(Acme))
///     .delivering(Subscription::on("log", log))
///     // In tests: the same retries at the same moments.
///     .seeded(42);
/// let control = pipeline.control();
/// assert!(control.endpoints().contains_key("support") && control.subscribed().contains("log"));
///
/// // Or all at once, as a configuration is read.
/// let plan = Plan::new().delivering(Subscription::on("audit", log));
/// let pipeline = pipeline.planned(plan);
/// assert!(!control.subscribed().contains("log"));
///
/// pipeline.subscribe().await?;
/// // Until this future is over, which it is at once.
/// pipeline.run(std::future::ready(())).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pipeline {
    control: Control,
    plan: watch::Receiver<Arc<Plan>>,
    random: fastrand::Rng,
    /// Held by whoever gives events to the sink of a name.
    turns: BTreeMap<String, Arc<Mutex<()>>>,
}

impl Pipeline {
    /// A pipeline out of `journal`, with nothing to decode by and nowhere to go yet.
    pub fn new(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        let (sender, plan) = watch::channel(Arc::default());
        let bell = Bell::default();
        let pauses = Pauses::new(Arc::clone(&journal), bell.clone());
        let control = Control {
            journal,
            clock: Arc::clone(&clock),
            plan: sender,
            pauses: pauses.clone(),
            board: Board::default(),
            decoder: Decoder::new(plan.clone(), pauses, clock),
            bell,
        };
        Self {
            control,
            plan,
            random: fastrand::Rng::new(),
            turns: BTreeMap::new(),
        }
    }

    /// The same pipeline, in which `adapter` decodes what came in by `endpoint`.
    #[must_use]
    pub fn decoding(self, endpoint: impl Into<String>, adapter: Arc<dyn Adapter>) -> Self {
        self.changed(|plan| plan.decoding(endpoint, adapter))
    }

    /// The same pipeline with one more place to go. The last one of a name stays.
    #[must_use]
    pub fn delivering(self, subscription: Subscription) -> Self {
        self.changed(|plan| plan.delivering(subscription))
    }

    /// The same pipeline by `plan`, instead of what was said before.
    #[must_use]
    pub fn planned(self, plan: Plan) -> Self {
        self.changed(|_| plan)
    }

    /// The same pipeline, in which chance is what follows from `seed`.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.random = fastrand::Rng::with_seed(seed);
        self
    }

    /// What can be done to it from outside, while it runs.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Makes every sink known to the journal. To be done before the first delivery is taken: a
    /// sink gets the events recorded from then on.
    ///
    /// # Errors
    ///
    /// When the journal cannot commit it.
    pub async fn subscribe(&self) -> Result<(), JournalError> {
        let plan = Arc::clone(&self.plan.borrow());
        for subscription in &plan.subscriptions {
            patiently(|| self.control.journal.subscribe(&subscription.name)).await?;
        }
        self.control.pauses.load().await
    }

    /// Decodes and delivers until `shutdown`; then finishes the attempts under way and settles them.
    ///
    /// A dropped call breaks attempts off. They are made again after the next start.
    ///
    /// # Errors
    ///
    /// When the journal stops.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), JournalError> {
        let stop = CancellationToken::new();
        until(shutdown, &stop, self.work(&stop)).await
    }

    async fn work(mut self, stop: &CancellationToken) -> Result<(), JournalError> {
        self.control.pauses.load().await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(decode::run(
            Arc::clone(&self.control.journal),
            self.control.decoder.clone(),
            stop.clone(),
        ));
        let mut round = self.deliver(&mut tasks, stop);
        let mut outcome = Ok(());
        loop {
            tokio::select! {
                biased;
                ended = tasks.join_next() => match ended {
                    None => return outcome,
                    Some(Ok(Ok(()))) => {}
                    Some(Ok(Err(error))) => {
                        stop.cancel();
                        outcome = outcome.and(Err(error));
                    }
                    Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
                },
                Ok(()) = self.plan.changed(), if !stop.is_cancelled() => {
                    round.cancel();
                    round = self.deliver(&mut tasks, stop);
                }
            }
        }
    }

    /// Starts a loop for every sink of the plan; answers what ends them before `stop` does.
    ///
    /// A sink's loop begins when its calls by the plan before have ended: all of them together are
    /// no more than it may be given at once, and stay in their order.
    fn deliver(
        &mut self,
        tasks: &mut JoinSet<Result<(), JournalError>>,
        stop: &CancellationToken,
    ) -> CancellationToken {
        let round = stop.child_token();
        let plan = Arc::clone(&self.plan.borrow_and_update());
        for subscription in &plan.subscriptions {
            let dispatch = Dispatch::new(
                subscription.clone(),
                self.control.clone(),
                self.random.fork(),
            );
            let turn = self.turns.entry(subscription.name.clone()).or_default();
            let (turn, round) = (Arc::clone(turn), round.clone());
            tasks.spawn(async move {
                match round.run_until_cancelled(turn.lock()).await {
                    Some(_turn) => dispatch.run(round.clone()).await,
                    None => Ok(()),
                }
            });
        }
        round
    }

    fn changed(self, change: impl FnOnce(Plan) -> Plan) -> Self {
        self.control
            .plan
            .send_modify(|plan| *plan = Arc::new(change(Plan::clone(plan))));
        self
    }
}
