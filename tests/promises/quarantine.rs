//! What fails verification is kept within bounds, is never delivered, harms nobody, and comes back
//! once its secret is corrected.

use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use switchboard::core::host::{Host, Route};
use switchboard::core::journal::{AppendError, Intake, Journal, MemoryJournal};
use switchboard::core::quarantine::{Bounds, Listing, Quarantine as _, Suspect, SuspectCause};
use switchboard::core::{
    Adapter, Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, Preflight, Reply, Secret,
    Verified, VerifyError, registrations,
};
use switchboard::journal_sqlite::{SqliteJournal, SqliteQuarantine, SqliteQuarantineReader};
use switchboard::{EndpointConfig, Event, MemoryQuarantine, Selection, Switchboard};
use switchboard_tests::account::{delivered, stored};
use switchboard_tests::acme::{Acme, hook};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::{Gateway, Profile, binary};
use switchboard_tests::kommo::{Kommo, SECRET};
use switchboard_tests::site::Site;
use tokio::sync::{mpsc::unbounded_channel, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

const WRONG: &str = "wrong-wrong-wrong-wrong-wrong-wrong-1234";
const EACH: usize = 5;

/// How deliveries come back.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wiring {
    /// The host's own way.
    Right,
    /// A lie: whatever is verified again is accepted.
    AcceptsEverything,
    /// A lie: out of the quarantine first, then into the journal.
    RemovesFirst,
}

#[tokio::test]
async fn a_corrected_secret_brings_back_the_genuine_and_nothing_else() {
    let site = came_back(Wiring::Right).await.unwrap();

    let left = rows(&quarantine(&site, &["list", "-o", "jsonl"]));
    assert_eq!(left.len(), EACH, "{left:?}");
    for one in &left {
        assert_eq!(one["endpoint"], "support");
        assert_eq!(one["cause"], "refused");
        assert!(!one["diagnosis"].as_str().unwrap().is_empty(), "{one}");
    }
}

#[tokio::test]
async fn a_wiring_that_accepts_everything_is_told() {
    let told = came_back(Wiring::AcceptsEverything).await.unwrap_err();

    assert!(told.contains("forged-"), "{told}");
}

#[tokio::test]
async fn a_wiring_that_removes_before_it_appends_is_told() {
    let told = came_back(Wiring::RemovesFirst).await.unwrap_err();

    assert!(told.contains("lost"), "{told}");
}

/// A gateway with the wrong secret takes genuine and forged deliveries; the secret is corrected; a
/// first try to bring them back ends on a full disk, a second one does not. Tells what of it is not
/// as promised.
async fn came_back(wiring: Wiring) -> Result<Site, String> {
    let site = Site::new();
    configure(&site, WRONG, "");
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    for number in 0..EACH {
        let genuine = Kommo::default().message(&format!("genuine-{number}"), number);
        for delivery in [genuine, forged(number)] {
            let answer = client.send("/in/support", &delivery).await.unwrap();
            assert_eq!(answer.status, 401);
        }
    }
    assert!(gateway.terminate().status.success());
    assert_eq!(std::fs::read_to_string(site.events()).unwrap(), "");
    assert!(stored(&site).is_empty());

    configure(&site, SECRET, "");
    interrupted(&site, wiring).await;
    match wiring {
        Wiring::AcceptsEverything => by_hand(&site).await,
        Wiring::Right | Wiring::RemovesFirst => {
            let reverified = quarantine(&site, &["reverify", "--all", "-o", "jsonl"]);
            let told = String::from_utf8_lossy(&reverified.stderr).into_owned();
            assert_eq!(reverified.status.code(), Some(5), "{told}");
        }
    }

    let expected: BTreeSet<_> = (0..EACH)
        .map(|number| format!("genuine-{number}"))
        .collect();
    let came: BTreeSet<_> = stored(&site).into_keys().collect();
    if let Some(lost) = expected.difference(&came).next() {
        return Err(format!("{lost} is lost"));
    }
    if let Some(more) = came.difference(&expected).next() {
        return Err(format!("{more} came back"));
    }
    let gateway = Gateway::run(&site.config());
    let events = delivered(&site, EACH);
    assert!(gateway.terminate().status.success());
    match events.keys().eq(expected.iter()) {
        true => Ok(site),
        false => Err(format!("{events:?} became events")),
    }
}

