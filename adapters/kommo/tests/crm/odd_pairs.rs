//! Whatever is lost, doubled or odd in a form, every fact that is left of it is told.

use std::collections::HashSet;

use serde_json::Value;
use switchboard_core::read::Time;
use switchboard_core::{Delivery, Timestamp};

use crate::{adapter, decode, stamp};

/// Values that no field expects.
const ODD: [&str; 6] = [
    "",
    "odd",
    "0",
    "99999999999999999999999",
    "%EF%BF%BD%00",
    "%7B%22a%22%3A%5B1%5D%7D",
];

/// What may stand behind the name of a pair.
const DEEPER: [&str; 3] = ["%5B%5D", "%5Bodd%5D", "%5B999999999%5D"];

#[test]
fn every_pair_may_be_lost_doubled_or_odd() {
    let mut cases = 0;
    for sample in adapter().descriptor().samples {
        let (name, delivery) = (sample.name, sample.delivery());
        let body = String::from_utf8(delivery.body.to_vec()).unwrap();
        let pairs: Vec<&str> = body.split('&').collect();
        for (position, pair) in pairs.iter().enumerate() {
            for mutant in mutants(pair) {
                let mut mutated = pairs.clone();
                mutated.splice(position..=position, mutant.iter().map(String::as_str));
                let mut other: Delivery = delivery.clone();
                other.body = mutated.join("&").into();

                assert_eq!(untold(&other), None, "{name}: {pair} became {mutant:?}");
                cases += 1;
            }
        }
    }
    assert!(cases > 3_000, "{cases}");
}

/// What may stand in the place of a pair.
fn mutants(pair: &str) -> Vec<Vec<String>> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let mut mutants = vec![
        Vec::new(),
        vec![pair.to_owned(), pair.to_owned()],
        vec![pair.to_owned(), format!("{name}=other")],
        vec![name.to_owned()],
    ];
    mutants.extend(ODD.map(|odd| vec![format!("{name}={odd}")]));
    mutants.extend(DEEPER.map(|step| vec![format!("{name}{step}={value}")]));
    // Beside what stands there already: the later one wins.
    mutants.extend(DEEPER.map(|step| vec![pair.to_owned(), format!("{name}{step}=deeper")]));
    let above = name.rsplit_once("%5B").map(|(above, _)| above);
    mutants.extend(above.map(|above| vec![format!("{above}={value}")]));
    mutants.extend(above.map(|above| vec![pair.to_owned(), format!("{above}=clash")]));
    mutants
}

/// A fact that is in no event of `delivery`, as `field=value`.
fn untold(delivery: &Delivery) -> Option<String> {
    let events = serde_json::to_value(stamp(decode(delivery))).unwrap();
    let mut told = HashSet::new();
    walk(&events, "", &mut |_, fact| {
        told.insert(text(fact));
    });
    // Of pairs that clash, what is left of them.
    let form = delivery.form_tree().unwrap().value;
    let mut untold = None;
    walk(&form, "", &mut |field, fact| {
        let written = text(fact);
        let is_told = written.is_empty() || told.contains(&written);
        if !is_told && !told.contains(&moment(fact)) {
            untold = Some(format!("{field}={fact}"));
        }
    });
    untold
}

fn walk(value: &Value, field: &str, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(name, value)| walk(value, name, visit)),
        Value::Array(values) => values.iter().for_each(|value| walk(value, field, visit)),
        fact => visit(field, fact),
    }
}

fn text(fact: &Value) -> String {
    fact.as_str()
        .map_or_else(|| fact.to_string(), str::to_owned)
}

/// The fact as events write a time.
fn moment(fact: &Value) -> String {
    let time = Time::read(&text(fact)).0;
    time.as_ref().map(Timestamp::to_string).unwrap_or_default()
}
