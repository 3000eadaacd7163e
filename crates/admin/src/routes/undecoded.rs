//! `/api/v1/undecoded`

use serde::Serialize;
use serde_json::json;
use switchboard_core::journal::{LogPosition, UndecodedCause, UndecodedFilter};

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::route::Answer;

/// A delivery that is kept and has no events yet.
#[derive(Serialize)]
struct Row {
    position: LogPosition,
    /// What was altered on the disk has no id any more.
    deliveryid: Option<String>,
    endpoint: Option<String>,
    cause: UndecodedCause,
    reason: String,
}

pub(crate) async fn list(api: &Api, mut call: Call) -> Answer {
    let after = call.query.take("after")?.map(LogPosition);
    let limit = call.query.limit()?;
    call.query.end()?;
    let mut filter = UndecodedFilter::last(limit);
    filter.after = after;
    let mut rows = Vec::new();
    for found in api.records.undecoded_deliveries(&filter).await? {
        let stored = api.records.stored(found.position).await.ok().flatten();
        rows.push(Row {
            position: found.position,
            deliveryid: stored.as_ref().map(|stored| stored.id().to_string()),
            endpoint: stored.map(|stored| stored.intake.endpoint),
            cause: found.undecoded.cause,
            reason: found.undecoded.reason,
        });
    }
    let next = rows.last().map(|row| row.position).or(after);
    Ok(json(
        &json!({ "undecoded": rows, "next": next.unwrap_or_default() }),
    ))
}
