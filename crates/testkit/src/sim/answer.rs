//! How a simulated sink answers.

use std::time::Duration;

use fastrand::Rng;

/// What one call of a sink comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Answer {
    /// It has the events, and says so.
    Taken,
    /// It has them, and says that it could not be reached.
    Lost,
    /// It has them, and says so when nobody listens any more.
    Late,
    /// It does not want them now.
    Refused {
        status: u16,
        retry_after: Option<Duration>,
    },
    Unavailable,
    Hung,
    Panicked,
    /// It wants no more events at all.
    Gone,
}

impl Answer {
    /// Whether the sink has the events then.
    pub(super) fn takes(self) -> bool {
        matches!(self, Self::Taken | Self::Lost | Self::Late)
    }

    /// Whether it tells that the sink is in trouble, and not its events.
    pub(super) fn is_trouble(self) -> bool {
        match self {
            Self::Refused { status, .. } => status == 429 || status >= 500,
            Self::Lost | Self::Late | Self::Unavailable | Self::Hung => true,
            Self::Taken | Self::Panicked | Self::Gone => false,
        }
    }

    /// How much time the sink asks for.
    pub(super) fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => retry_after,
            _ => None,
        }
    }

    /// Some refusal, which asks for so much time at most.
    pub(super) fn refusal(longest: Duration, chance: &mut Rng) -> Self {
        let retry_after = match chance.u8(..8) {
            0 => Some(Duration::from_secs(chance.u64(..30))),
            1 => Some(longest.mul_f64(chance.f64())),
            _ => None,
        };
        Self::Refused {
            status: chance.choice([400, 422, 429, 500, 503]).unwrap_or(500),
            retry_after,
        }
    }
}

/// How a sink feels, until it feels otherwise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mood {
    Well,
    /// Anything can come of a call.
    Flaky,
    /// It takes things and does not say so.
    Mute,
    Refusing,
    Down,
    Hanging,
    Gone,
}

impl Mood {
    pub(super) fn any(chance: &mut Rng) -> Self {
        match chance.u8(..16) {
            0..=5 => Self::Well,
            6..=9 => Self::Flaky,
            10 => Self::Mute,
            11 => Self::Refusing,
            12 | 13 => Self::Down,
            14 => Self::Hanging,
            _ => Self::Gone,
        }
    }

    pub(super) fn answer(self, longest: Duration, chance: &mut Rng) -> Answer {
        match self {
            Self::Well => Answer::Taken,
            Self::Flaky => match chance.u8(..16) {
                0 => Answer::Lost,
                1 => Answer::Late,
                2 => Answer::Unavailable,
                3 => Answer::Hung,
                4 => Answer::Panicked,
                5..=7 => Answer::refusal(longest, chance),
                _ => Answer::Taken,
            },
            Self::Mute if chance.bool() => Answer::Lost,
            Self::Mute => Answer::Late,
            Self::Refusing => Answer::refusal(longest, chance),
            Self::Down => Answer::Unavailable,
            Self::Hanging => Answer::Hung,
            Self::Gone => Answer::Gone,
        }
    }
}
