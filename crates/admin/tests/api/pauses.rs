//! What is paused keeps what it has, and goes on where it was.

use serde_json::json;

use crate::stand::Stand;

#[tokio::test]
async fn a_paused_sink_is_given_nothing_and_gets_all_of_it_later() {
    let stand = Stand::new().await;

    let paused = stand
        .post("/api/v1/sinks/app/pause", &json!({}))
        .await
        .json();
    let again = stand
        .post("/api/v1/sinks/app/pause", &json!({}))
        .await
        .json();
    stand.deliver("m").await;
    stand
        .until(|journal| journal.standing("other").delivered == 1)
        .await;
    let kept = row(&stand, "sinks", "name", "app").await;
    let resumed = stand
        .post("/api/v1/sinks/app/resume", &json!({}))
        .await
        .json();
    stand.settled(1).await;

    assert_eq!(
        (&paused["changed"], &again["changed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&kept["pending"], &kept["paused"]["by"]),
        (&json!(1), &json!("operator"))
    );
    assert_eq!(resumed["changed"], true);
    let delivered = row(&stand, "sinks", "name", "app").await;
    assert_eq!(
        (&delivered["delivered"], &delivered["paused"]),
        (&json!(1), &json!(null))
    );
    stand.end().await;
}

#[tokio::test]
async fn a_paused_endpoint_takes_what_comes_and_decodes_it_later() {
    let stand = Stand::new().await;

    stand
        .post("/api/v1/endpoints/support/pause", &json!({}))
        .await;
    assert_eq!(stand.deliver("m").await, 200);
    stand.until(|journal| journal.tally().undecoded == 1).await;
    let kept = row(&stand, "endpoints", "id", "support").await;
    let waiting = stand.get("/api/v1/undecoded").await.json();
    stand
        .post("/api/v1/endpoints/support/resume", &json!({}))
        .await;
    stand.settled(1).await;

    assert_eq!(
        (&kept["stored"], &kept["adapter"]),
        (&json!(1), &json!("acme"))
    );
    assert!(kept["paused"]["since"].is_string(), "{kept}");
    assert_eq!(waiting["undecoded"][0]["cause"], "paused");
    assert_eq!(waiting["undecoded"][0]["endpoint"], "support");
    stand.end().await;
}

async fn row(stand: &Stand, list: &str, key: &str, name: &str) -> serde_json::Value {
    let listed = stand.get(&format!("/api/v1/{list}")).await.json();
    let rows = listed[list].as_array().unwrap().clone();
    rows.into_iter().find(|row| row[key] == name).unwrap()
}
