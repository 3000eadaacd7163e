//! Whatever is lost, doubled or odd in a form: it is told, and nothing that came is dropped.

use switchboard_core::Delivery;

use crate::facts::untold;
use crate::readable;

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
    let fixtures = readable().into_iter();
    for (name, delivery) in fixtures.filter(|(name, _)| !name.starts_with("sample-")) {
        let body = String::from_utf8(delivery.body.to_vec()).unwrap();
        let pairs: Vec<&str> = body.split('&').collect();
        if body.starts_with('{') {
            continue;
        }
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
    assert!(cases > 10_000, "{cases}");
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
