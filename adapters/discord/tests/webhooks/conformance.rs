//! The promises of every adapter, on endpoints with a private key, so that the suite can sign.

use serde_json::json;
use switchboard_adapter_discord::events::DiscordEvents;
use switchboard_adapter_discord::interactions::DiscordInteractions;
use switchboard_testkit::adapter::Conformance;

use crate::{PRIVATE, PUBLIC, SIGNED};

#[test]
fn discord_interactions_keeps_the_promises_of_every_adapter() {
    keeps_the_promises(
        Conformance::of::<DiscordInteractions>(json!({})).fixtures("fixtures/interactions"),
    );
}

#[test]
fn discord_events_keeps_the_promises_of_every_adapter() {
    keeps_the_promises(Conformance::of::<DiscordEvents>(json!({})).fixtures("fixtures/events"));
}

fn keeps_the_promises(conformance: Conformance) {
    let report = conformance
        .secret("public_key", PRIVATE)
        .secret("public_key", PUBLIC)
        .at(SIGNED)
        .run();

    assert!(report.written >= 55, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
