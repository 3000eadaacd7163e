//! What Chatwoot is told, and what is told about it.

use std::time::Duration;

use serde_json::json;
use switchboard_core::Redelivery;

use crate::{ACCOUNT, ALL, BOT, UNSIGNED};

#[test]
fn the_answer_is_200_and_nothing_else() {
    for dialect in ALL {
        let endpoint = switchboard_core::Endpoint::fixed(crate::SIGNED);
        let reply = dialect.adapter().reply(&dialect.delivery("{}"), &endpoint);

        assert_eq!(reply.status(), 200);
        assert!(reply.body().is_empty());
        assert_eq!(reply.content_type(), None);
    }
}

#[test]
fn the_descriptors_say_what_chatwoot_promises() {
    for dialect in ALL {
        let adapter = dialect.adapter();
        let descriptor = adapter.descriptor();
        assert_eq!(descriptor.methods, ["POST"]);
        assert_eq!(descriptor.ack_deadline.as_secs(), 5);
        assert_eq!(descriptor.refused, 401);
        assert_eq!(descriptor.max_body, 4 << 20);
        assert!(descriptor.redact.contains(&"pubsub_token"));
        assert!(descriptor.samples.len() >= 3);
    }
    let adapters = [ACCOUNT, BOT, UNSIGNED].map(super::Dialect::adapter);
    let [account, bot, unsigned] = adapters.each_ref().map(|adapter| adapter.descriptor());
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
    assert!(account.is_signed && bot.is_signed);
    assert!(!unsigned.is_signed);
    assert!(unsigned.secrets.is_empty());
}

#[test]
fn an_option_that_is_not_its_own_is_refused() {
    for (dialect, options) in [
        (ACCOUNT, json!({"tolerance": 1})),
        (ACCOUNT, json!({"tolerance_seconds": "5m"})),
        (ACCOUNT, json!({"tolerance_seconds": -1})),
        (ACCOUNT, json!({"intent": "maybe"})),
        (ACCOUNT, json!({"events": ["*"]})),
        (BOT, json!({"events": ["*"]})),
        (UNSIGNED, json!({"tolerance_seconds": 1})),
        (UNSIGNED, json!({"events": "*"})),
        (UNSIGNED, json!({"events": [""]})),
        (UNSIGNED, json!({"events": ["*.executed"]})),
        (UNSIGNED, json!({"events": ["a*b"]})),
        (UNSIGNED, json!({"events": ["**"]})),
    ] {
        assert!(dialect.build(&options).is_err(), "{options}");
    }
}
