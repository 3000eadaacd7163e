//! A new configuration is taken as a whole or not at all, and nothing stops for it.

use std::process::Command;

use rustix::process::Signal;
use switchboard_tests::account::{all_delivered, counted, delivered, missing};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const TAKEN: &str = "The configuration was reloaded.";
const LEFT: &str = "The new configuration is not taken; everything goes on as it was.";

fn sink(receiver: &Receiver) -> String {
    let url = receiver.url();
    format!("[sinks.app]\ntype = \"http\"\nurl = \"{url}\"\n")
}

async fn send(ledger: &Ledger, client: &mut Client) {
    let answer = ledger.send(client, &Kommo::default(), 100).await;
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_leaves_and_returns_finds_its_events() {
    let receiver = Receiver::start(Manners::Takes).await;
    let program = Command::new(binary(Profile::Dev));
    let (site, gateway) = leaves_and_returns(program, &receiver).await;

    let entry = gateway.has_logged(TAKEN, 1);
    assert_eq!(entry["gone_sinks"], "app");
    receiver.takes(4).await;
    assert!(gateway.terminate().status.success());
    all_delivered(&site, "app", &receiver, 4);
}

/// The twin with one lie: that a sink which comes back is a new one.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_begins_a_returning_sink_at_the_end_is_caught() {
    let receiver = Receiver::start(Manners::Takes).await;
    let (site, gateway) = leaves_and_returns(liar!("starts-at-the-end"), &receiver).await;

    let mut client = Client::connect(gateway.address()).await.unwrap();
    let last = Kommo::default().message("last", 0);
    client.send("/in/support", &last).await.unwrap();
    receiver.has_taken(":last").await;
    gateway.kill();

    assert!(missing(&site, "app", &receiver) > 0, "the lie went unseen");
}

/// Sends one delivery while the sink `app` is configured, three while it is not, and lets it return.
async fn leaves_and_returns(program: Command, receiver: &Receiver) -> (Site, Gateway) {
    let mut site = Site::new().with(sink(receiver));
    let ledger = Ledger::default();
    let gateway = Gateway::run_by(program, &site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    send(&ledger, &mut client).await;
    receiver.takes(1).await;

    site = site.with("");
    gateway.signal(Signal::HUP);
    gateway.has_logged(TAKEN, 1);
    for _ in 0..3 {
        send(&ledger, &mut client).await;
    }
    // What was claimed while the plan changed may still be given; what came later waits.
    delivered(&site, 4);
    assert!(counted(&site, "app").pending > 0, "nothing waits for it");
    site = site.with(sink(receiver));
    gateway.signal(Signal::HUP);
    gateway.has_logged(TAKEN, 2);
    (site, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_mistake_everything_goes_on_as_it_was() {
    let receiver = Receiver::start(Manners::Takes).await;
    let mut site = Site::new().with(sink(&receiver));
    let ledger = Ledger::default();
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    let mistakes = [
        "[sinks.app]\ntype = \"http\"",
        "[endpoints.other]\nadapter = \"nobody\"",
        "[endpoints.other]\nadapter = \"kommo-chats\"\nsecrets = [{ env = \"NOBODY_SET_THIS\" }]",
        "[sinks.more]\ntype = \"file\"\npath = \"/nowhere/at/all\"",
        "[sinks.app",
        "[unknown]",
    ];
    for (number, mistake) in mistakes.into_iter().enumerate() {
        site = site.with(mistake);
        gateway.signal(Signal::HUP);
        gateway.has_logged(LEFT, number + 1);
        send(&ledger, &mut client).await;
        receiver.takes(number + 1).await;
    }

    let ended = gateway.terminate();
    assert!(ended.status.success(), "{}", ended.log);
    all_delivered(&site, "app", &receiver, mistakes.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_can_come_and_go_and_change_its_secret() {
    let endpoint = |secrets: &str| {
        format!("[endpoints.more]\nadapter = \"kommo-chats\"\nsecrets = [{secrets}]\n")
    };
    let (old, new) = (
        "{ value = \"the-old-secret\" }",
        "{ value = \"the-new-secret\" }",
    );
    let mut site = Site::new().with(endpoint(old));
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let (by_old, by_new) = (
        Kommo::by("the-old-secret").message("old", 0),
        Kommo::by("the-new-secret").message("new", 0),
    );

    let mut answers = Vec::new();
    for (times, more) in [
        endpoint(old),
        endpoint(&format!("{new}, {old}")),
        endpoint(new),
        String::new(),
    ]
    .into_iter()
    .enumerate()
    {
        if times > 0 {
            site = site.with(more);
            gateway.signal(Signal::HUP);
            gateway.has_logged(TAKEN, times);
        }
        let old = client.send("/in/more", &by_old).await.unwrap().status;
        // A refusal ends its connection.
        client = Client::connect(gateway.address()).await.unwrap();
        let new = client.send("/in/more", &by_new).await.unwrap().status;
        client = Client::connect(gateway.address()).await.unwrap();
        answers.push((old, new));
    }

    assert_eq!(answers, [(200, 401), (200, 200), (401, 200), (404, 404)]);
    assert!(gateway.terminate().status.success());
}
