//! The log against itself and the index.

use rusqlite::Connection;

use super::{Findings, count};
use crate::failure::Failure;
use crate::index::progress;

pub(super) fn check(
    log: &Connection,
    index: &Connection,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let end = count(log, "SELECT coalesce(max(first + count - 1), 0) FROM frame")?;
    let kept = count(log, "SELECT coalesce(sum(count), 0) FROM frame")?;
    let expired = count(log, "SELECT count FROM expired")?;
    findings.same("deliveries", end.saturating_sub(expired), kept);
    let overlaps = count(
        log,
        "SELECT count(*) FROM (SELECT first, \
             lag(first + count) OVER (ORDER BY first) AS after FROM frame) WHERE after > first",
    )?;
    findings.same("commits that overlap", 0, overlaps);
    let decoded_to = progress(index)?.decoded_to.0;
    findings.holds(
        decoded_to <= end,
        format!("delivery {decoded_to} was decoded, and the log ends at {end}"),
    );
    Ok(())
}
