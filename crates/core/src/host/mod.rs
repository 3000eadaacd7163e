//! The hyper host: steps 1 to 7 of the flow.
//!
//! ```text
//! serve ─► connection ─► service ─► receive ──────────────► admit ───────────────────► answer
//! cap,      timeouts,               framing, route, method,  preflight, verify,         every
//! drain     half-close              encoding, body           append (fsync), reply      status
//! ```
//!
//! [`Host::serve`] runs it on a listener of its own; [`Host::service`] mounts it in any
//! tower server; [`Host::handle`] is one request. All three give the same answers. A host has no
//! globals, handles no signals and installs no subscriber.
//!
//! A whole gateway is a host and a [pipeline](super::pipeline) with a journal between them. This is the
//! host's half, and a provider that calls it:
//!
//! ```
#![doc = include_str!("../doc/acme.txt")]
//! use std::sync::Arc;
//!
//! use switchboard_core::host::{Host, HostError, Limits, Route, Site};
//! use switchboard_core::journal::{Journal, MemoryJournal};
//! use switchboard_core::{Adapter, Endpoint};
//! use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
//! use tokio::net::{TcpListener, TcpStream};
//! use tokio::sync::oneshot;
//!
//! fn host(journal: Arc<dyn Journal>, acme: Arc<dyn Adapter>) -> Result<Host, HostError> {
//!     let support = Endpoint::new("support").with_secret_text(TOKEN, "invented");
//!     let limits = Limits { max_connections: 500, ..Limits::default() };
//!     let site = Site::new().route(Route::new(support, acme));
//!     Host::builder(journal).site(site).limits(limits).build()
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let journal = Arc::new(MemoryJournal::new());
//! let host = Arc::new(host(journal.clone(), Arc::new(Acme))?);
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let (stop, stopped) = oneshot::channel::<()>();
//! let serving = tokio::spawn(host.serve(listener, async move {
//!     let _ = stopped.await;
//! }));
//!
//! let mut provider = TcpStream::connect(address).await?;
//! let call = "POST /in/support HTTP/1.1\r\nHost: hooks.example.com\r\nX-Acme-Token: invented\r\n\
//!             Content-Length: 5\r\nConnection: close\r\n\r\nhello";
//! provider.write_all(call.as_bytes()).await?;
//! let mut answer = String::new();
//! provider.read_to_string(&mut answer).await?;
//! drop(provider);
//!
//! assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
//! assert_eq!(&*journal.deliveries()[0].intake.delivery.body, b"hello");
//! let _ = stop.send(());
//! serving.await?;
//! # Ok(())
//! # }
//! ```

mod admit;
mod answer;
mod answer_body;
mod body;
mod builder;
mod connection;
mod counters;
mod detention;
mod framing;
mod limits;
mod network;
mod outcome;
mod outliving;
mod peer;
mod ready;
mod receive;
mod reverify;
mod route;
mod serve;
mod service;
mod site;
mod url;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use futures_util::FutureExt as _;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, Version};
use http_body::Body;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::Delivery;
use crate::histogram::{Distribution, Histogram};
use crate::journal::Journal;
use crate::quarantine::Quarantine;
use counters::Ledger;
use detention::Detention;
use outcome::{Failure, Outcome};
use outliving::Outliving;
use site::Front;

pub use answer_body::AnswerBody;
pub use builder::{HostBuilder, HostError};
pub use counters::Counts;
pub use limits::Limits;
pub use network::{InvalidNetwork, Network};
pub use ready::Unready;
pub use reverify::{Reverified, ReverifyError, Selection, Unproven};
pub use route::Route;
pub use service::HostService;
pub use site::Site;
pub use url::{InvalidPublicUrl, PublicUrl};

/// Takes deliveries: proves who calls, stores what came, and only then answers.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use http::Request;
/// use switchboard_core::host::{Host, Route, Unready};
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::Endpoint;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let support = Endpoint::new("support").with_secret_text(TOKEN, "invented");
/// let journal = Arc::new(MemoryJournal::new());
/// let host = Host::builder(journal).route(Route::new(support, Arc::new(Acme))).build()?;
///
/// for (token, status) in [("invented", 200), ("forged", 401)] {
///     let request = Request::post("/in/support")
///         .header("host", "hooks.example.com")
///         .header("x-acme-token", token)
///         .body(String::from("hello"))?;
///     assert_eq!(host.handle(request, None).await.status(), status);
/// }
/// let counts = host.counters()["support"];
/// assert_eq!((counts.received(), counts.stored, counts.refused), (2, 1, 1));
/// assert_eq!(host.answers().count, 2);
/// assert!(host.quarantine().is_none(), "so what was refused is gone");
///
/// // Before it ends: callers are sent elsewhere, and those that came are waited for.
/// assert!(host.ready().is_ok());
/// host.drain();
/// assert!(matches!(host.ready(), Err(Unready::Draining)));
/// host.idle().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Host {
    front: RwLock<Arc<Front>>,
    ledger: Ledger,
    journal: Arc<dyn Journal>,
    /// Where what fails verification goes, if it is kept.
    detention: Option<Arc<Detention>>,
    limits: Limits,
    /// How long callers waited for their answers.
    answers: Histogram,
    is_draining: AtomicBool,
    /// Deliveries between their last byte and their outcome. Closed from the start, so that waiting
    /// for it means waiting until there are none.
    admissions: TaskTracker,
}

