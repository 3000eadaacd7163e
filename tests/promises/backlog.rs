//! A large backlog comes out whole when its sink returns.

use switchboard::core::Delivery;
use switchboard_tests::account::{all_delivered, counted, missing};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::Gateway;
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const TOKEN: &str = "tests-know-this-path-token";
const DELIVERIES: usize = 1000;
const EACH: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_pending_events_come_out_when_the_sink_returns() {
    let receiver = Receiver::start(Manners::Refuses(503, "away")).await;
    let url = receiver.url();
    let site = Site::new().with(format!(
        "[endpoints.pipeline]\nadapter = \"kommo-crm\"\nunsigned = true\n\
         path_token = {{ value = \"{TOKEN}\" }}\n\
         [sinks.app]\ntype = \"http\"\nurl = \"{url}\"\nconcurrency = 32\n\
         retry = {{ first = \"1s\" }}"
    ));
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    for batch in 0..DELIVERIES {
        let answer = client
            .send(&format!("/in/pipeline/{TOKEN}"), &leads(batch))
            .await
            .unwrap();
        assert_eq!(answer.status, 200);
    }
    receiver.is_called(10).await;
    assert_eq!(counted(&site, "app").delivered, 0);
    receiver.behaves(Manners::Takes);
    let times = receiver.takes(DELIVERIES * EACH).await;

    let ended = gateway.terminate();
    assert!(ended.status.success(), "{}", ended.log);
    assert!(
        times.values().all(|times| *times == 1),
        "an event came twice"
    );
    all_delivered(&site, "app", &receiver, DELIVERIES * EACH);
}

/// The twin with one lie: that a sink which returns wants what is newest, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_skips_a_backlog_is_caught() {
    let receiver = Receiver::start(Manners::Refuses(503, "away")).await;
    let url = receiver.url();
    let site = Site::new().with(format!("[sinks.app]\ntype = \"http\"\nurl = \"{url}\""));
    let gateway = Gateway::run_by(liar!("skips-the-backlog"), &site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let (ledger, kommo) = (Ledger::default(), Kommo::default());

    for _ in 0..200 {
        let answer = ledger.send(&mut client, &kommo, 0).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    receiver.is_called(2).await;
    receiver.behaves(Manners::Takes);
    receiver.has_taken(":message-199").await;
    gateway.kill();

    assert!(missing(&site, "app", &receiver) > 0, "the lie went unseen");
}

/// A delivery of as many new leads.
fn leads(batch: usize) -> Delivery {
    let lead = |number: usize| {
        let id = batch * EACH + number + 1;
        format!("leads%5Badd%5D%5B{number}%5D%5Bid%5D={id}")
    };
    let pairs: Vec<String> = (0..EACH).map(lead).collect();
    Delivery::post(pairs.join("&")).with("content-type", "application/x-www-form-urlencoded")
}
