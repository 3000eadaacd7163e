//! What fails verification is kept, harms nobody, and is verified again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::Request;
use http_body_util::Full;
use switchboard_core::host::{Host, HostBuilder, Reverified, ReverifyError, Route, Selection};
use switchboard_core::journal::{AppendError, Journal, MemoryJournal};
use switchboard_core::quarantine::{
    Held, Listing, MemoryQuarantine, Quarantine, QuarantineError, Ring, Suspect, SuspectCause,
    SuspectCounts, SuspectId,
};
use switchboard_core::{Delivery, Endpoint, Timestamp};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::adapter::{Acme, Gate, TOKEN};
use crate::world::{BOUND, World};

/// Target, headers, and the status that is the answer.
type Sent<'a> = (&'a str, &'a [(&'a str, &'a str)], u16);

/// Sends `POST` with these headers to `host`.
async fn post(host: &Host, target: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = Request::post(target).header("host", "a");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Full::new(bytes::Bytes::from("hello")))
        .unwrap();
    host.handle(request, None).await.status().as_u16()
}

async fn world(quarantine: &Arc<MemoryQuarantine>) -> World {
    let quarantine = Arc::clone(quarantine);
    World::built(|builder| builder.quarantine(quarantine)).await
}

fn causes(quarantine: &MemoryQuarantine) -> Vec<(SuspectCause, String)> {
    let suspects = quarantine.suspects().into_iter();
    suspects
        .map(|(_, one)| (one.cause, one.diagnosis))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn exactly_what_fails_verification_is_kept() {
    let quarantine = Arc::new(MemoryQuarantine::default());
    let world = world(&quarantine).await;
    let good = ("x-token", "s3cret");
    let requests: [Sent<'_>; 9] = [
        ("/in/acme", &[good], 200),
        ("/in/acme", &[("x-token", "forged")], 401),
        ("/in/acme", &[], 401),
        ("/in/acme", &[good, ("x-no-key", "1")], 502),
        ("/in/acme", &[good, ("x-panic", "verify")], 502),
        ("/in/acme", &[good, ("x-hold", "1")], 502),
        ("/in/acme", &[good, ("x-panic", "preflight")], 502),
        ("/in/acme?challenge=", &[good], 401),
        ("/in/guarded/wrong", &[good], 404),
    ];

    for (target, headers, status) in requests {
        assert_eq!(
            post(&world.host, target, headers).await,
            status,
            "{headers:?}"
        );
    }

    let expected = [
        (SuspectCause::Refused, "signature mismatch"),
        (
            SuspectCause::Refused,
            "header `x-token` is missing, repeated or malformed",
        ),
        (
            SuspectCause::Unavailable,
            "nobody can say who sent it: no key",
        ),
        (SuspectCause::Panicked, "`verify` panicked"),
        (SuspectCause::Deadline, "`verify` did not answer in time"),
    ];
    let expected = expected.map(|(cause, diagnosis)| (cause, diagnosis.to_owned()));
    assert_eq!(causes(&quarantine), expected);
    let suspect = &quarantine.suspects()[0].1;
    assert_eq!(suspect.endpoint, "acme");
    assert_eq!(suspect.adapter, "acme");
    assert_eq!(suspect.delivery.body, "hello");
    assert_eq!(suspect.delivery.headers["x-token"], "forged");
    assert_eq!(world.journal.deliveries().len(), 1);
}

#[tokio::test]
async fn what_nobody_could_verify_is_verified_again_by_itself() {
    let quarantine = Arc::new(MemoryQuarantine::default());
    let world = world(&quarantine).await;
    let headers = [("x-token", "s3cret"), ("x-no-key", "1")];
    let forged = [("x-token", "forged"), ("x-no-key", "1")];
    tokio::time::pause();
    assert_eq!(post(&world.host, "/in/acme", &headers).await, 502);
    assert_eq!(post(&world.host, "/in/acme", &forged).await, 502);
    assert_eq!(
        post(&world.host, "/in/acme", &[("x-token", "forged")]).await,
        401
    );

    // Longer than the longest pause; without a key nothing comes of it.
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert_eq!(quarantine.suspects().len(), 3);
    assert!(world.journal.deliveries().is_empty());
    world.gate.publish_key();
    tokio::time::sleep(Duration::from_secs(301)).await;

    assert_eq!(world.journal.deliveries().len(), 1);
    let mismatch = || (SuspectCause::Refused, "signature mismatch".to_owned());
    assert_eq!(causes(&quarantine), [mismatch(), mismatch()]);
    tokio::time::resume();
    assert_eq!(world.stop().stopped().await.len(), 1);
}

#[tokio::test]
async fn a_shutdown_ends_what_is_verified_again() {
    let quarantine = Arc::new(MemoryQuarantine::default());
    let held = Delivery::post("hello")
        .with("x-token", "s3cret")
        .with("x-hold", "1");
    quarantine.keep(suspect(held, SuspectCause::Deadline));
    tokio::time::pause();
    let world = world(&quarantine).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    world.gate.reached().await;
    tokio::time::resume();

    let (address, gate) = (world.address, Arc::clone(&world.gate));
    let stopped = tokio::spawn(world.stop().stopped());
    while TcpStream::connect(address).await.is_ok() {}
    gate.open();
    let stored = stopped.await.unwrap();

    // The task is joined: what it had begun is whole.
    assert_eq!(stored.len(), 1);
    assert!(quarantine.suspects().is_empty());
}

#[tokio::test]
async fn a_quarantine_that_panics_changes_no_answer_and_no_count() {
    let world = World::built(|builder| builder.quarantine(Arc::new(Broken))).await;

    assert_eq!(
        post(&world.host, "/in/acme", &[("x-token", "forged")]).await,
        401
    );
    assert_eq!(
        post(&world.host, "/in/acme", &[("x-token", "s3cret")]).await,
        200
    );

    let counts = world.counts();
    assert_eq!(
        (counts.refused, counts.stored, counts.received()),
        (1, 1, 2)
    );
}

#[tokio::test]
async fn corrected_secrets_bring_the_genuine_back_and_no_forgery() {
    let scene = Scene::new("corrected");
    scene.keep("corrected", 1_000);
    scene.keep("forged", 1_000);
    // Signed long before it was received.
    scene.keep("corrected", 5_000);

    let report = scene.reverify().await.unwrap();

    assert_eq!(report.accepted, [SuspectId(1)]);
    let left: Vec<_> = report.unproven.iter().map(|one| one.id).collect();
    assert_eq!(left, [SuspectId(2), SuspectId(3)]);
    assert_eq!(
        report.unproven[1].diagnosis,
        "signed 3700 s outside the tolerance"
    );
    assert_eq!(scene.journal.deliveries().len(), 1);
    assert_eq!(
        scene.journal.deliveries()[0].intake.verified.scheme,
        "token"
    );
    let kept: Vec<_> = scene
        .quarantine
        .suspects()
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(kept, left);
    assert_eq!(
        scene.quarantine.counts().await.unwrap()["acme"].reverified,
        1
    );
}

#[tokio::test]
async fn what_cannot_be_stored_stays_in_quarantine() {
    let scene = Scene::new("corrected");
    scene.keep("corrected", 1_000);
    scene.journal.fail_appends(Some(AppendError::Full));

    let error = scene.reverify().await.unwrap_err();

    assert!(
        matches!(error, ReverifyError::Append(AppendError::Full)),
        "{error:?}"
    );
    assert_eq!(scene.quarantine.suspects().len(), 1);
    scene.journal.fail_appends(None);
    assert_eq!(scene.reverify().await.unwrap().accepted, [SuspectId(1)]);
}

#[tokio::test]
async fn only_what_is_selected_is_verified_again() {
    let scene = Scene::new("corrected");
    for _ in 0..3 {
        scene.keep("corrected", 1_000);
    }
    let select = |selection| {
        let host = &scene.host;
        async move { host.reverify(&selection).await.unwrap() }
    };

    let other = select(Selection::Endpoint("other".into())).await;
    let ring = select(Selection::Ring(Ring::Unverified)).await;
    let ids = select(Selection::Ids(vec![SuspectId(2), SuspectId(9)])).await;

    assert_eq!(
        (other, ring),
        (Reverified::default(), Reverified::default())
    );
    assert_eq!(
        (ids.accepted, ids.missing),
        (vec![SuspectId(2)], vec![SuspectId(9)])
    );
    assert_eq!(scene.quarantine.suspects().len(), 2);
}

#[tokio::test]
async fn two_who_verify_the_same_again_store_it_once() {
    let quarantine = Arc::new(MemoryQuarantine::default());
    let world = world(&quarantine).await;
    let held = Delivery::post("hello")
        .with("x-token", "s3cret")
        .with("x-hold", "1");
    quarantine.keep(suspect(held, SuspectCause::Refused));

    let let_both_pass = async {
        world.gate.reached().await;
        world.gate.open();
        world.gate.open();
    };
    let both = tokio::join!(
        world.host.reverify(&Selection::All),
        world.host.reverify(&Selection::All),
        let_both_pass
    );

    let accepted = [both.0.unwrap(), both.1.unwrap()].map(|one| one.accepted.len());
    assert_eq!(accepted.iter().sum::<usize>(), 1);
    assert_eq!(world.journal.deliveries().len(), 1);
}

#[tokio::test]
async fn a_panic_and_an_endpoint_that_is_gone_stay_in_quarantine() {
    let scene = Scene::new("corrected");
    let panics = Delivery::post("hello").with("x-panic", "verify");
    scene
        .quarantine
        .keep(suspect(panics, SuspectCause::Refused));
    let mut gone = suspect(Delivery::post("hello"), SuspectCause::Refused);
    gone.endpoint = "gone".into();
    scene.quarantine.keep(gone);

    let report = scene.reverify().await.unwrap();

    let told: Vec<_> = report
        .unproven
        .iter()
        .map(|one| one.diagnosis.as_str())
        .collect();
    assert_eq!(
        told,
        ["`verify` panicked", "its endpoint is no longer configured"]
    );
    assert_eq!(scene.quarantine.suspects().len(), 2);
}

#[tokio::test]
async fn without_a_quarantine_nothing_can_be_verified_again() {
    let world = World::start().await;

    let error = timeout(BOUND, world.host.reverify(&Selection::All))
        .await
        .unwrap();

    assert!(matches!(error, Err(ReverifyError::Off)), "{error:?}");
}

/// A host that serves nobody, with today's secret.
struct Scene {
    host: Host,
    journal: Arc<MemoryJournal>,
    quarantine: Arc<MemoryQuarantine>,
}

impl Scene {
    fn new(secret: &str) -> Self {
        let journal = Arc::new(MemoryJournal::new());
        let quarantine = Arc::new(MemoryQuarantine::default());
        let gate = Arc::new(Gate::closed());
        let endpoint = Endpoint::new("acme").with_secret_text(TOKEN, secret);
        let route = Route::new(endpoint, Arc::new(Acme { gate }));
        let host: HostBuilder = Host::builder(Arc::clone(&journal) as Arc<dyn Journal>)
            .quarantine(Arc::clone(&quarantine) as Arc<dyn Quarantine>)
            .route(route);
        Self {
            host: host.build().unwrap(),
            journal,
            quarantine,
        }
    }

    /// Holds a delivery with this token, signed at 1,000 s and received at `received`.
    fn keep(&self, token: &str, received: i64) {
        let mut delivery = Delivery::post("hello")
            .with("x-token", token)
            .with("x-signed-at", "1000");
        delivery.received_at = Timestamp::from_seconds(received).unwrap();
        self.quarantine
            .keep(suspect(delivery, SuspectCause::Refused));
    }

    async fn reverify(&self) -> Result<Reverified, ReverifyError> {
        self.host.reverify(&Selection::All).await
    }
}

fn suspect(delivery: Delivery, cause: SuspectCause) -> Suspect {
    Suspect {
        endpoint: "acme".into(),
        adapter: "acme".into(),
        delivery,
        cause,
        diagnosis: "signature mismatch".into(),
    }
}

/// Nothing of it works.
#[derive(Debug)]
struct Broken;

#[async_trait]
impl Quarantine for Broken {
    fn keep(&self, _suspect: Suspect) {
        panic!("as the test asked")
    }

    async fn list(&self, _listing: &Listing) -> Result<Vec<Held>, QuarantineError> {
        Err(QuarantineError::Closed)
    }

    async fn get(&self, _id: SuspectId) -> Result<Option<Suspect>, QuarantineError> {
        Err(QuarantineError::Closed)
    }

    async fn judge(
        &self,
        _id: SuspectId,
        _cause: SuspectCause,
        _diagnosis: &str,
    ) -> Result<(), QuarantineError> {
        Err(QuarantineError::Closed)
    }

    async fn remove(&self, _ids: &[SuspectId]) -> Result<(), QuarantineError> {
        Err(QuarantineError::Closed)
    }

    async fn counts(&self) -> Result<BTreeMap<String, SuspectCounts>, QuarantineError> {
        Err(QuarantineError::Closed)
    }

    async fn close(&self) {}
}
