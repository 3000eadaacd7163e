//! `/api/v1/dead/replay` and `/api/v1/dead/discard`

use std::num::NonZero;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::journal::{Cause, DeadFilter, EventPosition, JournalError};
use switchboard_core::pipeline::Control;

use super::renew::Renewing;
use crate::answer;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;
use crate::routes::sinks;
use crate::work::{RATE, Work, perform};

/// Which dead letters of a sink: one of `positions`, `all` and `cause`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    sink: String,
    positions: Option<Vec<EventPosition>>,
    #[serde(default)]
    all: bool,
    cause: Option<Cause>,
    /// Decode them anew; only for a replay.
    #[serde(default)]
    anew: bool,
    /// Only say how many there are.
    #[serde(default)]
    dry_run: bool,
    /// So many a second.
    rate: Option<NonZero<u32>>,
}

/// What becomes of them.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Replayed,
    Discarded,
}

/// Gives dead letters to their sink again.
pub(crate) async fn replay(api: &Api, call: Call) -> Answer {
    settle(api, &call, Fate::Replayed).await
}

/// Gives dead letters up for good.
pub(crate) async fn discard(api: &Api, call: Call) -> Answer {
    settle(api, &call, Fate::Discarded).await
}

async fn settle(api: &Api, call: &Call, fate: Fate) -> Answer {
    let wanted: Wanted = call.read()?;
    let control = api.controlled()?.clone();
    sinks::known(api, &wanted.sink).await?;
    let positions = match (wanted.positions, wanted.all, wanted.cause) {
        (Some(positions), false, None) => named(api, &wanted.sink, positions).await?,
        (None, true, None) => matching(api, &wanted.sink, None).await?,
        (None, false, Some(cause)) => matching(api, &wanted.sink, Some(cause)).await?,
        _ => {
            return Err(ApiError::bad(
                "one of `positions`, `all` and `cause` is wanted",
            ));
        }
    };
    if wanted.anew && fate == Fate::Discarded {
        return Err(ApiError::bad("what is given up is not decoded anew"));
    }
    if wanted.dry_run {
        return Ok(answer::json(&json!({ "matched": positions.len() })));
    }
    let rate = wanted.rate.unwrap_or(RATE);
    if wanted.anew {
        let records = Arc::clone(&api.records);
        let renewing = Renewing::new(control, records, wanted.sink, positions);
        return Ok(perform(renewing, rate));
    }
    let settling = Settling {
        control,
        fate,
        sink: wanted.sink,
        matched: positions.len(),
        positions: positions.into_iter(),
        settled: 0,
    };
    Ok(perform(settling, rate))
}

/// Those of `positions` that are dead letters, or an error for the first that is none.
async fn named(
    api: &Api,
    sink: &str,
    positions: Vec<EventPosition>,
) -> Result<Vec<EventPosition>, ApiError> {
    for position in &positions {
        let mut filter = DeadFilter::last(1);
        filter.after = Some(EventPosition(position.0.saturating_sub(1)));
        filter.sink = Some(sink.to_owned());
        let found = api.records.dead_letters(&filter).await?;
        if found.first().is_none_or(|letter| letter.event != *position) {
            let reason = format!("no dead letter {position} of sink `{sink}`");
            return Err(ApiError::NotFound(reason));
        }
    }
    Ok(positions)
}

/// Those that are there now: what dies again meanwhile is not taken twice.
async fn matching(
    api: &Api,
    sink: &str,
    cause: Option<Cause>,
) -> Result<Vec<EventPosition>, JournalError> {
    let mut filter = DeadFilter::last(256);
    filter.after = Some(EventPosition::default());
    filter.sink = Some(sink.to_owned());
    filter.cause = cause;
    let mut found = Vec::new();
    loop {
        let page = api.records.dead_letters(&filter).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        filter.after = Some(last.event);
        found.extend(page.iter().map(|letter| letter.event));
    }
}

/// Dead letters on their way.
struct Settling {
    control: Control,
    fate: Fate,
    sink: String,
    matched: usize,
    positions: std::vec::IntoIter<EventPosition>,
    settled: u64,
}

impl Work for Settling {
    async fn step(&mut self, limit: usize) -> Result<usize, JournalError> {
        let positions: Vec<_> = self.positions.by_ref().take(limit).collect();
        if !positions.is_empty() {
            self.settled += match self.fate {
                Fate::Replayed => self.control.revive(&self.sink, &positions).await?,
                Fate::Discarded => self.control.discard(&self.sink, &positions).await?,
            };
        }
        Ok(positions.len())
    }

    fn progress(&self) -> Value {
        let settled = match self.fate {
            Fate::Replayed => "replayed",
            Fate::Discarded => "discarded",
        };
        let done = self.matched - self.positions.len();
        json!({ "matched": self.matched, "done": done, settled: self.settled })
    }
}
