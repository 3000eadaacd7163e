//! Secrets and message text stay out of the log, at its loudest.

use std::process::Command;

use switchboard_tests::account::delivered;
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::{Kommo, SECRET};
use switchboard_tests::site::Site;

#[tokio::test]
async fn the_log_holds_neither_secrets_nor_words_nor_signatures() {
    let site = Site::new();
    let mut command = Command::new(binary(Profile::Dev));
    command
        .args(["--log-level", "trace", "--config"])
        .arg(site.config())
        .arg("run");
    let gateway = Gateway::start(&mut command);
    let genuine = Kommo::default().message("m-1", 0);
    let signature = genuine
        .header("x-signature")
        .expect("it is signed")
        .to_owned();
    let mut forged = genuine.clone();
    forged.headers.remove("x-signature");
    let forged = forged.with("x-signature", "hunter2-hunter2");
    let unreadable = Kommo::default().sign(&switchboard::core::Delivery::post("hunter2 no JSON"));

    let mut client = Client::connect(gateway.address()).await.unwrap();
    for (delivery, status) in [(&genuine, 200), (&forged, 401), (&unreadable, 200)] {
        let answer = client.send("/in/support?hunter2", delivery).await.unwrap();
        assert_eq!(answer.status, status);
    }
    delivered(&site, 1);
    let log = gateway.terminate().log;

    assert!(log.contains("Refused a request."), "{log}");
    assert!(
        log.contains("A genuine delivery cannot be decoded"),
        "{log}"
    );
    for secret in [
        SECRET,
        "Your order is ready",
        "15550100",
        "hunter2",
        &signature,
    ] {
        assert!(!log.contains(secret), "`{secret}` is in the log:\n{log}");
    }
}
