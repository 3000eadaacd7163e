//! Documents, fetched from a server of keys and kept.

mod fetching;
mod keeping;
mod sharing;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CACHE_CONTROL;
use switchboard_core::{Documents, Timestamp, VerifyError};
use switchboard_sinks::{Guard, HttpDocuments};
use switchboard_testkit::ManualClock;

use crate::receiver::Receiver;

/// A server of keys, and what fetches from it.
struct Stand {
    server: Receiver,
    clock: Arc<ManualClock>,
    documents: HttpDocuments,
}

impl Stand {
    /// With `keys`, which are fresh for ten minutes.
    async fn new(keys: &'static str) -> Self {
        let server = Receiver::status(404).await;
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let documents = HttpDocuments::new(Guard::operator()).clock(clock.clone());
        let stand = Self {
            server,
            clock,
            documents,
        };
        stand.holds(keys);
        stand
    }

    fn holds(&self, keys: &'static str) {
        self.server.answer(200, max_age("max-age=600"), keys);
    }

    fn fails(&self) {
        self.server.answer(503, HeaderMap::new(), "on a holiday");
    }

    fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn url(&self) -> String {
        format!("http://{}/keys", self.server.address)
    }

    /// What the document is.
    async fn keys(&self) -> String {
        told(self.documents.document(&self.url(), None).await)
    }

    /// What the document is, other than `stale`.
    async fn newer_than(&self, stale: &'static str) -> String {
        let stale = Bytes::from_static(stale.as_bytes());
        told(self.documents.document(&self.url(), Some(&stale)).await)
    }

    fn fetches(&self) -> usize {
        self.server.taken().len()
    }
}

fn max_age(text: &str) -> HeaderMap {
    HeaderMap::from_iter([(CACHE_CONTROL, text.parse().expect("a header"))])
}

/// The document, or why there is none.
#[track_caller]
fn told(answer: Result<Bytes, VerifyError>) -> String {
    match answer {
        Ok(bytes) => String::from_utf8(bytes.to_vec()).expect("text"),
        Err(VerifyError::Unavailable(source)) => format!("unavailable: {source}"),
        Err(other) => panic!("{other:?}"),
    }
}
