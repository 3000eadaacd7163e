//! A gateway is a part of somebody else's process: it shares it, and its end loses nothing.

use std::convert::Infallible;
use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use switchboard::core::journal::SinkCounters;
use switchboard::journal_sqlite::{SqliteJournal, SqliteReader};
use switchboard::{
    EndpointConfig, Event, HostService, Retry, SinkError, Subscription, Switchboard,
};
use switchboard_tests::acme::{Acme, hook};
use switchboard_tests::client::Client;
use switchboard_tests::gateway::PATIENCE;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

/// A gateway in this process with one endpoint, `support`, and one handler, `app`.
fn gateway(journal: &Path, secret: &str, app: Subscription) -> Switchboard {
    Switchboard::builder()
        .journal(SqliteJournal::open(journal).unwrap())
        .adapter::<Acme>()
        .endpoint(EndpointConfig::new("support", "acme").secret(secret))
        .sink(app)
        .build()
        .unwrap()
}

/// A handler that tells what it takes.
fn teller() -> (Subscription, UnboundedReceiver<String>) {
    let (told, events) = unbounded_channel();
    (
        Subscription::on("app", move |event: Event| tell(&told, &event)),
        events,
    )
}

fn tell(
    told: &UnboundedSender<String>,
    event: &Event,
) -> impl Future<Output = Result<(), SinkError>> + use<> {
    let sent = told.send(id(event));
    async move { sent.map_err(|_| SinkError::unavailable("the test has ended")) }
}

/// The id that the provider gave.
fn id(event: &Event) -> String {
    event.id.rsplit(':').next().unwrap().to_owned()
}

async fn next(events: &mut UnboundedReceiver<String>) -> String {
    let event = tokio::time::timeout(PATIENCE, events.recv()).await;
    event.expect("it comes").expect("the gateway is there")
}

async fn call(service: &mut HostService, id: &str) -> StatusCode {
    service.call(request(id)).await.unwrap().status()
}

fn request(id: &str) -> Request<Full<Bytes>> {
    let mut request = Request::post("/in/support");
    *request.headers_mut().unwrap() = hook(id).headers;
    let request = request.header("host", "hooks.example.com");
    request.body(Full::new(hook(id).body)).unwrap()
}

type Working = JoinHandle<Result<(), switchboard::ServeError>>;

/// Delivers until the token is cancelled, which stands for the server around the gateway.
fn work(gateway: Switchboard) -> (HostService, CancellationToken, Working) {
    let (service, stop) = (gateway.service(), CancellationToken::new());
    let working = tokio::spawn(gateway.deliver(stop.clone().cancelled_owned()));
    (service, stop, working)
}

fn counters(journal: &Path) -> SinkCounters {
    let reader = SqliteReader::open(journal).unwrap();
    reader.counters().unwrap().sinks.remove(0)
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn two_gateways_in_one_process_know_nothing_of_each_other() {
    let (north, south) = (folder(), folder());
    let ((north_app, mut north_events), (south_app, mut south_events)) = (teller(), teller());
    let (mut one, stop, north_works) = work(gateway(north.path(), "s3cret", north_app));
    let (mut other, stop_other, south_works) = work(gateway(south.path(), "another", south_app));

    assert_eq!(call(&mut one, "m-1").await, 200);
    assert_eq!(call(&mut other, "m-2").await, 401);
    assert_eq!(next(&mut north_events).await, "m-1");
    stop_other.cancel();
    south_works.await.unwrap().unwrap();

    assert_eq!(call(&mut one, "m-3").await, 200);
    assert_eq!(next(&mut north_events).await, "m-3");
    stop.cancel();
    north_works.await.unwrap().unwrap();
    assert_eq!(south_events.recv().await, None);
    assert_eq!(counters(north.path()).delivered, 2);
}

#[tokio::test]
async fn after_the_end_nothing_is_acknowledged() {
    let journal = folder();
    let (app, mut events) = teller();
    let (mut service, stop, working) = work(gateway(journal.path(), "s3cret", app));
    assert_eq!(call(&mut service, "m-1").await, 200);
    assert_eq!(next(&mut events).await, "m-1");
    stop.cancel();
    working.await.unwrap().unwrap();

    assert_eq!(call(&mut service, "m-2").await, 503);

    let reader = SqliteReader::open(journal.path()).unwrap();
    assert_eq!(reader.counters().unwrap().stored, 1);
}

#[tokio::test]
async fn what_was_taken_when_the_server_ended_is_stored_and_what_it_answered_comes_back() {
    let journal = folder();
    let gateway = gateway(journal.path(), "s3cret", teller().0);
    let mut service = gateway.service();
    let server = async move {
        for number in 0..100 {
            // The connection is cut as soon as the request was read.
            let mut call = service.call(request(&number.to_string()));
            let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context)));
            assert!(polled.await.is_pending(), "it waits for the disk");
        }
        Ok::<_, Infallible>("bye")
    };

    assert_eq!(gateway.deliver(server).await.unwrap(), Ok("bye"));

    let reader = SqliteReader::open(journal.path()).unwrap();
    assert_eq!(reader.counters().unwrap().stored, 100);
}

