//! What was under way when a gateway was killed comes again, with the same id.

use std::process::Command;

use switchboard_tests::account::{all_delivered, missing};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::liar;
use switchboard_tests::load::Ledger;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

const KILLS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_kills_between_an_answer_and_its_settlement_lose_nothing() {
    let receiver = Receiver::start(Manners::Takes).await;
    let site = site(&receiver);

    torture(&site, &receiver, KILLS, || {
        Command::new(binary(Profile::Dev))
    })
    .await;

    receiver.behaves(Manners::Takes);
    let gateway = Gateway::run(&site.config());
    let times = receiver.takes(KILLS).await;
    assert!(gateway.terminate().status.success());
    all_delivered(&site, "app", &receiver, KILLS);
    let repeated: usize = times.values().map(|times| times - 1).sum();
    assert!(
        repeated > 0,
        "no kill came between an answer and its settlement"
    );
    println!("{KILLS} kills, {repeated} events came again");
}

/// The twin with one lie: it settles what it has only claimed.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_settles_before_it_delivers_is_caught() {
    let receiver = Receiver::start(Manners::Takes).await;
    let site = site(&receiver);

    torture(&site, &receiver, 6, || liar!("settles-first")).await;

    assert!(missing(&site, "app", &receiver) > 0, "the lie went unseen");
}

fn site(receiver: &Receiver) -> Site {
    let url = receiver.url();
    Site::new().with(format!("[sinks.app]\ntype = \"http\"\nurl = \"{url}\""))
}

/// Kills a gateway again and again: now when its sink has answered, now while it has not.
async fn torture(site: &Site, receiver: &Receiver, kills: usize, program: impl Fn() -> Command) {
    let (ledger, kommo) = (Ledger::default(), Kommo::default());
    for kill in 0..kills {
        let answers = kill % 2 == 0;
        receiver.behaves(if answers {
            Manners::Takes
        } else {
            Manners::Hangs
        });
        let calls = receiver.calls();
        let gateway = Gateway::run_by(program(), &site.config());
        let mut client = Client::connect(gateway.address()).await.unwrap();
        let answer = ledger.send(&mut client, &kommo, 100).await.unwrap();
        assert_eq!(answer.status, 200);
        if answers {
            receiver.has_taken(&format!(":message-{kill}")).await;
        } else {
            receiver.is_called(calls + 1).await;
        }
        gateway.kill();
    }
}
