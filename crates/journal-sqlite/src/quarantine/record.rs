//! One request as bytes: a versioned head in postcard, then the body as it came.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde::{Deserialize, Serialize};
use switchboard_core::{Delivery, Timestamp};

/// What stands before the body. A version is never changed once it was released; a new one is
/// added below it, and all of them can be read.
#[derive(Debug, Deserialize, Serialize)]
enum Head<'a> {
    #[serde(borrow)]
    V1(HeadV1<'a>),
}

#[derive(Debug, Deserialize, Serialize)]
struct HeadV1<'a> {
    method: &'a str,
    url: String,
    headers: Vec<(&'a str, &'a [u8])>,
    received_at: Timestamp,
    peer: Option<IpAddr>,
}

/// The bytes of a request.
pub(super) fn encode(delivery: &Delivery) -> Vec<u8> {
    let headers = delivery.headers.iter();
    let head = Head::V1(HeadV1 {
        method: delivery.method.as_str(),
        url: delivery.url.to_string(),
        headers: headers
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect(),
        received_at: delivery.received_at,
        peer: delivery.peer,
    });
    let room = Vec::with_capacity(1024 + delivery.body.len());
    let mut bytes = postcard::to_extend(&head, room).expect("a Vec takes every write");
    bytes.extend_from_slice(&delivery.body);
    bytes
}

/// The request of these bytes; `None` when they are none.
pub(super) fn decode(bytes: &Bytes) -> Option<Delivery> {
    let (Head::V1(head), body) = postcard::take_from_bytes(bytes).ok()?;
    let mut headers = HeaderMap::with_capacity(head.headers.len());
    for (name, value) in head.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    let mut delivery = Delivery::new(
        Method::from_bytes(head.method.as_bytes()).ok()?,
        head.url.parse::<Uri>().ok()?,
        headers,
        bytes.slice_ref(body),
        head.received_at,
    );
    delivery.peer = head.peer;
    Some(delivery)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The format is for ever: these bytes were written by the first version.
    #[test]
    fn the_first_version_is_still_read() {
        let mut delivery = Delivery::post("{}").to("/in/support").with("a", "b");
        delivery.peer = Some("127.0.0.1".parse().unwrap());
        let written = b"\x00\x04POST\x0b/in/support\x01\x01a\x01b\
            \x141970-01-01T00:00:00Z\x01\x00\x7f\x00\x00\x01{}";

        let read = decode(&Bytes::from_static(written)).unwrap();

        assert_eq!(
            (read.body, read.peer),
            (delivery.body.clone(), delivery.peer)
        );
        assert_eq!(
            (read.url, read.headers),
            (delivery.url.clone(), delivery.headers.clone())
        );
        assert_eq!(encode(&delivery), written);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(&Bytes::from(bytes));
        }
    }
}
