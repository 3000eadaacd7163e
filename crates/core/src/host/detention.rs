//! The way into the quarantine.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use super::outcome::Outcome;
use super::route::Route;
use crate::Delivery;
use crate::quarantine::{Quarantine, Ring, Suspect};

/// A quarantine, and what the host keeps beside it.
#[derive(Debug)]
pub(super) struct Detention {
    pub(super) quarantine: Arc<dyn Quarantine>,
    /// Told of each delivery that nobody could verify.
    pub(super) unverified: Notify,
    /// One permit: two that verify the same again would both store it.
    pub(super) turn: Semaphore,
}

impl Detention {
    pub(super) fn new(quarantine: Arc<dyn Quarantine>) -> Self {
        Self {
            quarantine,
            unverified: Notify::new(),
            turn: Semaphore::new(1),
        }
    }

    /// Hands `delivery` over if `outcome` is a failed verification. Neither waits nor fails: the
    /// outcome is decided, and the provider hears of it next.
    pub(super) fn take_in(&self, route: &Route, outcome: &Outcome, delivery: Delivery) {
        let Some(suspicion) = outcome.suspicion() else {
            return;
        };
        let suspect = Suspect {
            endpoint: route.id().to_owned(),
            adapter: route.descriptor().name.to_owned(),
            delivery,
            cause: suspicion.cause,
            diagnosis: suspicion.diagnosis,
        };
        let keep = || self.quarantine.keep(suspect);
        // Somebody else's code, on the way to an answer that is decided already.
        if catch_unwind(AssertUnwindSafe(keep)).is_err() {
            tracing::error!(
                endpoint = route.id(),
                "`keep` panicked; nothing is quarantined."
            );
        }
        if suspicion.cause.ring() == Ring::Unverified {
            self.unverified.notify_one();
        }
    }
}
