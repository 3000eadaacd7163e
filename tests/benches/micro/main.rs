//! What single steps cost: by the clock, `cargo bench -p switchboard-tests --bench micro`, which wants
//! an idle machine; and by instructions, which does not:
//! `cargo bench -p switchboard-tests --bench micro -- instructions`. A word behind either leaves out
//! what does not have it in its name.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time and prints what it measured"
)]

mod append;
mod cases;
mod instructions;

use std::env;

use criterion::{Criterion, Throughput};

fn main() {
    // Cargo adds a word of its own.
    let words: Vec<_> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["instructions"] => instructions::print(""),
        ["instructions", part] => instructions::print(part),
        [instructions::REPEAT, name, passes] => instructions::repeat(name, passes.parse().unwrap()),
        _ => time(),
    }
}

fn time() {
    let mut criterion = Criterion::default().configure_from_args();
    for case in cases::all() {
        let mut group = criterion.benchmark_group(case.step);
        group.throughput(Throughput::Elements(case.operations));
        group.bench_function(case.subject, |bencher| bencher.iter(|| case.pass()));
    }
    append::time(&mut criterion);
    criterion.final_summary();
}
