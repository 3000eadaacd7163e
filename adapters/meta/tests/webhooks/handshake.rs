//! The one call that is answered before anybody signed anything.

use http::Method;
use switchboard_core::{Delivery, Endpoint, Preflight};

use crate::{VERIFY_TOKEN, adapter, endpoint, role};

const GENUINE: &str = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a-word-of-ours";

fn answer(method: Method, query: &str, endpoint: &Endpoint) -> Preflight {
    let mut delivery = Delivery::post("").to(&format!("https://hooks.example.com/in/meta?{query}"));
    delivery.method = method;
    adapter().preflight(&delivery, endpoint)
}

#[test]
fn who_knows_the_word_gets_the_challenge_back() {
    let Preflight::Reply(reply) = answer(Method::GET, GENUINE, &endpoint()) else {
        panic!("not answered")
    };

    assert_eq!(&**reply.body(), b"1158201444");
    assert_eq!(reply.content_type(), Some("text/plain; charset=utf-8"));
}

#[test]
fn the_word_may_be_escaped_and_the_order_any() {
    let word = "a%20word%26%3D%C3%A9";
    let query = format!("hub.verify_token={word}&hub.challenge=7&hub.mode=subscribe");
    let bare = Endpoint::fixed(0).with_secret_text(role("verify_token"), "a word&=é");

    assert!(matches!(
        answer(Method::GET, &query, &bare),
        Preflight::Reply(_)
    ));
}

#[test]
fn a_get_is_refused_unless_all_is_right() {
    for query in [
        "",
        "hub.mode=subscribe&hub.challenge=1",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=A-WORD-OF-OURS",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=a-word-of-our",
        "hub.mode=subscribe&hub.challenge=1&hub_verify_token=a-word-of-ours",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=4f1c0b7e9a2d4c6e8f01a3b5c7d9e2f4",
        "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a-word-of-ours",
        "hub.challenge=1&hub.verify_token=a-word-of-ours",
        "hub.mode=subscribe&hub.verify_token=a-word-of-ours",
        "hub.mode=subscribe&hub.challenge=&hub.verify_token=a-word-of-ours",
        "hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=a-word-of-ours",
    ] {
        assert_eq!(
            answer(Method::GET, query, &endpoint()),
            Preflight::Refuse,
            "{query}"
        );
    }
    let long = format!(
        "hub.mode=subscribe&hub.challenge={}&hub.verify_token={VERIFY_TOKEN}",
        "1".repeat(257)
    );
    assert_eq!(answer(Method::GET, &long, &endpoint()), Preflight::Refuse);
}

#[test]
fn an_endpoint_without_a_word_refuses() {
    let bare = Endpoint::fixed(0);

    assert_eq!(answer(Method::GET, GENUINE, &bare), Preflight::Refuse);
}

#[test]
fn a_post_is_a_delivery_whatever_its_query_says() {
    let told = answer(Method::POST, GENUINE, &endpoint());

    assert_eq!(told, Preflight::Continue);
}
