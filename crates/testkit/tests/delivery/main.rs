//! The delivery core, shown right by simulation, and the simulation shown able to find lies.

mod commits;
mod lies;
mod regressions;

use async_trait::async_trait;
use switchboard_core::journal::MemoryJournal;
use switchboard_testkit::journal::JournalUnderTest;
use switchboard_testkit::sim::Simulation;

use self::lies::Lie;

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

/// So many runs are made.
const SEEDS: u64 = 2000;

/// `SWITCHBOARD_SEED=123` makes that run alone.
#[test]
fn every_promise_is_kept_whatever_happens() {
    #[expect(clippy::disallowed_methods, reason = "to make one run again")]
    let only = std::env::var("SWITCHBOARD_SEED").ok();
    let only = only.map(|seed| seed.parse::<u64>().expect("a seed is a number"));
    let seeds = only.map_or(0..SEEDS, |seed| seed..seed + 1);

    for seed in seeds {
        let outcome = Simulation::seeded(seed).run(Memory);
        assert!(outcome.broken.is_none(), "{outcome}");
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..50 {
        let [first, second] = [(); 2].map(|()| Simulation::seeded(seed).run(Memory).trace);

        assert_eq!(first, second, "seed {seed}");
    }
}

/// A lie is found out within so many runs.
const PATIENCE: u64 = 40;

#[test]
fn every_lie_of_a_journal_is_found_out() {
    for lie in Lie::ALL {
        let found = (0..PATIENCE).find_map(|seed| Simulation::seeded(seed).run(lie).broken);

        assert!(found.is_some(), "{lie:?} goes unnoticed");
    }
}

#[test]
fn every_lie_of_a_sink_is_found_out() {
    for (name, lie) in [
        ("swallowing", lies::swallowing as fn(_) -> _),
        ("repeating", lies::repeating),
        ("overlapping", lies::overlapping),
        ("overfilling", lies::overfilling),
        ("deaf", lies::deaf),
    ] {
        let run = |seed| Simulation::seeded(seed).with_sinks(lie).run(Memory).broken;
        let found = (0..PATIENCE).find_map(run);

        assert!(found.is_some(), "{name} goes unnoticed");
    }
}
