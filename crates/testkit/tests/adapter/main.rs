//! The adapter suite, tried on a right adapter and on wrong ones.

mod acme;
mod bare;
mod nested;
mod pinned;
mod token;

use serde_json::json;
use switchboard_testkit::adapter::{Conformance, Report, promises};

use self::acme::{Acme, Flaw};
use self::bare::Bare;
use self::nested::{Care, JsonInForm, Soap};
use self::pinned::{Pin, Pinned};
use self::token::Token;

/// Flaws in `verify`, and the promises that they break.
const IN_VERIFY: &[(Flaw, &str)] = &[
    (Flaw::BelievesAnEmptySignature, "every_part_is_needed"),
    (
        Flaw::BelievesWithoutASecret,
        "without_a_secret_nobody_knows",
    ),
    (
        Flaw::BelievesWhatHasNoPart,
        "no_other_combination_of_parts_is_believed",
    ),
    (
        Flaw::BelievesTheLocalProxy,
        "headers_of_proxies_prove_nothing",
    ),
    (Flaw::BelievesAnySignature, "another_secret_is_refused"),
    (
        Flaw::BelievesAnySignature,
        "a_signature_is_good_for_its_own_delivery_alone",
    ),
    (
        Flaw::BelievesTheForged,
        "what_was_captured_as_forged_is_refused",
    ),
    (
        Flaw::ReadsAroundOddBytes,
        "a_part_that_is_no_text_is_refused",
    ),
    (
        Flaw::TakesTheFirstByteForGranted,
        "one_flipped_bit_of_a_signed_body_is_refused",
    ),
    (Flaw::TakesTheUrlForGranted, "a_signed_url_cannot_change"),
    (
        Flaw::TakesTheHeaderForGranted,
        "a_signed_header_cannot_change",
    ),
    (Flaw::TakesTheTimeForGranted, "a_rewritten_time_is_refused"),
    (
        Flaw::TrimsLineEndsThatItTells,
        "line_ends_around_a_signed_body_change_no_event",
    ),
    (
        Flaw::ForgivesEarliness,
        "a_signature_from_the_future_is_refused",
    ),
    (Flaw::ComparesAPrefix, "an_altered_part_is_refused"),
    (Flaw::TakesTheFirstOfMany, "a_repeated_part_is_refused"),
    (Flaw::ReadsCapitalsAlone, "letter_case_is_answered_alike"),
    (
        Flaw::TrimsTheBody,
        "a_signed_body_in_other_bytes_is_refused",
    ),
    (
        Flaw::WritesTheBodyAgain,
        "a_signature_of_other_bytes_is_refused",
    ),
    (Flaw::FillsUpShortHashes, "another_algorithm_is_refused"),
    (Flaw::LetsTheRequestChoose, "another_algorithm_is_refused"),
    (Flaw::ForgivesNewlines, "a_newline_makes_another_secret"),
    (Flaw::ForgivesEmptyKeys, "an_empty_key_is_refused"),
    (Flaw::ForgivesLateness, "a_stale_signature_is_refused"),
    (
        Flaw::KnowsOneSecret,
        "an_old_secret_is_good_until_it_is_taken_away",
    ),
    (Flaw::SaysNothingWasProven, "what_is_signed_is_believed"),
    (Flaw::RefusesItsOwn, "what_is_signed_is_believed"),
    (Flaw::ShowsTheSecret, "no_secret_is_shown"),
    (
        Flaw::TrustsThePathToken,
        "a_path_token_excuses_no_signature",
    ),
    (
        Flaw::WantsASignatureAnyway,
        "an_unsigned_endpoint_takes_what_may_be_unsigned",
    ),
];

