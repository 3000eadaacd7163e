//! What the library crates offer to others is written down, names few other crates' types, and is
//! shown by examples.
//!
//! After a change that is meant, `ACCEPT_API=1 cargo test -p switchboard-tests --test promises api::`
//! writes it down anew, in `tests/api`; the difference belongs to the commit.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::PathBuf;

use switchboard_tests::api::{Library, libraries};

/// Crates whose types and traits may stand in ours: a new major version of one of them is one of ours.
const FOREIGN: &[(&str, &str)] = &[
    ("alloc", "the standard library"),
    ("core", "the standard library"),
    ("std", "the standard library"),
    (
        "bytes",
        "bodies are kept once and handed on without copying",
    ),
    ("http", "methods, headers and statuses in everybody's words"),
    (
        "http_body",
        "the trait by which every server takes an answer",
    ),
    ("serde_core", "serde's own traits: what is read and written"),
    ("serde_json", "what a provider sent that has no type"),
    ("tokio", "the listener that a gateway serves"),
    (
        "tower_service",
        "the trait by which every server takes a service",
    ),
];

/// Where other crates stand all the same, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "impl inventory::Collect for switchboard_core::Registration",
        "adapters are handed in by the linker; `register_adapter!` is how, and hides it",
    ),
    (
        "impl schemars::JsonSchema for ",
        "feature `schema`: what is asked for is the schema of what stands in an event",
    ),
];

#[test]
fn the_public_api_is_the_one_that_is_written_down() {
    for library in libraries().unwrap_or_default() {
        compare(&format!("{}.txt", library.name), &library.lines());
    }
}

#[test]
fn the_public_api_names_types_of_few_crates() {
    let Some(libraries) = libraries() else {
        return;
    };
    let lines: BTreeSet<String> = libraries.iter().flat_map(Library::lines).collect();
    let is_foreign = |name| FOREIGN.iter().any(|(foreign, _)| *foreign == name);
    let is_ours = |name: &str| name == "switchboard" || name.starts_with("switchboard_");
    let is_excepted = |line: &String| EXCEPTIONS.iter().any(|(part, _)| line.contains(part));

    let leaks = lines.iter().filter(|line| {
        let mut crates = crates(line);
        !crates.all(|name| is_foreign(name) || is_ours(name)) && !is_excepted(line)
    });
    assert_eq!(leaks.collect::<Vec<_>>(), [""; 0]);
    let names: BTreeSet<&str> = lines.iter().flat_map(|line| crates(line)).collect();
    for (name, _) in FOREIGN {
        assert!(names.contains(name), "nothing names {name} any more");
    }
    for (part, _) in EXCEPTIONS {
        let is_there = lines.iter().any(|line| line.contains(part));
        assert!(is_there, "nothing has `{part}` any more");
    }
}

#[test]
fn public_items_have_an_example_but_for_those_that_are_known() {
    let Some(libraries) = libraries() else {
        return;
    };
    let bare = libraries.iter().flat_map(|library| library.pages().bare());
    let bare: BTreeMap<String, String> = bare.map(|bare| (bare.path, bare.place)).collect();
    let kept = fs::read_to_string(file("without-example.txt")).unwrap();

    let new = bare
        .iter()
        .filter(|(path, _)| !kept.lines().any(|line| line == *path));
    let new: Vec<_> = new.collect();
    assert!(new.is_empty(), "no example shows these: {new:#?}");
    // The list gets shorter, never longer.
    compare("without-example.txt", &bare.into_keys().collect::<Vec<_>>());
}

/// The crates that `line` names types of: what its paths begin with.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    let is_word = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
    let words = line.split(move |letter| !is_word(letter));
    let first = words.filter_map(|word| Some(word.split_once("::")?.0));
    first.filter(|name| name.starts_with(|letter: char| letter.is_lowercase()))
}

fn file(name: &str) -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.join("api").join(name)
}

/// Compares `lines` with those of the file, or writes them there where that is asked for.
#[track_caller]
fn compare(name: &str, lines: &[String]) {
    let made: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if env::var_os("ACCEPT_API").is_some_and(|value| value == "1") {
        return fs::write(file(name), made).unwrap();
    }
    let kept = fs::read_to_string(file(name)).unwrap_or_default();
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (kept.lines().collect(), made.lines().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}\n"));
    let come = new.difference(&old).map(|line| format!("+ {line}\n"));
    let changes: String = gone.chain(come).collect();
    assert!(
        kept == made,
        "tests/api/{name} is out of date; `ACCEPT_API=1` writes it anew:\n{changes}"
    );
}
