//! What becomes of the deliveries that were written down.

use serde_json::Value;
use switchboard_core::Event;
use switchboard_core::event::KIND_PREFIX;
use switchboard_core::sink::Envelope;

use super::diff::first_difference;
use super::fixture::{Case, Expected};
use super::trial::Trial;
use crate::promise::{Broken, Checked, same};

/// More than the first difference of so many deliveries nobody reads at once.
const MOST_TOLD: usize = 5;

pub(super) fn what_was_written_down_becomes_of_every_delivery(trial: &Trial) -> Checked {
    let mut differences = Vec::new();
    for case in &trial.genuine {
        differences.extend(difference(trial, case)?);
    }
    if differences.is_empty() {
        return Ok(());
    }
    let more = differences.len().saturating_sub(MOST_TOLD);
    differences.truncate(MOST_TOLD);
    if more > 0 {
        differences.push(format!("and {more} more"));
    }
    Err(Broken::new(differences.join("\n  ")))
}

pub(super) fn every_event_has_a_whole_envelope(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        for event in events(trial, case)?.unwrap_or_default() {
            // As a handler has it, and as a journal has it back.
            let sealed = Envelope::sealed(event.clone());
            let read = Envelope::read(sealed.json().clone())?;
            for again in [sealed.to_event(), read.to_event()] {
                same(&format!("{}, written and read", case.name), &again, &event)?;
            }
            if !event.kind.starts_with(KIND_PREFIX) || !event.data.is_object() {
                return Err(Broken::new(format!("{}: {event:?}", case.name)));
            }
            // An id goes into a header and a URL.
            if event.id.is_empty() || !event.id.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Broken::new(format!("{}: the id `{}`", case.name, event.id)));
            }
        }
    }
    Ok(())
}

/// What becomes of `case` and was not expected of it.
fn difference(trial: &Trial, case: &Case) -> Checked<Option<String>> {
    let name = &case.name;
    let events = match events(trial, case)? {
        Ok(events) => serde_json::to_value(events)?,
        Err(_) if case.expected == Expected::Undecoded => return Ok(None),
        Err(error) => return Ok(Some(format!("{name}: undecoded: {error}"))),
    };
    Ok(match &case.expected {
        Expected::Events(expected) => {
            first_difference(expected, &events).map(|difference| format!("{name}: {difference}"))
        }
        // Without a folder of fixtures, nothing is said of the samples.
        Expected::Unsaid if !trial.has_fixtures => None,
        Expected::Unsaid => Some(format!(
            "{name}: there is no `{name}.events.json`; it becomes\n{events:#}"
        )),
        _ => Some(format!("{name}: it was decoded, and becomes\n{events:#}")),
    })
}

/// The events of `case`, as the pipeline stamps them.
pub(super) fn events(
    trial: &Trial,
    case: &Case,
) -> Checked<Result<Vec<Event>, switchboard_core::ParseError>> {
    let verified = trial.verify(&case.name, &case.delivery, &trial.stand.endpoint())?;
    let drafts = trial.decode(&case.name, &case.delivery)?;
    Ok(drafts.map(|drafts| trial.stamp(drafts, verified.ok().as_ref(), "delivery")))
}

/// Everything that `case` is told as, as one JSON document.
pub(super) fn told(trial: &Trial, case: &Case) -> Checked<Value> {
    let events = events(trial, case)?.unwrap_or_default();
    Ok(serde_json::to_value(events)?)
}
