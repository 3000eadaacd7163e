//! The same steps by the instructions that they take, which no other program on the machine changes.
//!
//! Valgrind counts a process that makes some passes, and one that makes twice as many: the difference
//! is what the passes took, without the start and the end of the process. Its processor is not ours:
//! it has no instructions for SHA, so hashing counts for more than it costs.

use std::env;
use std::path::Path;
use std::process::Command;

use switchboard_tests::tool;

use super::cases::{self, Case};

/// The word by which this program has itself make passes of one case.
pub(crate) const REPEAT: &str = "repeat";

/// So many passes are counted.
const PASSES: u64 = 50;

/// Prints a table of every case that has `part` in its name.
pub(crate) fn print(part: &str) {
    let Some(valgrind) = tool::require("valgrind", "valgrind") else {
        return;
    };
    println!("| step | of | instructions | bytes |");
    println!("|---|---|---|---|");
    let all = cases::all();
    for case in all.iter().filter(|case| case.name().contains(part)) {
        let each = each(case, |passes| counted(&valgrind, case, passes));
        let (Case { step, subject, .. }, bytes) = (case, case.bytes / case.operations);
        println!("| {step} | {subject} | {} | {bytes} |", grouped(each));
    }
}

/// Makes `passes` of the case called `name`.
pub(crate) fn repeat(name: &str, passes: u64) {
    let all = cases::all();
    let case = all.iter().find(|case| case.name() == name).unwrap();
    for _ in 0..passes {
        case.pass();
    }
}

/// What one operation of `case` takes, by what so many passes take.
fn each(case: &Case, count: impl Fn(u64) -> u64) -> u64 {
    let (some, twice) = (count(PASSES), count(2 * PASSES));
    (twice - some) / (PASSES * case.operations)
}

/// The instructions of a process that makes `passes` of `case`.
fn counted(valgrind: &Path, case: &Case, passes: u64) -> u64 {
    let ended = Command::new(valgrind)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().unwrap())
        .args([REPEAT, &case.name(), &passes.to_string()])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{told}");
    let collected = told
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    collected
        .and_then(|(_, count)| count.trim().parse().ok())
        .unwrap()
}

/// Digits in threes.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
