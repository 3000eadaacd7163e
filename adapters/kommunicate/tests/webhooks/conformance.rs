//! The promises of every adapter.

use switchboard_adapter_kommunicate::account::Kommunicate;
use switchboard_adapter_kommunicate::bot::KommunicateBot;
use switchboard_testkit::adapter::Conformance;

use crate::{NOW, SECRET, people};

#[test]
fn kommunicate_keeps_the_promises_of_every_adapter() {
    keeps_the_promises(Conformance::of::<Kommunicate>(people()).fixtures("fixtures/account"));
}

#[test]
fn kommunicate_bot_keeps_the_promises_of_every_adapter() {
    keeps_the_promises(Conformance::of::<KommunicateBot>(people()).fixtures("fixtures/bot"));
}

#[test]
fn both_keep_the_promises_where_the_operator_takes_them_unsigned() {
    let account = Conformance::of::<Kommunicate>(people()).unsigned().run();
    let bot = Conformance::of::<KommunicateBot>(people()).unsigned().run();

    assert!(account.generated > 400, "{account}");
    assert!(bot.generated > 400, "{bot}");
}

fn keeps_the_promises(conformance: Conformance) {
    let report = conformance
        .secret("token", SECRET)
        .at(NOW)
        .except(
            "a_signature_is_over_the_body",
            "Kommunicate sends a token and signs nothing; whoever knows it can send anything",
        )
        .run();

    assert!(report.written >= 60, "{report}");
    assert!(report.generated > 10_000, "{report}");
}
