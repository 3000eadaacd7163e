//! Order where a sink asks for it, through refusals, restarts and dead letters.

use std::process::Command;

use switchboard_tests::account::{all_delivered, counted};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const EVENTS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn one_conversation_keeps_its_order_through_refusals_and_a_kill() {
    let receiver = Receiver::start(Manners::Takes).await;
    let site = site(&receiver, "retry = { first = \"100ms\" }");

    let seen = conversation(&site, &receiver, || Command::new(binary(Profile::Dev))).await;

    all_delivered(&site, "app", &receiver, EVENTS);
    assert_eq!(seen, in_order());
}

/// The twin with one lie: that order does not matter.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_forgets_order_is_caught() {
    let receiver = Receiver::start(Manners::Takes).await;
    let site = site(&receiver, "");

    let seen = conversation(&site, &receiver, || liar!("forgets-order")).await;

    assert_ne!(seen, in_order(), "the lie went unseen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_waits_for_its_dead_letter_where_it_shall_and_no_other_does() {
    let receiver = Receiver::start(Manners::Refuses(400, "not this one")).await;
    let site = site(
        &receiver,
        "after_dead = \"wait\"\nretry = { first = \"1ms\", attempts = 1, for = \"1ms\" }",
    );
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let mut send = async |conversation, id| {
        let message = Kommo::default().message_in(conversation, id, 0);
        let answer = client.send("/in/support", &message).await.unwrap();
        assert_eq!(answer.status, 200);
    };

    send("ours", "dead").await;
    gateway.has_logged("The event is a dead letter now.", 1);
    receiver.behaves(Manners::Takes);
    send("ours", "second").await;
    send("theirs", "other").await;
    receiver.has_taken(":other").await;
    assert_eq!(receiver.times().len(), 1, "the lane did not wait");
    let mut replay = Command::new(binary(Profile::Dev));
    replay.args(["dead", "replay", "app", "--all", "--yes", "--config"]);
    assert!(replay.arg(site.config()).status().unwrap().success());
    receiver.has_taken(":second").await;

    assert!(gateway.terminate().status.success());
    all_delivered(&site, "app", &receiver, 3);
    assert_eq!(ids(&receiver), ["other", "dead", "second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_is_called_no_faster_than_its_rate() {
    let (slow, fast) = (
        Receiver::start(Manners::Takes).await,
        Receiver::start(Manners::Takes).await,
    );
    let site = Site::new().with(format!(
        "[sinks.slow]\ntype = \"http\"\nurl = \"{}\"\nrate = 1\n\
         [sinks.fast]\ntype = \"http\"\nurl = \"{}\"\n",
        slow.url(),
        fast.url()
    ));
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let (ledger, kommo) = (Ledger::default(), Kommo::default());

    for _ in 0..200 {
        ledger.send(&mut client, &kommo, 0).await.unwrap();
    }
    fast.takes(200).await;
    slow.takes(2).await;

    assert!(gateway.terminate().status.success());
    // At one a second, two hundred take three minutes.
    assert!(counted(&site, "slow").pending > 0, "its rate was not kept");
}

fn site(receiver: &Receiver, more: &str) -> Site {
    let url = receiver.url();
    Site::new().with(format!(
        "[sinks.app]\ntype = \"http\"\nurl = \"{url}\"\norder_by = \"partitionkey\"\n{more}"
    ))
}

/// Sends one conversation by a gateway that is refused and killed now and then, until all of it is
/// taken. Answers the ids of its messages as they were taken, without those that were repeated.
async fn conversation(
    site: &Site,
    receiver: &Receiver,
    program: impl Fn() -> Command,
) -> Vec<String> {
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    let mut gateway = Gateway::run_by(program(), &site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    for event in 0..EVENTS {
        match event % 20 {
            5 => receiver.behaves(Manners::Refuses(500, "not now")),
            10 => receiver.behaves(Manners::Takes),
            15 => {
                gateway.kill();
                gateway = Gateway::run_by(program(), &site.config());
                client = Client::connect(gateway.address()).await.unwrap();
            }
            _ => {}
        }
        let answer = ledger.send(&mut client, &kommo, 100).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    receiver.takes(EVENTS).await;
    // What is under way is settled first, where it ends in order.
    gateway.terminate();
    ids(receiver)
}

/// The ids of the messages that were taken, in that order, without those that came again at once.
fn ids(receiver: &Receiver) -> Vec<String> {
    let mut seen = receiver.taken();
    seen.dedup_by_key(|event| event["id"].clone());
    let id = |event: &serde_json::Value| {
        let id = event["id"].as_str().unwrap();
        id.rsplit(':').next().unwrap().to_owned()
    };
    seen.iter().map(id).collect()
}

fn in_order() -> Vec<String> {
    (0..EVENTS)
        .map(|number| format!("message-{number}"))
        .collect()
}
