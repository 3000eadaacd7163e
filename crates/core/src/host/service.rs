//! The host as a service, to be mounted in any server.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;

use super::{AnswerBody, Host};

/// A [`Host`] as a tower service. It never fails: every answer is a response.
///
/// It serves `/in/{endpoint}` of the path that it is given: at the root of another server, or below a
/// path that the server cuts off, as axum's `nest_service` does. A public URL has that path at its
/// end then. In hyper it is wrapped in hyper-util's `TowerToHyperService`.
///
/// The server around it must bound heads, connections and slow writers itself; [`Host::serve`]
/// does.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use http::Request;
/// use switchboard_core::host::{Host, HostService, Route};
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::Endpoint;
/// use tokio::sync::oneshot;
/// use tower_service::Service as _;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let support = Endpoint::new("support").with_secret_text(TOKEN, "invented");
/// let journal = Arc::new(MemoryJournal::new());
/// let route = Route::new(support, Arc::new(Acme));
/// let host = Arc::new(Host::builder(journal.clone()).route(route).build()?);
///
/// // What `serve` does besides is done by who mounts the service.
/// let (stop, stopped) = oneshot::channel::<()>();
/// let checking = tokio::spawn({
///     let host = Arc::clone(&host);
///     async move { host.recheck(async { drop(stopped.await) }).await }
/// });
///
/// let mut service: HostService = host.service().from_peer("192.0.2.7".parse()?);
/// let request = Request::post("/in/support")
///     .header("host", "hooks.example.com")
///     .header("x-acme-token", "invented")
///     .body(String::from("hello"))?;
/// assert_eq!(service.call(request).await?.status(), 200);
/// assert_eq!(journal.deliveries()[0].intake.delivery.peer, Some("192.0.2.7".parse()?));
///
/// drop(stop);
/// checking.await?;
/// host.idle().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HostService {
    host: Arc<Host>,
    peer: Option<IpAddr>,
}

impl HostService {
    pub(super) fn new(host: Arc<Host>) -> Self {
        Self { host, peer: None }
    }

    /// The same service for the requests of who is connected from `peer`. Without it that is the
    /// [`IpAddr`] in a request's extensions, where an outer layer put one there.
    #[must_use]
    pub fn from_peer(mut self, peer: IpAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    pub(super) fn answer<B>(&self, request: Request<B>) -> Answering
    where
        B: Body<Data: Send, Error: Send> + Send + 'static,
    {
        let peer = self.peer.or_else(|| request.extensions().get().copied());
        let host = Arc::clone(&self.host);
        Box::pin(async move { Ok(host.handle(request, peer).await) })
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<AnswerBody>, Infallible>> + Send>>;

impl<B> tower_service::Service<Request<B>> for HostService
where
    B: Body<Data: Send, Error: Send> + Send + 'static,
{
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.answer(request)
    }
}
