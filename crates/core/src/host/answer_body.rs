//! The body of an answer.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;

/// The body of an answer: all of it at once, and nothing that can fail.
///
/// ```
/// use std::sync::Arc;
///
/// use http::Request;
/// use http_body_util::BodyExt as _;
/// use switchboard_core::host::{AnswerBody, Host};
/// use switchboard_core::journal::MemoryJournal;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let host = Host::builder(Arc::new(MemoryJournal::new())).build()?;
/// let request = Request::post("/in/nobody")
///     .header("host", "hooks.example.com")
///     .body(String::from("hello"))?;
///
/// let answer = host.handle(request, None).await;
/// assert_eq!(answer.status(), 404);
/// let body: AnswerBody = answer.into_body();
/// assert!(body.collect().await?.to_bytes().is_empty(), "a refusal says no more than its status");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct AnswerBody(Full<Bytes>);

impl AnswerBody {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self(Full::new(bytes))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
