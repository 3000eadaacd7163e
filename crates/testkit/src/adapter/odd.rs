//! Whatever a body holds, it is told of or refused, and never dropped.

use serde_json::Value;
use switchboard_core::redact;

use super::mutant::{CANARY, Writing, with_body};
use super::trial::Trial;
use super::{form, json};
use crate::promise::{Broken, Checked};

/// Where providers say what kind of thing happened.
const KIND_FIELDS: [&str; 9] = [
    "action",
    "event",
    "eventType",
    "event_name",
    "event_type",
    "kind",
    "object",
    "topic",
    "type",
];

const UNKNOWN_KIND: &str = "something_of_tomorrow";

pub(super) fn no_odd_body_makes_it_panic(trial: &Trial) -> Checked {
    for mutant in &trial.mutants {
        if let Err(Broken(how)) = &mutant.decoded {
            return Err(Broken::new(how));
        }
    }
    Ok(())
}

/// What cannot be read is an event or an error, and kept either way; an empty list says that the
/// provider had nothing to say.
pub(super) fn nothing_genuine_is_dropped(trial: &Trial) -> Checked {
    for mutant in trial.mutants.iter().filter(|mutant| mutant.owes_an_event) {
        if matches!(&mutant.decoded, Ok(Ok(drafts)) if drafts.is_empty()) {
            return Err(Broken::new(format!("{}: no event, no error", mutant.name)));
        }
    }
    Ok(())
}

/// What the event model has no place for is passed on beside it, and that is so of an odd value, too,
/// unless it stands where nothing is ever shown.
pub(super) fn what_is_odd_is_told_or_kept(trial: &Trial) -> Checked {
    let names = trial.adapter.redact();
    for mutant in &trial.mutants {
        let Ok(Ok(drafts)) = &mutant.decoded else {
            continue;
        };
        let body = &mutant.delivery.body;
        let shown = redact::body(&mutant.delivery, &names);
        let shown = shown.as_ref().map_or(&**body, |shown| &**shown);
        let is_odd = shown.windows(CANARY.len()).any(is_canary);
        if !drafts.is_empty() && is_odd && !format!("{drafts:?}").contains(CANARY) {
            return Err(Broken::new(format!("{}: not in its event", mutant.name)));
        }
    }
    Ok(())
}

fn is_canary(window: &[u8]) -> bool {
    window == CANARY.as_bytes()
}

/// Providers add kinds without a word, and an adapter written before must pass them on.
pub(super) fn an_unknown_kind_is_an_event(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let bodies: Vec<String> = match Writing::of(&case.delivery) {
            Writing::Json(value) => KIND_FIELDS
                .iter()
                .filter(|field| value[**field].is_string())
                .map(|field| {
                    let kind = |place: &mut Value| *place = UNKNOWN_KIND.into();
                    Ok(json::changed(&value, &format!("/{field}"), kind)?.to_string())
                })
                .collect::<Checked<_>>()?,
            Writing::Form(pairs) => (0..pairs.len())
                .filter(|index| KIND_FIELDS.contains(&pairs[*index].0.as_str()))
                .map(|index| {
                    let mut pairs = pairs.clone();
                    pairs[index].1 = UNKNOWN_KIND.to_owned();
                    form::body(&pairs)
                })
                .collect(),
            Writing::Xml(_) | Writing::Other => Vec::new(),
        };
        for body in bodies {
            trial.count();
            let what = format!("{} of an unknown kind", case.name);
            match trial.decode(&what, &with_body(&case.delivery, body))? {
                Ok(drafts) if drafts.is_empty() => {
                    return Err(Broken::new(format!("{what}: dropped")));
                }
                Err(error) if trial.decode(&case.name, &case.delivery)?.is_ok() => {
                    return Err(Broken::new(format!("{what}: undecoded: {error}")));
                }
                _ => {}
            }
        }
    }
    Ok(())
}
