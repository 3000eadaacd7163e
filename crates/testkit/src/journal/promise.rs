//! The list of promises, and how one is checked.

use std::fmt;
use std::pin::Pin;

use super::trial::{Checked, Trial};
use super::{
    JournalUnderTest, balance, claim, close, crash, dead, decode, filter, intake, lanes, lease,
    pause, record, replay, settle, undecoded,
};
use crate::BrokenPromise;
use crate::promise::fenced;

type Check<U> = fn(Trial<U>) -> Pin<Box<dyn Future<Output = Checked> + Send>>;

/// One promise that every journal keeps.
///
/// ```
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_testkit::journal::{JournalUnderTest, Promise, promises};
///
/// struct Memory;
///
/// #[async_trait::async_trait]
/// impl JournalUnderTest for Memory {
///     type Journal = MemoryJournal;
///
///     async fn open(&self) -> MemoryJournal {
///         MemoryJournal::new()
///     }
///
///     async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
///         journal.reopen();
///         journal
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), switchboard_testkit::BrokenPromise> {
/// // While a store is being written: those that it is to keep by now.
/// let of_leases = |promise: &Promise<Memory>| promise.name().contains("lease");
/// for promise in promises::<Memory>().into_iter().filter(of_leases) {
///     promise.check(Memory).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Promise<U: JournalUnderTest> {
    name: &'static str,
    check: Check<U>,
}

impl<U: JournalUnderTest> Promise<U> {
    /// Its name, a sentence.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on the journal of `place`.
    ///
    /// # Errors
    ///
    /// When it is broken; a panic in the journal breaks it too, and so does a wait without an end.
    pub async fn check(&self, place: U) -> Result<(), BrokenPromise> {
        let check = self.check;
        fenced(
            self.name,
            async move { check(Trial::open(place).await).await },
        )
        .await
    }
}

impl<U: JournalUnderTest> fmt::Debug for Promise<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Promise").field(&self.name).finish()
    }
}

/// Each promise under the name of the function that checks it.
macro_rules! named {
    ($($module:ident::$name:ident,)+) => {
        vec![$(Promise {
            name: stringify!($name),
            check: |trial| Box::pin($module::$name(trial)),
        },)+]
    };
}

/// Every [`Promise`] of every journal, in the order an event goes through it.
pub fn promises<U: JournalUnderTest>() -> Vec<Promise<U>> {
    named![
        intake::what_was_acknowledged_is_handed_out_in_order,
        intake::ready_says_what_an_append_would_and_stores_nothing,
        intake::concurrent_appends_all_come_out_once,
        intake::bytes_come_out_as_they_went_in,
        intake::bytes_survive_a_crash,
        intake::a_delivery_is_found_by_its_position,
        decode::next_waits_for_a_delivery,
        decode::next_keeps_to_its_limit,
        decode::a_delivery_is_handed_out_again_until_it_is_recorded,
        decode::a_delivery_that_was_left_out_is_handed_out_again,
        decode::an_unrecorded_delivery_is_handed_out_again_after_a_crash,
        decode::a_recorded_delivery_is_not_handed_out_again_after_a_crash,
        record::events_come_out_as_they_were_recorded,
        record::a_tally_counts_every_draft_and_every_undecoded_delivery,
        record::a_duplicate_within_a_batch_is_not_kept,
        record::a_duplicate_of_an_earlier_batch_is_not_kept,
        record::a_duplicate_from_before_a_crash_is_not_kept,
        record::an_id_is_unique_within_its_source_only,
        record::a_dropped_record_is_whole_or_absent,
        record::recorded_after_waits_for_an_event,
        record::an_event_of_any_depth_holds_nobody_up,
        claim::a_new_sink_starts_at_the_end,
        claim::a_known_sink_keeps_its_place,
        claim::sinks_are_independent,
        claim::a_claim_keeps_to_its_limit,
        claim::due_events_come_before_fresh_ones,
        claim::due_and_fresh_events_take_turns,
        claim::a_claim_ends_before_it_grows_too_large,
        claim::few_fresh_events_are_unsettled_at_once,
        claim::claims_tell_the_end,
        lease::a_leased_event_is_claimed_by_nobody,
        lease::an_expired_lease_is_claimable,
        lease::a_lease_ends_with_a_crash,
        lease::a_stranger_settles_nothing,
        lease::a_former_owner_settles_nothing,
        settle::a_delivered_event_never_comes_back,
        settle::a_dead_event_never_comes_back,
        settle::a_retry_comes_back_when_due_and_not_before,
        settle::a_retry_survives_a_crash,
        settle::attempts_are_counted_where_one_was_made,
        settle::the_next_due_is_the_earliest,
        settle::a_clock_that_was_set_back_delays_no_retry_for_long,
        crash::what_was_in_flight_at_a_crash_is_a_suspect,
        crash::a_begin_is_counted_through_crashes,
        crash::crashes_without_progress_are_counted,
        filter::what_does_not_match_is_passed_over_for_good,
        filter::a_filter_that_drops_nearly_all_finds_the_rest,
        lanes::a_lane_goes_one_at_a_time,
        lanes::lanes_do_not_wait_for_each_other,
        lanes::a_retry_holds_its_lane_and_no_other,
        lanes::a_lane_keeps_its_order_through_a_crash,
        lanes::a_long_lane_holds_nobody_up,
        lanes::a_lane_goes_on_after_its_dead_letter,
        lanes::a_lane_waits_for_its_dead_letter_where_it_shall,
        lanes::a_change_of_the_order_leaves_nothing_behind,
        lanes::a_revived_event_waits_for_its_turn,
        dead::a_revived_event_comes_back_with_a_new_budget,
        dead::what_is_not_dead_is_not_revived,
        dead::a_discarded_event_is_gone,
        replay::a_replay_is_an_event_of_its_own,
        replay::a_replay_goes_to_its_sinks_alone,
        pause::a_pause_survives_a_crash,
        undecoded::an_undecoded_delivery_can_be_decoded_anew,
        balance::counters_balance,
        close::after_close_every_call_says_stopped,
        close::close_wakes_those_who_wait,
        close::what_was_kept_survives_a_close,
    ]
}
