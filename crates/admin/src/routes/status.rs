//! `/api/v1/status`

use serde_json::json;

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::route::Answer;

/// What the gateway is, and how it stands.
pub(crate) async fn show(api: &Api, call: Call) -> Answer {
    call.query.end()?;
    let counters = api.records.counters().await?;
    let ready = api.ready();
    let pauses = api.pauses();
    let paused: Vec<_> = pauses
        .iter()
        .map(|(line, pause)| json!({ "line": line, "since": pause.since, "by": pause.by }))
        .collect();
    Ok(json(&json!({
        "version": api.version,
        "started": api.host().map(|_| api.started),
        "running": api.host().is_some(),
        "ready": ready.is_ok(),
        "reason": ready.err(),
        "stored": counters.stored,
        "decoded": counters.decoded,
        "undecoded": counters.undecoded,
        "waiting": counters.waiting(),
        "events": counters.events,
        "duplicates": counters.duplicates,
        "replayed": counters.replayed,
        "paused": paused,
    })))
}
