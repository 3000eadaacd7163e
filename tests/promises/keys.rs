//! A provider may sign with keys that have to be fetched: the gateway fetches them, follows when they
//! change, and takes a delivery for neither genuine nor forged while it cannot.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use serde_json::json;
use switchboard::core::quarantine::{Bounds, Listing, SuspectCause};
use switchboard::core::{Delivery, Timestamp};
use switchboard::journal_sqlite::{SqliteJournal, SqliteQuarantine, SqliteQuarantineReader};
use switchboard::sinks::{Guard, HttpDocuments};
use switchboard::{
    Builder, EndpointConfig, Event, Handle, HostService, MemoryJournal, ServeError, Switchboard,
};
use switchboard_testkit::ManualClock;
use switchboard_tests::gateway::PATIENCE;
use switchboard_tests::keyed::{Key, KeyServer, Keyed};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_service::Service as _;

/// A gateway at work whose one endpoint, `support`, verifies by the keys of a server.
struct Gateway {
    service: HostService,
    handle: Handle,
    events: UnboundedReceiver<String>,
    stop: oneshot::Sender<()>,
    working: JoinHandle<Result<(), ServeError>>,
}

impl Gateway {
    /// In `folder`, and otherwise as `arrange` says.
    fn start(server: &KeyServer, folder: &Path, arrange: impl FnOnce(Builder) -> Builder) -> Self {
        let (told, events) = unbounded_channel();
        let builder = serving(server)
            .journal(SqliteJournal::open(folder).unwrap())
            .quarantine(SqliteQuarantine::open(folder, Bounds::default()).unwrap())
            .on("app", move |event: Event| {
                let told = told.send(event.id);
                async move { told }
            });
        let gateway = arrange(builder).build().unwrap();
        let (stop, stopped) = oneshot::channel();
        Self {
            service: gateway.service(),
            handle: gateway.handle(),
            events,
            stop,
            working: tokio::spawn(gateway.deliver(async { stopped.await.unwrap() })),
        }
    }

    async fn answers(&mut self, delivery: Delivery) -> StatusCode {
        call(&mut self.service, delivery).await
    }

    /// The next delivery that became an event.
    async fn takes(&mut self) -> String {
        let event = tokio::time::timeout(PATIENCE, self.events.recv()).await;
        let id = event.expect("it comes").expect("the gateway is there");
        id.rsplit(':').next().unwrap().to_owned()
    }

    async fn ends(self) {
        self.stop.send(()).unwrap();
        self.working.await.unwrap().unwrap();
    }
}

/// A gateway by the keys of `server`.
fn serving(server: &KeyServer) -> Builder {
    let endpoint = EndpointConfig::new("support", "keyed").options(json!({"keys": server.url()}));
    Switchboard::builder().adapter::<Keyed>().endpoint(endpoint)
}

