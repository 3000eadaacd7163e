//! The thread that writes.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use switchboard_core::quarantine::{Bounds, Suspect};
use tracing::{error, info};

use super::change::Change;
use super::handover::{Handover, Job, Tally};
use crate::checkpoint;
use crate::failure::Failure;
use crate::writer::Spell;

/// Starts the thread, which alone writes to `connection` until `handover` is closed and empty.
pub(super) fn start(
    connection: Connection,
    bounds: Bounds,
    handover: Arc<Handover>,
) -> io::Result<JoinHandle<()>> {
    let bench = Bench {
        connection,
        bounds,
        handover,
        failing: Spell::default(),
    };
    thread::Builder::new()
        .name("quarantine".to_owned())
        .spawn(move || bench.run())
}

struct Bench {
    connection: Connection,
    bounds: Bounds,
    handover: Arc<Handover>,
    failing: Spell,
}

impl Bench {
    fn run(mut self) {
        while let Some(jobs) = self.handover.take() {
            let mut suspects = Vec::new();
            for job in jobs {
                match job {
                    Job::Keep(suspect) => suspects.push(*suspect),
                    // What was handed over before is seen.
                    Job::Ask(question) => {
                        self.keep(std::mem::take(&mut suspects));
                        question(&mut self.connection);
                    }
                }
            }
            self.keep(suspects);
        }
        // So that what the last ones came to is not forgotten.
        self.keep(Vec::new());
        // What is not copied now is copied by the next start.
        let _ = checkpoint::at_the_end(&self.connection);
    }

    /// Keeps all of them, or counts them as dropped.
    fn keep(&mut self, suspects: Vec<Suspect>) {
        let dropped = self.handover.take_dropped();
        if suspects.is_empty() && dropped.is_empty() {
            return;
        }
        match self.write(&suspects, &dropped) {
            Ok(()) => {
                if self.failing.ends() {
                    info!("What fails verification is quarantined again.");
                }
            }
            // Tried again with the next ones, whatever it was: nobody was told that these are safe.
            Err(failure) => {
                let mut dropped = dropped;
                for suspect in suspects {
                    *dropped.entry(suspect.endpoint).or_default() += 1;
                }
                self.handover.give_back(dropped);
                if self.failing.begins() {
                    let reason = reason(&failure);
                    error!(%reason, "Nothing can be quarantined; what fails verification is counted.");
                }
            }
        }
        // What is not copied stays in the WAL.
        let _ = checkpoint::if_large(&self.connection, checkpoint::MANY);
    }

    fn write(&mut self, suspects: &[Suspect], dropped: &Tally) -> Result<(), Failure> {
        let mut change = Change::begin(&mut self.connection, self.bounds)?;
        for suspect in suspects {
            change.keep(suspect)?;
        }
        for (endpoint, count) in dropped {
            change.note_dropped(endpoint, *count)?;
        }
        change.commit()
    }
}

/// However the thread ends, nobody is left waiting for it.
impl Drop for Bench {
    fn drop(&mut self) {
        self.handover.abandon();
    }
}

fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Full(error) | Failure::Busy(error) => error.to_string(),
        Failure::Fatal(fault) => {
            let source = std::error::Error::source(fault);
            source.map_or_else(|| fault.to_string(), ToString::to_string)
        }
    }
}
