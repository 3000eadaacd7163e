//! The signals that a gateway listens to.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT, caught from when this is made.
#[derive(Debug)]
pub(crate) struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Ends {
    /// Catches them, in a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the system does not let us.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// SIGHUP, caught from when this is made.
#[derive(Debug)]
pub(crate) struct Reloads(Signal);

impl Reloads {
    /// Catches them, in a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the system does not let us.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    /// Waits for the next one; several that come while nobody waits are one.
    pub(crate) async fn next(&mut self) {
        self.0.recv().await;
    }
}
