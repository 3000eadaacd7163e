//! What calls are answered with.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response};
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use serde::Serialize;
use serde_json::Value;

/// The body of what an [`Api`](crate::Api) answers: whole, or one line after another, and nothing that
/// can fail.
#[derive(Debug)]
pub struct Body(UnsyncBoxBody<Bytes, Infallible>);

impl Body {
    fn new(body: impl http_body::Body<Data = Bytes, Error = Infallible> + Send + 'static) -> Self {
        Self(body.boxed_unsync())
    }
}

impl http_body::Body for Body {
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

/// `value` as JSON.
pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    let bytes = serde_json::to_vec(value).expect("what is answered has text keys only");
    whole("application/json", bytes.into())
}

/// `text` of this content type.
pub(crate) fn whole(content_type: &'static str, bytes: Bytes) -> Response<Body> {
    answer(content_type, Body::new(Full::new(bytes)))
}

/// One line of JSON for each of `values`, as they come.
pub(crate) fn lines(values: impl Stream<Item = Value> + Send + 'static) -> Response<Body> {
    let frames = values.map(|value| Ok(Frame::data(Bytes::from(format!("{value}\n")))));
    answer("application/x-ndjson", Body::new(StreamBody::new(frames)))
}

fn answer(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
