//! `switchboard trigger`, and a gateway in the same process.

use switchboard::{EndpointConfig, MemoryJournal, Switchboard};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::acme::Acme;
use super::{Ended, SECRET, TOKEN, run, run_at};
use crate::exit::Exit;

/// A gateway with the endpoint `support`, until it is dropped.
struct Gateway {
    address: String,
    stop: CancellationToken,
}

impl Gateway {
    async fn start() -> Self {
        let endpoint = EndpointConfig::new("support", "acme")
            .secret(SECRET)
            .path_token(TOKEN);
        let gateway = Switchboard::builder()
            .journal(MemoryJournal::new())
            .public_url("https://hooks.example.com".parse().unwrap())
            .adapter::<Acme>()
            .endpoint(endpoint)
            .build()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        tokio::spawn(gateway.serve(listener, stop.clone().cancelled_owned()));
        Self { address, stop }
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        run_at(&self.address, arguments, b"").await
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn cases(ended: &Ended) -> Vec<(String, u64)> {
    let rows = ended.out().lines();
    rows.map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let case = row["case"].as_str().unwrap().to_owned();
        assert!(row["ms"].is_u64());
        (case, row["status"].as_u64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn the_configured_endpoint_takes_every_case() {
    let gateway = Gateway::start().await;

    let ended = gateway
        .run(&["trigger", "acme", "--all", "--repeat", "2", "-o", "jsonl"])
        .await;

    assert_eq!(ended.exit(), Exit::Success, "{ended:?}");
    let expected = ["greeting", "greeting", "question", "question"];
    assert_eq!(cases(&ended), expected.map(|case| (case.to_owned(), 200)));
}

#[tokio::test]
async fn another_secret_is_refused_and_the_answer_is_shown() {
    let gateway = Gateway::start().await;
    let url = format!("http://{}/in/support/{TOKEN}", gateway.address);
    let line = [
        "trigger",
        "acme",
        "greeting",
        "--url",
        &url,
        "--secret-env",
        "OTHER",
        "-o",
        "jsonl",
    ];

    let ended = gateway.run(&line).await;

    assert_eq!(ended.exit(), Exit::Failure);
    assert_eq!(cases(&ended), [("greeting".to_owned(), 401)]);
    assert_eq!(ended.message(), "1 of 1 were not taken");
}

#[tokio::test]
async fn nobody_to_call_is_unavailable_and_shows_no_token() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap().to_string();
    drop(closed);

    let ended = run_at(&address, &["trigger", "acme", "greeting"], b"").await;

    assert_eq!(ended.exit(), Exit::Unavailable);
    assert_eq!(
        ended.message(),
        format!("`greeting` was not sent to {address}")
    );
}

#[tokio::test]
async fn without_a_case_the_cases_are_listed() {
    let ended = run(&["trigger", "acme"], b"").await;

    let expected = "NAME      METHOD  BYTES\ngreeting  POST    16\nquestion  POST    20\n";
    assert_eq!(ended.out(), expected);
}

#[tokio::test]
async fn what_is_unknown_is_not_found_and_the_list_is_told() {
    for (line, told) in [
        (
            ["trigger", "ajax", "greeting"],
            "no adapter `ajax` in this binary; linked: acme",
        ),
        (
            ["trigger", "acme", "song"],
            "no case `song` of `acme`; there are: greeting, question",
        ),
    ] {
        let ended = run(&line, b"").await;

        assert_eq!(ended.exit(), Exit::NotFound);
        assert_eq!(ended.message(), told);
    }
}

#[tokio::test]
async fn a_request_is_printed_as_it_would_be_sent() {
    let url = "http://example.com/a?b=c";
    let line = [
        "trigger", "acme", "greeting", "--url", url, "--secret", SECRET, "--print",
    ];

    let ended = run(&line, b"").await;

    let (head, body) = ended.out().split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nhost: example.com\r\n"), "{head}");
    assert!(head.ends_with("\r\ncontent-length: 16"), "{head}");
    assert_eq!(body, r#"{"text":"hello"}"#);
}
