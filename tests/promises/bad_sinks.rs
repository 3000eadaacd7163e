//! A sink that misbehaves delays itself and nobody else.

use std::fmt::Write as _;

use switchboard_tests::account::{all_delivered, counted, missing};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::Gateway;
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const EVENTS: usize = 300;
const GOOD: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn four_bad_sinks_of_ten_hold_up_nobody_else_and_get_everything_in_the_end() {
    let mut sinks = Vec::new();
    for _ in 0..GOOD {
        sinks.push(Receiver::start(Manners::Takes).await);
    }
    for manners in [
        Manners::Hangs,
        Manners::Trickles,
        Manners::Resets,
        Manners::Vanishes,
    ] {
        sinks.push(Receiver::start(manners).await);
    }
    let site = Site::new().with(configuration(&sinks));
    let gateway = Gateway::run(&site.config());

    send(&gateway, EVENTS).await;
    for good in &sinks[..GOOD] {
        let times = good.takes(EVENTS).await;
        assert!(times.values().all(|times| *times == 1), "{times:?}");
    }
    for (number, bad) in sinks.iter().enumerate().skip(GOOD) {
        assert_eq!(counted(&site, &format!("s{number}")).delivered, 0);
        bad.behaves(Manners::Takes);
    }
    for bad in &sinks[GOOD..] {
        // What was taken and answered by a reset comes again.
        bad.answers(EVENTS).await;
    }

    let ended = gateway.terminate();
    assert!(ended.status.success(), "{}", ended.log);
    for (number, receiver) in sinks.iter().enumerate() {
        all_delivered(&site, &format!("s{number}"), receiver, EVENTS);
    }
}

/// The twin with one lie: that a sink has what it did not take.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_gives_up_at_once_is_caught() {
    let receiver = Receiver::start(Manners::Refuses(500, "no")).await;
    let url = receiver.url();
    let site = Site::new().with(format!("[sinks.app]\ntype = \"http\"\nurl = \"{url}\""));
    let gateway = Gateway::run_by(liar!("gives-up-at-once"), &site.config());

    send(&gateway, 20).await;
    // The breaker is open after eight; whoever calls a ninth time has settled those.
    receiver.is_called(9).await;
    gateway.kill();

    assert!(missing(&site, "app", &receiver) > 0, "the lie went unseen");
}

fn configuration(sinks: &[Receiver]) -> String {
    let mut toml = String::new();
    for (number, receiver) in sinks.iter().enumerate() {
        let url = receiver.url();
        write!(
            toml,
            "[sinks.s{number}]\ntype = \"http\"\nurl = \"{url}\"\ntimeout = \"10s\"\n\
             retry = {{ first = \"1s\" }}\n"
        )
        .unwrap();
    }
    toml
}

async fn send(gateway: &Gateway, deliveries: usize) {
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    for _ in 0..deliveries {
        let answer = ledger.send(&mut client, &kommo, 100).await.unwrap();
        assert_eq!(answer.status, 200);
    }
}
