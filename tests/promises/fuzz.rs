//! No bytes break the host, a form, or an adapter: what fuzzers tried, again in every test run.

use std::fs;
use std::path::{Path, PathBuf};

use switchboard::core::registrations;
use switchboard_testkit::fuzz::{TARGETS, picks};

#[test]
fn every_corpus_replays() {
    // Which adapter a pick stands for changes with every one that joins, so each input is tried with
    // every pick.
    assert!(picks() > registrations().len(), "some have several setups");
    let picks = 0..u8::try_from(picks()).expect("adapters are few");
    for (name, body) in TARGETS {
        for path in corpus(name) {
            println!("{}", path.display());
            let mut input = fs::read(&path).expect("an input can be read");
            for pick in picks.clone() {
                input[0] = pick;
                body(&input);
            }
        }
    }
}

/// The files of a target, never none.
fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let entries = fs::read_dir(&folder).expect("every target has a corpus");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a corpus can be listed").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths
}
