//! The numbers add up to what happened.

use std::collections::BTreeMap;

use crate::stand::Stand;

async fn metrics(stand: &Stand) -> BTreeMap<String, f64> {
    let answer = stand.get("/metrics").await;
    let lines = answer.text().lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let name = name
            .strip_prefix("switchboard_")
            .unwrap_or_else(|| panic!("{line}"));
        (name.to_owned(), value.parse().unwrap())
    };
    lines.map(sample).collect()
}

#[tokio::test]
async fn every_number_is_what_was_sent() {
    let stand = Stand::new().await;
    for id in ["a", "b", "c", "a"] {
        assert_eq!(stand.deliver(id).await, 200);
    }
    stand.settled(3).await;
    stand.refuse(true);
    stand.deliver("d").await;
    stand.settled(4).await;
    stand.until(|journal| journal.tally().duplicates == 1).await;

    assert_eq!(stand.forge("e").await, 401);

    let metrics = metrics(&stand).await;

    let gone =
        |outcome| format!("quarantine_gone_total{{endpoint=\"support\",outcome=\"{outcome}\"}}");
    for (name, value) in [
        ("ready", 1),
        ("endpoint_received_total{endpoint=\"support\"}", 4 + 1 + 1),
        ("endpoint_stored_total{endpoint=\"support\"}", 5),
        ("endpoint_refused_total{endpoint=\"support\"}", 1),
        ("quarantine_held{endpoint=\"support\"}", 1),
        (&*gone("pushed_out"), 0),
        (&*gone("dropped"), 0),
        (&*gone("reverified"), 0),
        ("endpoint_failed_total{endpoint=\"support\"}", 0),
        ("endpoint_handshakes_total{endpoint=\"support\"}", 0),
        ("ack_seconds_count", 6),
        ("ack_seconds_bucket{le=\"+Inf\"}", 6),
        ("stored_total", 5),
        ("decoded_total", 5),
        ("undecoded", 0),
        ("waiting", 0),
        ("events_total", 4),
        ("duplicates_total", 1),
        ("replayed_total", 0),
        ("sink_delivered_total{sink=\"app\"}", 3),
        ("sink_unmatched_total{sink=\"app\"}", 0),
        ("sink_pending{sink=\"app\"}", 0),
        ("sink_retrying{sink=\"app\"}", 0),
        ("sink_dead{sink=\"app\"}", 1),
        ("sink_expired_total{sink=\"app\"}", 0),
        ("sink_attempts_total{sink=\"app\",outcome=\"delivered\"}", 3),
        ("sink_attempts_total{sink=\"app\",outcome=\"refused\"}", 1),
        ("sink_breaker{sink=\"app\",state=\"closed\"}", 1),
        ("sink_breaker{sink=\"app\",state=\"open\"}", 0),
    ] {
        let found = metrics
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {metrics:#?}"));
        assert_eq!(*found, f64::from(value), "{name}");
    }
    stand.end().await;
}

#[tokio::test]
async fn what_is_paused_and_waits_is_seen() {
    let stand = Stand::new().await;
    stand
        .post("/api/v1/sinks/app/pause", &serde_json::json!({}))
        .await;
    stand.deliver("a").await;
    stand
        .until(|journal| journal.standing("other").delivered == 1)
        .await;

    let metrics = metrics(&stand).await;

    assert_eq!(
        metrics.get("paused{line=\"sink\",name=\"app\"}"),
        Some(&1.0)
    );
    assert_eq!(metrics["sink_pending{sink=\"app\"}"], 1.0);
    assert!(metrics["sink_oldest_pending_seconds{sink=\"app\"}"] > 0.0);
    assert_eq!(metrics["sink_oldest_pending_seconds{sink=\"other\"}"], 0.0);
    stand.end().await;
}
