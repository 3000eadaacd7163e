//! `switchboard verify`, of what `switchboard trigger --print` wrote.

use super::{Ended, SECRET, TOKEN, run};
use crate::exit::Exit;

async fn printed() -> Vec<u8> {
    let ended = run(&["trigger", "acme", "greeting", "--print"], b"").await;
    assert_eq!(ended.exit(), Exit::Success, "{ended:?}");
    ended.out
}

/// The request is refused, the reason is told, and nothing that is secret.
#[track_caller]
fn assert_refused(ended: &Ended, told: &str) {
    let message = ended.message();
    assert_eq!(ended.exit(), Exit::CheckFailed, "{ended:?}");
    assert!(message.contains(told), "{message}");
    assert!(!message.contains(SECRET), "{message}");
    assert_eq!(ended.out(), "");
}

fn replaced(request: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = str::from_utf8(request).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test]
async fn what_trigger_prints_is_accepted_and_its_events_are_shown() {
    let request = printed().await;

    let ended = run(&["verify", "-o", "jsonl"], &request).await;

    assert_eq!(ended.exit(), Exit::Success, "{ended:?}");
    let told = "Accepted: proven by hmac-sha256 with the secret from `env ACME_SECRET`, signed at ";
    assert!(ended.err.starts_with(told), "{}", ended.err);
    let event: serde_json::Value = serde_json::from_str(ended.out()).unwrap();
    assert_eq!(event["source"], "/acme/support");
    assert_eq!(event["data"]["fields"]["text"], "hello");
}

#[tokio::test]
async fn a_head_with_lf_alone_is_accepted() {
    let request = replaced(&printed().await, "HTTP/1.1\r\n", "HTTP/1.1\n");

    assert_eq!(run(&["verify"], &request).await.exit(), Exit::Success);
}

#[tokio::test]
async fn a_changed_byte_looks_like_another_secret() {
    let request = replaced(&printed().await, "hello", "hallo");

    let ended = run(&["verify"], &request).await;

    assert_refused(&ended, "no common mistake explains it");
    assert_refused(&ended, "`env ACME_SECRET`");
}

#[tokio::test]
async fn a_newline_at_the_end_is_told() {
    let mut request = printed().await;
    request.push(b'\n');

    let ended = run(&["verify"], &request).await;

    assert_refused(
        &ended,
        "the signature matches the body without its trailing newline",
    );
    assert_eq!(
        ended.err,
        "note: The body has 17 bytes, and its head says 16.\n"
    );
}

#[tokio::test]
async fn a_signature_of_the_body_alone_is_told() {
    let endpoint = switchboard::core::Endpoint::fixed(0);
    let role = switchboard::core::SecretRole::text("secret", "");
    let endpoint = endpoint.with_secret_text(role, SECRET);
    let alone = switchboard::core::HmacScheme::sha256(role, "x");
    let signature = alone
        .signature_of(br#"{"text":"hello"}"#, &endpoint)
        .unwrap();
    let request = printed().await;
    let text = str::from_utf8(&request).unwrap();
    let (_, rest) = text.split_once("x-acme-signature: ").unwrap();
    let request = replaced(&request, &rest[..64], &signature);

    let ended = run(&["verify"], &request).await;

    assert_refused(
        &ended,
        "computed over the body alone, without the timestamp",
    );
}

#[tokio::test]
async fn another_secret_is_refused() {
    let request = printed().await;
    let line = ["verify", "--adapter", "acme", "--secret-env", "OTHER"];

    assert_refused(&run(&line, &request).await, "no common mistake explains it");
}

#[tokio::test]
async fn an_adapter_and_a_secret_do_without_a_configuration() {
    let request = printed().await;
    let url = format!("https://hooks.example.com/in/support/{TOKEN}");
    let line = [
        "verify",
        "--adapter",
        "acme",
        "--secret",
        SECRET,
        "--url",
        &url,
    ];

    let ended = run(&line, &request).await;

    assert_eq!(ended.exit(), Exit::Success, "{ended:?}");
}

#[tokio::test]
async fn a_stale_one_is_told_with_its_age_and_is_accepted_as_of_then() {
    let request = printed().await;

    for (at, told) in [
        ("2100-01-01T00:00:00Z", " days ago, "),
        ("0", " days ahead, "),
    ] {
        let ended = run(&["verify", "--at", at], &request).await;

        assert_refused(&ended, "the signature is right, but stale: it is of ");
        assert_refused(&ended, told);
        let message = ended.message();
        let (_, then) = message.split_once("--at ").unwrap();
        let then = then.split(". ").next().unwrap();
        let ended = run(&["verify", "--at", then], &request).await;
        assert_eq!(ended.exit(), Exit::Success, "{ended:?}");
    }
}

#[tokio::test]
async fn what_the_host_refuses_by_the_head_is_told() {
    let request = printed().await;

    for (from, to, told) in [
        ("POST ", "PUT ", "its method is PUT"),
        (
            TOKEN,
            "another",
            "the path does not end in the endpoint's path token",
        ),
        (
            "\r\n\r\n",
            "\r\ncontent-encoding: gzip\r\n\r\n",
            "its body is compressed",
        ),
        (
            "x-acme-time",
            "x-time",
            "the header `x-acme-time` is missing",
        ),
    ] {
        let ended = run(&["verify"], &replaced(&request, from, to)).await;

        assert_refused(&ended, told);
    }
}

#[tokio::test]
async fn what_cannot_be_verified_is_a_mistake_of_whoever_asks() {
    let request = printed().await;
    let elsewhere = replaced(&request, "/in/support", "/hooks");

    assert_eq!(run(&["verify"], b"{}").await.exit(), Exit::Usage);
    assert_eq!(run(&["verify"], &elsewhere).await.exit(), Exit::Usage);
    let line = ["verify", "--endpoint", "sales"];
    assert_eq!(run(&line, &request).await.exit(), Exit::NotFound);
    let line = ["verify", "--adapter", "acme"];
    assert_eq!(run(&line, &request).await.exit(), Exit::Usage);
}
