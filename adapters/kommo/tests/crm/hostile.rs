//! Bodies that want more than they are worth.

use switchboard_core::{Data, Delivery};

use crate::{adapter, decode, form, stamp};

#[test]
fn a_body_that_is_no_object_is_undecoded() {
    let deep = format!("{{\"leads\":{}", "[".repeat(100_000));
    let many = format!("{{\"leads\":{{\"add\":[{}1]}}}}", "1,".repeat(5_000));
    let pairs = "leads[add][][id]=1&".repeat(5_001);
    for body in [
        "{",
        "[]",
        "[{}]",
        " {\"leads\": nope}",
        "{\"leads\": {\"mail_in\": {[ \"id\": 1 ]}}}",
        "data=%7B%22leads%22%3A+%7B%22mail_in%22%3A+%7B%5B",
        &deep,
        &many,
        &pairs,
    ] {
        let decoded = adapter().decode(&Delivery::post(body.to_owned()));
        assert!(decoded.is_err(), "{body:.40}: {decoded:?}");
    }
}

#[test]
fn an_empty_body_tells_nothing() {
    for body in ["", "&", "{}", " {} "] {
        assert_eq!(decode(&form(body)), [], "{body:?}");
    }
}

#[test]
fn what_was_lost_is_told_in_every_event() {
    let lost = format!("{}&{}=1", "a=1&".repeat(40), "k".repeat(600));
    let events = stamp(decode(&form(&format!("leads[delete][0][id]=7&{lost}"))));

    for event in &events {
        let reports = event.data["provider"]["form_reports"].as_array().unwrap();
        assert_eq!(reports.len(), 17);
        assert_eq!(reports[0], "pair 3 replaced an earlier one");
        assert_eq!(reports[16], "and 24 more");
    }
    assert_eq!(events.len(), 2);
}

/// What cannot be read at all is an event, for the operator to see.
#[test]
fn a_form_of_which_nothing_is_left_is_told() {
    let drafts = decode(&form("=1&[a]=2"));

    let Data::Unknown(unknown) = &drafts[0].data else {
        panic!("{drafts:?}")
    };
    assert_eq!((drafts.len(), unknown.kind.as_str()), (1, "account"));
    assert_eq!(drafts[0].rest["form_reports"].as_array().unwrap().len(), 2);
}

/// What all events of a batch repeat is small, whatever the body says.
#[test]
fn a_large_heading_is_not_multiplied() {
    let large = "x".repeat(100_000);
    let batch = "&leads[add][][id]=1".repeat(1_000);
    for heading in [
        format!("account[id]={large}"),
        format!("account[subdomain]={large}"),
        format!("account[id]=1&account[a][b]={large}"),
    ] {
        let events = stamp(decode(&form(&format!("{heading}{batch}"))));

        let size: usize = events
            .iter()
            .map(|event| serde_json::to_string(event).unwrap().len())
            .sum();
        assert_eq!(events.len(), 1_000);
        assert!(size < 2_000_000, "{heading:.20}: {size}");
    }
    let items = "1,".repeat(1_000);
    let action = format!("{{\"leads\":{{\"{large}\":[{items}1]}}}}");
    assert_eq!(decode(&form(&action)).len(), 1);
}

#[test]
fn every_text_stays_what_it_is() {
    for (written, text) in [
        ("%F0%9F%91%8D%F0%9F%8F%BD+%C3%B1", "👍🏽 ñ"),
        ("a%00b", "a\0b"),
        ("a%0D%0Ab%0A", "a\r\nb\n"),
        ("%1B%5B31mred", "\u{1b}[31mred"),
        (
            "%3Cscript%3Ealert(1)%3C/script%3E",
            "<script>alert(1)</script>",
        ),
        ("=cmd|%27+/C", "=cmd|' /C"),
        ("+", " "),
        ("%FF", "\u{fffd}"),
    ] {
        let body = format!("message[add][0][id]=m&message[add][0][text]={written}");
        let draft = decode(&form(&body)).remove(0);

        let Data::Message(_, message) = draft.data else {
            panic!("{written}")
        };
        assert_eq!(message.message.text.as_deref(), Some(text));
    }
}
