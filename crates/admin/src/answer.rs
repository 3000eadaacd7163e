//! What calls are answered with.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use serde::Serialize;
use serde_json::Value;

/// The body of an answer.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;

/// `value` as JSON.
pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    let bytes = serde_json::to_vec(value).expect("what is answered has text keys only");
    whole("application/json", bytes.into())
}

/// `text` of this content type.
pub(crate) fn whole(content_type: &'static str, bytes: Bytes) -> Response<Body> {
    answer(content_type, Full::new(bytes).boxed_unsync())
}

/// One line of JSON for each of `values`, as they come.
pub(crate) fn lines(values: impl Stream<Item = Value> + Send + 'static) -> Response<Body> {
    let frames = values.map(|value| Ok(Frame::data(Bytes::from(format!("{value}\n")))));
    answer(
        "application/x-ndjson",
        StreamBody::new(frames).boxed_unsync(),
    )
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
