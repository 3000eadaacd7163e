//! What failed verification can be looked through, page by page.

use serde_json::{Value, json};

use crate::stand::Stand;

async fn ids(stand: &Stand, query: &str) -> (Vec<Value>, Value) {
    let answer = stand.get(&format!("/api/v1/quarantine{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let listed = answer.json();
    let rows = listed["quarantine"].as_array().unwrap();
    let ids = rows.iter().map(|row| row["id"].clone()).collect();
    (ids, listed["next"].clone())
}

#[tokio::test]
async fn pages_follow_each_other_and_end() {
    let stand = Stand::new().await;
    for id in ["a", "b", "c"] {
        assert_eq!(stand.forge(id).await, 401);
    }

    assert_eq!(
        ids(&stand, "?limit=2").await,
        (vec![json!(1), json!(2)], json!(2))
    );
    assert_eq!(
        ids(&stand, "?limit=2&after=2").await,
        (vec![json!(3)], json!(3))
    );
    assert_eq!(ids(&stand, "?after=3").await, (vec![], json!(3)));
    assert_eq!(ids(&stand, "?endpoint=other").await.0, Vec::<Value>::new());
    assert_eq!(ids(&stand, "?ring=unverified").await.0, Vec::<Value>::new());
    let refused = stand.get("/api/v1/quarantine?ring=golden").await;
    assert_eq!(refused.status, 400);
    stand.end().await;
}

#[tokio::test]
async fn a_row_tells_why_and_nothing_that_was_sent() {
    let stand = Stand::new().await;
    assert_eq!(stand.forge("words-of-a-forger").await, 401);

    let answer = stand.get("/api/v1/quarantine").await;

    let row = &answer.json()["quarantine"][0];
    assert_eq!(row["endpoint"], "support");
    assert_eq!(row["adapter"], "acme");
    assert_eq!(row["cause"], "refused");
    assert!(
        row["diagnosis"].is_string() && row["receivedtime"].is_string(),
        "{row}"
    );
    assert!(!answer.text().contains("words-of-a-forger"), "{answer:?}");
    stand.end().await;
}
