//! The one flag that says that the journal has stopped for good, and why.

use std::error::Error;
use std::sync::Arc;

use switchboard_core::journal::Fault;
use tokio::sync::watch;
use tracing::error;

use crate::failure::Failure;
use crate::refusal::Refusal;

/// Shared by everything that writes, reads or waits. Set once and never taken back.
#[derive(Clone, Debug)]
pub(crate) struct Halt(Arc<watch::Sender<Option<Fault>>>);

impl Halt {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }

    /// Stops everything. The first fault is the one that counts.
    pub(crate) fn stop(&self, fault: Fault) {
        self.0.send_if_modified(|first| {
            let is_first = first.is_none();
            if is_first {
                if !matches!(fault, Fault::Closed) {
                    error!(fault = &fault as &dyn Error, "The journal has stopped.");
                }
                *first = Some(fault);
            }
            is_first
        });
    }

    /// What `failure` means to whoever asked. The flag is set before anybody hears of a fatal one:
    /// nothing is acknowledged after it.
    pub(crate) fn refuse(&self, failure: Failure) -> Refusal {
        match failure {
            Failure::Full(_) => Refusal::Full,
            Failure::Busy(_) => Refusal::Busy,
            Failure::Fatal(fault) => {
                self.stop(fault);
                Refusal::Stopped
            }
        }
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.0.borrow().clone()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// To be asked before anything is begun.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.is_stopped() {
            return Err(Refusal::Stopped);
        }
        Ok(())
    }

    /// Waits until the journal has stopped.
    pub(crate) async fn stopped(&self) -> Fault {
        let mut faults = self.0.subscribe();
        let fault = faults.wait_for(Option::is_some).await;
        let fault = fault.expect("the sender is in self");
        fault.clone().expect("waited for one")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_fault_counts() {
        let halt = Halt::new();
        assert!(halt.check().is_ok());

        halt.stop(Fault::Corrupt(Arc::from(Box::from("first"))));
        halt.stop(Fault::Closed);

        assert!(halt.check().is_err());
        let fault = halt.stopped().await;
        assert!(matches!(fault, Fault::Corrupt(_)), "{fault:?}");
    }
}
