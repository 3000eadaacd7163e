//! The list of promises, and how one is checked.

use std::fmt;

use super::trial::Trial;
use super::{
    algorithm, altered, body, choice, descriptor, events, facts, ids, odd, pin, purity, reply,
    schemas, secrecy, secrets, signing, time,
};
use crate::BrokenPromise;
use crate::promise::{Broken, Checked};

/// One promise that every adapter keeps.
///
/// ```
/// use switchboard_testkit::adapter::{Promise, promises};
///
/// let all: Vec<Promise> = promises();
/// let names: Vec<_> = all.iter().map(Promise::name).collect();
/// assert!(names.contains(&"one_flipped_bit_of_a_signed_body_is_refused"));
/// ```
pub struct Promise {
    name: &'static str,
    check: fn(&Trial) -> Checked,
}

impl Promise {
    /// Its name, a sentence.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn check(&self, trial: &Trial) -> Result<(), BrokenPromise> {
        (self.check)(trial).map_err(|Broken(how)| BrokenPromise {
            promise: self.name,
            how,
        })
    }
}

impl fmt::Debug for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Promise").field(&self.name).finish()
    }
}

/// Each promise under the name of the function that checks it.
macro_rules! named {
    ($($module:ident::$name:ident,)+) => {
        vec![$(Promise {
            name: stringify!($name),
            check: $module::$name,
        },)+]
    };
}

/// Every [`Promise`] of every adapter, in the order a delivery goes through it.
pub fn promises() -> Vec<Promise> {
    named![
        descriptor::the_descriptor_fits_its_deliveries,
        reply::preflight_lets_deliveries_pass,
        signing::what_is_signed_is_believed,
        signing::an_unsigned_adapter_says_so,
        choice::a_path_token_excuses_no_signature,
        choice::an_unsigned_endpoint_takes_what_may_be_unsigned,
        signing::what_was_captured_as_forged_is_refused,
        pin::a_pin_holds_in_its_own_place_alone,
        signing::every_part_is_needed,
        signing::no_other_combination_of_parts_is_believed,
        signing::headers_of_proxies_prove_nothing,
        altered::an_altered_part_is_refused,
        algorithm::another_algorithm_is_refused,
        altered::a_repeated_part_is_refused,
        altered::a_part_that_is_no_text_is_refused,
        altered::letter_case_is_answered_alike,
        body::a_signature_is_over_the_body,
        body::one_flipped_bit_of_a_signed_body_is_refused,
        body::a_signed_body_in_other_bytes_is_refused,
        body::a_signature_of_other_bytes_is_refused,
        body::line_ends_around_a_signed_body_change_no_event,
        body::a_signature_is_good_for_its_own_delivery_alone,
        body::a_signed_url_cannot_change,
        body::a_signed_header_cannot_change,
        secrets::without_a_secret_nobody_knows,
        secrets::another_secret_is_refused,
        secrets::an_empty_key_is_refused,
        secrets::a_newline_makes_another_secret,
        secrets::an_old_secret_is_good_until_it_is_taken_away,
        time::a_stale_signature_is_refused,
        time::a_signature_from_the_future_is_refused,
        time::a_rewritten_time_is_refused,
        events::what_was_written_down_becomes_of_every_delivery,
        events::every_event_has_a_whole_envelope,
        schemas::every_event_fits_its_schema,
        purity::decoding_again_gives_the_same,
        purity::only_what_the_provider_sent_decides,
        odd::no_odd_body_makes_it_panic,
        odd::nothing_genuine_is_dropped,
        odd::what_is_odd_is_told_or_kept,
        odd::an_unknown_kind_is_an_event,
        facts::every_fact_is_told,
        facts::an_unknown_field_is_kept,
        ids::a_repeated_delivery_has_the_same_ids,
        ids::the_events_of_a_delivery_have_ids_of_their_own,
        ids::different_samples_have_different_ids,
        secrecy::a_parse_error_quotes_nothing_of_the_body,
        secrecy::redacted_names_reach_no_event,
        secrecy::no_secret_is_shown,
        reply::every_answer_is_a_success,
    ]
}
