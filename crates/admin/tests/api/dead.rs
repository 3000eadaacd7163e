//! Dead letters: seen, given again, given up.

use serde_json::{Value, json};

use crate::stand::Stand;

/// A gateway whose two sinks have each of `count` messages as a dead letter.
async fn stand(count: u64) -> Stand {
    let stand = Stand::new().await;
    stand.refuse(true);
    for id in 0..count {
        stand.deliver(&format!("m{id}")).await;
    }
    stand.settled(count).await;
    stand.refuse(false);
    stand
}

#[tokio::test]
async fn a_dead_letter_is_shown_with_its_attempts() {
    let stand = stand(1).await;

    let listed = stand.get("/api/v1/dead?sink=app").await.json();
    let shown = stand.get("/api/v1/dead/app/1").await.json();

    let row = &listed["dead"][0];
    assert_eq!(
        (&row["sink"], &row["position"], &row["attempts"]),
        (&json!("app"), &json!(1), &json!(1))
    );
    assert_eq!(row["id"], "message.created:m0");
    assert_eq!(shown["event"]["data"]["message"]["id"], "m0");
    let attempt = &shown["attempts"][0];
    assert!(
        attempt["failure"].is_string() && attempt["at"].is_string(),
        "{shown}"
    );
    for nothing in ["/api/v1/dead/app/2", "/api/v1/dead/nobody/1"] {
        assert_eq!(stand.get(nothing).await.status, 404, "{nothing}");
    }
    stand.end().await;
}

#[tokio::test]
async fn pages_pass_no_letter_by() {
    let stand = stand(5).await;
    let (mut after, mut found) = (json!(0), Vec::new());

    for limit in [1, 3, 3, 3, 3, 3, 3] {
        let path = format!("/api/v1/dead?after={after}&limit={limit}");
        let page = stand.get(&path).await.json();
        let rows = page["dead"].as_array().unwrap();
        found.extend(
            rows.iter()
                .map(|row| (row["position"].clone(), row["sink"].clone())),
        );
        after = page["next"].clone();
    }

    let mut all = Vec::new();
    for position in 1..=5 {
        all.extend(["app", "other"].map(|sink| (json!(position), json!(sink))));
    }
    found.sort_by_key(|(position, sink)| (position.as_u64(), sink.to_string()));
    assert_eq!(found, all);
    stand.end().await;
}

#[tokio::test]
async fn a_preview_does_nothing_and_a_replay_delivers() {
    let stand = stand(3).await;
    let cause = stand.get("/api/v1/dead?sink=app").await.json()["dead"][0]["cause"].clone();

    for (wanted, matched) in [
        (json!({ "sink": "app", "all": true }), 3),
        (json!({ "sink": "app", "cause": cause }), 3),
        (json!({ "sink": "app", "cause": "unreadable" }), 0),
        (json!({ "sink": "app", "positions": [2] }), 1),
    ] {
        let preview = stand
            .post("/api/v1/dead/replay", &dry(&wanted))
            .await
            .json();
        assert_eq!(preview, json!({ "matched": matched }), "{wanted}");
    }
    assert_eq!(stand.journal.standing("app").dead, 3);
    let wanted = json!({ "sink": "app", "positions": [2, 3] });
    let replayed = stand.post("/api/v1/dead/replay", &wanted).await.last();
    stand
        .until(|journal| journal.standing("app").delivered == 2)
        .await;

    assert_eq!(
        replayed,
        json!({ "matched": 2, "done": 2, "replayed": 2, "finished": true })
    );
    assert_eq!(stand.journal.standing("app").dead, 1);
    assert_eq!(stand.journal.standing("other").dead, 3);
    stand.end().await;
}

#[tokio::test]
async fn what_is_decoded_anew_is_an_event_of_its_own_and_no_dead_letter_any_more() {
    let stand = stand(2).await;

    let wanted = json!({ "sink": "app", "positions": [2], "anew": true });
    let replayed = stand.post("/api/v1/dead/replay", &wanted).await.last();
    stand
        .until(|journal| journal.standing("app").delivered == 1)
        .await;

    let report = json!({
        "matched": 1, "done": 1, "replayed": 1, "expired": 0, "undecoded": 0, "changed": 0,
        "finished": true,
    });
    assert_eq!(replayed, report);
    let standing = stand.journal.standing("app");
    assert_eq!((standing.dead, standing.expired), (1, 1));
    assert_eq!(stand.journal.standing("other").delivered, 0);
    let last = &stand.get("/api/v1/events?limit=1").await.json()["events"][0];
    assert_eq!(last["replayof"], "message.created:m1");
    stand.end().await;
}

#[tokio::test]
async fn what_is_discarded_is_counted_and_gone() {
    let stand = stand(2).await;

    let wanted = json!({ "sink": "app", "all": true });
    let discarded = stand.post("/api/v1/dead/discard", &wanted).await.last();

    assert_eq!(discarded["discarded"], 2);
    let standing = stand.journal.standing("app");
    assert_eq!(
        (standing.dead, standing.expired, standing.delivered),
        (0, 2, 0)
    );
    stand.end().await;
}

fn dry(wanted: &Value) -> Value {
    let mut dry = wanted.clone();
    dry["dry_run"] = true.into();
    dry
}