/// Flaws in the rest of the contract, and the promises that they break.
const ELSEWHERE: &[(Flaw, &str)] = &[
    (
        Flaw::TellsTwice,
        "the_events_of_a_delivery_have_ids_of_their_own",
    ),
    (Flaw::WritesOddIds, "every_event_has_a_whole_envelope"),
    (Flaw::RefusesAtOnce, "preflight_lets_deliveries_pass"),
    (Flaw::PanicsInReply, "every_answer_is_a_success"),
    (Flaw::PanicsOnNull, "no_odd_body_makes_it_panic"),
    (Flaw::DropsTheUnknown, "an_unknown_kind_is_an_event"),
    (Flaw::DropsTheOdd, "nothing_genuine_is_dropped"),
    (
        Flaw::ForgetsWhatItDoesNotKnow,
        "what_is_odd_is_told_or_kept",
    ),
    (Flaw::DropsOddTimes, "what_is_odd_is_told_or_kept"),
    (Flaw::Flattens, "every_fact_is_told"),
    (Flaw::Flattens, "an_unknown_field_is_kept"),
    (
        Flaw::MistakesTheSender,
        "what_was_written_down_becomes_of_every_delivery",
    ),
    (Flaw::CountsIds, "decoding_again_gives_the_same"),
    (Flaw::CountsIds, "a_repeated_delivery_has_the_same_ids"),
    (Flaw::KnowsOneId, "different_samples_have_different_ids"),
    (Flaw::TellsTheTime, "only_what_the_provider_sent_decides"),
    (
        Flaw::QuotesTheBody,
        "a_parse_error_quotes_nothing_of_the_body",
    ),
    (Flaw::TellsTheToken, "redacted_names_reach_no_event"),
    (Flaw::TellsTheChannelsKey, "redacted_names_reach_no_event"),
];

/// What the other adapters break.
const BY_OTHERS: [&str; 5] = [
    "a_signature_is_over_the_body",
    "an_unsigned_adapter_says_so",
    "every_event_fits_its_schema",
    "the_descriptor_fits_its_deliveries",
    "a_pin_holds_in_its_own_place_alone",
];

fn acme(flaw: Option<Flaw>) -> Conformance {
    Conformance::of::<Acme>(json!({"flaw": flaw}))
        .fixtures("tests/adapter/fixtures")
        .told_otherwise("event", &["message"])
}

fn breaks(report: &Report, promise: &str) -> bool {
    report.broken.iter().any(|broken| broken.promise == promise)
}

#[test]
fn a_right_adapter_keeps_every_promise() {
    let report = acme(None).run();

    assert_eq!(report.written, 8);
    assert!(report.generated > 1000, "{report}");
}

#[test]
fn every_flaw_in_verify_is_caught_by_the_promise_it_breaks() {
    assert_caught(IN_VERIFY);
}

#[test]
fn every_flaw_elsewhere_is_caught_by_the_promise_it_breaks() {
    assert_caught(ELSEWHERE);
}

fn assert_caught(flaws: &[(Flaw, &str)]) {
    for (flaw, promise) in flaws {
        let report = acme(Some(*flaw)).report();

        assert!(
            breaks(&report, promise),
            "{flaw:?} is not caught by {promise}: {report}"
        );
    }
}

#[test]
#[should_panic(
    expected = "\n- an_empty_key_is_refused: sample-message, signed by an empty key: believed"
)]
fn an_adapter_that_does_not_conform_is_told_which_promises_it_breaks() {
    acme(Some(Flaw::ForgivesEmptyKeys)).run();
}

#[test]
fn a_difference_is_told_by_its_place() {
    let report = acme(Some(Flaw::MistakesTheSender)).report();

    let told = report.to_string();
    let place = r#"at `/0/data/direction` expected "inbound", saw "outbound""#;
    assert!(told.contains(place), "{told}");
}

#[test]
fn an_exception_holds_for_its_promise_and_only_where_it_is_needed() {
    let promise = "preflight_lets_deliveries_pass";

    let excepted = acme(Some(Flaw::RefusesAtOnce))
        .except(promise, "it is shy")
        .report();
    let needless = acme(None).except(promise, "it is shy").report();

    assert!(!breaks(&excepted, promise), "{excepted}");
    assert!(breaks(&needless, promise), "{needless}");
    assert!(breaks(&acme(None).except("typo", "?").report(), "typo"));
}

#[test]
fn an_unsigned_adapter_of_forms_keeps_every_promise() {
    let report = Conformance::of::<Bare<true>>(json!({})).run();

    assert!(report.generated > 80, "{report}");
}

#[test]
fn an_unsigned_adapter_that_is_wrong_is_caught() {
    let report = Conformance::of::<Bare<false>>(json!({})).report();

    for promise in &BY_OTHERS[1..4] {
        assert!(breaks(&report, promise), "{promise}: {report}");
    }
}

