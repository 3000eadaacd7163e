//! Spares a sink that is down, lest its whole backlog become retries at the speed of the disk.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;

use crate::Timestamp;

/// So many of the last calls are looked at.
const WINDOW: usize = 20;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// How a sink has answered lately.
///
/// It opens when half of the last 20 calls failed, or when as many in a row did as may be under way
/// at once. Then no call is made: for 1 s at first, twice as long each time, 30 s at most. After
/// that one call probes. Once that is taken, two may be under way, four, and so on up to all.
///
/// A call fails that gets no answer, or one that says the sink itself is in trouble. A refusal of
/// one event is none.
#[derive(Debug)]
pub(super) struct Breaker {
    /// How many calls may be under way at once when all is well.
    calls: usize,
    /// Whether each of the last calls failed.
    last: VecDeque<bool>,
    /// How many failed in a row.
    in_a_row: usize,
    state: State,
    /// How often it opened since all was well.
    times: u32,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed,
    /// No call until then.
    Open(Timestamp),
    /// So many calls at once, more with each one that is taken.
    Ramp(usize),
}

/// What a sink's breaker does: it spares a sink that is in trouble.
///
/// It opens when of the last 20 calls half, or as many in a row as may be under way at once, got no
/// answer or one of 429 or 5xx. Then no call is made for 1 s, twice as long each time, 30 s at most;
/// after that one call probes, and each that is taken doubles how many may be under way.
///
/// ```
/// use switchboard_core::pipeline::BreakerState;
///
/// assert_eq!(BreakerState::default(), BreakerState::Closed);
/// assert_eq!(serde_json::to_string(&BreakerState::HalfOpen)?, r#""half_open""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BreakerState {
    /// Calls are made.
    #[default]
    Closed,
    /// No calls are made.
    Open,
    /// A few calls are made, to see whether they are taken.
    HalfOpen,
}

/// How many calls may be under way now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Room {
    Calls(usize),
    /// None, for so long.
    After(Duration),
}

impl Breaker {
    pub(super) fn new(calls: usize) -> Self {
        Self {
            calls,
            last: VecDeque::with_capacity(WINDOW),
            in_a_row: 0,
            state: State::Closed,
            times: 0,
        }
    }

    /// How many calls may be under way at `now`. A clock that was set back prolongs nothing beyond
    /// the longest rest.
    pub(super) fn room(&mut self, now: Timestamp) -> Room {
        if let State::Open(until) = self.state {
            let left = until.since(now).min(LONGEST);
            if !left.is_zero() {
                return Room::After(left);
            }
            self.state = State::Ramp(1);
        }
        match self.state {
            State::Ramp(calls) => Room::Calls(calls),
            _ => Room::Calls(self.calls),
        }
    }

    /// A call was taken, or refused by a sink that is well.
    pub(super) fn succeeded(&mut self) {
        self.note(false);
        if let State::Ramp(calls) = self.state {
            let calls = calls.saturating_mul(2);
            if calls < self.calls {
                self.state = State::Ramp(calls);
            } else {
                *self = Self::new(self.calls);
            }
        }
    }

    /// A call failed by `now`.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.note(true);
        match self.state {
            // Calls that were under way when it opened.
            State::Open(_) => {}
            State::Ramp(_) => self.open(now),
            State::Closed => {
                let failed = self.last.iter().filter(|failed| **failed).count();
                let is_half = self.last.len() == WINDOW && failed * 2 >= WINDOW;
                if is_half || self.in_a_row >= self.calls {
                    self.open(now);
                }
            }
        }
    }

    pub(super) fn state(&self) -> BreakerState {
        match self.state {
            State::Closed => BreakerState::Closed,
            State::Open(_) => BreakerState::Open,
            State::Ramp(_) => BreakerState::HalfOpen,
        }
    }

    fn open(&mut self, now: Timestamp) {
        let length = 2_u32
            .checked_pow(self.times)
            .and_then(|twice| SHORTEST.checked_mul(twice));
        self.state = State::Open(now.plus(length.unwrap_or(LONGEST).min(LONGEST)));
        self.times = self.times.saturating_add(1);
        self.last.clear();
        self.in_a_row = 0;
    }

    fn note(&mut self, failed: bool) {
        self.in_a_row = if failed { self.in_a_row + 1 } else { 0 };
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back(failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_764_000_000).unwrap()
    }

    /// How long no call is made.
    fn rest(breaker: &mut Breaker, now: Timestamp) -> u64 {
        match breaker.room(now) {
            Room::After(rest) => rest.as_secs(),
            Room::Calls(_) => 0,
        }
    }

    #[test]
    fn as_many_failures_in_a_row_as_there_are_calls_open_it() {
        let mut breaker = Breaker::new(3);

        let rests = [(); 3].map(|()| {
            breaker.failed(now());
            rest(&mut breaker, now())
        });

        assert_eq!(rests, [0, 0, 1]);
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[test]
    fn half_of_the_last_twenty_open_it() {
        let mut breaker = Breaker::new(8);

        for call in 0..WINDOW {
            assert_eq!(breaker.room(now()), Room::Calls(8), "after {call} calls");
            match call % 2 {
                0 => breaker.succeeded(),
                _ => breaker.failed(now()),
            }
        }

        assert_eq!(rest(&mut breaker, now()), 1);
    }

    #[test]
    fn less_than_half_leave_it_closed() {
        let mut breaker = Breaker::new(8);

        for call in 0..1000 {
            match call % 3 {
                0 => breaker.failed(now()),
                _ => breaker.succeeded(),
            }
        }

        assert_eq!(breaker.room(now()), Room::Calls(8));
    }

    #[test]
    fn rests_double_while_the_probe_fails() {
        let (mut breaker, mut now) = (Breaker::new(1), now());
        let mut rests = Vec::new();

        for _ in 0..7 {
            assert_eq!(breaker.room(now), Room::Calls(1));
            breaker.failed(now);
            let rest = rest(&mut breaker, now);
            rests.push(rest);
            now = now.plus(Duration::from_secs(rest));
        }

        assert_eq!(rests, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn a_probe_that_is_taken_lets_more_in_step_by_step() {
        let mut breaker = Breaker::new(8);
        (0..8).for_each(|_| breaker.failed(now()));
        let later = now().plus(LONGEST);
        let mut rooms = Vec::new();

        for _ in 0..5 {
            rooms.push(breaker.room(later));
            breaker.succeeded();
        }

        assert_eq!(rooms, [1, 2, 4, 8, 8].map(Room::Calls));
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn calls_that_were_under_way_when_it_opened_prolong_nothing() {
        let mut breaker = Breaker::new(2);
        (0..20).for_each(|_| breaker.failed(now()));

        assert_eq!(rest(&mut breaker, now()), 1);
    }

    #[test]
    fn a_clock_that_was_set_back_prolongs_no_rest() {
        let mut breaker = Breaker::new(1);
        breaker.failed(now());

        let room = breaker.room(Timestamp::UNIX_EPOCH);

        assert_eq!(room, Room::After(LONGEST));
    }
}
