//! `/api/v1/endpoints`

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;
use switchboard_core::journal::{Line, Pause};

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;

/// One endpoint. Its numbers are those since the start.
#[derive(Serialize)]
struct Row {
    id: String,
    adapter: Option<&'static str>,
    paused: Option<Pause>,
    received: u64,
    handshakes: u64,
    refused: u64,
    stored: u64,
    failed: u64,
}

/// Every endpoint that is served, was served since the start, or is paused.
pub(crate) async fn list(api: &Api, call: Call) -> Answer {
    call.query.end()?;
    let adapters = api.endpoints();
    let counts = api
        .host()
        .map_or_else(BTreeMap::new, |host| host.counters());
    let mut paused = BTreeMap::new();
    for (line, pause) in api.pauses() {
        if let Line::Endpoint(id) = line {
            paused.insert(id, pause);
        }
    }
    let ids: BTreeSet<&String> = adapters
        .keys()
        .chain(counts.keys())
        .chain(paused.keys())
        .collect();
    let row = |id: &String| {
        let counts = counts.get(id).copied().unwrap_or_default();
        Row {
            id: id.clone(),
            adapter: adapters.get(id).copied(),
            paused: paused.get(id).copied(),
            received: counts.received(),
            handshakes: counts.handshakes,
            refused: counts.refused,
            stored: counts.stored,
            failed: counts.failed,
        }
    };
    let rows: Vec<_> = ids.into_iter().map(row).collect();
    Ok(json(&json!({ "endpoints": rows })))
}

/// Its deliveries are taken and kept, and not decoded.
pub(crate) async fn pause(api: &Api, call: Call) -> Answer {
    let line = line(api, &call)?;
    let changed = api.controlled()?.pause(&line).await?;
    Ok(json(&json!({ "changed": changed })))
}

/// What came meanwhile is decoded first.
pub(crate) async fn resume(api: &Api, call: Call) -> Answer {
    let line = line(api, &call)?;
    let changed = api.controlled()?.resume(&line).await?;
    Ok(json(&json!({ "changed": changed })))
}

fn line(api: &Api, call: &Call) -> Result<Line, ApiError> {
    let control = api.controlled()?;
    let id = call.parameter(0);
    let line = Line::Endpoint(id.to_owned());
    if control.endpoints().contains_key(id) || control.pauses().contains_key(&line) {
        Ok(line)
    } else {
        Err(ApiError::NotFound(format!("no endpoint `{id}`")))
    }
}
