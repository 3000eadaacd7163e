//! Events: listed, shown, replayed.

use http::Method;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::client::call;
use crate::stand::Stand;

/// A gateway that has delivered `count` messages.
async fn stand(count: u64) -> Stand {
    let stand = Stand::new().await;
    for id in 0..count {
        stand.deliver(&format!("m{id}")).await;
    }
    stand.settled(count).await;
    stand
}

fn ids(page: &Value) -> Vec<String> {
    let rows = page["events"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_follow_each_other() {
    let stand = stand(5).await;

    let last = stand.get("/api/v1/events?limit=2").await.json();
    let first = stand.get("/api/v1/events?after=0&limit=3").await.json();
    let next = &first["next"];
    let second = stand
        .get(&format!("/api/v1/events?after={next}"))
        .await
        .json();
    let next = &second["next"];
    let end = stand
        .get(&format!("/api/v1/events?after={next}"))
        .await
        .json();

    assert_eq!(ids(&last), ["message.created:m3", "message.created:m4"]);
    assert_eq!((ids(&first).len(), ids(&second).len()), (3, 2));
    assert_eq!(end, json!({ "events": [], "next": 5 }));
    for (path, count) in [
        ("/api/v1/events?kind=message.*", 5),
        ("/api/v1/events?kind=lead.*", 0),
        ("/api/v1/events?endpoint=support", 5),
        ("/api/v1/events?endpoint=sales", 0),
        ("/api/v1/events?since=2999-01-01T00:00:00Z", 0),
        ("/api/v1/events?until=2999-01-01T00:00:00Z", 5),
    ] {
        assert_eq!(ids(&stand.get(path).await.json()).len(), count, "{path}");
    }
    stand.end().await;
}

#[tokio::test]
async fn an_event_is_shown_whole() {
    let stand = stand(1).await;

    let shown = stand
        .get("/api/v1/events/message.created%3Am0")
        .await
        .json();

    let event = &shown["events"][0];
    assert_eq!(event["event"]["data"]["message"]["id"], "m0");
    assert_eq!(
        (&event["position"], &event["delivery"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(stand.get("/api/v1/events/nothing").await.status, 404);
    stand.end().await;
}

#[tokio::test]
async fn a_replay_is_previewed_and_marked() {
    let stand = stand(2).await;
    let mut wanted = json!({ "ids": ["message.created:m0"], "sinks": ["app"], "dry_run": true });

    let preview = stand.post("/api/v1/events/replay", &wanted).await.json();
    let before = stand.journal.events().len();
    wanted["dry_run"] = false.into();
    let replayed = stand.post("/api/v1/events/replay", &wanted).await.last();
    stand
        .until(|journal| journal.standing("app").delivered == 3)
        .await;

    assert_eq!((preview, before), (json!({ "matched": 1 }), 2));
    assert_eq!(
        (&replayed["replayed"], &replayed["finished"]),
        (&json!(1), &json!(true))
    );
    let listed = stand.get("/api/v1/events").await.json();
    let marked = &listed["events"][2];
    assert_eq!(marked["replayof"], "message.created:m0");
    assert_eq!(stand.journal.standing("other").delivered, 2);
    stand.end().await;
}

#[tokio::test]
async fn a_replay_by_filter_takes_what_is_there_and_nothing_that_it_makes() {
    let stand = stand(3).await;
    let wanted = json!({ "filter": { "kind": "message.*" }, "rate": 1 });

    // At one a second each step takes one: what the first made is there when the second looks.
    tokio::time::pause();
    let first = stand.post("/api/v1/events/replay", &wanted).await.last();
    let second = stand.post("/api/v1/events/replay", &wanted).await.last();

    assert_eq!(
        (&first["matched"], &first["replayed"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(
        (&second["matched"], &second["replayed"]),
        (&json!(3), &json!(3))
    );
    stand.end().await;
}

#[tokio::test]
async fn a_replay_keeps_its_rate() {
    let stand = stand(4).await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();

    let wanted = json!({ "filter": {}, "rate": 2 });
    let replayed = stand.post("/api/v1/events/replay", &wanted).await;

    let took = begun.elapsed().as_secs();
    assert_eq!(replayed.text().lines().count(), 3, "{}", replayed.text());
    assert!((2..10).contains(&took), "{took}");
    stand.end().await;
}

#[tokio::test]
async fn a_caller_that_hangs_up_ends_its_replay() {
    let stand = stand(3).await;
    let wanted = json!({ "filter": {}, "rate": 1 });

    let request = call(&Method::POST, "/api/v1/events/replay", Some(&wanted));
    let mut response = stand.begin(request).await;
    response.frame().await.unwrap().unwrap();
    drop(response);
    // The end waits for calls that are still at work, and cuts off none before two seconds.
    tokio::time::pause();
    let journal = std::sync::Arc::clone(&stand.journal);
    stand.end().await;

    assert_eq!(journal.events().len(), 4);
}

#[tokio::test]
async fn what_was_undecoded_is_decoded_anew() {
    let stand = Stand::new().await;
    assert_eq!(stand.deliver_raw("no JSON".to_owned()).await, 200);
    stand.until(|journal| journal.tally().undecoded == 1).await;

    let mut wanted = json!({ "undecoded": true, "dry_run": true });
    let preview = stand.post("/api/v1/events/replay", &wanted).await.json();
    wanted["dry_run"] = false.into();
    tokio::time::pause();
    let decoded = stand.post("/api/v1/events/replay", &wanted).await.last();

    assert_eq!(preview, json!({ "matched": 1 }));
    let expected =
        json!({ "matched": 1, "events": 0, "duplicates": 0, "undecoded": 1, "finished": true });
    assert_eq!(decoded, expected);
    stand.end().await;
}
