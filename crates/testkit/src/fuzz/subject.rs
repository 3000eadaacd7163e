//! What an input is tried on.

use std::future::Future;
use std::sync::Arc;

use switchboard_core::{Adapter, Delivery, Endpoint, Timestamp};
use tokio::runtime::Builder;

use super::setups::{self, Setup};
use crate::adapter::fixture::request;
use crate::adapter::stand::Stand;

/// 2025-11-24T16:00:00Z.
const NOW: i64 = 1_764_000_000;

/// A linked adapter with the options of one of its setups, and an endpoint with the secrets of that.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) endpoint: Endpoint,
}

impl Subject {
    /// The one that the first byte of `input` picks, and the rest of the input. Nothing where there
    /// is no first byte, or no adapter.
    ///
    /// # Panics
    ///
    /// When the adapter does not take its setup: it would not be fuzzed, and nobody would know.
    pub(super) fn pick(input: &[u8]) -> Option<(Self, &[u8])> {
        let (pick, rest) = input.split_first()?;
        let mut all = setups::all();
        let index = usize::from(*pick).checked_rem(all.len())?;
        Some((Self::of(&all.swap_remove(index)), rest))
    }

    fn of(setup: &Setup) -> Self {
        let name = setup.registration.descriptor.name;
        let adapter = setup
            .registration
            .build(&setup.options)
            .unwrap_or_else(|error| panic!("`{name}` does not take its setup: {error}"));
        let now = Timestamp::from_seconds(NOW).expect("the year 2025 is in range");
        let needed: Vec<_> = setup.registration.descriptor.needed_secrets().collect();
        let given = setup.registration.descriptor.secrets.iter();
        let given = given.filter(|role| setup.secrets.iter().any(|(name, _)| *name == role.name));
        let given: Vec<_> = given.copied().collect();
        let mut stand = Stand::new(if given.is_empty() { &needed } else { &given }, now);
        for (role, text) in &setup.secrets {
            stand.add_secret(role, text);
        }
        let endpoint = stand.endpoint();
        if let Err(misfit) = adapter.check(&endpoint) {
            panic!("the secrets of `{name}` do not fit: {misfit}");
        }
        Self {
            adapter: adapter.into(),
            endpoint,
        }
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
