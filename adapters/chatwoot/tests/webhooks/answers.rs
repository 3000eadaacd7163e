//! What Chatwoot is told, and what is told about it.

use std::time::Duration;

use serde_json::json;
use switchboard_core::{Delivery, Redelivery};

use crate::{ACCOUNT, BOT, BOTH};

#[test]
fn the_answer_is_200_and_nothing_else() {
    for dialect in BOTH {
        let adapter = dialect.adapter();
        let reply = adapter.reply(&Delivery::post("{}"), &dialect.endpoint());

        assert_eq!(reply.status(), 200);
        assert!(reply.body().is_empty());
        assert_eq!(reply.content_type(), None);
    }
}

#[test]
fn the_descriptors_say_what_chatwoot_promises() {
    for dialect in BOTH {
        let adapter = dialect.adapter();
        let descriptor = adapter.descriptor();
        assert_eq!(descriptor.methods, ["POST"]);
        assert_eq!(descriptor.ack_deadline.as_secs(), 5);
        assert_eq!(descriptor.refused, 401);
        assert_eq!(descriptor.max_body, 4 << 20);
        assert!(descriptor.redact.contains(&"pubsub_token"));
        assert!(descriptor.samples.len() >= 3);
        assert!(descriptor.is_signed && descriptor.may_be_unsigned);
    }
    let adapters = BOTH.map(super::Dialect::adapter);
    let [account, bot] = adapters.each_ref().map(|adapter| adapter.descriptor());
    assert_eq!(account.redelivery, Redelivery::Never);
    assert_eq!(account.unavailable, 503);
    assert_eq!(
        bot.redelivery,
        Redelivery::Retries {
            attempts: 3,
            within: Duration::from_secs(6)
        }
    );
    assert_eq!(bot.unavailable, 500);
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    let wrong = [
        json!({"tolerance_seconds": 300}),
        json!({"tolerance": 300}),
        json!({"tolerance": ""}),
        json!({"tolerance": "5"}),
        json!({"tolerance": "m"}),
        json!({"tolerance": "0s"}),
        json!({"tolerance": "-5m"}),
        json!({"tolerance": "1.5m"}),
        json!({"tolerance": "5 minutes"}),
        json!({"tolerance": "5m30s"}),
        json!({"tolerance": "5M"}),
        json!({"tolerance": "4294967296s"}),
        json!({"tolerance": "1193047h"}),
        json!({"intent": "maybe"}),
        json!({"events": ["macro.executed"]}),
        json!({"unsigned_events": "macro.executed"}),
        json!({"unsigned_events": [""]}),
        json!({"unsigned_events": ["*"]}),
        json!({"unsigned_events": ["*.executed"]}),
        json!({"unsigned_events": ["a*b"]}),
        json!({"unsigned_events": ["a**"]}),
    ];
    for options in wrong {
        for dialect in BOTH {
            assert!(dialect.build(&options).is_err(), "{options}");
        }
    }
    for options in [
        json!({"intent": "deliver"}),
        json!({"unsigned_events": ["macro.executed"]}),
    ] {
        assert!(ACCOUNT.build(&options).is_ok(), "{options}");
        assert!(BOT.build(&options).is_err(), "{options}");
    }
}

#[test]
fn a_wrong_option_says_what_to_write() {
    for (options, expected) in [
        (
            json!({"tolerance": "300"}),
            "a tolerance is a time such as `300s`, `5m` or `1h`",
        ),
        (
            json!({"unsigned_events": ["*"]}),
            "`*` alone names no event: an endpoint of such says `unsigned = true`",
        ),
    ] {
        let error = ACCOUNT.build(&options).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, expected);
    }
}
