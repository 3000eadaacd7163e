//! Whether the clock is right, as far as what was received tells: signed times are judged by it.

use switchboard::journal_sqlite::{ReadError, SqliteReader};

use super::{Found, Severity};
use crate::core::journal::LogPosition;
use crate::core::{Clock as _, SystemClock, Timestamp};

/// No clock of today shows an earlier one: 2026-01-01.
const EARLIEST: i64 = 1_767_225_600;

/// So many of the last deliveries are asked.
const ASKED: u64 = 200;

/// A provider signs before it sends, so a clock that is right sees no signature of the future.
const AHEAD_SECONDS: i64 = 2;

/// Longer than calls take that are not repeated; a fifth of the tolerance that providers advise.
const BEHIND_SECONDS: i64 = 60;

/// Looks at the clock beside the last deliveries.
pub(super) fn examine(reader: &mut SqliteReader) -> Result<Vec<Found>, ReadError> {
    let last = reader.counters()?.stored;
    let (mut received, mut ages) = (None, Vec::new());
    for position in last.saturating_sub(ASKED) + 1..=last {
        let stored = match reader.delivery(LogPosition(position)) {
            Ok(Some(stored)) => stored,
            // What is damaged is told elsewhere.
            Ok(None) | Err(ReadError::Damaged(_)) => continue,
            Err(error) => return Err(error),
        };
        let at = stored.intake.delivery.received_at;
        received = received.max(Some(at));
        let signed = stored.intake.verified.signed_at;
        ages.extend(signed.map(|signed| at.as_seconds() - signed.as_seconds()));
    }
    Ok(judge(SystemClock.now(), received, ages))
}

/// `ages`: how old signed deliveries were by our clock when they came, in seconds.
fn judge(now: Timestamp, received: Option<Timestamp>, mut ages: Vec<i64>) -> Vec<Found> {
    let fault = |finding: String| vec![Found::new(Severity::Fault, "clock", finding)];
    if now.as_seconds() < EARLIEST {
        return fault(format!("it shows {now}, which is long ago"));
    }
    if let Some(received) = received.filter(|received| *received > now) {
        return fault(format!(
            "it shows {now}, and the last delivery came at {received}: it was set back"
        ));
    }
    ages.sort_unstable();
    let Some(age) = ages.get(ages.len() / 2).copied() else {
        let finding = format!("it shows {now}; no delivery with a signed time is there to compare");
        return vec![Found::new(Severity::Ok, "clock", finding)];
    };
    let signed = ages.len();
    let (severity, finding) = if age < -AHEAD_SECONDS {
        let behind = -age;
        (
            Severity::Fault,
            format!("it is {behind} s behind those of the providers of {signed} deliveries"),
        )
    } else if age > BEHIND_SECONDS {
        (
            Severity::Note,
            format!(
                "{signed} deliveries came {age} s after they were signed: it is ahead, or they are late"
            ),
        )
    } else {
        (
            Severity::Ok,
            format!("it agrees with the signed times of {signed} deliveries"),
        )
    };
    vec![Found::new(severity, "clock", finding)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(now: i64, received: Option<i64>, ages: &[i64]) -> Severity {
        let at = |seconds| Timestamp::from_seconds(seconds).expect("it is a time");
        judge(at(now), received.map(at), ages.to_vec())[0].severity
    }

    #[test]
    fn a_clock_is_judged_by_what_came() {
        const NOW: i64 = EARLIEST + 1_000_000;
        let cases = [
            (NOW, None, &[][..], Severity::Ok),
            (NOW, Some(NOW - 5), &[0, 1, 2, -1], Severity::Ok),
            (EARLIEST - 1, None, &[], Severity::Fault),
            (NOW, Some(NOW + 5), &[], Severity::Fault),
            (NOW, Some(NOW), &[-30, -31, -29], Severity::Fault),
            (NOW, Some(NOW), &[200, 201, 199], Severity::Note),
            // One provider's wrong clock is not ours.
            (NOW, Some(NOW), &[1, 1, 1, -200], Severity::Ok),
        ];
        for (now, received, ages, expected) in cases {
            assert_eq!(severity(now, received, ages), expected, "{now} {ages:?}");
        }
    }
}
