//! What is paused, in the journal and in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use super::patience::patiently;
use crate::Timestamp;
use crate::journal::{Journal, JournalError, Line, Pause, PausedBy};

/// Every paused line, the same for all who share this.
#[derive(Clone, Debug)]
pub(super) struct Pauses {
    journal: Arc<dyn Journal>,
    paused: watch::Sender<BTreeMap<Line, Pause>>,
    /// Held while journal and memory differ.
    changing: Arc<Mutex<()>>,
}

impl Pauses {
    pub(super) fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            paused: watch::Sender::default(),
            changing: Arc::default(),
        }
    }

    /// Reads what was paused before the start.
    pub(super) async fn load(&self) -> Result<(), JournalError> {
        let _changing = self.changing.lock().await;
        let paused = patiently(|| self.journal.pauses()).await?;
        self.paused.send_replace(paused);
        Ok(())
    }

    /// Pauses `line`, unless it is; answers whether it was not.
    pub(super) async fn pause(
        &self,
        line: &Line,
        by: PausedBy,
        now: Timestamp,
    ) -> Result<bool, JournalError> {
        let _changing = self.changing.lock().await;
        if self.has(line) {
            return Ok(false);
        }
        let pause = Pause { since: now, by };
        self.journal.pause(line, Some(pause)).await?;
        self.paused.send_modify(|paused| {
            paused.insert(line.clone(), pause);
        });
        Ok(true)
    }

    /// Lets `line` go on; answers whether it was paused.
    pub(super) async fn resume(&self, line: &Line) -> Result<bool, JournalError> {
        let _changing = self.changing.lock().await;
        if !self.has(line) {
            return Ok(false);
        }
        self.journal.pause(line, None).await?;
        self.paused.send_modify(|paused| {
            paused.remove(line);
        });
        Ok(true)
    }

    pub(super) fn has(&self, line: &Line) -> bool {
        self.paused.borrow().contains_key(line)
    }

    pub(super) fn all(&self) -> BTreeMap<Line, Pause> {
        self.paused.borrow().clone()
    }

    /// Tells of every change.
    pub(super) fn changes(&self) -> watch::Receiver<BTreeMap<Line, Pause>> {
        self.paused.subscribe()
    }
}
