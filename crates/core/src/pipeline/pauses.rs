//! What is paused, in the journal and in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use super::bell::Bell;
use super::patience::patiently;
use crate::Timestamp;
use crate::journal::{Journal, JournalError, Line, Pause, PausedBy};

/// Every paused line, the same for all who share this.
#[derive(Clone, Debug)]
pub(super) struct Pauses {
    journal: Arc<dyn Journal>,
    paused: watch::Sender<BTreeMap<Line, Pause>>,
    /// Rung at every change.
    bell: Bell,
    /// Held while journal and memory differ. Whether a change was broken off, so that they may differ
    /// still.
    changing: Arc<Mutex<bool>>,
}

impl Pauses {
    pub(super) fn new(journal: Arc<dyn Journal>, bell: Bell) -> Self {
        Self {
            journal,
            paused: watch::Sender::default(),
            bell,
            changing: Arc::default(),
        }
    }

    /// Reads what was paused before the start.
    pub(super) async fn load(&self) -> Result<(), JournalError> {
        let mut is_in_doubt = self.changing.lock().await;
        *is_in_doubt = true;
        self.settle_doubt(&mut is_in_doubt).await
    }

    /// Pauses `line`, unless it is; answers whether it was not.
    pub(super) async fn pause(
        &self,
        line: &Line,
        by: PausedBy,
        now: Timestamp,
    ) -> Result<bool, JournalError> {
        let mut is_in_doubt = self.changing.lock().await;
        self.settle_doubt(&mut is_in_doubt).await?;
        if self.has(line) {
            return Ok(false);
        }
        let pause = Pause { since: now, by };
        *is_in_doubt = true;
        self.journal.pause(line, Some(pause)).await?;
        self.paused.send_modify(|paused| {
            paused.insert(line.clone(), pause);
        });
        self.bell.ring();
        *is_in_doubt = false;
        Ok(true)
    }

    /// Lets `line` go on; answers whether it was paused.
    pub(super) async fn resume(&self, line: &Line) -> Result<bool, JournalError> {
        let mut is_in_doubt = self.changing.lock().await;
        self.settle_doubt(&mut is_in_doubt).await?;
        if !self.has(line) {
            return Ok(false);
        }
        *is_in_doubt = true;
        self.journal.pause(line, None).await?;
        self.paused.send_modify(|paused| {
            paused.remove(line);
        });
        self.bell.ring();
        *is_in_doubt = false;
        Ok(true)
    }

    /// Reads what the journal has, if the last change may have been broken off after it took effect
    /// there.
    async fn settle_doubt(&self, is_in_doubt: &mut bool) -> Result<(), JournalError> {
        if *is_in_doubt {
            let paused = patiently(|| self.journal.pauses()).await?;
            self.paused.send_replace(paused);
            self.bell.ring();
            *is_in_doubt = false;
        }
        Ok(())
    }

    pub(super) fn has(&self, line: &Line) -> bool {
        self.paused.borrow().contains_key(line)
    }

    pub(super) fn all(&self) -> BTreeMap<Line, Pause> {
        self.paused.borrow().clone()
    }
}
