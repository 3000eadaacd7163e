//! `/api/v1/dead`

mod letter;
mod renew;
mod settle;

use serde_json::json;
use switchboard_core::journal::{Cause, DeadFilter, DeadLetter, EventPosition, JournalError};

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;

pub(crate) use settle::{discard, replay};

pub(crate) async fn list(api: &Api, mut call: Call) -> Answer {
    let mut filter = DeadFilter::last(call.query.limit()?);
    filter.after = call.query.take("after")?.map(EventPosition);
    filter.sink = call.query.take("sink")?;
    let named: Option<String> = call.query.take("cause")?;
    filter.cause = named.as_deref().map(cause).transpose()?;
    call.query.end()?;
    let letters = page(api, filter.clone()).await?;
    let next = letters.last().map(|letter| letter.event).or(filter.after);
    let rows: Vec<_> = letters.iter().map(letter::row).collect();
    Ok(json(
        &json!({ "dead": rows, "next": next.unwrap_or_default() }),
    ))
}

/// One dead letter, with all its attempts.
pub(crate) async fn show(api: &Api, call: Call) -> Answer {
    let sink = call.parameter(0);
    let position: u64 = call
        .parameter(1)
        .parse()
        .map_err(|_| ApiError::bad("a position is a number"))?;
    let mut filter = DeadFilter::last(1);
    filter.after = Some(EventPosition(position.saturating_sub(1)));
    filter.sink = Some(sink.to_owned());
    let found = api.records.dead_letters(&filter).await?;
    match found.first() {
        Some(letter) if letter.event.0 == position => Ok(json(&letter::whole(letter))),
        _ => Err(ApiError::NotFound(format!(
            "no dead letter {position} of sink `{sink}`"
        ))),
    }
}

/// A page that does not end between two letters of one event, lest `after` passes one by.
async fn page(api: &Api, mut filter: DeadFilter) -> Result<Vec<DeadLetter>, JournalError> {
    loop {
        let mut letters = api.records.dead_letters(&filter).await?;
        if filter.after.is_none() || letters.len() < filter.limit {
            return Ok(letters);
        }
        let last = letters.last().map(|letter| letter.event);
        let whole = letters.partition_point(|letter| Some(letter.event) < last);
        if whole > 0 {
            letters.truncate(whole);
            return Ok(letters);
        }
        filter.limit = filter.limit.saturating_mul(2);
    }
}

/// The cause called `name`.
fn cause(name: &str) -> Result<Cause, ApiError> {
    serde_json::from_value(name.into()).map_err(|error| ApiError::bad(format!("`cause`: {error}")))
}
