//! Bodies that want more than they are worth, and what is told about them.

use serde_json::json;
use switchboard_core::Delivery;
use switchboard_core::form::{Form, Limits, Problem};

#[test]
fn a_hostile_body_keeps_what_is_good_in_it() {
    let form = Delivery::post(&include_bytes!("bodies/crm_hostile_form.body")[..])
        .form_tree()
        .unwrap();

    let value = json!({
        "__proto__": {"a": "1"},
        "account": {"id": "1"},
        "leads": {"status": [{"name": "\u{fffd}\u{fffd}"}]},
        "message": {"add": {"999999999": {"id": "x"}, "length": "9"}},
        "x": "",
    });
    assert_eq!(form.value, value);
    let reports = [
        (6, Problem::Replaced),
        (7, Problem::KeyTooLong),
        (8, Problem::Replaced),
    ];
    assert_eq!(told(&form), reports);
}

#[test]
fn every_loss_is_reported_and_no_report_quotes_the_body() {
    let long = format!("{}=secret", "secret".repeat(100));
    let deep = format!("secret{}=secret", "[b]".repeat(17));
    for (body, problem) in [
        (long.as_str(), Problem::KeyTooLong),
        (&deep, Problem::TooDeep),
        ("=secret", Problem::Unnamed),
        ("[secret]=secret", Problem::Unnamed),
        ("secret[b]secret=secret", Problem::KeyCut),
    ] {
        let form = Form::parse(body.as_bytes(), Limits::default()).unwrap();

        assert_eq!(told(&form), [(1, problem)], "{body}");
        assert!(!form.reports[0].to_string().contains("secret"), "{body}");
    }
}

#[test]
fn a_clash_is_reported_where_the_later_pair_stands() {
    for body in [
        "a=1&&a=2",
        "a=1&a[b]=2",
        "a[b]=1&a=2",
        "a[b][c]=1&a[b]=2",
        "a[b]=1&a[b][][]=2",
        "a[]=1&a[0]=2",
        // Different bytes, but the same text once what is no UTF-8 was replaced.
        "a%FF=1&a%FE=2",
    ] {
        let form = Form::parse(body.as_bytes(), Limits::default()).unwrap();

        assert_eq!(told(&form), [(2, Problem::Replaced)], "{body}");
    }
}

#[test]
fn a_pair_that_cannot_be_appended_changes_nothing() {
    for body in [
        "a[9223372036854775807]=1&a[]=2",
        "a[9223372036854775807]=1&a[][b]=2",
    ] {
        let form = Form::parse(body.as_bytes(), Limits::default()).unwrap();

        assert_eq!(form.value, json!({"a": {"9223372036854775807": "1"}}));
        assert_eq!(told(&form), [(2, Problem::NoIndexLeft)]);
    }
}

#[test]
fn one_pair_above_the_limit_makes_the_body_unreadable() {
    let allowed = "a[]=&".repeat(5_000);
    let refused = format!("{allowed}&&b");
    let absurd = "a&".repeat(1_000_000);

    let form = Delivery::post(allowed).form_tree().unwrap();
    assert_eq!(form.value["a"].as_array().map(Vec::len), Some(5_000));
    for body in [refused, absurd] {
        let error = Delivery::post(body).form_tree().unwrap_err();
        assert_eq!(error.to_string(), "the form has more than 5000 pairs");
    }
}

#[test]
fn ten_thousand_brackets_are_no_recursion() {
    let limits = Limits {
        depth: u8::MAX,
        key_bytes: usize::MAX,
        ..Limits::default()
    };
    let endless = format!("a{}=1&b=2", "[]".repeat(10_000));
    let deepest = format!("a{}=1", "[]".repeat(255));

    let form = Form::parse(endless.as_bytes(), limits).unwrap();
    assert_eq!(form.value, json!({"b": "2"}));
    let form = Form::parse(deepest.as_bytes(), limits).unwrap();
    assert!(form.reports.is_empty(), "{:?}", form.reports);
}

#[test]
fn raw_bytes_that_are_no_utf8_are_replaced() {
    let form = Delivery::post(&b"a[\xff]=\xfe&b=\xe9t\xe9"[..])
        .form_tree()
        .unwrap();

    let value = json!({"a": {"\u{fffd}": "\u{fffd}"}, "b": "\u{fffd}t\u{fffd}"});
    assert_eq!(form.value, value);
}

fn told(form: &Form) -> Vec<(usize, Problem)> {
    let reports = form.reports.iter();
    reports
        .map(|report| (report.pair, report.problem))
        .collect()
}
