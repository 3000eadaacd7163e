//! Connections: names are resolved once, and only addresses that the guard allows are called.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use bytes::Bytes;
use http::Uri;
use http::uri::Scheme;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::net::TcpStream;
use tower_service::Service;

use super::{Guard, HttpError, target};

/// A pool of connections that lead to allowed addresses alone.
pub(super) type Pool = Client<HttpsConnector<Connector>, Full<Bytes>>;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Shared by the addresses of a name, so that a dead one leaves time for the others and the answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Below the 5 seconds after which Node's server closes, so that a request seldom meets a closing
/// connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// The longest head of an answer, in bytes.
const HEAD: usize = 64 * 1024;

/// A pool for `url` that resolves by the system and verifies by the system's roots.
pub(super) fn pool(url: &Uri, guard: Guard) -> Result<Pool, HttpError> {
    let connector = Connector::new(guard, GaiResolver::new());
    let tls = tls(url).map_err(|error| HttpError::Roots(error.into()))?;
    let pool = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .http1_max_buf_size(HEAD)
        .build((connector, tls).into());
    Ok(pool)
}

fn tls(url: &Uri) -> Result<ClientConfig, rustls::Error> {
    // Named, because a default belongs to the process, and so to whoever embeds this.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = if url.scheme() == Some(&Scheme::HTTPS) {
        config.with_platform_verifier()?
    } else {
        // Never asked, so a system without roots may still have plain sinks.
        config.with_root_certificates(RootCertStore::empty())
    };
    Ok(config.with_no_client_auth())
}

/// Connects to what a URL names, if the guard allows it.
#[derive(Clone, Debug)]
pub(super) struct Connector<R = GaiResolver> {
    guard: Guard,
    http: HttpConnector<Resolver<R>>,
}

impl<R: Clone> Connector<R> {
    fn new(guard: Guard, names: R) -> Self {
        let mut http = HttpConnector::new_with_resolver(Resolver { guard, names });
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        http.set_nodelay(true);
        Self { guard, http }
    }
}

impl<R> Service<Uri> for Connector<R>
where
    R: Service<Name> + Clone + Send + Sync + 'static,
    R::Response: Iterator<Item = SocketAddr>,
    R::Error: Into<BoxError>,
    R::Future: Send,
{
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        // The resolver below never sees an address that is written out.
        if target::literal(&url).is_some_and(|address| !self.guard.allows(address)) {
            return Box::pin(async { Err(Forbidden.into()) });
        }
        let connecting = self.http.call(url);
        Box::pin(async { connecting.await.map_err(Into::into) })
    }
}

/// Gives on what another resolver finds, as far as the guard allows it.
#[derive(Clone, Debug)]
struct Resolver<R> {
    guard: Guard,
    names: R,
}

impl<R> Service<Name> for Resolver<R>
where
    R: Service<Name>,
    R::Response: Iterator<Item = SocketAddr>,
    R::Error: Into<BoxError>,
    R::Future: Send + 'static,
{
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.names.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let guard = self.guard;
        let resolving = self.names.call(name);
        Box::pin(async move {
            let mut addresses: Vec<_> = resolving.await.map_err(Into::into)?.collect();
            addresses.retain(|address| guard.allows(address.ip()));
            if addresses.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(addresses.into_iter())
        })
    }
}

/// The guard allows none of a host's addresses.
#[derive(Debug, thiserror::Error)]
#[error("its address is one that must not be called")]
struct Forbidden;

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};

    use tokio::net::TcpListener;

    use super::*;

    /// A name server that gives every name the same addresses.
    #[derive(Clone)]
    struct Names(Vec<SocketAddr>);

    impl Service<Name> for Names {
        type Response = vec::IntoIter<SocketAddr>;
        type Error = Infallible;
        type Future = Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Name) -> Self::Future {
            ready(Ok(self.0.clone().into_iter()))
        }
    }

    async fn connect(guard: Guard, names: &[&str], url: String) -> Result<SocketAddr, String> {
        let names = names.iter().map(|name| name.parse().unwrap()).collect();
        let mut connector = Connector::new(guard, Names(names));
        match connector.call(url.parse().unwrap()).await {
            Ok(stream) => Ok(stream.inner().peer_addr().unwrap()),
            Err(error) => Err(super::super::cause(&*error)),
        }
    }

    #[tokio::test]
    async fn only_the_allowed_addresses_of_a_name_are_called() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let names = ["169.254.169.254:80", "[fe80::1]:80", &address.to_string()];
        let url = format!("http://rebinding.test:{}/", address.port());

        let inside = connect(Guard::operator(), &names, url.clone()).await;
        let outside = connect(Guard::public(), &names, url).await;

        assert_eq!(inside, Ok(address));
        assert_eq!(outside, Err(Forbidden.to_string()));
    }

    #[tokio::test]
    async fn a_literal_address_is_checked_too() {
        for url in ["http://169.254.169.254/", "http://[::ffff:a9fe:a9fe]/"] {
            let answer = connect(Guard::operator(), &[], url.to_owned()).await;

            assert_eq!(answer, Err(Forbidden.to_string()), "{url}");
        }
    }
}
