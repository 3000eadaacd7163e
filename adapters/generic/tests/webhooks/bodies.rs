//! Bodies that are no plain JSON object, and lists.

use serde_json::{Value, json};
use switchboard_core::{Data, DedupKey, Delivery, Draft};

use crate::{build, decode};

fn unknown(draft: &Draft) -> (&str, &Value) {
    match &draft.data {
        Data::Unknown(unknown) => (&unknown.kind, &unknown.fields),
        data => panic!("{data:?}"),
    }
}

#[test]
fn a_body_is_read_as_it_is_written() {
    let form = "a%5B0%5D=1&b=x&b=y&c=%7B%22d%22%3A7%7D";
    for (body, delivery, fields) in [
        (
            json!("json"),
            Delivery::post(r#"{"a":[1,2.5]}"#),
            json!({"a": [1, 2.5]}),
        ),
        (json!("json"), Delivery::post(""), Value::Null),
        (
            json!("form"),
            Delivery::post(form),
            json!({"a[0]": "1", "b": ["x", "y"], "c": "{\"d\":7}"}),
        ),
        (
            json!({"json_in": "c"}),
            Delivery::post(form),
            json!({"a[0]": "1", "b": ["x", "y"], "c": {"d": 7}}),
        ),
        (
            json!({"json_in": "b"}),
            Delivery::post(form),
            json!({"a[0]": "1", "b": ["x", "y"], "c": "{\"d\":7}"}),
        ),
        (
            json!("query"),
            Delivery::post("").to("/?a=1&key=s3cret&b="),
            json!({"a": "1", "b": ""}),
        ),
    ] {
        let options = json!({"proof": {"query": "key"}, "body": body});

        let drafts = decode(&options, &delivery);

        assert_eq!(drafts.len(), 1);
        assert_eq!(unknown(&drafts[0]), ("unknown", &fields), "{body}");
    }
    let broken = build(&json!({}))
        .unwrap()
        .decode(&Delivery::post("{\"a\":"));
    assert!(broken.is_err());
}

#[test]
fn a_form_s_names_are_places() {
    let options = json!({
        "body": "form",
        "event": {"kind": "/event", "id": ["/data[id]", "/event"]},
        "map": {"kinds": {"sms": "message.created"}, "message": {"text": "/Body"}},
    });

    let drafts = decode(
        &options,
        &Delivery::post("event=sms&data%5Bid%5D=7&Body=Hi&From=%2B1"),
    );

    assert_eq!(drafts[0].key, DedupKey::provider(["7", "sms"]));
    assert_eq!(drafts[0].data.kind(), "message.created");
    assert_eq!(
        drafts[0].rest,
        json!({"event": "sms", "data[id]": "7", "From": "+1"})
    );
}

#[test]
fn an_id_that_is_not_whole_is_none() {
    let options = json!({"event": {"id": ["/a", "/b"]}});
    let key = |body: &str| {
        decode(&options, &Delivery::post(body.to_owned()))[0]
            .key
            .clone()
    };

    assert_eq!(key(r#"{"a":1,"b":2}"#), DedupKey::provider(["1", "2"]));
    for body in [
        r#"{"a":1}"#,
        r#"{"a":1,"b":null}"#,
        r#"{"a":1,"b":[2]}"#,
        "7",
    ] {
        assert_eq!(key(body), DedupKey::None, "{body}");
    }
}

#[test]
fn a_whole_body_can_be_the_list() {
    let options = json!({"event": {"list": "", "id": "/eventId", "kind": "/type"}});

    let drafts = decode(
        &options,
        &Delivery::post(r#"[{"eventId":1,"type":"a"},{"eventId":2},7]"#),
    );

    assert_eq!(drafts.len(), 3);
    assert_eq!(
        unknown(&drafts[0]),
        ("a", &json!([{"eventId": 1, "type": "a"}]))
    );
    assert_eq!(drafts[1].key, DedupKey::provider(["2"]));
    assert_eq!(unknown(&drafts[2]), ("unknown", &json!([7])));
}

#[test]
fn a_list_that_is_none_or_too_long_is_told_whole() {
    let options = json!({"event": {"list": "/events"}});
    let long = json!({"events": vec![1; 20_000], "words": "x".repeat(1000)}).to_string();
    for body in [r#"{"events":{"a":1}}"#, r#"{"other":[]}"#, "7", &long] {
        let drafts = decode(&options, &Delivery::post(body.to_owned()));

        let [draft] = &drafts[..] else {
            panic!("{} drafts", drafts.len())
        };
        let fields: Value = serde_json::from_str(body).unwrap();
        assert_eq!(unknown(draft), ("unknown", &fields));
        let Data::Unknown(unknown) = &draft.data else {
            panic!("another kind")
        };
        assert!(unknown.reason.is_some());
    }
}

#[test]
fn what_is_redacted_reaches_no_event() {
    let options = json!({"redact": ["token", "auth.key"]});
    let body =
        json!({"token": "a", "auth": {"key": "b", "id": 1}, "deep": [{"token": "c"}], "key": 2});

    let drafts = decode(&options, &Delivery::post(body.to_string()));

    let (_, fields) = unknown(&drafts[0]);
    assert_eq!(*fields, json!({"auth": {"id": 1}, "deep": [{}], "key": 2}));
}
