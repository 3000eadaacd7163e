//! What an input is tried on.

use std::future::Future;
use std::sync::Arc;

use serde_json::json;
use switchboard_core::{Adapter, Delivery, Endpoint, Timestamp, registrations};
use tokio::runtime::Builder;

use crate::adapter::endpoint;
use crate::adapter::fixture::request;

/// 2025-11-24T16:00:00Z.
const NOW: i64 = 1_764_000_000;

/// A linked adapter that can do without options, and an endpoint with secrets of the suite's making,
/// if those will do.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) endpoint: Endpoint,
}

impl Subject {
    /// The one that the first byte of `input` picks, and the rest of the input. Nothing where there
    /// is no first byte, or no such adapter.
    pub(super) fn pick(input: &[u8]) -> Option<(Self, &[u8])> {
        let (pick, rest) = input.split_first()?;
        let linked = registrations();
        let registration = linked.get(usize::from(*pick).checked_rem(linked.len())?)?;
        let adapter = registration.build(&json!({})).ok()?;
        let now = Timestamp::from_seconds(NOW).expect("the year 2025 is in range");
        let endpoint = endpoint(registration.descriptor, now);
        adapter.check(&endpoint).ok()?;
        let subject = Self {
            adapter: adapter.into(),
            endpoint,
        };
        Some((subject, rest))
    }

    pub(super) fn believes(&self, delivery: &Delivery) -> bool {
        block_on(self.adapter.verify(delivery, &self.endpoint)).is_ok()
    }
}

/// The request that `bytes` are, as fixtures are written; what is none is the body of one.
pub(super) fn delivery(bytes: &[u8]) -> Delivery {
    request(bytes).unwrap_or_else(|_| Delivery::post(bytes.to_vec()))
}

/// Runs `future` alone, in time that passes at once when everything waits.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime needs no I/O").block_on(future)
}
