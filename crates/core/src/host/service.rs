//! The host as a service, to be mounted in any server.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;

use super::Host;

/// A [`Host`] as a tower service and a hyper service. It never fails: every answer is a response.
///
/// It reads the whole path, `/in/` and all, so mount it where nothing is stripped. The server
/// around it must bound heads, connections and slow writers itself; [`Host::serve`] does.
#[derive(Clone, Debug)]
pub struct HostService {
    host: Arc<Host>,
    peer: Option<IpAddr>,
}

impl HostService {
    pub(super) fn new(host: Arc<Host>, peer: Option<IpAddr>) -> Self {
        Self { host, peer }
    }

    fn answer<B>(&self, request: Request<B>) -> BoxFuture<'static, ServiceResult>
    where
        B: Body<Data: Send, Error: Send> + Send + 'static,
    {
        let peer = self.peer.or_else(|| request.extensions().get().copied());
        let host = Arc::clone(&self.host);
        Box::pin(async move { Ok(host.handle(request, peer).await) })
    }
}

type ServiceResult = Result<Response<Full<Bytes>>, Infallible>;

impl<B> tower_service::Service<Request<B>> for HostService
where
    B: Body<Data: Send, Error: Send> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, ServiceResult>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.answer(request)
    }
}

impl<B> hyper::service::Service<Request<B>> for HostService
where
    B: Body<Data: Send, Error: Send> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, ServiceResult>;

    fn call(&self, request: Request<B>) -> Self::Future {
        self.answer(request)
    }
}
