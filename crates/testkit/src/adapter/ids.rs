//! By what a repeated event is recognised.

use std::collections::BTreeSet;

use switchboard_core::{DedupKey, Delivery, Event};

use super::fixture::Case;
use super::trial::Trial;
use crate::promise::{Broken, Checked};

pub(super) fn a_repeated_delivery_has_the_same_ids(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let name = &case.name;
        let drafts = trial.decode(name, &case.delivery)?.unwrap_or_default();
        let has_key: Vec<_> = drafts
            .iter()
            .map(|draft| draft.key != DedupKey::None)
            .collect();
        let first = events(trial, name, &case.delivery, "one")?;
        let second = events(trial, name, &case.delivery, "two")?;
        if first.len() != has_key.len() || second.len() != has_key.len() {
            return Err(Broken::new(format!("{name}: another number of events")));
        }
        for ((first, second), has_key) in first.iter().zip(&second).zip(has_key) {
            if (first.id == second.id) != has_key {
                let (first, second) = (&first.id, &second.id);
                return Err(Broken::new(format!("{name}: `{first}`, then `{second}`")));
            }
        }
    }
    Ok(())
}

pub(super) fn the_events_of_a_delivery_have_ids_of_their_own(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let mut seen = BTreeSet::new();
        for event in events(trial, &case.name, &case.delivery, "one")? {
            let Event { source, id, .. } = event;
            if !seen.insert((source, id.clone())) {
                return Err(Broken::new(format!("{}: `{id}` twice", case.name)));
            }
        }
    }
    Ok(())
}

pub(super) fn different_samples_have_different_ids(trial: &Trial) -> Checked {
    let mut seen: Vec<(String, String, &Case)> = Vec::new();
    for case in trial
        .genuine
        .iter()
        .filter(|case| case.name.starts_with("sample-"))
    {
        for Event { source, id, .. } in events(trial, &case.name, &case.delivery, &case.name)? {
            let same = seen.iter().find(|(other, known, earlier)| {
                *other == source && *known == id && earlier.name != case.name
            });
            if let Some((_, _, earlier)) = same {
                return Err(Broken::new(format!(
                    "{} and {} are both `{id}`",
                    earlier.name, case.name
                )));
            }
            seen.push((source, id, case));
        }
    }
    Ok(())
}

fn events(trial: &Trial, name: &str, delivery: &Delivery, id: &str) -> Checked<Vec<Event>> {
    let drafts = trial.decode(name, delivery)?.unwrap_or_default();
    Ok(trial.stamp(drafts, None, id))
}
