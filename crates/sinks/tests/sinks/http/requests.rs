//! What the sink sends, and what it refuses to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;
use switchboard_core::Secret;
use switchboard_core::sink::Sink;
use switchboard_sinks::{Http, HttpError};

use super::{builder, sink};
use crate::event;
use crate::receiver::Receiver;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn an_event_is_posted_and_signed() {
    let receiver = Receiver::status(200).await;
    let sink = builder(receiver.url())
        .secret(secret())
        .header("authorization", "Bearer t0ken")
        .build()
        .unwrap();

    sink.deliver(&[event("1")]).await.unwrap();

    let [taken] = &receiver.taken()[..] else {
        panic!("not one request")
    };
    assert_eq!((&*taken.method, &*taken.target), ("POST", "/events?key=1"));
    assert_eq!(taken.body, **event("1").json());
    let expected = [
        ("authorization", "Bearer t0ken".to_owned()),
        ("content-length", taken.body.len().to_string()),
        ("content-type", "application/cloudevents+json".to_owned()),
        ("host", receiver.address.to_string()),
        (
            "user-agent",
            format!("switchboard/{}", env!("CARGO_PKG_VERSION")),
        ),
        ("webhook-id", "ping:1".to_owned()),
        (
            "webhook-signature",
            signature("ping:1.1614265330.", &taken.body),
        ),
        ("webhook-timestamp", "1614265330".to_owned()),
    ];
    assert_eq!(
        sorted(&taken.headers),
        expected.map(|(name, value)| (name.to_owned(), value))
    );
}

#[tokio::test]
async fn without_a_secret_there_is_no_signature() {
    let receiver = Receiver::status(204).await;

    sink(receiver.url()).deliver(&[event("1")]).await.unwrap();

    let headers = &receiver.taken()[0].headers;
    assert!(headers.contains_key("webhook-id") && headers.contains_key("webhook-timestamp"));
    assert!(!headers.contains_key("webhook-signature"));
}

#[test]
fn what_is_not_fit_to_send_is_refused_at_once() {
    let build = |name, value| {
        builder("http://127.0.0.1/".into())
            .header(name, value)
            .build()
    };

    for name in [
        "Host",
        "content-length",
        "Webhook-Id",
        "webhook-signature",
        "user-agent",
    ] {
        let error = build(name, "x").unwrap_err();
        assert!(matches!(error, HttpError::Ours(_)), "{error:?}");
    }
    for (name, value) in [("x y", "x"), ("", "x"), ("x", "a\r\nb: c"), ("x", "\0")] {
        let error = build(name, value).unwrap_err();
        assert!(matches!(error, HttpError::Header(_)), "{error:?}");
    }
    let short = Secret::new("env SHORT", Http::SECRET, "whsec_aGk=").unwrap();
    let error = builder("http://127.0.0.1/".into())
        .secret(short)
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("env SHORT"), "{error}");
}

#[test]
fn debug_shows_no_secret_no_query_and_no_header() {
    let builder = builder("http://127.0.0.1/p4th?key=qu3ry".into())
        .secret(secret())
        .header("authorization", "Bearer t0ken");

    let shown = format!("{builder:?}") + &format!("{:?}", builder.build().unwrap());

    for hidden in ["p4th", "qu3ry", "t0ken", "MfKQ"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

fn secret() -> Secret {
    Secret::new("env X", Http::SECRET, SECRET).expect("a good secret")
}

fn signature(prefix: &str, body: &[u8]) -> String {
    let key = STANDARD
        .decode(SECRET.trim_start_matches("whsec_"))
        .expect("base64");
    let mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes any key");
    let mac = mac.chain_update(prefix).chain_update(body).finalize();
    format!("v1,{}", STANDARD.encode(mac.into_bytes()))
}

fn sorted(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| value.to_str().expect("ASCII").to_owned();
    let mut headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    headers.sort();
    headers
}
