//! What an operator is told when the URL here is not the one that Twilio calls.

use switchboard_core::Delivery;

use crate::{endpoint, form, twilio};

const PAIRS: [(&str, &str); 2] = [("MessageSid", "SM1"), ("Body", "Hi")];

/// What is told of a delivery that was signed for `called` and came in as `here`.
async fn told(called: &str, here: &str, headers: &[(&str, &str)]) -> Option<&'static str> {
    let endpoint = endpoint("token");
    let signed = twilio().sign(&form(&PAIRS).to(called), &endpoint).unwrap();
    let arrived = headers
        .iter()
        .fold(signed.to(here), |delivery: Delivery, (name, value)| {
            delivery.with(name, value)
        });

    twilio()
        .verify(&arrived, &endpoint)
        .await
        .unwrap_err()
        .diagnosis()
}

#[tokio::test]
async fn the_mistake_is_named() {
    let host = [("host", "b.example.com")];
    let forwarded = [("host", "inner"), ("x-forwarded-host", "b.example.com")];
    for (called, here, headers, expected) in [
        (
            "http://a.example.com/in/t",
            "https://a.example.com/in/t",
            &[][..],
            "http instead of https",
        ),
        (
            "https://a.example.com/in/t",
            "http://a.example.com/in/t",
            &[],
            "https instead of http",
        ),
        (
            "https://a.example.com/in/t",
            "https://a.example.com:8443/in/t",
            &[],
            "without its port",
        ),
        (
            "https://a.example.com/in/t/",
            "https://a.example.com/in/t",
            &[],
            "with a slash at its end",
        ),
        (
            "https://a.example.com/in/t",
            "https://a.example.com/in/t/",
            &[],
            "without the slash",
        ),
        (
            "https://a.example.com/in/t",
            "https://a.example.com/in/t?x=1",
            &[],
            "without its query",
        ),
        (
            "https://b.example.com/in/t",
            "https://a.example.com/in/t",
            &host,
            "header `Host`",
        ),
        (
            "http://b.example.com/in/t",
            "https://a.example.com/in/t",
            &host,
            "header `Host`",
        ),
        (
            "https://b.example.com/in/t",
            "https://a.example.com/in/t",
            &forwarded,
            "`X-Forwarded-Host`",
        ),
        (
            "https://b.example.com/in/t",
            "/in/t",
            &host,
            "header `Host`",
        ),
        (
            "https://c.example.com/in/t",
            "/in/t",
            &host,
            "no `public_url` is set",
        ),
    ] {
        let told = told(called, here, headers).await.unwrap_or("nothing");

        assert!(told.contains(expected), "{called} at {here}: {told}");
    }
}

#[tokio::test]
async fn a_forgery_is_told_nothing() {
    let at = "https://a.example.com/in/t";
    let large = [("Body", &*"x".repeat(70_000))];
    let small = [("Body", "x")];
    for (signer, pairs) in [("another", &small), ("token", &large)] {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, *value)).collect();
        let signed = twilio()
            .sign(
                &form(&pairs).to("http://a.example.com/in/t"),
                &endpoint(signer),
            )
            .unwrap()
            .to(at);

        let error = twilio()
            .verify(&signed, &endpoint("token"))
            .await
            .unwrap_err();

        assert_eq!(error.diagnosis(), None, "{signer}");
    }
}

/// `Host` is the caller's word: it explains a refusal, and excuses nothing.
#[tokio::test]
async fn a_header_makes_no_url_genuine() {
    let endpoint = endpoint("token");
    let signed = twilio()
        .sign(&form(&PAIRS).to("https://b.example.com/in/t"), &endpoint)
        .unwrap()
        .to("https://a.example.com/in/t")
        .with("host", "b.example.com")
        .with("x-forwarded-host", "b.example.com")
        .with("x-forwarded-proto", "https");

    assert!(twilio().verify(&signed, &endpoint).await.is_err());
}
