//! Adapters and journals that fail: what the provider hears, and that every request is counted.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use switchboard_core::host::{AnswerBody, Counts};
use switchboard_core::journal::AppendError;

use crate::world::World;

/// One good `POST` to `target`, with one more header.
async fn post(world: &World, target: &str, name: &str, value: &str) -> Response<AnswerBody> {
    let request = Request::post(target)
        .header("host", "a")
        .header("x-token", "s3cret");
    let request = request
        .header(name, value)
        .body(Full::new(Bytes::from("hello")))
        .unwrap();
    world.host.handle(request, None).await
}

async fn body(response: Response<AnswerBody>) -> Bytes {
    let mut body = response.into_body();
    match body.frame().await {
        Some(frame) => frame.unwrap().into_data().unwrap(),
        None => Bytes::new(),
    }
}

#[tokio::test]
async fn a_panic_costs_one_request_and_no_more() {
    let world = World::start().await;

    for step in ["preflight", "verify"] {
        let answer = post(&world, "/in/acme", "x-panic", step).await;
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY, "{step}");
        assert!(answer.headers().contains_key("retry-after"), "{step}");
        assert!(body(answer).await.is_empty(), "{step}");
    }
    let answer = post(&world, "/in/acme", "x-panic", "none").await;

    assert_eq!(answer.status(), 200);
    assert_eq!(body(answer).await, r#"{"status":"received"}"#);
    assert_eq!(
        world.counts(),
        Counts {
            failed: 2,
            stored: 1,
            ..Counts::default()
        }
    );
}

#[tokio::test]
async fn a_panic_in_reply_costs_the_adapters_words() {
    let world = World::start().await;

    let answer = post(&world, "/in/acme", "x-panic", "reply").await;

    assert_eq!(answer.status(), 200);
    assert!(body(answer).await.is_empty());
    assert_eq!(world.journal.deliveries().len(), 1);
}

#[tokio::test]
async fn without_a_key_nobody_is_called_a_forger() {
    let world = World::start().await;

    let answer = post(&world, "/in/acme", "x-no-key", "1").await;

    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(
        world.counts(),
        Counts {
            failed: 1,
            ..Counts::default()
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_verify_that_never_answers_is_given_up() {
    let world = World::start().await;

    let answer = post(&world, "/in/acme", "x-hold", "1").await;

    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert!(world.journal.deliveries().is_empty());
    assert_eq!(
        world.counts(),
        Counts {
            failed: 1,
            ..Counts::default()
        }
    );
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged() {
    let world = World::start().await;
    let errors = [
        AppendError::Overloaded,
        AppendError::Full,
        AppendError::Stopped,
    ];

    for error in errors {
        world.journal.fail_appends(Some(error.clone()));
        let answer = post(&world, "/in/acme", "x-any", "1").await;
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY, "{error}");
        assert!(answer.headers().contains_key("retry-after"), "{error}");
    }
    world.journal.fail_appends(None);
    let answer = post(&world, "/in/acme", "x-any", "1").await;

    assert_eq!(answer.status(), 200);
    assert_eq!(world.journal.deliveries().len(), 1);
    assert_eq!(
        world.counts(),
        Counts {
            failed: 3,
            stored: 1,
            ..Counts::default()
        }
    );
}

#[tokio::test]
async fn a_handshake_is_answered_and_not_stored() {
    let world = World::start().await;

    let good = post(&world, "/in/acme?challenge=word", "x-any", "1").await;
    let bad = post(&world, "/in/acme?challenge=", "x-any", "1").await;

    assert_eq!(bad.status(), 401);
    assert_eq!(good.status(), 200);
    assert_eq!(body(good).await, "word");
    assert!(world.journal.deliveries().is_empty());
    assert_eq!(
        world.counts(),
        Counts {
            handshakes: 1,
            refused: 1,
            ..Counts::default()
        }
    );
}
