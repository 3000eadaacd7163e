//! What must never be shown is not.

use serde_json::Value;

use super::facts::with_fields;
use super::fixture::Case;
use super::mutant::{CANARY, Writing, with_body};
use super::part::Part;
use super::trial::Trial;
use super::{events, form, json};
use crate::promise::{Broken, Checked};

/// Errors go to logs, and bodies are people's words.
pub(super) fn a_parse_error_quotes_nothing_of_the_body(trial: &Trial) -> Checked {
    for mutant in &trial.mutants {
        if let Ok(Err(error)) = &mutant.decoded
            && format!("{error} {error:?}").contains(CANARY)
        {
            return Err(Broken::new(format!("{}: {error}", mutant.name)));
        }
    }
    Ok(())
}

/// Neither where the provider has them, nor where it could.
pub(super) fn redacted_names_reach_no_event(trial: &Trial) -> Checked {
    let names = trial.adapter.redact();
    // Names stand beside each other, and one body tries them all; paths may share their steps.
    let (paths, names_alone): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| name.contains('.'));
    let mut groups = vec![planted(&names_alone)];
    groups.extend(paths.iter().map(|path| planted(&[*path])));
    groups.retain(|group| !group.is_empty());
    for case in &trial.genuine {
        let mut bodies = Vec::new();
        for group in &groups {
            bodies.extend(with_fields(case, group)?);
        }
        for name in &names {
            bodies.extend(replaced(case, name, &words(name))?);
        }
        for (place, body) in bodies {
            trial.count();
            let mut mutant = case.clone();
            mutant.delivery = with_body(&case.delivery, body);
            let events = events::told(trial, &mutant)?.to_string();
            if let Some(name) = names.iter().find(|name| events.contains(&words(name))) {
                let case = &case.name;
                return Err(Broken::new(format!(
                    "{case}: `{name}` at `{place}` is in an event"
                )));
            }
        }
    }
    Ok(())
}

/// `names`, each with words that nobody else says.
fn planted<'a>(names: &[&'a str]) -> Vec<(&'a str, String)> {
    names.iter().map(|name| (*name, words(name))).collect()
}

fn words(name: &str) -> String {
    format!("{CANARY} of <{name}>")
}

/// Not by the adapter's own `Debug`, not by what `verify` says, and not in an event.
pub(super) fn no_secret_is_shown(trial: &Trial) -> Checked {
    let secrets = trial.stand.secret_texts();
    let check = |what: &str, shown: String| {
        if secrets.iter().any(|secret| shown.contains(secret.as_str())) {
            return Err(Broken::new(format!("{what} shows a secret")));
        }
        Ok(())
    };
    check("the adapter's Debug", format!("{:?}", trial.adapter))?;
    for case in &trial.genuine {
        let garbled = |part: &Part| part.with(&case.delivery, &[b"0"]);
        let forged = trial.parts.iter().filter_map(garbled);
        for delivery in forged.chain([case.delivery.clone(), trial.stripped(&case.delivery)]) {
            trial.count();
            let answer = trial.verify(&case.name, &delivery, &trial.stand.endpoint())?;
            let answer = match answer {
                Ok(verified) => format!("{verified:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            check(&format!("{}: what `verify` says", case.name), answer)?;
        }
        let events = events::told(trial, case)?;
        check(&format!("{}: an event", case.name), events.to_string())?;
    }
    Ok(())
}

/// The bodies of `case` in which one field of this name has `text` for its value.
fn replaced(case: &Case, name: &str, text: &str) -> Checked<Vec<(String, String)>> {
    match Writing::of(&case.delivery) {
        Writing::Json(value) => json::pointers(&value)
            .into_iter()
            .filter(|pointer| {
                format!("{pointer}/").ends_with(&format!("/{}/", name.replace('.', "/")))
            })
            .map(|pointer| {
                let planted = |place: &mut Value| *place = text.into();
                let body = json::changed(&value, &pointer, planted)?.to_string();
                Ok((pointer, body))
            })
            .collect(),
        Writing::Form(mut pairs) => {
            let ending = format!("[{}]", name.replace('.', "]["));
            for (known, value) in &mut pairs {
                let (first, steps) = known.split_once('[').unwrap_or((known, ""));
                if format!("[{first}][{steps}").ends_with(&ending) || known == name {
                    text.clone_into(value);
                }
            }
            Ok(vec![("every place".to_owned(), form::body(&pairs))])
        }
        Writing::Xml(document) => Ok(document
            .places()
            .filter(|place| place.name() == name)
            .map(|place| (name.to_owned(), document.with(place, text)))
            .collect()),
        Writing::Other => Ok(Vec::new()),
    }
}
