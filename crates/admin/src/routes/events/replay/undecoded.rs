//! Decoding anew what could not be decoded when it came.

use serde_json::{Value, json};
use switchboard_core::journal::{JournalError, LogPosition};
use switchboard_core::pipeline::Control;

use crate::work::Work;

/// All undecoded deliveries, on their way through today's adapters.
pub(super) struct Undecoded {
    control: Control,
    matched: u64,
    after: LogPosition,
    events: u64,
    duplicates: u64,
    undecoded: u64,
}

impl Undecoded {
    pub(super) fn new(control: Control, matched: u64) -> Self {
        Self {
            control,
            matched,
            after: LogPosition::default(),
            events: 0,
            duplicates: 0,
            undecoded: 0,
        }
    }
}

impl Work for Undecoded {
    async fn step(&mut self, limit: usize) -> Result<usize, JournalError> {
        let (tally, last) = self.control.decode_anew(self.after, limit).await?;
        self.events += tally.events;
        self.duplicates += tally.duplicates;
        self.undecoded += tally.undecoded;
        // A step may take fewer than it could and not be the last: only an empty one is.
        let Some(last) = last else {
            return Ok(0);
        };
        self.after = last;
        Ok(limit)
    }

    fn progress(&self) -> Value {
        json!({
            "matched": self.matched,
            "events": self.events,
            "duplicates": self.duplicates,
            "undecoded": self.undecoded,
        })
    }
}
