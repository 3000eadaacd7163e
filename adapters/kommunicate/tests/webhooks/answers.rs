//! What Kommunicate is told, what is known of it, and which options there are.

use serde_json::json;
use switchboard_core::{Delivery, Redelivery};

use crate::{ACCOUNT, BOT, BOTH};

#[test]
fn the_account_webhook_is_answered_an_empty_200() {
    let reply = ACCOUNT
        .adapter()
        .reply(&Delivery::post("{}"), &ACCOUNT.endpoint());

    assert_eq!(reply.status(), 200);
    assert!(reply.body().is_empty());
    assert_eq!(reply.content_type(), None);
}

/// The answer is the list of what the bot says, and an empty body is no list.
#[test]
fn the_bot_webhook_is_answered_a_bot_that_says_nothing() {
    for body in ["{}", "", "no JSON"] {
        let reply = BOT.adapter().reply(&Delivery::post(body), &BOT.endpoint());

        assert_eq!(reply.status(), 200);
        assert_eq!(&reply.body()[..], b"[]");
        assert_eq!(reply.content_type(), Some("application/json"));
    }
}

#[test]
fn the_descriptors_say_what_kommunicate_promises() {
    for (dialect, title, seconds) in [
        (ACCOUNT, "Kommunicate", 5),
        (BOT, "Kommunicate Custom Bot", 60),
    ] {
        let adapter = dialect.adapter();
        let descriptor = adapter.descriptor();

        assert_eq!(descriptor.title, title);
        assert_eq!(descriptor.methods, ["POST"]);
        assert_eq!(descriptor.ack_deadline.as_secs(), seconds);
        assert_eq!(descriptor.redelivery, Redelivery::Unknown);
        assert_eq!(descriptor.refused, 401);
        assert_eq!(descriptor.unavailable, 503);
        assert_eq!(descriptor.max_body, 1 << 20);
        assert!(descriptor.is_signed && descriptor.may_be_unsigned);
        assert_eq!(descriptor.secrets.len(), 1);
        assert_eq!(descriptor.secrets[0].name, "token");
    }
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    for dialect in BOTH {
        dialect.adapter_with(&json!({}));
        dialect.adapter_with(&json!({
            "agents": ["maria"], "bots": [],
            "accept_authorization": true, "accept_bare_token": true,
        }));
        for options in [
            json!({"agent": ["maria"]}),
            json!({"agents": "maria"}),
            json!({"bots": [7]}),
            json!({"accept_authorization": "yes"}),
            json!(7),
        ] {
            assert!(dialect.build(&options).is_err(), "{options}");
        }
    }
}
