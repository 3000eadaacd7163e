//! A gateway in memory, its API on a socket and by TCP.

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_admin::{Api, Door, SOCKET, Server, Socket};
use switchboard_core::event::{Content, Direction, Message, Party, Role};
use switchboard_core::host::{Host, Route, Site};
use switchboard_core::journal::{Journal, MemoryJournal, Records};
use switchboard_core::pipeline::{Pipeline, Retry, Subscription};
use switchboard_core::quarantine::MemoryQuarantine;
use switchboard_core::sink::Handler;
use switchboard_core::{
    Adapter, DedupKey, Delivery, Descriptor, Draft, Endpoint, Event, Kept, ParseError,
    ProviderAdapter, Secret, SecretRole, SystemClock, Verified, VerifyError,
};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::client::{Answer, begin, call, send};

pub(crate) const TOKEN: &str = "a-token-of-more-than-22-bytes";

/// What nobody but a forger sends.
const FORGED: &str = "x-forged";

/// How long anything may take before the test has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway at work: endpoint `support`, and the sinks `app` and `other`, which refuse for good what
/// they are given while they are told to.
pub(crate) struct Stand {
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) host: Arc<Host>,
    pub(crate) address: SocketAddr,
    refusing: Arc<AtomicBool>,
    folder: TempDir,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Stand {
    pub(crate) async fn new() -> Self {
        let journal = Arc::new(MemoryJournal::new());
        let shared: Arc<dyn Journal> = journal.clone();
        let adapter: Arc<dyn Adapter> = Arc::new(Acme {});
        let site = Site::new().route(Route::new(Endpoint::new("support"), Arc::clone(&adapter)));
        let host = Host::builder(Arc::clone(&shared))
            .quarantine(Arc::new(MemoryQuarantine::default()))
            .site(site)
            .build();
        let host = Arc::new(host.unwrap());
        let refusing = Arc::new(AtomicBool::new(false));
        let mut pipeline = Pipeline::new(shared, Arc::new(SystemClock));
        pipeline = pipeline.decoding("support", adapter);
        for name in ["app", "other"] {
            pipeline = pipeline.delivering(subscription(name, &refusing));
        }
        pipeline.subscribe().await.unwrap();

        let folder = tempfile::tempdir().unwrap();
        let records: Arc<dyn Records> = journal.clone();
        let api = Api::new(records, Arc::new(SystemClock))
            .controlling(pipeline.control())
            .hosting(Arc::clone(&host));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        const ROLE: SecretRole = SecretRole::text("token", "test");
        let token = Secret::new("test", ROLE, TOKEN).unwrap();
        let door = Door::new(address, Some(token), []).unwrap();
        let server = Server::new(api)
            .socket(Socket::bind(folder.path()).unwrap())
            .tcp(listener, door);
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(server.serve(stop.clone().cancelled_owned()));
        let ending = stop.clone().cancelled_owned();
        tasks.spawn(async move { pipeline.run(ending).await.unwrap_or_default() });
        Self {
            journal,
            host,
            address,
            refusing,
            folder,
            stop,
            tasks,
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// Whether the sinks refuse what they are given from now on.
    pub(crate) fn refuse(&self, refuse: bool) {
        self.refusing.store(refuse, Ordering::SeqCst);
    }

    /// What the host answers to a message of this id.
    pub(crate) async fn deliver(&self, id: &str) -> u16 {
        self.deliver_raw(json!({ "id": id }).to_string()).await
    }

    /// What the host answers to a delivery of this body.
    pub(crate) async fn deliver_raw(&self, body: String) -> u16 {
        self.request(Request::post("/in/support"), body).await
    }

    /// What the host answers to a message that somebody else made.
    pub(crate) async fn forge(&self, id: &str) -> u16 {
        let forged = Request::post("/in/support").header(FORGED, "yes");
        self.request(forged, json!({ "id": id }).to_string()).await
    }

    async fn request(&self, request: http::request::Builder, body: String) -> u16 {
        let request = request
            .header("host", "test")
            .body(Full::<Bytes>::from(body));
        let answer = self.host.handle(request.unwrap(), None).await;
        answer.status().as_u16()
    }

    /// Waits until `app` and `other` are done with `count` events each.
    pub(crate) async fn settled(&self, count: u64) {
        self.until(|journal| {
            ["app", "other"].iter().all(|sink| {
                let standing = journal.standing(sink);
                standing.delivered + standing.dead + standing.expired == count
            })
        })
        .await;
    }

    pub(crate) async fn until(&self, is_so: impl Fn(&MemoryJournal) -> bool) {
        let waiting = async {
            while !is_so(&self.journal) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(call(&Method::GET, path, None)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(call(&Method::POST, path, Some(body))).await
    }

    /// Sends `request` by the socket.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        send(self.connect().await, request).await
    }

    /// Sends `request` by TCP.
    pub(crate) async fn send_by_tcp(&self, request: Request<Full<Bytes>>) -> Answer {
        send(TcpStream::connect(self.address).await.unwrap(), request).await
    }

    /// Sends `request` by the socket, and reads no more than the head of the answer.
    pub(crate) async fn begin(
        &self,
        request: Request<Full<Bytes>>,
    ) -> http::Response<hyper::body::Incoming> {
        begin(self.connect().await, request).await
    }

    async fn connect(&self) -> UnixStream {
        UnixStream::connect(self.socket()).await.unwrap()
    }

    /// Ends the API and the pipeline.
    pub(crate) async fn end(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        assert!(!self.socket().exists());
    }
}

fn subscription(name: &str, refusing: &Arc<AtomicBool>) -> Subscription {
    let refusing = Arc::clone(refusing);
    let handler = Handler::new(move |_: Event| {
        let refuses = refusing.load(Ordering::SeqCst);
        async move { if refuses { Err("not today") } else { Ok(()) } }
    });
    let mut subscription = Subscription::new(name, Arc::new(handler));
    subscription.retry = Retry {
        attempts: 1,
        keep_trying: Duration::ZERO,
        ..Retry::default()
    };
    subscription.concurrency = NonZero::<usize>::MIN.get();
    subscription
}

/// A provider made for tests, which signs nothing.
#[derive(Debug)]
struct Acme {}

#[derive(Debug, Deserialize)]
struct Hook {
    id: String,
}

impl ProviderAdapter for Acme {
    const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme");
    type Payload = Kept<Hook>;

    async fn verify(&self, delivery: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
        match delivery.header(FORGED) {
            None => Ok(Verified::unsigned()),
            Some(_) => Err(VerifyError::mismatch()),
        }
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
        delivery.json()
    }

    fn normalize(&self, Kept { value: hook, .. }: Kept<Hook>) -> Vec<Draft> {
        let key = DedupKey::provider([&hook.id]);
        let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
        message.message = Content {
            id: Some(hook.id),
            ..Content::default()
        };
        vec![Draft::new(message.created(), key)]
    }
}
