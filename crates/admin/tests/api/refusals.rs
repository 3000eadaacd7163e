//! What a call may not be.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use serde_json::json;
use switchboard_admin::{Api, Caller};
use switchboard_core::SystemClock;
use switchboard_core::journal::MemoryJournal;

use crate::stand::Stand;

#[tokio::test]
async fn what_makes_no_sense_is_told_so() {
    let stand = Stand::new().await;

    for path in [
        "/api/v1/events?limit=0",
        "/api/v1/events?limit=1001",
        "/api/v1/events?limit=x",
        "/api/v1/events?kind=nothing.*",
        "/api/v1/events?since=yesterday",
        "/api/v1/events?sort=id",
        "/api/v1/events?limit=1&limit=1",
        "/api/v1/dead?cause=boredom",
        "/api/v1/dead/app/first",
    ] {
        assert_eq!(stand.get(path).await.status, 400, "{path}");
    }
    for (path, body) in [
        ("/api/v1/events/replay", json!({})),
        (
            "/api/v1/events/replay",
            json!({ "ids": [], "undecoded": true }),
        ),
        ("/api/v1/events/replay", json!({ "filter": {}, "rate": 0 })),
        (
            "/api/v1/events/replay",
            json!({ "filter": { "sort": "id" } }),
        ),
        (
            "/api/v1/events/replay",
            json!({ "undecoded": true, "sinks": ["app"] }),
        ),
        ("/api/v1/dead/replay", json!({ "sink": "app" })),
        ("/api/v1/dead/replay", json!({ "all": true })),
        (
            "/api/v1/dead/discard",
            json!({ "sink": "app", "all": true, "positions": [1] }),
        ),
        ("/api/v1/dead/discard", json!([])),
    ] {
        assert_eq!(stand.post(path, &body).await.status, 400, "{path} {body}");
    }
    stand.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_told_so() {
    let stand = Stand::new().await;

    for path in ["/", "/api", "/api/v1/events/", "/api/v1/nothing", "/livez/"] {
        assert_eq!(stand.get(path).await.status, 404, "{path}");
    }
    for (path, body) in [
        ("/api/v1/endpoints/nobody/pause", json!({})),
        ("/api/v1/sinks/nobody/resume", json!({})),
        ("/api/v1/events/replay", json!({ "ids": ["nothing"] })),
        (
            "/api/v1/events/replay",
            json!({ "filter": {}, "sinks": ["nobody"] }),
        ),
        (
            "/api/v1/dead/replay",
            json!({ "sink": "nobody", "all": true }),
        ),
        (
            "/api/v1/dead/discard",
            json!({ "sink": "app", "positions": [1] }),
        ),
    ] {
        assert_eq!(stand.post(path, &body).await.status, 404, "{path} {body}");
    }
    stand.end().await;
}

#[tokio::test]
async fn a_body_is_small_and_json() {
    let stand = Stand::new().await;
    let post = |content_type: &str, body: Vec<u8>| {
        Request::post("/api/v1/dead/discard")
            .header("host", "localhost")
            .header("content-type", content_type)
            .body(Full::<Bytes>::from(body))
            .unwrap()
    };

    let form = post("application/x-www-form-urlencoded", b"all=true".to_vec());
    assert_eq!(stand.send(form).await.status, 415);
    let large = post("application/json", vec![b' '; 64 * 1024 + 1]);
    assert_eq!(stand.send(large).await.status, 413);
    let broken = post("application/json", b"{".to_vec());
    assert_eq!(stand.send(broken).await.status, 400);
    stand.end().await;
}

#[tokio::test]
async fn whoever_only_reads_changes_nothing() {
    let api = Api::new(Arc::new(MemoryJournal::new()), Arc::new(SystemClock));

    for route in switchboard_admin::routes() {
        if route.method == Method::GET {
            continue;
        }
        let body = match route.pattern {
            "/api/v1/events/replay" => r#"{"filter":{}}"#,
            pattern if pattern.starts_with("/api/v1/dead") => r#"{"sink":"app","all":true}"#,
            _ => "",
        };
        let call = Request::post(route.pattern.replace(['{', '}'], ""));
        let call = call.body(Bytes::from_static(body.as_bytes())).unwrap();
        let status = api.answer(call, Caller::Here).await.status();
        assert_eq!(status, 409, "{route:?}");
    }
}