async fn call(service: &mut HostService, delivery: Delivery) -> StatusCode {
    let mut request = Request::new(Full::<Bytes>::new(delivery.body));
    *request.method_mut() = delivery.method;
    *request.uri_mut() = "/in/support".parse().unwrap();
    *request.headers_mut() = delivery.headers;
    let host = "hooks.example.com".parse().unwrap();
    request.headers_mut().insert("host", host);
    service.call(request).await.unwrap().status()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Fetches from this machine, by a clock that a test turns.
fn documents() -> (HttpDocuments, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
    let documents = HttpDocuments::new(Guard::operator()).clock(clock.clone());
    (documents, clock)
}

#[tokio::test]
async fn what_a_published_key_signed_is_taken_and_nothing_else() {
    let (server, folder) = (KeyServer::start().await, folder());
    let (first, second, forger) = (Key::new("1", 1), Key::new("2", 2), Key::new("1", 9));
    server.publish(&first);
    let (documents, clock) = documents();
    let mut gateway = Gateway::start(&server, folder.path(), |it| it.documents(documents));

    assert_eq!(gateway.answers(first.signs("m-1")).await, 200);
    assert_eq!(gateway.answers(forger.signs("m-2")).await, 401);
    assert_eq!(server.fetches(), 1);

    server.publish(&second);
    clock.advance(Duration::from_secs(4));
    assert_eq!(gateway.answers(second.signs("m-3")).await, 200);
    assert_eq!(gateway.answers(first.signs("m-4")).await, 200);
    for number in 0..50 {
        let unknown = Key::new("3", 3).signs(&format!("m-{number}"));
        assert_eq!(gateway.answers(unknown).await, 401);
    }
    assert_eq!(server.fetches(), 2);

    for id in ["m-1", "m-3", "m-4"] {
        assert_eq!(gateway.takes().await, id);
    }
    gateway.ends().await;
}

/// The pauses are those of a real gateway: what it could not verify is verified again by itself, and
/// then the keys are asked for again.
#[tokio::test]
async fn without_keys_nobody_knows_and_when_they_are_back_the_genuine_is_taken() {
    let (server, folder) = (KeyServer::start().await, folder());
    let (key, forger) = (Key::new("1", 1), Key::new("1", 9));
    server.publish(&key);
    server.goes_down();
    let documents = HttpDocuments::new(Guard::operator());
    let mut gateway = Gateway::start(&server, folder.path(), |it| it.documents(documents));

    assert_eq!(gateway.answers(key.signs("m-1")).await, 503);
    assert_eq!(gateway.answers(forger.signs("m-2")).await, 503);
    server.comes_back();

    assert_eq!(gateway.takes().await, "m-1");
    gateway.ends().await;
    let reader = SqliteQuarantineReader::open(folder.path()).unwrap();
    let held = reader.list(&Listing::first(9)).unwrap();
    let causes: Vec<_> = held.iter().map(|one| one.cause).collect();
    assert_eq!(causes, [SuspectCause::Refused], "the forgery alone");
    assert_eq!(server.fetches(), 1);
}

#[tokio::test]
async fn what_was_fetched_is_still_there_after_a_reload() {
    let (server, folder) = (KeyServer::start().await, folder());
    let key = Key::new("1", 1);
    server.publish(&key);
    let (documents, _clock) = documents();
    let mut gateway = Gateway::start(&server, folder.path(), |it| it.documents(documents));
    assert_eq!(gateway.answers(key.signs("m-1")).await, 200);
    server.goes_down();

    gateway.handle.reload(serving(&server)).await.unwrap();

    assert_eq!(gateway.answers(key.signs("m-2")).await, 200);
    gateway.ends().await;
}

#[tokio::test]
async fn a_gateway_fetches_nothing_from_its_own_network_unless_it_is_told_to() {
    let (server, folder) = (KeyServer::start().await, folder());
    let key = Key::new("1", 1);
    server.publish(&key);
    let mut gateway = Gateway::start(&server, folder.path(), |it| it);

    assert_eq!(gateway.answers(key.signs("m-1")).await, 503);

    assert_eq!(server.fetches(), 0);
    gateway.ends().await;
    let reader = SqliteQuarantineReader::open(folder.path()).unwrap();
    let held = reader.list(&Listing::first(9)).unwrap();
    assert_eq!(held[0].cause, SuspectCause::Unavailable);
    let told = &held[0].diagnosis;
    assert!(told.contains("must not be called"), "{told}");
}

#[tokio::test]
async fn a_reload_keeps_the_clock() {
    let server = KeyServer::start().await;
    let key = Key::new("1", 1);
    server.publish(&key);
    let noon = Timestamp::from_seconds(1_764_000_000).unwrap();
    let journal = Arc::new(MemoryJournal::new());
    let gateway = serving(&server)
        .shared_journal(journal.clone())
        .clock(ManualClock::new(noon))
        .documents(HttpDocuments::new(Guard::operator()))
        .build()
        .unwrap();

    gateway.handle().reload(serving(&server)).await.unwrap();
    let mut service = gateway.service();
    let answer = gateway.deliver(async move { call(&mut service, key.signs("m-1")).await });

    assert_eq!(answer.await.unwrap(), 200);
    let stored = journal.deliveries().remove(0);
    assert_eq!(stored.intake.verified.signed_at, Some(noon));
}
