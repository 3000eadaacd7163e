//! Every route of the API, and who may not call it. A route without an example here fails.

use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use serde_json::{Value, json};
use switchboard_admin::{Route, routes};

use crate::client::{Answer, call};
use crate::stand::{Stand, TOKEN};

/// A call of `route` that succeeds while the message `m` is a dead letter of `app`.
fn example(route: &Route) -> (&'static str, Option<Value>) {
    match (route.method.as_str(), route.pattern) {
        ("GET", "/livez") => ("/livez", None),
        ("GET", "/readyz") => ("/readyz", None),
        ("GET", "/metrics") => ("/metrics", None),
        ("GET", "/api/v1/status") => ("/api/v1/status", None),
        ("GET", "/api/v1/endpoints") => ("/api/v1/endpoints", None),
        ("POST", "/api/v1/endpoints/{id}/pause") => ("/api/v1/endpoints/support/pause", None),
        ("POST", "/api/v1/endpoints/{id}/resume") => ("/api/v1/endpoints/support/resume", None),
        ("GET", "/api/v1/sinks") => ("/api/v1/sinks", None),
        ("POST", "/api/v1/sinks/{name}/pause") => ("/api/v1/sinks/app/pause", None),
        ("POST", "/api/v1/sinks/{name}/resume") => ("/api/v1/sinks/app/resume", None),
        ("GET", "/api/v1/events") => ("/api/v1/events?limit=1", None),
        ("GET", "/api/v1/events/{id}") => ("/api/v1/events/message.created:m", None),
        ("POST", "/api/v1/events/replay") => {
            let ids = json!({ "ids": ["message.created:m"], "rate": 1000 });
            ("/api/v1/events/replay", Some(ids))
        }
        ("GET", "/api/v1/dead") => ("/api/v1/dead?sink=app", None),
        ("GET", "/api/v1/dead/{sink}/{position}") => ("/api/v1/dead/app/1", None),
        ("POST", "/api/v1/dead/replay") => {
            let positions = json!({ "sink": "app", "positions": [1] });
            ("/api/v1/dead/replay", Some(positions))
        }
        ("POST", "/api/v1/dead/discard") => (
            "/api/v1/dead/discard",
            Some(json!({ "sink": "app", "all": true })),
        ),
        ("GET", "/api/v1/quarantine") => ("/api/v1/quarantine?ring=refused", None),
        ("POST", "/api/v1/quarantine/reverify") => {
            ("/api/v1/quarantine/reverify", Some(json!({ "all": true })))
        }
        ("GET", "/api/v1/undecoded") => ("/api/v1/undecoded", None),
        (method, pattern) => panic!("no example of {method} {pattern}"),
    }
}

/// A gateway with one dead letter.
async fn stand() -> Stand {
    let stand = Stand::new().await;
    stand.refuse(true);
    assert_eq!(stand.deliver("m").await, 200);
    stand.settled(1).await;
    stand
}

/// The example of `route`, with `headers` in place of those it has, or beside them.
fn request(route: &Route, headers: &[(&'static str, &str)]) -> Request<Full<bytes::Bytes>> {
    let (path, body) = example(route);
    let mut request = call(route.method, path, body.as_ref());
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).unwrap();
        request.headers_mut().insert(*name, value);
    }
    request
}

fn authorized() -> (&'static str, String) {
    ("authorization", format!("Bearer {TOKEN}"))
}

fn refused(answer: &Answer, status: u16, route: &Route) {
    assert_eq!(answer.status, status, "{route:?}: {answer:?}");
    assert!(answer.json()["error"].is_string(), "{answer:?}");
    hardened(answer);
}

fn hardened(answer: &Answer) {
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
}

/// Everything that a call could change.
async fn state(stand: &Stand) -> String {
    let letters = ["app", "other"].map(|sink| stand.journal.dead_letters_of(sink).len());
    let standings = ["app", "other"].map(|sink| stand.journal.standing(sink));
    let events = stand.journal.events().len();
    let status = stand.get("/api/v1/status").await;
    let paused = status.json()["paused"].clone();
    format!("{letters:?} {standings:?} {events} {paused}")
}

#[tokio::test]
async fn every_route_does_what_it_is_there_for() {
    for route in routes() {
        let stand = stand().await;

        let answer = stand.send(request(route, &[])).await;

        assert_eq!(answer.status, 200, "{route:?}: {answer:?}");
        hardened(&answer);
        stand.end().await;
    }
}

#[tokio::test]
async fn nobody_passes_without_the_token() {
    let stand = stand().await;
    let before = state(&stand).await;

    for route in routes() {
        let (name, token) = authorized();
        refused(&stand.send_by_tcp(request(route, &[])).await, 401, route);
        let wrong = request(route, &[(name, &format!("{token}x"))]);
        refused(&stand.send_by_tcp(wrong).await, 401, route);
    }

    assert_eq!(state(&stand).await, before);
    stand.end().await;
}

#[tokio::test]
async fn nobody_passes_by_a_name_that_is_not_ours() {
    let stand = stand().await;
    let before = state(&stand).await;

    for route in routes() {
        let (name, token) = authorized();
        let rebound = request(route, &[(name, &token), ("host", "evil.example")]);
        refused(&stand.send_by_tcp(rebound).await, 421, route);
    }

    assert_eq!(state(&stand).await, before);
    stand.end().await;
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let stand = stand().await;
    let before = state(&stand).await;

    for route in routes().iter().filter(|route| route.method != Method::GET) {
        let (name, token) = authorized();
        for from in [
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let forged = request(route, &[(name, &token), from]);
            refused(&stand.send_by_tcp(forged).await, 403, route);
        }
    }

    assert_eq!(state(&stand).await, before);
    stand.end().await;
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let stand = stand().await;
    let before = state(&stand).await;

    for route in routes() {
        let mut get = request(route, &[]);
        *get.method_mut() = Method::GET;
        let answer = stand.send(get).await;
        assert!(
            [200, 404, 405].contains(&answer.status),
            "{route:?}: {answer:?}"
        );
    }

    assert_eq!(state(&stand).await, before);
    stand.end().await;
}

#[tokio::test]
async fn another_method_is_told_which_one_is_meant() {
    let stand = stand().await;

    for route in routes() {
        let mut other = request(route, &[]);
        *other.method_mut() = Method::DELETE;
        let answer = stand.send(other).await;
        refused(&answer, 405, route);
        let allowed = answer.headers["allow"].to_str().unwrap();
        assert!(allowed.contains(route.method.as_str()), "{allowed}");
    }

    stand.end().await;
}

#[tokio::test]
async fn whoever_has_the_token_may_do_all() {
    for route in routes() {
        let stand = stand().await;
        let (name, token) = authorized();

        let answer = stand.send_by_tcp(request(route, &[(name, &token)])).await;

        assert_eq!(answer.status, 200, "{route:?}: {answer:?}");
        stand.end().await;
    }
}
