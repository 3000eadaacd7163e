//! `/api/v1/sinks`

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use switchboard_core::Timestamp;
use switchboard_core::journal::{Line, Pause, SinkCounters};
use switchboard_core::pipeline::{BreakerState, SinkStatus};

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;

/// One sink: where its events stand, and how its calls have gone since the start.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Whether events are given to it.
    pub(crate) configured: bool,
    pub(crate) paused: Option<Pause>,
    pub(crate) delivered: u64,
    pub(crate) unmatched: u64,
    pub(crate) pending: u64,
    pub(crate) retrying: u64,
    pub(crate) dead: u64,
    pub(crate) expired: u64,
    /// When the delivery of the oldest pending event was received.
    pub(crate) oldest: Option<Timestamp>,
    pub(crate) in_flight: usize,
    pub(crate) breaker: BreakerState,
    pub(crate) attempts: Attempts,
    #[serde(skip)]
    pub(crate) took: Duration,
}

/// How calls have ended.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Attempts {
    pub(crate) delivered: u64,
    pub(crate) refused: u64,
    pub(crate) unanswered: u64,
    pub(crate) panicked: u64,
}

/// Every sink that there is or was.
pub(crate) async fn rows(api: &Api) -> Result<Vec<Row>, ApiError> {
    let counters = api.records.counters().await?;
    Ok(join(api, counters.sinks))
}

pub(crate) fn join(api: &Api, counters: Vec<SinkCounters>) -> Vec<Row> {
    let statuses = api.control().map(|control| control.sinks());
    let mut statuses = statuses.unwrap_or_default();
    let configured = api.control().map(|control| control.subscribed());
    let configured: BTreeSet<String> = configured.unwrap_or_default();
    let pauses = api.pauses();
    let mut counters: BTreeMap<String, SinkCounters> = counters
        .into_iter()
        .map(|counters| (counters.name.clone(), counters))
        .collect();
    let names: BTreeSet<String> = counters.keys().chain(statuses.keys()).cloned().collect();
    let row = |name: String| {
        let counters = counters.remove(&name).unwrap_or_default();
        let status: SinkStatus = statuses.remove(&name).unwrap_or_default();
        Row {
            configured: configured.contains(&name),
            paused: pauses.get(&Line::Sink(name.clone())).copied(),
            name,
            delivered: counters.delivered,
            unmatched: counters.unmatched,
            pending: counters.pending,
            retrying: counters.retrying,
            dead: counters.dead,
            expired: counters.expired,
            oldest: counters.oldest,
            in_flight: status.under_way,
            breaker: status.breaker,
            attempts: Attempts {
                delivered: status.delivered,
                refused: status.refused,
                unanswered: status.unanswered,
                panicked: status.panicked,
            },
            took: status.took,
        }
    };
    names.into_iter().map(row).collect()
}

pub(crate) async fn list(api: &Api, call: Call) -> Answer {
    call.query.end()?;
    Ok(json(&json!({ "sinks": rows(api).await? })))
}

/// Its events are kept, and not given to it.
pub(crate) async fn pause(api: &Api, call: Call) -> Answer {
    let line = line(api, &call).await?;
    let changed = api.controlled()?.pause(&line).await?;
    Ok(json(&json!({ "changed": changed })))
}

pub(crate) async fn resume(api: &Api, call: Call) -> Answer {
    let line = line(api, &call).await?;
    let changed = api.controlled()?.resume(&line).await?;
    Ok(json(&json!({ "changed": changed })))
}

async fn line(api: &Api, call: &Call) -> Result<Line, ApiError> {
    api.controlled()?;
    let name = call.parameter(0);
    known(api, name).await?;
    Ok(Line::Sink(name.to_owned()))
}

/// Whether there is or was a sink called `name`.
pub(crate) async fn known(api: &Api, name: &str) -> Result<(), ApiError> {
    if rows(api).await?.iter().any(|row| row.name == name) {
        Ok(())
    } else {
        Err(ApiError::NotFound(format!("no sink `{name}`")))
    }
}
