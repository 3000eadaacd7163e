//! Whether a delivery would be stored, said without storing one.

use switchboard_core::journal::{AppendError, Journal as _};

use crate::stand::Stand;

/// What a probe hears, and what a delivery does.
async fn both(stand: &Stand, id: &str) -> (u16, u16) {
    (stand.get("/readyz").await.status, stand.deliver(id).await)
}

#[tokio::test]
async fn ready_says_what_an_append_would() {
    let stand = Stand::new().await;

    assert_eq!(both(&stand, "1").await, (200, 200));
    for failure in [AppendError::Full, AppendError::Overloaded] {
        stand.journal.fail_appends(Some(failure));
        assert_eq!(both(&stand, "2").await, (503, 503));
        stand.journal.fail_appends(None);
        assert_eq!(both(&stand, "2").await, (200, 200));
    }
    stand.journal.close().await.unwrap();
    assert_eq!(both(&stand, "3").await, (503, 503));
    assert_eq!(stand.get("/livez").await.status, 200);
    stand.end().await;
}

#[tokio::test]
async fn who_is_about_to_end_is_not_ready_and_still_takes_what_comes() {
    let stand = Stand::new().await;

    stand.host.drain();

    assert_eq!(both(&stand, "1").await, (503, 200));
    let why = stand.get("/readyz").await.json();
    assert_eq!(why["error"], "the gateway is about to end");
    stand.end().await;
}

#[tokio::test]
async fn asking_stores_nothing() {
    let stand = Stand::new().await;

    stand.get("/livez").await;
    stand.get("/readyz").await;

    assert!(stand.journal.deliveries().is_empty());
    stand.end().await;
}