#[tokio::test]
async fn a_handler_that_ends_the_gateway_loses_nothing() {
    let journal = folder();
    let ids: Vec<_> = (0..20).map(|number| format!("m-{number}")).collect();
    let (told, mut events) = unbounded_channel();
    let stop = CancellationToken::new();
    let ending = stop.clone();
    let app = Subscription::on("app", move |event: Event| {
        let (ending, told) = (ending.clone(), told.clone());
        async move {
            if id(&event) == "m-5" {
                ending.cancel();
                return Err(SinkError::unavailable("shutting down"));
            }
            tell(&told, &event).await
        }
    });
    let gateway_ended = gateway(journal.path(), "s3cret", impatient(app));
    let mut service = gateway_ended.service();
    let server = async {
        for id in &ids {
            assert_eq!(call(&mut service, id).await, 200);
        }
        stop.cancelled().await;
    };

    gateway_ended.deliver(server).await.unwrap();
    let (app, mut rest) = teller();
    let (_service, stop, working) = work(gateway(journal.path(), "s3cret", impatient(app)));

    let mut taken = Vec::new();
    while let Some(id) = events.recv().await {
        taken.push(id);
    }
    assert!(!taken.contains(&"m-5".to_owned()), "{taken:?}");
    while taken.len() < ids.len() {
        taken.push(next(&mut rest).await);
    }
    stop.cancel();
    working.await.unwrap().unwrap();
    // Each once: the end was graceful.
    taken.sort_by_key(|id| id[2..].parse::<u32>().unwrap());
    assert_eq!(taken, ids);
    assert_eq!(counters(journal.path()).delivered, 20);
}

#[tokio::test]
async fn the_end_waits_for_a_handler_that_is_slow() {
    let journal = folder();
    let (told, mut calls) = unbounded_channel();
    let (stop, let_go) = (CancellationToken::new(), CancellationToken::new());
    let held = let_go.clone();
    let slow = Subscription::on("app", move |event: Event| {
        let (told, held) = (told.clone(), held.clone());
        async move {
            tell(&told, &event).await?;
            held.cancelled().await;
            tell(&told, &event).await
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = Client::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let shutdown = until_dropped(stop.clone(), let_go);
    let serving = tokio::spawn(gateway(journal.path(), "s3cret", slow).serve(listener, shutdown));

    let answer = client.send("/in/support", &hook("m-1")).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(next(&mut calls).await, "m-1");
    stop.cancel();
    serving.await.unwrap().unwrap();

    assert_eq!(calls.try_recv().as_deref(), Ok("m-1"), "it was broken off");
    assert_eq!(counters(journal.path()).delivered, 1);
    let (app, mut events) = teller();
    let (mut service, stop, working) = work(gateway(journal.path(), "s3cret", app));
    assert_eq!(call(&mut service, "m-2").await, 200);
    assert_eq!(next(&mut events).await, "m-2");
    stop.cancel();
    working.await.unwrap().unwrap();
}

/// Ends with `stop`, and cancels `let_go` not before it is dropped itself. The host keeps it until all
/// requests have ended, so only attempts are still under way then.
fn until_dropped(stop: CancellationToken, let_go: CancellationToken) -> impl Future<Output = ()> {
    let (mut stopped, guard) = (Box::pin(stop.cancelled_owned()), let_go.drop_guard());
    poll_fn(move |context| {
        let _until_dropped = &guard;
        Pin::new(&mut stopped).poll(context)
    })
}

/// Tries again at once.
fn impatient(mut app: Subscription) -> Subscription {
    app.retry = Retry {
        first: Duration::from_millis(1),
        ..Retry::default()
    };
    app
}

#[test]
fn the_end_of_the_runtime_loses_nothing() {
    let journal = folder();
    let (told, mut calls) = unbounded_channel();
    let hanging = Subscription::on("app", move |_: Event| {
        let told = told.send("called".to_owned());
        async move {
            told.map_err(|_| "the test has ended")?;
            std::future::pending::<Result<(), &str>>().await
        }
    });
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let (mut service, ..) = work(gateway(journal.path(), "s3cret", hanging));
        assert_eq!(call(&mut service, "m-1").await, 200);
        assert_eq!(call(&mut service, "m-2").await, 200);
        next(&mut calls).await;
    });
    drop(runtime);

    Runtime::new().unwrap().block_on(async {
        let (app, mut events) = teller();
        let (mut service, stop, working) = work(gateway(journal.path(), "s3cret", app));
        assert_eq!(call(&mut service, "m-3").await, 200);
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(next(&mut events).await);
        }
        taken.sort();
        assert_eq!(taken, ["m-1", "m-2", "m-3"]);
        stop.cancel();
        working.await.unwrap().unwrap();
    });
    assert_eq!(counters(journal.path()).delivered, 3);
}
