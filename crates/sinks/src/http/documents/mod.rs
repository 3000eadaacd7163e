//! Keys that providers publish: fetched by HTTP, and kept.

mod fetch;
mod shelf;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::Uri;
use http::uri::Scheme;
use switchboard_core::{Clock, Documents, SystemClock, VerifyError};
use tracing::warn;

use self::fetch::Fetched;
use self::shelf::{Fetch, Found, Shelf};
use super::connect::Pool;
use super::{Guard, HttpError, connect, target};

/// Fetches the documents that adapters verify by, such as key sets and certificates, and keeps them.
///
/// Over TLS, from addresses that its guard allows; a redirect is not followed, and any status but 200
/// is a failure. By [`Guard::operator`] plain HTTP goes too. A fetch takes 1.5 seconds at most, as a
/// provider waits meanwhile, and a document has 256 KiB at most.
///
/// A document is kept in memory, 64 of them: fresh for what its `Cache-Control` says, but for a minute
/// at least and a day at most, and for an hour where it says nothing. Where it cannot be fetched again
/// then, it is used for a day more, as keys seldom change.
///
/// Each is fetched by one call at a time, for whom all others wait, and at most every 4 seconds. So
/// whoever forges deliveries by keys that do not exist causes a fetch in 4 seconds, and no more.
/// Between fetches, asked for one newer than what is kept, it answers what is kept; where the last
/// fetch failed, that nobody knows.
///
/// ```
/// use std::sync::Arc;
/// use switchboard_core::{Endpoint, SystemClock, VerifyError};
/// use switchboard_sinks::{Guard, HttpDocuments};
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // For keys of one's own network. Those of the world: `Guard::public()`.
/// let documents = HttpDocuments::new(Guard::operator()).clock(Arc::new(SystemClock));
/// let endpoint = Endpoint::new("support").with_documents(Arc::new(documents));
///
/// let server = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}/keys.json", server.local_addr()?);
/// let serving = async {
///     let (mut stream, _) = server.accept().await?;
///     # let mut request = Vec::new();
///     # while !request.ends_with(b"\r\n\r\n") {
///     #     stream.read_buf(&mut request).await?;
///     # }
///     stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await
/// };
/// let (keys, served) = tokio::join!(endpoint.document(&url, None), serving);
/// served?;
/// assert_eq!(keys?, "{}");
///
/// // The server is gone, and the keys are still there.
/// drop(server);
/// assert_eq!(endpoint.document(&url, None).await?, "{}");
///
/// let strangers = HttpDocuments::new(Guard::public());
/// let endpoint = Endpoint::new("support").with_documents(Arc::new(strangers));
/// let refused = endpoint.document(&url, None).await;
/// assert!(matches!(refused, Err(VerifyError::Unavailable(_))));
/// # Ok(())
/// # }
/// ```
pub struct HttpDocuments {
    guard: Guard,
    clock: Arc<dyn Clock>,
    pools: Arc<Pools>,
    shelf: Arc<Mutex<Shelf>>,
}

impl HttpDocuments {
    /// Documents from wherever `guard` allows. An adapter may take a URL from a delivery that is not
    /// verified yet, so [`Guard::operator`] is for those whose URLs the operator knows.
    pub fn new(guard: Guard) -> Self {
        Self {
            guard,
            clock: Arc::new(SystemClock),
            pools: Arc::default(),
            shelf: Arc::default(),
        }
    }

    /// Tells the time by `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The URL that `text` is, if documents may be fetched from there.
    fn target(&self, text: &str) -> Result<Uri, String> {
        let url = target::parse(text, self.guard).map_err(|error| error.to_string())?;
        if url.scheme() != Some(&Scheme::HTTPS) && self.guard == Guard::public() {
            return Err("the URL does not begin with https://".to_owned());
        }
        Ok(url)
    }

    /// A fetch of `url` that has not begun yet.
    fn fetch(&self, text: &str, url: Uri) -> Fetch {
        let (pools, guard) = (Arc::clone(&self.pools), self.guard);
        let (shelf, clock) = (Arc::clone(&self.shelf), Arc::clone(&self.clock));
        let text = text.to_owned();
        let fetching = async move {
            let origin = target::origin(&url);
            let fetched = match pools.of(&url, guard) {
                Ok(pool) => fetch::fetch(pool, url).await,
                Err(error) => Err(error.to_string()),
            };
            let fetched = fetched.map_err(|reason| format!("{origin}: {reason}"));
            let answer = fetched.as_ref().map(|Fetched { bytes, .. }| bytes.clone());
            let answer = answer.map_err(Clone::clone);
            let is_replaced = lock(&shelf).settle(&text, fetched, clock.now());
            if let (true, Err(error)) = (is_replaced, &answer) {
                warn!(
                    error,
                    "A document cannot be fetched again; the old one is used."
                );
            }
            answer
        };
        fetching.boxed().shared()
    }
}

#[async_trait]
impl Documents for HttpDocuments {
    async fn document(&self, url: &str, stale: Option<&Bytes>) -> Result<Bytes, VerifyError> {
        let target = self.target(url).map_err(VerifyError::unavailable)?;
        let begin = || self.fetch(url, target);
        let found = lock(&self.shelf).find(url, stale, self.clock.now(), begin);
        let answer = match found {
            Found::Answer(answer) => answer,
            Found::Fetch(fetch, substitute) => {
                let fetched = fetch.await;
                fetched.or_else(|reason| substitute.ok_or(reason))
            }
        };
        answer.map_err(VerifyError::unavailable)
    }
}

impl fmt::Debug for HttpDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpDocuments")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().expect("nothing panics under the lock")
}

/// The connections: made when they are first needed, as most gateways fetch nothing, and a system
/// without root certificates may still fetch over plain HTTP.
#[derive(Default)]
struct Pools {
    tls: OnceLock<Pool>,
    plain: OnceLock<Pool>,
}

impl Pools {
    fn of(&self, url: &Uri, guard: Guard) -> Result<&Pool, HttpError> {
        let pool = match url.scheme() == Some(&Scheme::HTTPS) {
            true => &self.tls,
            false => &self.plain,
        };
        if let Some(pool) = pool.get() {
            return Ok(pool);
        }
        let made = connect::pool(url, guard)?;
        Ok(pool.get_or_init(|| made))
    }
}
