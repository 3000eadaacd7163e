//! How much slower good sinks drain beside bad ones: `cargo bench --bench drain`.
//!
//! A backlog waits for six sinks. In turn, A B A B, they are alone, and they stand beside four that
//! hang, trickle, reset and vanish. What counts is the ratio of the times until all six have all of it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time and prints what it measured"
)]

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const ROUNDS: usize = 5;
const EVENTS: usize = 5_000;
const GOOD: usize = 6;
const BAD: [Manners; 4] = [
    Manners::Hangs,
    Manners::Trickles,
    Manners::Resets,
    Manners::Vanishes,
];

#[tokio::main]
async fn main() {
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let alone = drain(&[]).await;
        let beside = drain(&BAD).await;
        let ratio = beside.as_secs_f64() / alone.as_secs_f64();
        println!(
            "round {round}: {EVENTS} events to each of {GOOD} good sinks: {alone:.2?} alone, \
             {beside:.2?} beside {} bad ones, ratio {ratio:.2}",
            BAD.len()
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    let (least, median, most) = (ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1]);
    println!("beside bad sinks it takes {median:.2} times as long (from {least:.2} to {most:.2})");
}

/// How long the good sinks take for a backlog, beside these.
async fn drain(bad: &[Manners]) -> Duration {
    let mut sinks = Vec::new();
    for _ in 0..GOOD {
        sinks.push(Receiver::start(Manners::Takes).await);
    }
    for manners in bad {
        sinks.push(Receiver::start(manners.clone()).await);
    }
    let site = Site::new().with(configuration(&sinks));
    let pause = |verb: &str| {
        for number in 0..sinks.len() {
            let mut command = Command::new(binary(Profile::Release));
            command.args(["sinks", verb, &format!("s{number}"), "--config"]);
            let ended = command.arg(site.config()).output().unwrap();
            assert!(ended.status.success(), "{ended:?}");
        }
    };
    let gateway = Gateway::run_by(Command::new(binary(Profile::Release)), &site.config());
    pause("pause");
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    for _ in 0..EVENTS {
        let answer = ledger.send(&mut client, &kommo, 300).await.unwrap();
        assert_eq!(answer.status, 200);
    }

    let begun = Instant::now();
    pause("resume");
    for good in &sinks[..GOOD] {
        good.takes(EVENTS).await;
    }
    let took = begun.elapsed();
    gateway.kill();
    took
}

fn configuration(sinks: &[Receiver]) -> String {
    let mut toml = String::new();
    for (number, receiver) in sinks.iter().enumerate() {
        let url = receiver.url();
        write!(
            toml,
            "[sinks.s{number}]\ntype = \"http\"\nurl = \"{url}\"\ntimeout = \"2s\"\n"
        )
        .unwrap();
    }
    toml
}
