//! Order where a sink asks for it, through refusals and restarts.

use switchboard_tests::account::all_delivered;
use switchboard_tests::client::Client;
use switchboard_tests::gateway::Gateway;
use switchboard_tests::kommo::Kommo;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const EVENTS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn one_conversation_keeps_its_order_through_refusals_and_a_kill() {
    let receiver = Receiver::start(Manners::Takes).await;
    let url = receiver.url();
    let site = Site::new().with(format!(
        "[sinks.app]\ntype = \"http\"\nurl = \"{url}\"\norder_by = \"partitionkey\"\n\
         retry = {{ first = \"100ms\" }}"
    ));
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    let mut gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    for event in 0..EVENTS {
        match event % 20 {
            5 => receiver.behaves(Manners::Refuses(500, "not now")),
            10 => receiver.behaves(Manners::Takes),
            15 => {
                gateway.kill();
                gateway = Gateway::run(&site.config());
                client = Client::connect(gateway.address()).await.unwrap();
            }
            _ => {}
        }
        let answer = ledger.send(&mut client, &kommo, 100).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    receiver.takes(EVENTS).await;

    assert!(gateway.terminate().status.success());
    all_delivered(&site, "app", &receiver, EVENTS);
    let mut seen = receiver.taken();
    seen.dedup_by_key(|event| event["id"].clone());
    let seen: Vec<_> = seen
        .iter()
        .map(|event| event["id"].as_str().unwrap().rsplit(':').next().unwrap())
        .collect();
    let expected: Vec<_> = (0..EVENTS)
        .map(|number| format!("message-{number}"))
        .collect();
    assert_eq!(seen, expected);
}