impl Host {
    /// A host without routes that appends to `journal`.
    pub fn builder(journal: Arc<dyn Journal>) -> HostBuilder {
        HostBuilder::new(journal)
    }

    /// Takes one request and answers it, within a tokio runtime. `peer` is who connected.
    ///
    /// While the body is read a dropped call leaves nothing behind: the delivery was never
    /// received. From then on a dropped call costs the caller the answer and nothing else: the
    /// delivery is verified, stored and counted all the same.
    pub async fn handle<B: Body>(
        &self,
        request: Request<B>,
        peer: Option<IpAddr>,
    ) -> Response<AnswerBody> {
        let version = request.version();
        let begun = Instant::now();
        match self.receive(request, peer).await {
            Ok((route, delivery)) => {
                let outcome = self.admit(route, delivery).await;
                self.answers.took(begun.elapsed());
                answer::respond(outcome)
            }
            Err(refused) => {
                let mut answer = answer::respond(refused);
                // The rest of the request is unread: nothing on this connection can be trusted to
                // be the start of another one. HTTP/2 has no such header and resets the stream.
                if version < Version::HTTP_2 {
                    let close = HeaderValue::from_static("close");
                    answer.headers_mut().insert(CONNECTION, close);
                }
                answer
            }
        }
    }

    /// This host as a tower service, to be mounted as [`HostService`] says.
    pub fn service(self: &Arc<Self>) -> HostService {
        HostService::new(Arc::clone(self))
    }

    /// Serves `site` from the next request on; those that have begun end by the old one.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use switchboard_core::host::{Host, Site};
    /// use switchboard_core::journal::MemoryJournal;
    ///
    /// let host = Host::builder(Arc::new(MemoryJournal::new())).build()?;
    /// host.replace(Site::new().public_url("https://hooks.example.com".parse()?))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one of its routes could never be reached; the old one is served still.
    pub fn replace(&self, site: Site) -> Result<(), HostError> {
        let front = Arc::new(self.ledger.open(site.build()?));
        *self.front.write().expect("no holder panics") = front;
        Ok(())
    }

    /// What became of the requests so far, by endpoint; of those too that are no longer served.
    pub fn counters(&self) -> BTreeMap<String, Counts> {
        self.ledger.counts()
    }

    /// How long callers of whole deliveries waited for their answers, from the end of their heads to
    /// the outcome, in microseconds.
    pub fn answers(&self) -> Distribution {
        self.answers.distribution()
    }

    /// Whether a delivery that came now would be stored, as far as that can be told without one: the
    /// journal would take it, and the host is to go on.
    ///
    /// # Errors
    ///
    /// Why it would not be.
    pub fn ready(&self) -> Result<(), Unready> {
        if self.is_draining.load(Ordering::Relaxed) {
            return Err(Unready::Draining);
        }
        self.journal.ready().map_err(Unready::Journal)
    }

    /// Says from now on that it is not [`ready`](Self::ready), so that callers are sent elsewhere.
    /// Those that come all the same are served. [`serve`](Self::serve) does so when its end begins.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Where what fails verification is kept, if it is.
    pub fn quarantine(&self) -> Option<&dyn Quarantine> {
        let detention = self.detention.as_deref()?;
        Some(&*detention.quarantine)
    }

    fn front(&self) -> Arc<Front> {
        Arc::clone(&self.front.read().expect("no holder panics"))
    }

    /// Waits until no delivery is between its last byte and its outcome. [`serve`](Self::serve)
    /// does; who mounts the service calls it before closing the journal.
    pub async fn idle(&self) {
        self.admissions.wait().await;
    }

    /// Steps 4 to 7, which a caller that goes away does not break off.
    async fn admit(&self, route: Arc<Route>, delivery: Delivery) -> Outcome {
        let journal = Arc::clone(&self.journal);
        let detention = self.detention.clone();
        let admission = async move {
            match admit::prove(&route, &delivery).await {
                Ok(verified) => {
                    // Adapters are fenced, so a panic is the journal's.
                    let store = admit::store(&route, &*journal, delivery, verified);
                    let stored = AssertUnwindSafe(store).catch_unwind().await;
                    let panicked = |_| route.failed(Failure::Panicked("append"));
                    route.settle(stored.unwrap_or_else(panicked))
                }
                Err(outcome) => {
                    let outcome = route.settle(outcome);
                    if let Some(detention) = detention {
                        detention.take_in(&route, &outcome, delivery);
                    }
                    outcome
                }
            }
        };
        Outliving::new(self.admissions.track_future(admission)).await
    }
}
