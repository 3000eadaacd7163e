//! What scripts rely on: the commands' output and exit codes, with the real binary.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use switchboard_tests::account::{all_delivered, counted, delivered};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::Kommo;
use switchboard_tests::receiver::{Manners, Receiver};
use switchboard_tests::site::Site;

#[test]
fn a_demo_prints_events_of_both_kommo_versions_and_ends() {
    let demo = switchboard(&["demo", "--once"]);

    assert_eq!(demo.status.code(), Some(0), "{}", text(&demo.stderr));
    let events: Vec<Value> = lines(&demo.stdout);
    let kommo = events
        .iter()
        .filter(|event| event["endpoint"] == "kommo-chats");
    let (v2, v1): (Vec<_>, Vec<_>) = kommo.partition(|event| event["account"].is_string());
    assert!(
        !v1.is_empty() && !v2.is_empty(),
        "{} of v1, {} of v2",
        v1.len(),
        v2.len()
    );
    assert!(events.iter().all(|event| event["specversion"] == "1.0"));
}

#[test]
fn wrong_configuration_is_told_whole_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("switchboard.toml");
    std::fs::write(
        &config,
        "[host]\nlisten = 8080\nlissen = 1\n\
         [endpoints.support]\nadapter = \"kommo-chat\"\n\
         [endpoints.sales]\nadapter = \"kommo-chats\"\nsecrets = [{ env = \"NOT_SET_ANYWHERE\" }]\n",
    )
    .unwrap();

    for command in ["check", "run"] {
        let wrong = switchboard_with(&config, &[command]);

        assert_eq!(wrong.status.code(), Some(78));
        let told = text(&wrong.stderr);
        for place in [
            "switchboard.toml:2: host.listen: ",
            "switchboard.toml:3: host.lissen: ",
            "switchboard.toml:5: endpoints.support.adapter: ",
            "switchboard.toml:8: endpoints.sales.secrets[0]",
        ] {
            assert!(told.contains(place), "{place} is missing in:\n{told}");
        }
    }
}

#[tokio::test]
async fn events_are_listed_shown_and_raw_while_the_gateway_runs_and_after() {
    let site = Site::new();
    let gateway = Gateway::run(&site.config());
    let delivery = Kommo::default().message("m-1", 3);
    let mut client = Client::connect(gateway.address()).await.unwrap();
    assert_eq!(
        client.send("/in/support/", &delivery).await.unwrap().status,
        200
    );
    delivered(&site, 1);

    look(&site, &delivery.body);
    assert!(gateway.terminate().status.success());
    look(&site, &delivery.body);
}

fn look(site: &Site, body: &[u8]) {
    let config = site.config();
    let listed = switchboard_with(&config, &["events", "list", "-o", "jsonl"]);
    assert_eq!(listed.status.code(), Some(0), "{}", text(&listed.stderr));
    let listed = lines(&listed.stdout);
    assert_eq!(listed.len(), 1);
    let id = listed[0]["id"].as_str().unwrap();
    let delivery = listed[0]["deliveryid"].as_str().unwrap();

    let shown = switchboard_with(&config, &["events", "show", id]);
    let event: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(event["data"]["message"]["id"], "m-1");

    for name in [id, delivery] {
        assert_eq!(
            switchboard_with(&config, &["events", "raw", name]).stdout,
            body
        );
    }
    for missing in [["events", "show", "nothing"], ["events", "raw", "1-2"]] {
        assert_eq!(switchboard_with(&config, &missing).status.code(), Some(3));
    }
}

#[test]
fn adapters_are_listed_as_data() {
    let listed = switchboard(&["adapters", "-o", "json"]);

    let adapters: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    let kommo = adapters
        .iter()
        .find(|adapter| adapter["name"] == "kommo-chats")
        .unwrap();
    for field in [
        "name",
        "title",
        "crate",
        "methods",
        "ack_deadline",
        "redelivery",
        "signed",
        "secrets",
        "docs",
    ] {
        assert!(!kommo[field].is_null(), "{field}");
    }
}

