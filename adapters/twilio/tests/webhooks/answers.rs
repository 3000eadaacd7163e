//! What Twilio hears: words that it would send to nobody.

use serde_json::json;
use switchboard_core::Delivery;

use crate::{build, endpoint, form, twilio};

const NOTHING: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

fn answer(pairs: &[(&str, &str)]) -> (u16, Option<&'static str>, String) {
    let reply = twilio().reply(&form(pairs), &endpoint("token"));
    let body = String::from_utf8(reply.body().to_vec()).unwrap();
    (reply.status().as_u16(), reply.content_type(), body)
}

#[test]
fn who_waits_for_twiml_gets_a_document_that_does_nothing() {
    let xml = (200, Some("text/xml; charset=utf-8"), NOTHING.to_owned());
    for pairs in [
        &[
            ("MessageSid", "SM1"),
            ("Body", "Hi"),
            ("SmsStatus", "received"),
        ][..],
        &[
            ("CallSid", "CA1"),
            ("Direction", "inbound"),
            ("CallStatus", "ringing"),
        ],
        &[
            ("CallSid", "CA1"),
            ("CallStatus", "in-progress"),
            ("Digits", "1"),
        ],
    ] {
        assert_eq!(answer(pairs), xml, "{pairs:?}");
    }
}

#[test]
fn who_only_tells_gets_nothing() {
    for pairs in [
        &[("MessageSid", "SM1"), ("MessageStatus", "sent")][..],
        &[
            ("CallSid", "CA1"),
            ("CallbackSource", "call-progress-events"),
        ],
        &[("ConversationSid", "CH1"), ("EventType", "onMessageAdded")],
    ] {
        assert_eq!(answer(pairs), (204, None, String::new()), "{pairs:?}");
    }
    let json = Delivery::post("[]").with("content-type", "application/json");
    assert_eq!(twilio().reply(&json, &endpoint("token")).status(), 204);
}

/// 200 without a body lets the action happen that a webhook was called before.
#[test]
fn a_conversation_goes_on() {
    let conversations = build("twilio-conversations", &json!({})).unwrap();
    let before = form(&[("ConversationSid", "CH1"), ("EventType", "onMessageAdd")]);

    let reply = conversations.reply(&before, &endpoint("token"));

    assert_eq!((reply.status().as_u16(), reply.body().len()), (200, 0));
}

#[test]
fn the_operator_says_what_is_done_with_a_call() {
    let busy = r#"<Response><Reject reason="busy"/></Response>"#;
    let adapter = build("twilio", &json!({"call_response": busy})).unwrap();
    let call = form(&[
        ("CallSid", "CA1"),
        ("Direction", "inbound"),
        ("CallStatus", "ringing"),
    ]);
    let sms = form(&[("MessageSid", "SM1"), ("Body", "Hi")]);

    assert_eq!(
        &**adapter.reply(&call, &endpoint("token")).body(),
        busy.as_bytes()
    );
    assert_eq!(
        &**adapter.reply(&sms, &endpoint("token")).body(),
        NOTHING.as_bytes()
    );

    for good in [
        "<Response/>",
        " <?xml version=\"1.0\"?>\n<Response><Hangup/></Response>\n",
    ] {
        assert!(
            build("twilio", &json!({"call_response": good})).is_ok(),
            "{good}"
        );
    }
    for bad in [
        "",
        "busy",
        "<Reject/>",
        "<Response>",
        "<?xml <Response/>",
        "<Responses/>",
    ] {
        assert!(
            build("twilio", &json!({"call_response": bad})).is_err(),
            "{bad}"
        );
    }
}