#[test]
fn a_pin_that_is_no_pin_is_caught() {
    let pinned = |pin| {
        let options = json!({"account_id": "7", "pin": pin});
        Conformance::of::<Pinned>(options).fixtures("tests/adapter/fixtures/pinned")
    };

    pinned(Pin::Right).run();
    pinned(Pin::OfTheQuery).run();
    for (pin, promise) in [
        (Pin::Forgotten, "what_was_captured_as_forged_is_refused"),
        (
            Pin::OptionalInTheBody,
            "what_was_captured_as_forged_is_refused",
        ),
        (Pin::SoughtInTheQuery, BY_OTHERS[4]),
        (Pin::SoughtInHeaders, BY_OTHERS[4]),
        (Pin::SoughtByItsLastStep, BY_OTHERS[4]),
        (Pin::OfTheQueryOrTheBody, BY_OTHERS[4]),
    ] {
        let report = pinned(pin).report();

        assert!(breaks(&report, promise), "{pin:?}: {report}");
    }
}

#[test]
fn an_adapter_is_tried_on_an_endpoint_that_is_unsigned_by_choice() {
    let unsigned = |flaw: Option<Flaw>| {
        Conformance::of::<Acme>(json!({"flaw": flaw}))
            .told_otherwise("event", &["message"])
            .unsigned()
            .report()
    };

    let right = unsigned(None);
    assert!(right.broken.is_empty(), "{right}");
    for (flaw, promise) in [
        (Flaw::WantsASignatureAnyway, "an_unsigned_adapter_says_so"),
        (Flaw::PanicsOnNull, "no_odd_body_makes_it_panic"),
    ] {
        assert!(breaks(&unsigned(Some(flaw)), promise), "{flaw:?}");
    }
}

#[test]
fn json_in_a_form_and_xml_are_looked_into() {
    let json_in_form = |care| Conformance::of::<JsonInForm>(json!({ "care": care }));
    let soap = |care| Conformance::of::<Soap>(json!({ "care": care }));

    json_in_form(Care::Right).run();
    json_in_form(Care::LeavesTheText).run();
    soap(Care::Right).run();
    for (care, promise) in [
        (Care::PanicsOnTheOdd, "no_odd_body_makes_it_panic"),
        (Care::DropsTheOdd, "nothing_genuine_is_dropped"),
        (Care::Forgets, "what_is_odd_is_told_or_kept"),
    ] {
        for report in [json_in_form(care).report(), soap(care).report()] {
            assert!(breaks(&report, promise), "{care:?}: {report}");
        }
    }
    for promise in ["every_fact_is_told", "an_unknown_field_is_kept"] {
        let is_broken = breaks(&json_in_form(Care::Forgets).report(), promise);
        assert_eq!(
            is_broken,
            promise == "an_unknown_field_is_kept",
            "{promise}"
        );
    }
    for report in [
        soap(Care::Forgets).report(),
        json_in_form(Care::LeavesATextOfLess).report(),
    ] {
        assert!(breaks(&report, "every_fact_is_told"), "{report}");
    }
}

#[test]
#[should_panic(expected = "its descriptor does not say `or_unsigned`")]
fn what_must_be_signed_is_not_tried_unsigned() {
    let _ = Conformance::of::<Token>(json!({})).unsigned();
}

#[test]
fn an_adapter_that_cannot_sign_is_tried_on_what_was_captured() {
    let report = |flaw: Option<Flaw>| {
        Conformance::of::<Acme>(json!({"flaw": flaw, "cannot_sign": true}))
            .fixtures("tests/adapter/fixtures")
            .report()
    };

    for (flaw, promise) in [
        (Flaw::RefusesItsOwn, "what_is_signed_is_believed"),
        (Flaw::BelievesAnEmptySignature, "every_part_is_needed"),
        (Flaw::ComparesAPrefix, "an_altered_part_is_refused"),
    ] {
        assert!(!breaks(&report(None), promise), "{}", report(None));
        assert!(breaks(&report(Some(flaw)), promise), "{flaw:?}: {promise}");
    }
}

#[test]
fn an_adapter_of_tokens_has_to_say_so() {
    let promise = BY_OTHERS[0];
    let token = || Conformance::of::<Token>(json!({}));

    assert!(breaks(&token().report(), promise));
    token().except(promise, "the provider sends a token").run();
}

#[test]
fn every_promise_can_be_broken() {
    let by_a_flaw = [IN_VERIFY, ELSEWHERE].concat();
    for promise in promises() {
        let is_broken_by = |(_, name): &(Flaw, &str)| *name == promise.name();
        assert!(
            by_a_flaw.iter().any(is_broken_by) || BY_OTHERS.contains(&promise.name()),
            "{promise:?}"
        );
    }
}
