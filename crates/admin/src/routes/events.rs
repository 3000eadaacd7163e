//! `/api/v1/events`

mod replay;

use serde::Serialize;
use serde_json::json;
use switchboard_core::journal::{EventFilter, EventPosition, EventRecord};
use switchboard_core::{Event, Timestamp};

use crate::answer::json;
use crate::api::Api;
use crate::call::{Call, Query};
use crate::error::ApiError;
use crate::route::Answer;

pub(crate) use replay::{replay, replayed};

/// One event in a list, without what happened in it.
#[derive(Serialize)]
struct Row<'a> {
    position: EventPosition,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    subject: Option<&'a str>,
    time: Option<Timestamp>,
    recordedtime: Timestamp,
    endpoint: &'a str,
    account: Option<&'a str>,
    partitionkey: &'a str,
    deliveryid: &'a str,
    replayof: Option<&'a str>,
    duplicates: u64,
}

impl<'a> Row<'a> {
    fn new(record: &'a EventRecord) -> Self {
        let event: &Event = record.envelope.event();
        Self {
            position: record.position,
            id: &event.id,
            source: &event.source,
            kind: &event.kind,
            subject: event.subject.as_deref(),
            time: event.time,
            recordedtime: event.recordedtime,
            endpoint: &event.endpoint,
            account: event.account.as_deref(),
            partitionkey: &event.partitionkey,
            deliveryid: &event.deliveryid,
            replayof: event.replayof.as_deref(),
            duplicates: record.duplicates,
        }
    }
}

pub(crate) async fn list(api: &Api, mut call: Call) -> Answer {
    let filter = filter(&mut call.query)?;
    call.query.end()?;
    let found = api.records.events(&filter).await?;
    let rows: Vec<_> = found.iter().map(Row::new).collect();
    let next = found.last().map(|record| record.position).or(filter.after);
    Ok(json(
        &json!({ "events": rows, "next": next.unwrap_or_default() }),
    ))
}

/// The events of one id, whole.
pub(crate) async fn show(api: &Api, call: Call) -> Answer {
    let id = call.parameter(0);
    let found = api.records.event(id).await?;
    if found.is_empty() {
        return Err(ApiError::NotFound(format!("no event `{id}`")));
    }
    let events: Vec<_> = found
        .iter()
        .map(|record| {
            json!({
                "position": record.position,
                "delivery": record.delivery,
                "duplicates": record.duplicates,
                "repeated_by": record.repeated_by,
                "event": record.envelope.event(),
            })
        })
        .collect();
    Ok(json(&json!({ "events": events })))
}

fn filter(query: &mut Query) -> Result<EventFilter, ApiError> {
    Ok(EventFilter {
        after: query.take("after")?.map(EventPosition),
        kind: query.take("kind")?,
        endpoint: query.take("endpoint")?,
        since: query.take("since")?,
        until: query.take("until")?,
        ..EventFilter::last(query.limit()?)
    })
}
