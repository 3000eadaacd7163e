//! Handshakes and answers.

use http::Method;
use serde_json::{Value, json};
use switchboard_core::{Adapter, Delivery, Endpoint, Preflight, Reply};

use crate::{NOW, build, endpoint, readme};

fn with(challenge: &Value) -> Box<dyn Adapter> {
    build(&json!({"proof": "bearer", "challenges": [challenge]})).unwrap()
}

fn handshakes() -> (Box<dyn Adapter>, Endpoint) {
    let secrets = [("secret", "app"), ("verify_token", "guess me not")];
    (
        build(&readme::options("handshakes")).unwrap(),
        endpoint(NOW, &secrets),
    )
}

fn get(url: &str) -> Delivery {
    let mut delivery = Delivery::post("").to(url);
    delivery.method = Method::GET;
    delivery
}

#[test]
fn a_challenge_in_the_query_is_echoed_to_whoever_has_the_token() {
    let (adapter, endpoint) = handshakes();
    let challenge = "hub.mode=subscribe&hub.challenge=1158201444";
    for (query, expected) in [
        (
            format!("{challenge}&hub.verify_token=guess+me+not"),
            Preflight::Reply(Reply::text("1158201444")),
        ),
        (
            format!("{challenge}&hub.verify_token=guess"),
            Preflight::Refuse,
        ),
        (format!("{challenge}&hub.verify_token="), Preflight::Refuse),
        (challenge.to_owned(), Preflight::Refuse),
        (
            format!("{challenge}&hub.verify_token=guess&hub.verify_token=guess+me+not"),
            Preflight::Refuse,
        ),
        (
            "hub.mode=unsubscribe&hub.challenge=1".to_owned(),
            Preflight::Continue,
        ),
        ("hub.mode=subscribe".to_owned(), Preflight::Continue),
        (
            format!("hub.mode=subscribe&hub.challenge={}", "1".repeat(4097)),
            Preflight::Continue,
        ),
        (String::new(), Preflight::Continue),
    ] {
        let answer = adapter.preflight(&get(&format!("/?{query}")), &endpoint);

        assert_eq!(answer, expected, "{query}");
    }
}

#[test]
fn a_signed_challenge_is_a_delivery_that_is_answered() {
    let (adapter, endpoint) = handshakes();
    let challenge = Delivery::post(r#"{"type":"url_verification","challenge":"3eZbr"}"#);

    assert_eq!(
        adapter.preflight(&challenge, &endpoint),
        Preflight::Continue
    );
    assert_eq!(adapter.reply(&challenge, &endpoint), Reply::text("3eZbr"));
    for other in [
        r#"{"type":"event"}"#,
        r#"{"type":"url_verification"}"#,
        "no JSON",
        "[]",
    ] {
        assert_eq!(
            adapter.reply(&Delivery::post(other), &endpoint),
            Reply::ok(),
            "{other}"
        );
    }
}

#[test]
fn front_s_challenge_stands_in_a_header() {
    let adapter = build(&readme::options("front")).unwrap();
    let challenge = Delivery::post(r#"{"type":"sync"}"#).with("x-front-challenge", "abc");

    assert_eq!(
        adapter.reply(&challenge, &endpoint(NOW, &[])),
        Reply::text("abc")
    );
}

#[test]
fn an_unsigned_challenge_is_answered_at_once() {
    let endpoint = endpoint(NOW, &[("secret", "s")]);
    let echo = with(&json!({"unsigned": true, "echo": "query:validationToken", "json": "token"}));
    let say = with(&json!({"unsigned": true, "when": {"/type": "confirmation"}, "say": "7b2d"}));

    let asked = Delivery::post("").to("/?validationToken=a%22b");
    assert_eq!(
        echo.preflight(&asked, &endpoint),
        Preflight::Reply(Reply::json(r#"{"token":"a\"b"}"#))
    );
    let asked = Delivery::post(r#"{"type":"confirmation","group_id":1}"#);
    assert_eq!(
        say.preflight(&asked, &endpoint),
        Preflight::Reply(Reply::text("7b2d"))
    );
    let other = Delivery::post(r#"{"type":"message_new"}"#);
    assert_eq!(say.preflight(&other, &endpoint), Preflight::Continue);
    assert_eq!(
        say.preflight(&Delivery::post("no JSON"), &endpoint),
        Preflight::Continue
    );
}

#[test]
fn the_answer_is_the_one_that_is_configured() {
    let endpoint = endpoint(NOW, &[("secret", "s")]);
    for (reply, expected) in [
        (json!("empty"), Reply::ok()),
        (json!("no_content"), Reply::no_content()),
        (json!({"text": "ok"}), Reply::text("ok")),
        (json!({"json": {"ok": true}}), Reply::json(r#"{"ok":true}"#)),
        (json!({"xml": "<Response/>"}), Reply::xml("<Response/>")),
    ] {
        let adapter = build(&json!({"proof": "bearer", "reply": reply})).unwrap();

        assert_eq!(adapter.reply(&Delivery::post("{}"), &endpoint), expected);
    }
}

#[test]
fn a_challenge_that_makes_no_sense_is_refused() {
    for (challenge, told) in [
        (json!({}), "a challenge has either `echo` or `say`"),
        (
            json!({"echo": "/a", "say": "b"}),
            "a challenge has either `echo` or `say`",
        ),
        (json!({"say": "b"}), "a challenge with `say` needs `when`"),
        (
            json!({"echo": "/a", "token": "/b", "unsigned": true}),
            "a challenge with `token` is unsigned anyway",
        ),
        (json!({"echo": "a"}), "`a` is no place"),
        (json!({"echo": "/a", "when": {"b": "c"}}), "`b` is no place"),
        (json!({"echo": "/a", "wen": {}}), "unknown field `wen`"),
    ] {
        let options = json!({"proof": "bearer", "challenges": [challenge]});
        let error = build(&options).unwrap_err().to_string();
        assert!(error.starts_with(&format!("options: {told}")), "{error}");
    }
}
