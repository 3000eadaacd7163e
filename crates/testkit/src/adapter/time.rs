//! Signed times, for the adapters that have them.

use super::part::Part;
use super::trial::Trial;
use crate::promise::Checked;

/// Longer than any tolerance.
const DAY: i64 = 24 * 60 * 60;

pub(super) fn a_stale_signature_is_refused(trial: &Trial) -> Checked {
    refuses_after(trial, "a day late", DAY)
}

pub(super) fn a_signature_from_the_future_is_refused(trial: &Trial) -> Checked {
    refuses_after(trial, "a day early", -DAY)
}

/// A time that is not as it was signed makes the signature wrong, whatever it says.
pub(super) fn a_rewritten_time_is_refused(trial: &Trial) -> Checked {
    let now = trial.stand.now;
    for (part, time) in times(trial)? {
        for case in &trial.genuine {
            let Some(value) = text(&part, &case.delivery) else {
                continue;
            };
            for other in [
                String::new(),
                "yesterday".to_owned(),
                "0".to_owned(),
                "-1".to_owned(),
                "1e9".to_owned(),
                "1.5".to_owned(),
                "99999999999999999999".to_owned(),
                "9223372036854775807".to_owned(),
                "-9223372036854775808".to_owned(),
                format!("+{time}"),
                format!("0{time}"),
                format!("{time}000"),
                format!("{time}.0"),
                (now.as_seconds() + 1).to_string(),
                (now.as_seconds() - DAY).to_string(),
                (now.as_millis() + 1).to_string(),
                (now.as_micros()).to_string(),
            ] {
                let rewritten = value.replace(&time, &other);
                if rewritten == value {
                    continue;
                }
                if let Some(forged) = part.with(&case.delivery, &[rewritten.as_bytes()]) {
                    let what = format!("{} at the time `{other}`", case.name);
                    trial.refuses(&what, &forged, &trial.stand.endpoint())?;
                }
            }
        }
    }
    Ok(())
}

fn refuses_after(trial: &Trial, what: &str, seconds: i64) -> Checked {
    if times(trial)?.is_empty() {
        return Ok(());
    }
    let endpoint = trial.stand.after(seconds).endpoint();
    for case in &trial.genuine {
        trial.refuses(&format!("{}, {what}", case.name), &case.delivery, &endpoint)?;
    }
    Ok(())
}

/// The parts that `sign` writes the time into, each with the time as it is written there.
fn times(trial: &Trial) -> Checked<Vec<(Part, String)>> {
    let now = trial.stand.now;
    let written = [
        now.to_string(),
        now.as_millis().to_string(),
        now.as_seconds().to_string(),
    ];
    let Some(case) = trial.genuine.first() else {
        return Ok(Vec::new());
    };
    let bare = trial.stripped(&case.delivery);
    let Some(signed) = trial.sign(&case.name, &bare, &trial.stand.endpoint())? else {
        return Ok(Vec::new());
    };
    let time_in = |part: &Part| {
        let value = text(part, &signed)?;
        let time = written.iter().find(|time| value.contains(time.as_str()))?;
        Some((part.clone(), time.clone()))
    };
    Ok(trial.parts.iter().filter_map(time_in).collect())
}

fn text(part: &Part, delivery: &switchboard_core::Delivery) -> Option<String> {
    String::from_utf8(part.value(delivery)?).ok()
}
