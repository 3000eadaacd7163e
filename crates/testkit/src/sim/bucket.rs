//! How much may be given now, where a rate is promised.

use switchboard_core::Timestamp;

/// Fills by a rate, up to what comes in one second; full at first.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// What was taken out and has not come back, and when that was.
    missing: Option<(f64, Timestamp)>,
}

impl Bucket {
    /// Takes out `events` at `now`, and tells whether they were there.
    pub(super) fn gives(&mut self, events: usize, rate: u32, now: Timestamp) -> bool {
        let missing = self.missing.map_or(0.0, |(missing, then)| {
            let refilled = now.since(then).as_secs_f64() * f64::from(rate);
            (missing - refilled).max(0.0)
        });
        let missing = missing + events as f64;
        self.missing = Some((missing, now));
        missing <= f64::from(rate) + 1e-3
    }
}
