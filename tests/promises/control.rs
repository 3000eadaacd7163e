//! What an operator sees and does, with the real binary: over its socket while it runs, and on its
//! journal when it does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use switchboard_tests::account::delivered;
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, PATIENCE, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::site::Site;
use switchboard_tests::small_disk::SmallDisk;
use switchboard_tests::tool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixStream};
use tokio::time::Instant;

#[tokio::test]
async fn a_paused_sink_keeps_its_events_and_gets_them_when_it_is_resumed() {
    let site = Site::new();
    let gateway = Gateway::run(&site.config());

    succeeded(&switchboard(&site, &["sinks", "pause", "file"]));
    send(&gateway, "m-1").await;
    until(&site, |metrics| {
        metrics["sink_pending{sink=\"file\"}"] == 1.0
    })
    .await;
    let kept = row(&site, &["sinks", "list", "-o", "jsonl"], "file");
    let nothing = std::fs::read_to_string(site.events()).unwrap_or_default();
    succeeded(&switchboard(&site, &["sinks", "resume", "file"]));

    assert_eq!((kept["pending"].as_u64(), nothing.as_str()), (Some(1), ""));
    assert_eq!(kept["paused"]["by"], "operator");
    assert_eq!(delivered(&site, 1)["m-1"], 1);
    let unknown = switchboard(&site, &["sinks", "pause", "nobody"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn what_is_paused_while_nothing_runs_is_paused_when_it_does() {
    let site = Site::new();
    let gateway = Gateway::run(&site.config());
    send(&gateway, "m-1").await;
    delivered(&site, 1);
    assert!(gateway.terminate().status.success());

    succeeded(&switchboard(&site, &["sinks", "pause", "file"]));
    let offline = row(&site, &["sinks", "list", "-o", "jsonl"], "file");
    let gateway = Gateway::run(&site.config());
    let running = row(&site, &["sinks", "list", "-o", "jsonl"], "file");

    assert_eq!(offline["paused"]["by"], "operator", "{offline}");
    assert_eq!(running["paused"]["by"], "operator", "{running}");
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn a_dead_letter_is_seen_with_its_attempts_and_delivered_by_a_replay() {
    let sink = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = sink.local_addr().unwrap();
    let site = Site::new();
    append(
        &site,
        &format!(
            "[sinks.app]\ntype = \"http\"\nurl = \"http://{address}/\"\n\
             retry = {{ first = \"1ms\", attempts = 1, for = \"1ms\" }}\n"
        ),
    );
    let gateway = Gateway::run(&site.config());

    send(&gateway, "m-1").await;
    // The first refusal is not the last one where it comes within the millisecond.
    tokio::select! {
        () = async { loop { answer(&sink, "418 I'm a teapot", "no \u{1b}[2J tea").await } } => {}
        _ = until(&site, |metrics| metrics["sink_dead{sink=\"app\"}"] == 1.0) => {}
    }
    let listed = row(&site, &["dead", "list", "-o", "jsonl"], "app");
    let shown = switchboard(&site, &["dead", "show", "app", "1"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let preview = switchboard(&site, &["dead", "replay", "app", "--all", "-o", "jsonl"]);
    let replaying = switchboard(
        &site,
        &["dead", "replay", "app", "1", "--yes", "-o", "jsonl"],
    );
    answer(&sink, "200 OK", "").await;
    until(&site, |metrics| {
        metrics["sink_delivered_total{sink=\"app\"}"] == 1.0
    })
    .await;

    assert_eq!(
        (&listed["position"], &listed["status"]),
        (&1.into(), &418.into())
    );
    let attempt = &shown["attempts"][0];
    assert_eq!(
        (&attempt["status"], &attempt["answer"]),
        (&418.into(), &"no \u{1b}[2J tea".into())
    );
    assert!(attempt["took"].as_f64().unwrap() > 0.0, "{attempt}");
    assert_eq!(lines(&preview)[0]["matched"], 1);
    assert_eq!(lines(&replaying)[0]["replayed"], 1);
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn a_replayed_event_says_which_one_it_repeats() {
    let site = Site::new();
    let gateway = Gateway::run(&site.config());
    send(&gateway, "m-1").await;
    delivered(&site, 1);
    let listed = lines(&switchboard(&site, &["events", "list", "-o", "jsonl"]));
    let id = listed[0]["id"].as_str().unwrap().to_owned();

    let preview = switchboard(&site, &["events", "replay", &id, "-o", "jsonl"]);
    let before = lines(&switchboard(&site, &["events", "list", "-o", "jsonl"])).len();
    succeeded(&switchboard(&site, &["events", "replay", &id, "--yes"]));
    until(&site, |metrics| {
        metrics["sink_delivered_total{sink=\"file\"}"] == 2.0
    })
    .await;

    assert_eq!(
        (lines(&preview)[0]["matched"].as_u64(), before),
        (Some(1), 1)
    );
    let tail = switchboard(
        &site,
        &[
            "events", "tail", "--after", "1", "--count", "1", "-o", "jsonl",
        ],
    );
    let repeated = lines(&tail)[0]["id"].as_str().unwrap().to_owned();
    let event = switchboard(&site, &["events", "show", &repeated]);
    let event: Value = serde_json::from_slice(&event.stdout).unwrap();
    assert_eq!(event["replayof"], id);
    let missing = switchboard(&site, &["events", "replay", "nothing", "--yes"]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn a_gateway_whose_disk_is_full_is_not_ready_until_it_has_room() {
    if !tool::require_root() {
        return;
    }
    let disk = SmallDisk::new(48);
    let site = Site::new().with_journal(disk.path().join("journal"));
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    let before = get(&site, "/readyz").await.0;
    let kommo = Kommo::default();
    let mut number = 0;
    loop {
        number += 1;
        let message = kommo.message(&format!("m-{number}"), 200_000);
        if client.send("/in/support", &message).await.unwrap().status == 503 {
            break;
        }
    }
    let full = get(&site, "/readyz").await.0;
    disk.free();
    let after = get(&site, "/readyz").await.0;

    assert_eq!((before, full, after), (200, 503, 200), "{}", gateway.log());
    assert_eq!(get(&site, "/livez").await.0, 200);
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn the_metrics_are_what_was_sent() {
    let site = Site::new();
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let kommo = Kommo::default();

    for id in ["a", "b", "c", "b"] {
        let message = kommo.message(id, 0);
        assert_eq!(
            client.send("/in/support", &message).await.unwrap().status,
            200
        );
    }
    let mut forged = kommo.message("d", 0);
    forged.body = b"{}".as_slice().into();
    assert_eq!(
        client.send("/in/support", &forged).await.unwrap().status,
        401
    );
    delivered(&site, 3);
    until(&site, |metrics| metrics["duplicates_total"] == 1.0).await;
    let metrics = until(&site, |metrics| {
        metrics["sink_delivered_total{sink=\"file\"}"] == 3.0
    })
    .await;

    for (name, value) in [
        ("endpoint_received_total{endpoint=\"support\"}", 5.0),
        ("endpoint_stored_total{endpoint=\"support\"}", 4.0),
        ("endpoint_refused_total{endpoint=\"support\"}", 1.0),
        ("endpoint_failed_total{endpoint=\"support\"}", 0.0),
        ("ack_seconds_count", 5.0),
        ("commit_deliveries_sum", 4.0),
        ("commit_seconds_count", metrics["commit_deliveries_count"]),
        ("stored_total", 4.0),
        ("decoded_total", 4.0),
        ("undecoded", 0.0),
        ("waiting", 0.0),
        ("events_total", 3.0),
        ("sink_unmatched_total{sink=\"file\"}", 0.0),
        ("sink_pending{sink=\"file\"}", 0.0),
        ("sink_dead{sink=\"file\"}", 0.0),
        ("sink_expired_total{sink=\"file\"}", 0.0),
    ] {
        assert_eq!(metrics.get(name), Some(&value), "{name}");
    }
    assert!(gateway.terminate().status.success());
}

async fn send(gateway: &Gateway, id: &str) {
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let answer = client
        .send("/in/support", &Kommo::default().message(id, 0))
        .await;
    assert_eq!(answer.unwrap().status, 200);
}

/// Takes one request on a connection of its own, and answers it.
async fn answer(sink: &TcpListener, status: &str, body: &str) {
    let (mut stream, _) = sink.accept().await.unwrap();
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !is_whole(&request) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "the gateway hung up within its request");
        request.extend_from_slice(&buffer[..read]);
    }
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .unwrap();
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length:")?
            .trim()
            .parse()
            .ok()
    });
    body.len() >= length.unwrap_or(0)
}

/// What the socket answers to a GET of `path`.
async fn get(site: &Site, path: &str) -> (u16, String) {
    let stream = UnixStream::connect(site.journal().join("control.sock"))
        .await
        .unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = hyper::Request::get(path).header("host", "localhost");
    let request = request.body(Full::<bytes::Bytes>::default()).unwrap();
    let mut response = sender.send_request(request).await.unwrap();
    let mut body = Vec::new();
    while let Some(frame) = response.frame().await {
        body.extend_from_slice(frame.unwrap().data_ref().unwrap());
    }
    (response.status().as_u16(), String::from_utf8(body).unwrap())
}

/// Asks for the metrics until they are so.
///
/// # Panics
///
/// When they are not within a minute, with what they are.
async fn until(
    site: &Site,
    is_so: impl Fn(&BTreeMap<String, f64>) -> bool,
) -> BTreeMap<String, f64> {
    let begun = Instant::now();
    loop {
        let (_, text) = get(site, "/metrics").await;
        assert!(begun.elapsed() < PATIENCE, "it never came:\n{text}");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let name = name.strip_prefix("switchboard_").unwrap();
            (name.to_owned(), value.parse().unwrap())
        });
        let metrics = samples.collect();
        if is_so(&metrics) {
            return metrics;
        }
    }
}

fn append(site: &Site, text: &str) {
    let config = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(site.config(), format!("{config}\n{text}")).unwrap();
}

fn switchboard(site: &Site, arguments: &[&str]) -> Output {
    run(&site.config(), arguments)
}

fn run(config: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary(Profile::Dev));
    command.arg("--config").arg(config).args(arguments);
    command.output().expect("it can be started")
}

fn succeeded(output: &Output) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
}

fn lines(output: &Output) -> Vec<Value> {
    succeeded(output);
    let text = str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The one row that is about the sink `name`.
fn row(site: &Site, arguments: &[&str], name: &str) -> Value {
    let rows = lines(&switchboard(site, arguments));
    let found = rows
        .into_iter()
        .find(|row| row["name"] == name || row["sink"] == name);
    found.unwrap()
}
