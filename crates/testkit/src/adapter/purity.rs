//! The same bytes always give the same drafts.

use std::net::{IpAddr, Ipv4Addr};
use std::thread;
use std::time::Duration;

use http::{HeaderMap, Uri};
use switchboard_core::Delivery;

use super::fixture::Case;
use super::trial::{Trial, fenced};
use crate::promise::{Broken, Checked};

pub(super) fn decoding_again_gives_the_same(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let adapter = &*trial.adapter;
        let once = trial.decode(&case.name, &case.delivery)?;
        let again = trial.decode(&case.name, &case.delivery)?;
        let elsewhere = thread::scope(|scope| {
            let decode = || fenced(&case.name, || adapter.decode(&case.delivery));
            scope.spawn(decode).join().expect("a decode is fenced")
        })?;
        if again != once || elsewhere != once {
            return Err(Broken::new(format!(
                "{}: {once:?}, then {again:?}, and on another thread {elsewhere:?}",
                case.name
            )));
        }
    }
    Ok(())
}

/// When and by whom a delivery came in is not for an adapter: a replay comes much later.
pub(super) fn only_what_the_provider_sent_decides(trial: &Trial) -> Checked {
    for case in &trial.genuine {
        let original = trial.decode(&case.name, &case.delivery)?;
        for (what, other) in others(case) {
            trial.count();
            let other = trial.decode(&case.name, &other)?;
            if other != original {
                return Err(Broken::new(format!(
                    "{} {what}: {other:?}, else {original:?}",
                    case.name
                )));
            }
        }
    }
    Ok(())
}

fn others(case: &Case) -> Vec<(&'static str, Delivery)> {
    let genuine = &case.delivery;
    let mut later = genuine.clone();
    later.received_at = later.received_at.plus(Duration::from_secs(1_000_000));
    let mut peered = genuine.clone();
    peered.peer = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let mut reordered = genuine.clone();
    reordered.headers = HeaderMap::new();
    let mut names: Vec<_> = genuine.headers.keys().collect();
    names.reverse();
    for name in names {
        for value in genuine.headers.get_all(name) {
            reordered.headers.append(name, value.clone());
        }
    }
    let mut elsewhere = genuine.clone();
    let target = genuine
        .url
        .path_and_query()
        .map_or("/", |target| target.as_str());
    if let Ok(url) = format!("https://hooks.example.com{target}").parse::<Uri>() {
        elsewhere.url = url;
    }
    vec![
        ("received later", later),
        ("from another peer", peered),
        ("with its headers in another order", reordered),
        ("by another host", elsewhere),
        (
            "by way of a proxy",
            genuine.clone().with("via", "1.1 proxy"),
        ),
        (
            "by another client",
            genuine.clone().with("user-agent", "odd"),
        ),
    ]
}
