//! One delivery as bytes.
//!
//! A versioned head in postcard, then the body as it came. The body stays a slice of what was read.

use std::borrow::Cow;
use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde::{Deserialize, Serialize};
use switchboard_core::journal::{Intake, LogPosition, Stored};
use switchboard_core::{Delivery, Timestamp, Verified};

/// What stands before the body. A version is never changed once it was released; a new one is
/// added below it, and all of them can be read.
#[derive(Debug, Deserialize, Serialize)]
enum Head<'a> {
    #[serde(borrow)]
    V1(HeadV1<'a>),
}

#[derive(Debug, Deserialize, Serialize)]
struct HeadV1<'a> {
    endpoint: &'a str,
    adapter: &'a str,
    method: &'a str,
    /// Borrowed where it was read.
    #[serde(borrow)]
    url: Cow<'a, str>,
    headers: Vec<(&'a str, &'a [u8])>,
    received_at: Timestamp,
    peer: Option<IpAddr>,
    scheme: &'a str,
    secret: Option<&'a str>,
    signed_at: Option<Timestamp>,
    account: Option<&'a str>,
}

/// The bytes of a delivery.
pub(crate) fn encode(intake: &Intake) -> Bytes {
    let Intake {
        endpoint,
        adapter,
        delivery,
        verified,
    } = intake;
    let headers = delivery.headers.iter();
    let head = HeadV1 {
        endpoint,
        adapter,
        method: delivery.method.as_str(),
        url: text_of(&delivery.url),
        headers: headers
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect(),
        received_at: delivery.received_at,
        peer: delivery.peer,
        scheme: &verified.scheme,
        secret: verified.secret.as_deref(),
        signed_at: verified.signed_at,
        account: verified.account.as_deref(),
    };
    let room = Vec::with_capacity(room_for(&head) + delivery.body.len());
    let mut bytes = postcard::to_extend(&Head::V1(head), room).expect("a Vec takes every write");
    bytes.extend_from_slice(&delivery.body);
    bytes.into()
}

/// Enough for a head, and little more: it stays as long as the bytes do.
fn room_for(head: &HeadV1<'_>) -> usize {
    // Numbers, lengths and times.
    const BESIDE: usize = 160;
    let headers = head.headers.iter();
    let headers: usize = headers
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    let texts = [
        head.endpoint,
        head.adapter,
        head.method,
        &head.url,
        head.scheme,
    ];
    let more = [head.secret, head.account].into_iter().flatten();
    BESIDE + headers + texts.into_iter().chain(more).map(str::len).sum::<usize>()
}

/// A URL as text; one that is a mere target needs no text of its own.
fn text_of(url: &Uri) -> Cow<'_, str> {
    match url.path_and_query() {
        Some(target) if url.scheme().is_none() && url.authority().is_none() => {
            target.as_str().into()
        }
        _ => url.to_string().into(),
    }
}

/// The delivery of these bytes, which share them; `None` when they are none.
pub(super) fn decode(position: LogPosition, bytes: &Bytes) -> Option<Stored> {
    let (Head::V1(head), body) = postcard::take_from_bytes(bytes).ok()?;
    let mut headers = HeaderMap::with_capacity(head.headers.len());
    for (name, value) in head.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_maybe_shared(bytes.slice_ref(value));
        headers.append(name, value.ok()?);
    }
    let mut delivery = Delivery::new(
        Method::from_bytes(head.method.as_bytes()).ok()?,
        Uri::from_maybe_shared(bytes.slice_ref(head.url.as_bytes())).ok()?,
        headers,
        bytes.slice_ref(body),
        head.received_at,
    );
    delivery.peer = head.peer;
    let mut verified = Verified::new(head.scheme.to_owned());
    verified.secret = head.secret.map(str::to_owned);
    verified.signed_at = head.signed_at;
    verified.account = head.account.map(str::to_owned);
    Some(Stored {
        position,
        intake: Intake {
            endpoint: head.endpoint.to_owned(),
            adapter: head.adapter.to_owned(),
            delivery,
            verified,
        },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_same(one: &Intake, other: &Intake) {
        let (left, right) = (&one.delivery, &other.delivery);
        assert_eq!(one.endpoint, other.endpoint);
        assert_eq!(one.adapter, other.adapter);
        assert_eq!(one.verified, other.verified);
        assert_eq!(left.method, right.method);
        assert_eq!(left.url, right.url);
        assert_eq!(left.url.to_string(), right.url.to_string());
        assert!(left.headers.iter().eq(right.headers.iter()));
        assert_eq!(left.body, right.body);
        assert_eq!(left.received_at, right.received_at);
        assert_eq!(left.peer, right.peer);
    }

    fn intake(delivery: Delivery) -> Intake {
        Intake {
            endpoint: "support".into(),
            adapter: "acme".into(),
            delivery,
            verified: Verified::new("hmac-sha1"),
        }
    }

    #[test]
    fn everything_comes_back() {
        let mut delivery = Delivery::post(&b"\0\xff body"[..])
            .to("https://hooks.example.com/in/support/%2e%2E//?a=1&a=%00&b")
            .with("x-repeated", "1")
            .with("x-other", "")
            .with("x-repeated", "2");
        delivery.headers.append(
            "x-bytes",
            HeaderValue::from_bytes(b"\xfe\xff \t\x80").unwrap(),
        );
        delivery.method = Method::from_bytes(b"PROPFIND").unwrap();
        delivery.received_at = "2026-11-24T16:00:00.123456789Z".parse().unwrap();
        delivery.peer = Some("2001:db8::1".parse().unwrap());
        let mut intake = intake(delivery);
        intake.verified = Verified::new("hmac-sha1")
            .at(Timestamp::from_seconds(-1).unwrap())
            .account("a/1");
        intake.verified.secret = Some("old".into());

        let bytes = encode(&intake);
        let stored = decode(LogPosition(7), &bytes).unwrap();

        assert_same(&stored.intake, &intake);
        assert_eq!(stored.position, LogPosition(7));
    }

    /// The format is for ever: these bytes were written by the first version.
    #[test]
    fn the_first_version_is_still_read() {
        let mut delivery = Delivery::post("{}").to("/in/support").with("a", "b");
        delivery.peer = Some("127.0.0.1".parse().unwrap());
        let written = b"\x00\x07support\x04acme\x04POST\x0b/in/support\x01\x01a\x01b\
            \x141970-01-01T00:00:00Z\x01\x00\x7f\x00\x00\x01\x09hmac-sha1\x00\x00\x00{}";

        let stored = decode(LogPosition(1), &Bytes::from_static(written)).unwrap();

        assert_same(&stored.intake, &intake(delivery));
        assert_eq!(&encode(&stored.intake)[..], written);
    }

    proptest! {
        #[test]
        fn any_request_comes_back(
            body in proptest::collection::vec(any::<u8>(), 0..200),
            path in "/[!-~]{0,40}",
            headers in proptest::collection::vec(
                ("[a-z][a-z0-9-]{0,8}", proptest::collection::vec(0x20_u8..0x7f, 0..20)),
                0..20,
            ),
        ) {
            let mut delivery = Delivery::post(body);
            if let Ok(url) = path.parse() {
                delivery.url = url;
            }
            for (name, value) in headers {
                let name = HeaderName::try_from(name).unwrap();
                delivery.headers.append(name, HeaderValue::from_bytes(&value).unwrap());
            }
            let intake = intake(delivery);

            let bytes = encode(&intake);

            assert_same(&decode(LogPosition(1), &bytes).unwrap().intake, &intake);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(LogPosition(1), &Bytes::from(bytes));
        }
    }
}
