//! How long a document is kept, and what asks for a newer one.

use http::HeaderMap;
use switchboard_core::Documents;

use super::{Stand, max_age, told};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

#[tokio::test]
async fn a_fresh_document_is_not_fetched_again() {
    for (said, seconds) in [
        (max_age("max-age=600"), 600),
        (max_age("max-age=1"), 60),
        (max_age("max-age=31536000"), DAY),
        (HeaderMap::new(), HOUR),
    ] {
        let stand = Stand::new("").await;
        stand.server.answer(200, said, "old");
        assert_eq!(stand.keys().await, "old");
        stand.holds("new");

        stand.wait(seconds - 1);
        assert_eq!((stand.keys().await.as_str(), stand.fetches()), ("old", 1));
        stand.wait(1);
        assert_eq!((stand.keys().await.as_str(), stand.fetches()), ("new", 2));
    }
}

#[tokio::test]
async fn each_url_has_its_document() {
    let stand = Stand::new("keys").await;
    let other = Stand::new("others").await;

    assert_eq!(stand.keys().await, "keys");
    let others = stand.documents.document(&other.url(), None).await;
    assert_eq!(told(others), "others");
    assert_eq!(stand.keys().await, "keys");
}

#[tokio::test]
async fn a_key_that_is_not_there_yet_is_fetched() {
    let stand = Stand::new("old").await;
    assert_eq!(stand.keys().await, "old");
    stand.holds("new");
    stand.wait(4);

    assert_eq!(stand.newer_than("old").await, "new");

    // Whoever has the old ones still is given the new ones at once.
    assert_eq!(stand.newer_than("old").await, "new");
    assert_eq!(stand.keys().await, "new");
    assert_eq!(stand.fetches(), 2);
}

#[tokio::test]
async fn a_flood_of_forgers_makes_one_fetch_in_four_seconds() {
    let stand = Stand::new("keys").await;
    assert_eq!(stand.keys().await, "keys");
    for _ in 0..12 {
        for _ in 0..20 {
            assert_eq!(stand.newer_than("keys").await, "keys");
        }
        stand.wait(1);
    }

    assert_eq!(stand.fetches(), 3);
}

#[tokio::test]
async fn a_failed_fetch_is_not_repeated_for_four_seconds() {
    let stand = Stand::new("").await;
    stand.fails();
    for _ in 0..12 {
        for _ in 0..20 {
            let told = stand.keys().await;
            assert!(told.ends_with("status 503"), "{told}");
        }
        stand.wait(1);
    }
    assert_eq!(stand.fetches(), 3);

    stand.holds("keys");
    assert_eq!(stand.keys().await, "keys");
}

#[tokio::test]
async fn what_was_fetched_is_used_for_a_day_more_where_it_cannot_be_fetched_again() {
    let stand = Stand::new("keys").await;
    assert_eq!(stand.keys().await, "keys");
    stand.fails();

    for seconds in [600, 1, DAY - 2] {
        stand.wait(seconds);
        assert_eq!(stand.keys().await, "keys");
    }
    // The second one within the pause after the first.
    assert_eq!(stand.fetches(), 3);

    stand.wait(4);
    let told = stand.keys().await;
    assert!(told.ends_with("status 503"), "{told}");
    stand.holds("new");
    stand.wait(4);
    assert_eq!(stand.keys().await, "new");
}

/// The key may be new, and the delivery genuine: nobody knows.
#[tokio::test]
async fn a_newer_document_that_cannot_be_fetched_is_unavailable() {
    let stand = Stand::new("old").await;
    assert_eq!(stand.keys().await, "old");
    stand.fails();
    stand.wait(4);

    for _ in 0..2 {
        let told = stand.newer_than("old").await;
        assert!(told.ends_with("status 503"), "{told}");
        // What there is is still good for what it is good for.
        assert_eq!(stand.keys().await, "old");
    }
    assert_eq!(stand.fetches(), 2);
}
