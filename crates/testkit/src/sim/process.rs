//! One life of the pipeline, from its start to its end or its crash.

use std::sync::Arc;

use switchboard_core::journal::{Journal, JournalError};
use switchboard_core::pipeline::{Control, Pipeline, Plan};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::ledger::{Seen, broken};
use super::stage::Stage;
use super::world::World;

/// More turns than it takes to drop everything that a dropped pipeline held.
const TURNS: usize = 1000;

/// A pipeline at work on the journal `J`.
#[derive(Debug)]
pub(super) struct Process<J> {
    pub(super) journal: Arc<Stage<J>>,
    pub(super) control: Control,
    task: JoinHandle<Result<(), JournalError>>,
    stop: CancellationToken,
}

impl<J: Journal> Process<J> {
    pub(super) async fn start(journal: J, world: &World, plan: Plan) -> Self {
        let seed = world.state().chance.u64(..);
        let journal = Arc::new(Stage::new(journal, world.clone()));
        let clock = Arc::clone(&world.clock);
        let pipeline = Pipeline::new(Arc::clone(&journal) as Arc<dyn Journal>, clock)
            .planned(plan)
            .seeded(seed);
        world.note(subscribed(pipeline.subscribe().await));
        let now = world.elapsed();
        world.state().ledger.restarted(now);
        let (control, stop) = (pipeline.control(), CancellationToken::new());
        Self {
            journal,
            control,
            task: tokio::spawn(pipeline.run(stop.clone().cancelled_owned())),
            stop,
        }
    }

    /// Whether it still runs, as nobody told it to stop.
    pub(super) fn goes_on(&self) -> Seen {
        if self.task.is_finished() {
            return broken("the pipeline goes on", "it has ended");
        }
        Ok(())
    }

    /// Ends it as a kill would. Answers what is left.
    pub(super) async fn kill(self) -> J {
        self.task.abort();
        let _aborted = self.task.await;
        drop(self.control);
        alone(self.journal).await
    }

    /// Lets it end in order. Answers what is left.
    pub(super) async fn stop(self) -> (J, Seen) {
        self.stop.cancel();
        let seen = match self.task.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => broken("the pipeline ends in order", error.to_string()),
            Err(panic) => broken("the pipeline ends in order", panic.to_string()),
        };
        drop(self.control);
        (alone(self.journal).await, seen)
    }
}

fn subscribed(subscribed: Result<(), JournalError>) -> Seen {
    subscribed.or_else(|error| broken("the pipeline starts", error.to_string()))
}

/// What `stage` has, once its tasks are gone too.
async fn alone<J>(mut stage: Arc<Stage<J>>) -> J {
    for _ in 0..TURNS {
        match Arc::try_unwrap(stage) {
            Ok(stage) => return stage.inner,
            Err(shared) => stage = shared,
        }
        tokio::task::yield_now().await;
    }
    panic!("the pipeline has ended, and somebody still holds its journal");
}