/// Tries to bring everything back while the journal's disk is full.
async fn interrupted(site: &Site, wiring: Wiring) {
    let journal = MemoryJournal::new();
    journal.fail_appends(Some(AppendError::Full));
    let journal = Arc::new(journal);
    let quarantine = SqliteQuarantine::open(site.journal(), Bounds::default()).unwrap();
    let quarantine = Arc::new(quarantine);
    if wiring != Wiring::RemovesFirst {
        let host = Host::builder(journal)
            .quarantine(quarantine)
            .route(route(kommo()))
            .build()
            .unwrap();
        host.reverify(&Selection::All).await.unwrap_err();
        return;
    }
    for held in quarantine.list(&Listing::first(100)).await.unwrap() {
        let suspect = quarantine.get(held.id).await.unwrap().unwrap();
        let endpoint = endpoint();
        let Ok(verified) = kommo().verify(&suspect.delivery, &endpoint).await else {
            continue;
        };
        quarantine.remove(&[held.id]).await.unwrap();
        let intake = Intake {
            endpoint: suspect.endpoint,
            adapter: suspect.adapter,
            delivery: suspect.delivery,
            verified,
        };
        journal.append(&intake).await.unwrap_err();
    }
}

/// Brings back what the host with a gullible adapter accepts.
async fn by_hand(site: &Site) {
    let journal = Arc::new(SqliteJournal::open(site.journal()).unwrap());
    let quarantine = SqliteQuarantine::open(site.journal(), Bounds::default()).unwrap();
    let host = Host::builder(Arc::clone(&journal) as Arc<dyn Journal>)
        .quarantine(Arc::new(quarantine))
        .route(route(Arc::new(Gullible(kommo()))))
        .build()
        .unwrap();

    host.reverify(&Selection::All).await.unwrap();

    journal.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_forgeries_is_held_within_bounds_while_good_traffic_is_acked() {
    const FLOOD: usize = 8;
    const FORGED: usize = 300;
    let site = Site::new();
    configure(&site, SECRET, "[quarantine]\nmax_deliveries = 20\n");
    let gateway = Gateway::run(&site.config());
    let address = gateway.address();
    let mut flood = JoinSet::new();
    for _ in 0..FLOOD {
        flood.spawn(async move {
            let mut client = Client::connect(address).await.unwrap();
            for number in 0..FORGED {
                let answer = client.send("/in/support", &forged(number)).await.unwrap();
                assert_eq!(answer.status, 401);
            }
        });
    }

    let mut client = Client::connect(address).await.unwrap();
    for number in 0..50 {
        let good = Kommo::default().message(&format!("good-{number}"), 0);
        let answer = client.send("/in/support", &good).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    flood.join_all().await;
    assert!(gateway.terminate().status.success());

    assert_eq!(stored(&site).len(), 50);
    let reader = SqliteQuarantineReader::open(site.journal()).unwrap();
    let counts = reader.counts().unwrap()["support"];
    assert_eq!(counts.handed_over(), (FLOOD * FORGED) as u64, "{counts:?}");
    assert_eq!(counts.kept, 20, "{counts:?}");
    assert_eq!(reader.list(&Listing::first(100)).unwrap().len(), 20);
}

#[tokio::test]
async fn a_broken_quarantine_stops_neither_the_gateway_nor_an_ack() {
    let site = Site::new();
    std::fs::create_dir(site.journal()).unwrap();
    std::fs::write(site.journal().join("quarantine.db"), [b'x'; 9000]).unwrap();

    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let refused = client.send("/in/support", &forged(1)).await.unwrap();
    let good = Kommo::default().message("good", 0);
    let taken = client.send("/in/support", &good).await.unwrap();

    assert_eq!((refused.status, taken.status), (401, 200));
    let ended = gateway.terminate();
    assert!(ended.status.success());
    assert!(ended.log.contains("No quarantine: "), "{}", ended.log);
}

#[tokio::test]
async fn nothing_is_kept_where_it_is_switched_off() {
    let site = Site::new();
    configure(&site, SECRET, "[quarantine]\nmax_bytes = 0\n");
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    client.send("/in/support", &forged(1)).await.unwrap();
    assert!(gateway.terminate().status.success());

    assert!(!site.journal().join("quarantine.db").exists());
    assert!(rows(&quarantine(&site, &["list", "-o", "jsonl"])).is_empty());
    assert_eq!(
        quarantine(&site, &["reverify", "--all"]).status.code(),
        Some(3)
    );
}

#[tokio::test]
async fn a_gateway_that_runs_brings_back_what_is_genuine() {
    let site = Site::new();
    configure(&site, WRONG, "");
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let genuine = Kommo::default().message("genuine", 0);
    for delivery in [&genuine, &forged(1)] {
        let answer = client.send("/in/support", delivery).await.unwrap();
        assert_eq!(answer.status, 401);
        client = Client::connect(gateway.address()).await.unwrap();
    }
    assert!(gateway.terminate().status.success());
    configure(&site, SECRET, "");
    let gateway = Gateway::run(&site.config());

    let reverified = quarantine(&site, &["reverify", "--all", "-o", "jsonl"]);

    assert_eq!(reverified.status.code(), Some(5), "{reverified:?}");
    let verdicts = String::from_utf8_lossy(&reverified.stdout).into_owned();
    assert_eq!(verdicts.lines().count(), 2, "{verdicts}");
    assert!(delivered(&site, 1).contains_key("genuine"));
    assert!(gateway.terminate().status.success());
}

#[tokio::test]
async fn the_commands_tell_what_scripts_rely_on_and_no_secret() {
    let site = Site::new();
    assert_eq!(quarantine(&site, &["list"]).status.code(), Some(3));
    configure(&site, WRONG, "");
    let gateway = Gateway::run(&site.config());
    let mut client = Client::connect(gateway.address()).await.unwrap();
    let genuine = Kommo::default().message("genuine", 0);
    let signature = genuine.header("x-signature").unwrap().to_owned();
    for delivery in [&genuine, &forged(1)] {
        client.send("/in/support?hunter2", delivery).await.unwrap();
    }

    // The gateway does it, whose thread may not have written them yet.
    let asked = quarantine(&site, &["reverify", "--all"]);
    assert!(matches!(asked.status.code(), Some(0 | 5)), "{asked:?}");
    assert_eq!(quarantine(&site, &["list"]).status.code(), Some(0));
    assert!(gateway.terminate().status.success());

    let before = quarantine(&site, &["show", "1", "-o", "jsonl"]);
    configure(&site, SECRET, "");
    let after = quarantine(&site, &["show", "1", "-o", "json"]);
    let table = quarantine(&site, &["show", "2"]);
    for shown in [&before, &after, &table] {
        assert_eq!(shown.status.code(), Some(0));
        let text = String::from_utf8_lossy(&shown.stdout);
        for secret in [SECRET, WRONG, &signature, "hunter2"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let before: Value = serde_json::from_slice(&before.stdout).unwrap();
    let after: Value = serde_json::from_slice(&after.stdout).unwrap();
    assert!(
        before["explanation"]
            .as_str()
            .unwrap()
            .starts_with("Refused: "),
        "{before}"
    );
    assert!(
        after["explanation"]
            .as_str()
            .unwrap()
            .starts_with("It is accepted now"),
        "{after}"
    );
    assert_eq!(after["body"]["message"]["message"]["id"], "genuine");

    let code = |arguments: &[&str]| quarantine(&site, arguments).status.code();
    assert_eq!(code(&["show", "9"]), Some(3));
    assert_eq!(code(&["reverify", "9"]), Some(3));
    assert_eq!(code(&["reverify", "2"]), Some(5));
    assert_eq!(code(&["reverify"]), Some(2));
    assert_eq!(code(&["reverify", "1", "--all"]), Some(2));
    assert_eq!(code(&["reverify", "--endpoint", "nobody"]), Some(0));
    assert_eq!(code(&["reverify", "1"]), Some(0));
    assert_eq!(code(&["reverify", "1"]), Some(3));
    assert_eq!(stored(&site).len(), 1);
}

/// A host that is mounted elsewhere verifies by itself what nobody could verify, too.
#[tokio::test(start_paused = true)]
async fn what_could_not_be_verified_becomes_an_event_by_itself() {
    let quarantine = MemoryQuarantine::default();
    quarantine.keep(Suspect {
        endpoint: "support".to_owned(),
        adapter: "acme".to_owned(),
        delivery: hook("m-1"),
        cause: SuspectCause::Unavailable,
        diagnosis: "no key".to_owned(),
    });
    let (told, mut events) = unbounded_channel();
    let gateway = Switchboard::builder()
        .journal(MemoryJournal::new())
        .quarantine(quarantine)
        .adapter::<Acme>()
        .endpoint(EndpointConfig::new("support", "acme").secret("s3cret"))
        .on("app", move |event: Event| {
            let told = told.send(event);
            async move { told }
        })
        .build()
        .unwrap();
    let (stop, stopped) = oneshot::channel();

    let delivering = tokio::spawn(gateway.deliver(async { stopped.await.unwrap() }));
    let event = timeout(Duration::from_secs(60), events.recv()).await;
    let event = event.expect("it came by itself").unwrap();
    stop.send(()).unwrap();
    delivering.await.unwrap().unwrap();

    assert_eq!(event.endpoint, "support");
    assert_eq!(event.authscheme, "token");
}

fn quarantine(site: &Site, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary(Profile::Dev));
    command.arg("--config").arg(site.config());
    command.arg("quarantine").args(arguments);
    command.output().expect("it can be started")
}

fn rows(output: &Output) -> Vec<Value> {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Gives the endpoint `secret`, and adds `more` to the configuration.
fn configure(site: &Site, secret: &str, more: &str) {
    let text = std::fs::read_to_string(site.config()).unwrap();
    let text = text.replace(SECRET, secret).replace(WRONG, secret);
    std::fs::write(site.config(), format!("{text}\n{more}")).unwrap();
}

fn forged(number: usize) -> Delivery {
    let mut delivery = Kommo::default().message(&format!("forged-{number}"), 0);
    delivery.headers.remove("x-signature");
    delivery.with("x-signature", "0123456789abcdef0123456789abcdef01234567")
}

fn kommo() -> Arc<dyn Adapter> {
    let registrations = registrations();
    let mut registrations = registrations.into_iter();
    let kommo = registrations.find(|one| one.descriptor.name == "kommo-chats");
    let adapter = kommo.expect("it is linked").build(&serde_json::json!({}));
    Arc::from(adapter.expect("it needs no options"))
}

fn endpoint() -> Endpoint {
    let role = kommo().descriptor().secrets[0];
    let secret = Secret::new("test", role, SECRET).expect("it is not empty");
    Endpoint::new("support").with_secret(role, secret)
}

fn route(adapter: Arc<dyn Adapter>) -> Route {
    Route::new(endpoint(), adapter)
}

/// An adapter that believes everybody.
#[derive(Debug)]
struct Gullible(Arc<dyn Adapter>);

#[async_trait]
impl Adapter for Gullible {
    fn descriptor(&self) -> &'static Descriptor {
        self.0.descriptor()
    }

    fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
        self.0.check(endpoint)
    }

    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
        self.0.preflight(delivery, endpoint)
    }

    async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
        Ok(Verified::unsigned())
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        self.0.sign(delivery, endpoint)
    }

    fn reply(&self, delivery: &Delivery, endpoint: &Endpoint) -> Reply {
        self.0.reply(delivery, endpoint)
    }

    fn decode(&self, delivery: &Delivery) -> Result<Vec<Draft>, ParseError> {
        self.0.decode(delivery)
    }
}