#[test]
fn the_command_line_has_its_own_exit_code() {
    assert_eq!(switchboard(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(switchboard(&["--version"]).status.code(), Some(0));
    let nowhere = switchboard(&["--config", "/nowhere/switchboard.toml", "run"]);
    assert_eq!(nowhere.status.code(), Some(78));
}

fn switchboard(arguments: &[&str]) -> Output {
    Command::new(binary(Profile::Dev))
        .args(arguments)
        .output()
        .expect("it can be started")
}

fn switchboard_with(config: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary(Profile::Dev));
    command
        .arg("--config")
        .arg(config)
        .args(arguments)
        .output()
        .expect("it can be started")
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let lines = text(bytes);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

#[tokio::test]
async fn the_doctor_finds_nothing_until_a_counter_is_wrong() {
    let site = Site::new();
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let message = Kommo::default().message("one", 0);
    client.send("/in/support", &message).await.unwrap();
    delivered(&site, 1);
    assert!(gateway.terminate().status.success());

    let sound = switchboard_with(&site.config(), &["doctor", "-o", "jsonl"]);
    let index = rusqlite::Connection::open(site.journal().join("index.db")).unwrap();
    index
        .execute("UPDATE progress SET decoded = decoded + 1", ())
        .unwrap();
    drop(index);
    let sick = switchboard_with(&site.config(), &["doctor", "-o", "jsonl"]);

    assert_eq!(sound.status.code(), Some(0), "{}", text(&sound.stdout));
    let looked_at: BTreeSet<_> = lines(&sound.stdout)
        .iter()
        .map(|one| one["about"].as_str().unwrap().to_owned())
        .collect();
    let all = ["clock", "configuration", "disk", "journal", "limits"];
    assert_eq!(looked_at, all.map(str::to_owned).into());
    assert_eq!(sick.status.code(), Some(5), "{}", text(&sick.stdout));
    let found: Vec<Value> = lines(&sick.stdout);
    assert!(
        found.iter().any(|one| one["severity"] == "fault"),
        "{found:?}"
    );
}

#[test]
fn the_benchmark_measures_every_row_beside_bare_hyper_and_a_peer() {
    let mut command = Command::new(binary(Profile::Dev));
    command.args([
        "bench",
        "--row",
        "accept,duplicates,handler,file,http,http-ordered",
    ]);
    command.args([
        "--connections",
        "4",
        "--rounds",
        "1",
        "--seconds",
        "1",
        "-o",
        "jsonl",
    ]);
    // A peer is any server; bare hyper of our own does.
    let peer = env!("CARGO_BIN_EXE_bare-hyper");
    let measured = command
        .arg("--peer")
        .arg(format!("mine={peer}"))
        .output()
        .unwrap();

    assert!(measured.status.success(), "{}", text(&measured.stderr));
    let rows = lines(&measured.stdout);
    let names: Vec<_> = rows
        .iter()
        .map(|row| row["server"].as_str().unwrap())
        .collect();
    let expected = [
        "bare hyper",
        "accept",
        "duplicates",
        "handler",
        "file",
        "http",
        "http-ordered",
        "mine",
    ];
    assert_eq!(names, expected);
    for row in &rows {
        for figure in ["rate", "settled", "ratio", "ack_p50", "cpu", "memory"] {
            assert!(
                row[figure]["median"].as_f64() > Some(0.0),
                "{figure} of {row}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_gets_what_its_configuration_wants_and_nothing_else() {
    let (leads, outbound) = (
        Receiver::start(Manners::Takes).await,
        Receiver::start(Manners::Takes).await,
    );
    let site = Site::new().with(format!(
        "[sinks.leads]\ntype = \"http\"\nurl = \"{}\"\nkinds = [\"lead.*\"]\n\
         [sinks.outbound]\ntype = \"http\"\nurl = \"{}\"\n\
         filters = [{{ exact = {{ \"data.direction\" = \"outbound\" }} }}]\n",
        leads.url(),
        outbound.url()
    ));
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();

    let message = Kommo::default().message("one", 0);
    client.send("/in/support", &message).await.unwrap();
    outbound.has_taken(":one").await;

    assert!(gateway.terminate().status.success());
    all_delivered(&site, "outbound", &outbound, 1);
    assert_eq!(leads.calls(), 0);
    assert_eq!(counted(&site, "leads").delivered, 0);
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_is_removed_by_the_next_start() {
    let site = Site::new().with("[retention]\nbodies = \"1ms\"\nevents = \"1ms\"");
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    for id in ["old", "older", "last"] {
        let message = Kommo::default().message(id, 0);
        client.send("/in/support", &message).await.unwrap();
        delivered(&site, 1);
    }
    delivered(&site, 3);
    assert!(gateway.terminate().status.success());

    let gateway = Gateway::run(&site.config());
    let removed = gateway.has_logged("Removed what is no longer kept.", 1);

    assert!(removed["deliveries"].as_u64() > Some(0), "{removed}");
    let ended = gateway.terminate();
    assert!(ended.status.success(), "{}", ended.log);
    let listed = switchboard_with(&site.config(), &["events", "list", "-o", "jsonl"]);
    assert!(lines(&listed.stdout).len() < 3);
}
