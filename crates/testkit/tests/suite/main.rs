//! The suites of journal and quarantine, tried on right ones and on wrong ones.

mod flawed;
mod quarantine;

use async_trait::async_trait;
use switchboard_core::journal::MemoryJournal;
use switchboard_testkit::journal::{JournalUnderTest, broken_promises, conformance};

use self::flawed::{Flaw, Flawed};

struct Memory;

#[async_trait]
impl JournalUnderTest for Memory {
    type Journal = MemoryJournal;

    async fn open(&self) -> MemoryJournal {
        MemoryJournal::new()
    }

    async fn crash(&self, journal: MemoryJournal) -> MemoryJournal {
        journal.reopen();
        journal
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_memory_journal_keeps_every_promise() {
    conformance(|| Memory).await;
}

#[async_trait]
impl JournalUnderTest for Flaw {
    type Journal = Flawed;

    async fn open(&self) -> Flawed {
        Flawed::new(*self)
    }

    async fn crash(&self, journal: Flawed) -> Flawed {
        journal.crash()
    }
}

/// Time is paused: a wait without an end comes to the suite's deadline at once.
#[tokio::test(start_paused = true)]
async fn every_flaw_is_caught_by_the_promise_it_breaks() {
    let flaws = [
        (
            Flaw::DropsEveryThird,
            "what_was_acknowledged_is_handed_out_in_order",
        ),
        (Flaw::LosesAppends, "concurrent_appends_all_come_out_once"),
        (
            Flaw::IsNeverReady,
            "ready_says_what_an_append_would_and_stores_nothing",
        ),
        (
            Flaw::IsReadyWhenClosed,
            "after_close_every_call_says_stopped",
        ),
        (Flaw::AltersAByte, "bytes_come_out_as_they_went_in"),
        (Flaw::NeverWaits, "next_waits_for_a_delivery"),
        (
            Flaw::HandsOutOnce,
            "a_delivery_is_handed_out_again_until_it_is_recorded",
        ),
        (
            Flaw::SkipsWhatIsLeftOut,
            "a_delivery_that_was_left_out_is_handed_out_again",
        ),
        (
            Flaw::HandsOutEarly,
            "an_unrecorded_delivery_is_handed_out_again_after_a_crash",
        ),
        (
            Flaw::ForgetsDuplicates,
            "a_duplicate_of_an_earlier_batch_is_not_kept",
        ),
        (
            Flaw::RecordsPieceByPiece,
            "a_dropped_record_is_whole_or_absent",
        ),
        (Flaw::ForgetsAtACrash, "bytes_survive_a_crash"),
        (
            Flaw::IgnoresDueTime,
            "a_retry_comes_back_when_due_and_not_before",
        ),
        (Flaw::ChokesOnDepth, "an_event_of_any_depth_holds_nobody_up"),
        (Flaw::StarvesFreshEvents, "due_and_fresh_events_take_turns"),
        (
            Flaw::ClaimsWithoutMeasure,
            "a_claim_ends_before_it_grows_too_large",
        ),
        (
            Flaw::TrustsTheClock,
            "a_clock_that_was_set_back_delays_no_retry_for_long",
        ),
        (Flaw::IgnoresOwner, "a_stranger_settles_nothing"),
        (Flaw::NeverExpires, "an_expired_lease_is_claimable"),
        (Flaw::RaisesTheDead, "a_dead_event_never_comes_back"),
        (
            Flaw::GivesWhatIsNotWanted,
            "what_does_not_match_is_passed_over_for_good",
        ),
        (Flaw::ForgetsOrder, "a_lane_goes_one_at_a_time"),
        (
            Flaw::OrdersFreshEventsOnly,
            "a_retry_holds_its_lane_and_no_other",
        ),
        (
            Flaw::WaitsForNoDeadLetter,
            "a_lane_waits_for_its_dead_letter_where_it_shall",
        ),
        (Flaw::RevivesWhatIsGone, "a_discarded_event_is_gone"),
        (Flaw::ReplaysToAll, "a_replay_goes_to_its_sinks_alone"),
        (Flaw::ForgetsPauses, "a_pause_survives_a_crash"),
        (
            Flaw::FindsNothingUndecoded,
            "an_undecoded_delivery_can_be_decoded_anew",
        ),
        (Flaw::CountsTwice, "counters_balance"),
        (Flaw::ForgetsWhatBegan, "a_begin_is_counted_through_crashes"),
        (Flaw::SeesNoStalls, "crashes_without_progress_are_counted"),
        (
            Flaw::SuspectsNobody,
            "what_was_in_flight_at_a_crash_is_a_suspect",
        ),
        (Flaw::NeverCloses, "after_close_every_call_says_stopped"),
    ];

    for (flaw, promise) in flaws {
        let broken = broken_promises(|| flaw).await;

        let is_caught = broken.iter().any(|broken| broken.promise == promise);
        assert!(is_caught, "{flaw:?} is not caught by {promise}: {broken:?}");
    }
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "\n- bytes_survive_a_crash: ")]
async fn a_journal_that_does_not_conform_is_told_which_promises_it_breaks() {
    conformance(|| Flaw::AltersAByte).await;
}
