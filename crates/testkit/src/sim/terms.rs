//! The sinks of every simulated world, and on which terms they are given events.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use switchboard_core::Filter;
use switchboard_core::journal::Order;
use switchboard_core::pipeline::Retry;

/// What one sink is promised.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) name: &'static str,
    pub(super) order: Order,
    pub(super) filter: Arc<Filter>,
    pub(super) concurrency: usize,
    pub(super) max_batch: usize,
    pub(super) is_concurrent: bool,
    pub(super) rate: Option<u32>,
    pub(super) retry: Retry,
    pub(super) timeout: Duration,
    /// The longest time that it asks for when it refuses.
    pub(super) longest_ask: Duration,
}

/// Events go on after a dead letter.
pub(super) const GOES_ON: Order = Order::Lanes {
    wait_for_dead: false,
};

/// Events wait for a dead letter.
pub(super) const WAITS: Order = Order::Lanes {
    wait_for_dead: true,
};

/// Wants every event.
pub(super) static ALL: LazyLock<Arc<Filter>> = LazyLock::new(Arc::default);

/// Wants the events of one endpoint.
pub(super) static SOME: LazyLock<Arc<Filter>> = LazyLock::new(|| {
    let mut filter = Filter::default();
    filter.endpoints = Some(["support".to_owned()].into());
    Arc::new(filter)
});

impl Terms {
    /// How many calls may be under way at once.
    pub(super) fn calls(&self) -> usize {
        if self.is_concurrent {
            self.concurrency
        } else {
            1
        }
    }

    /// Six sinks: one of each sort. `is_long` has them as patient as a real one is by default.
    pub(super) fn of_all_sinks(is_long: bool) -> Vec<Self> {
        let retry = if is_long {
            Retry::default()
        } else {
            Retry {
                first: Duration::from_secs(1),
                attempts: 4,
                keep_trying: Duration::from_secs(40),
            }
        };
        let plain = Self {
            name: "plain",
            order: Order::None,
            filter: Arc::clone(&ALL),
            concurrency: 4,
            max_batch: 1,
            is_concurrent: true,
            rate: None,
            retry,
            timeout: Duration::from_secs(5),
            longest_ask: Duration::from_secs(if is_long { 2 * 86_400 } else { 60 }),
        };
        vec![
            Self {
                name: "batches",
                max_batch: 16,
                is_concurrent: false,
                ..plain.clone()
            },
            Self {
                name: "lanes",
                order: GOES_ON,
                ..plain.clone()
            },
            Self {
                name: "paced",
                rate: Some(5),
                ..plain.clone()
            },
            Self {
                name: "picky",
                filter: Arc::clone(&SOME),
                concurrency: 2,
                ..plain.clone()
            },
            Self {
                name: "waiting",
                order: WAITS,
                concurrency: 3,
                ..plain.clone()
            },
            plain,
        ]
    }
}
