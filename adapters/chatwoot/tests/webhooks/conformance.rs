//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_chatwoot::account::Chatwoot;
use switchboard_adapter_chatwoot::bot::ChatwootBot;
use switchboard_testkit::adapter::{Conformance, Report};

use crate::{SECRET, SIGNED};

#[test]
fn chatwoot_keeps_the_promises_of_every_adapter() {
    let account = Conformance::of::<Chatwoot>(json!({})).fixtures("fixtures/account");

    assert_tried(&told(account).secret("secret", SECRET).run());
}

#[test]
fn chatwoot_bot_keeps_the_promises_of_every_adapter() {
    let bot = Conformance::of::<ChatwootBot>(json!({})).fixtures("fixtures/bot");

    assert_tried(&told(bot).secret("secret", SECRET).run());
}

/// What versions before 4.11.2 send, and those that are upgraded before their endpoint is.
#[test]
fn both_keep_the_promises_where_the_operator_takes_them_unsigned() {
    let account = Conformance::of::<Chatwoot>(json!({})).fixtures("fixtures/unsigned");
    let bot = Conformance::of::<ChatwootBot>(json!({}));

    let account = told(account).unsigned().run();
    let bot = told(bot).unsigned().run();

    assert!(account.written >= 40, "{account}");
    assert!(account.generated > 10_000, "{account}");
    assert!(bot.generated > 400, "{bot}");
}

/// Where events say the same in other words: a note is `internal`, and a channel's class a name.
fn told(conformance: Conformance) -> Conformance {
    conformance
        .at(SIGNED)
        .told_otherwise("channel", &[])
        .told_otherwise("is_private", &["true"])
        .told_otherwise("private", &["true"])
}

fn assert_tried(report: &Report) {
    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
