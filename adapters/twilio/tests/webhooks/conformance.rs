//! The promises of every adapter.

use serde_json::json;
use switchboard_adapter_twilio::conversations::TwilioConversations;
use switchboard_adapter_twilio::messaging::Twilio;
use switchboard_testkit::adapter::{Conformance, Report};

use crate::TOKEN;

#[test]
fn twilio_keeps_the_promises_of_every_adapter() {
    let twilio = Conformance::of::<Twilio>(json!({})).fixtures("fixtures/messaging");

    assert_tried(&told(twilio).run(), 70);
}

#[test]
fn twilio_conversations_keeps_the_promises_of_every_adapter() {
    let conversations = Conformance::of::<TwilioConversations>(json!({}));

    assert_tried(
        &told(conversations.fixtures("fixtures/conversations")).run(),
        25,
    );
}

/// Where events say the same in other words.
fn told(conformance: Conformance) -> Conformance {
    conformance
        .secret("auth_token", TOKEN)
        .told_otherwise("EventType", EVENTS)
        .told_otherwise("NumMedia", &["1", "2"])
        .told_otherwise("SmsStatus", &["received"])
}

/// Events that are kinds of ours.
const EVENTS: &[&str] = &[
    "onConversationAdded",
    "onConversationStateUpdated",
    "onConversationUpdated",
    "onDeliveryUpdated",
    "onMessageAdded",
    "onMessageRemoved",
    "onMessageUpdated",
    "onParticipantAdded",
    "onParticipantRemoved",
];

fn assert_tried(report: &Report, written: usize) {
    assert!(report.written >= written, "{report}");
    assert!(report.generated > 5_000, "{report}");
}
