//! What comes again, and what is news.

use switchboard_core::{DedupKey, Delivery};

use crate::decode;

fn key(body: &str, request: Option<&str>) -> DedupKey {
    let bare = Delivery::post(body.to_owned());
    let delivery = match request {
        Some(request) => bare.with("x-amocrm-requestid", request),
        None => bare,
    };
    decode(&delivery).remove(0).key
}

#[test]
fn a_thing_that_says_when_it_changed_is_known_by_all_that_it_says() {
    for version in ["updated_at", "last_modified"] {
        let body = format!("account[id]=1&leads[update][0][id]=7&leads[update][0][{version}]=5");
        let known = key(&body, Some("r-1"));

        assert!(matches!(known, DedupKey::Derived(_)), "{known:?}");
        assert_eq!(key(&body, Some("r-2")), known);
        assert_eq!(key(&body, None), known);
        for other in [
            body.replace("]=5", "]=6"),
            body.replace("[id]=7", "[id]=8"),
            body.replace("account[id]=1", "account[id]=2"),
            body.replace("update]", "add]"),
            body.replace("leads", "contacts"),
            format!("{body}&leads[update][0][price]=1"),
        ] {
            assert_ne!(key(&other, Some("r-1")), known, "{other}");
        }
    }
}

#[test]
fn the_order_of_the_pairs_is_no_news() {
    let first = "account[id]=1&leads[add][0][id]=7&leads[add][0][updated_at]=5";
    let last = "leads[add][0][updated_at]=5&leads[add][0][id]=7&account[id]=1";

    assert_eq!(key(first, None), key(last, None));
}

#[test]
fn a_note_is_known_by_the_note_inside() {
    let body = "leads[note][0][note][id]=7&leads[note][0][note][updated_at]=5";

    assert_eq!(key(body, Some("r-1")), key(body, Some("r-2")));
}

/// A lead may be moved there and back again within the hour.
#[test]
fn bare_ids_are_known_by_the_request_alone() {
    let body = "leads[status][0][id]=7&leads[status][0][status_id]=142";

    assert_eq!(
        key(body, Some("r-1")),
        DedupKey::provider(["r-1", "leads", "status", "0"])
    );
    assert_ne!(key(body, Some("r-1")), key(body, Some("r-2")));
    assert_eq!(key(body, None), DedupKey::None);
    assert_eq!(key(body, Some("")), DedupKey::None);
}

#[test]
fn two_things_of_one_request_are_two() {
    let body = "leads[delete][0][id]=7&leads[delete][1][id]=7&leads[status][0][id]=7";
    let delivery = Delivery::post(body).with("x-amocrm-requestid", "r-1");

    let keys: Vec<_> = decode(&delivery)
        .into_iter()
        .map(|draft| draft.key)
        .collect();

    assert_eq!(keys.len(), 3);
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
}

#[test]
fn a_message_is_known_by_its_own_id() {
    let body = "account[id]=1&message[add][0][id]=m&message[add][0][text]=Hi";

    assert_eq!(key(body, Some("r-1")), DedupKey::provider(["1", "m"]));
    assert_eq!(key(body, None), DedupKey::provider(["1", "m"]));
}

#[test]
fn what_cannot_be_read_has_a_key_as_well() {
    let body = "leads[add][0][name]=nobody";

    assert_eq!(
        key(body, Some("r-1")),
        DedupKey::provider(["r-1", "leads", "add", "0"])
    );
    assert!(matches!(
        key(&format!("{body}&leads[add][0][updated_at]=5"), None),
        DedupKey::Derived(_)
    ));
}
