//! Dead letters that are decoded anew.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_core::journal::{EventFilter, EventPosition, JournalError, Records};
use switchboard_core::pipeline::{Control, ReplayReport};

use crate::routes::events::replayed;
use crate::work::Work;

/// Dead letters on their way to be events of today's adapters.
pub(super) struct Renewing {
    control: Control,
    records: Arc<dyn Records>,
    sink: String,
    matched: usize,
    positions: std::vec::IntoIter<EventPosition>,
    report: ReplayReport,
}

impl Renewing {
    pub(super) fn new(
        control: Control,
        records: Arc<dyn Records>,
        sink: String,
        positions: Vec<EventPosition>,
    ) -> Self {
        Self {
            control,
            records,
            sink,
            matched: positions.len(),
            positions: positions.into_iter(),
            report: ReplayReport::default(),
        }
    }
}

impl Work for Renewing {
    async fn step(&mut self, limit: usize) -> Result<usize, JournalError> {
        let positions: Vec<_> = self.positions.by_ref().take(limit).collect();
        let mut letters = Vec::new();
        for position in &positions {
            let before = EventPosition(position.0.saturating_sub(1));
            let found = self.records.events(&EventFilter::after(before, 1)).await?;
            match found.first() {
                Some(record) if record.position == *position => {
                    letters.push((*position, replayed(record)));
                }
                // It cannot be read back, so nobody knows what it repeats.
                _ => self.report.changed += 1,
            }
        }
        if !letters.is_empty() {
            self.report += self.control.renew(&self.sink, &letters).await?;
        }
        Ok(positions.len())
    }

    fn progress(&self) -> Value {
        json!({
            "matched": self.matched,
            "done": self.matched - self.positions.len(),
            "replayed": self.report.replayed,
            "expired": self.report.expired,
            "undecoded": self.report.undecoded,
            "changed": self.report.changed,
        })
    }
}
