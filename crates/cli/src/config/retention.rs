//! `[retention]`: how long what is done with is kept.

use std::time::Duration;

use switchboard::journal_sqlite::Retention;

use super::raw::RawRetention;
use super::report::Report;

/// Duplicates are recognised for so long at least: providers send again for days.
const LEAST_KEYS: Duration = Duration::from_hours(7 * 24);

/// What `raw` says; `None` when a mistake in it has been reported.
pub(super) fn retention(raw: &RawRetention, report: &mut Report) -> Option<Retention> {
    let mut retention = Retention::default();
    retention.bodies = raw.bodies?;
    retention.events = raw.events?;
    retention.keys = raw.keys?;
    retention.dead = raw.dead?;
    retention.max_bytes = raw.max_size.map(|size| size.0 as u64);
    if retention.keys < LEAST_KEYS.max(retention.bodies) {
        let message = "expected 7 days at least, and no less than `bodies`: duplicates are recognised by keys";
        report.error("retention.keys", message);
    }
    Some(retention)
}
