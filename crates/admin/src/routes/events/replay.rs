//! `/api/v1/events/replay`

mod undecoded;

use std::num::NonZero;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::journal::{EventFilter, EventPosition, EventRecord, JournalError, Records};
use switchboard_core::pipeline::{Control, ReplayReport, Replayed};
use switchboard_core::{Glob, Timestamp};

use crate::answer;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;
use crate::routes::sinks;
use crate::work::{RATE, Work, perform};

use undecoded::Undecoded;

/// So many events are looked at at once.
const PAGE: usize = 256;

/// What to replay: one of the first three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    ids: Option<Vec<String>>,
    filter: Option<Filter>,
    #[serde(default)]
    undecoded: bool,
    /// The only sinks that are given the events.
    sinks: Option<Vec<String>>,
    /// Only say how many there are.
    #[serde(default)]
    dry_run: bool,
    /// So many a second.
    rate: Option<NonZero<u32>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Filter {
    kind: Option<String>,
    endpoint: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    after: Option<EventPosition>,
}

/// Records events again, or decodes anew what was undecoded.
pub(crate) async fn replay(api: &Api, call: Call) -> Answer {
    let wanted: Wanted = call.read()?;
    let control = api.controlled()?.clone();
    for sink in wanted.sinks.iter().flatten() {
        sinks::known(api, sink).await?;
    }
    let rate = wanted.rate.unwrap_or(RATE);
    let mut events = match (wanted.ids, wanted.filter, wanted.undecoded) {
        (Some(ids), None, false) => Events::named(api, ids).await?,
        (None, Some(filter), false) => Events::matching(api, filter).await?,
        (None, None, true) if wanted.sinks.is_some() => {
            let reason = "undecoded deliveries go to every sink that wants their events";
            return Err(ApiError::bad(reason));
        }
        (None, None, true) => {
            let matched = api.records.counters().await?.undecoded;
            if wanted.dry_run {
                return Ok(answer::json(&json!({ "matched": matched })));
            }
            return Ok(perform(Undecoded::new(control, matched), rate));
        }
        _ => {
            return Err(ApiError::bad(
                "one of `ids`, `filter` and `undecoded` is wanted",
            ));
        }
    };
    let matched = events.count().await?;
    if wanted.dry_run {
        return Ok(answer::json(&json!({ "matched": matched })));
    }
    let replaying = Replaying {
        control,
        events,
        sinks: wanted.sinks,
        matched,
        done: 0,
        report: ReplayReport::default(),
    };
    Ok(perform(replaying, rate))
}

/// The events to be replayed, in turn.
enum Events {
    Named(std::vec::IntoIter<Replayed>),
    Matching {
        records: Arc<dyn Records>,
        filter: Box<EventFilter>,
        /// Those that were read and not taken yet.
        read: std::vec::IntoIter<Replayed>,
    },
}

impl Events {
    async fn named(api: &Api, ids: Vec<String>) -> Result<Self, ApiError> {
        let mut found = Vec::new();
        for id in ids {
            let records = api.records.event(&id).await?;
            if records.is_empty() {
                return Err(ApiError::NotFound(format!("no event `{id}`")));
            }
            found.extend(records.iter().map(replayed));
        }
        Ok(Self::Named(found.into_iter()))
    }

    /// Those that are there now: what a replay records comes behind them.
    async fn matching(api: &Api, filter: Filter) -> Result<Self, ApiError> {
        let kind = filter.kind.map(|kind| kind.parse::<Glob>());
        let kind = kind.transpose();
        let kind = kind.map_err(|error| ApiError::bad(format!("`kind`: {error}")))?;
        let last = api.records.events(&EventFilter::last(1)).await?;
        let head = last.last().map_or(0, |record| record.position.0);
        let mut all = EventFilter::after(filter.after.unwrap_or_default(), PAGE);
        all.before = Some(EventPosition(head + 1));
        all.kind = kind;
        all.endpoint = filter.endpoint;
        all.since = filter.since;
        all.until = filter.until;
        Ok(Self::Matching {
            records: Arc::clone(&api.records),
            filter: Box::new(all),
            read: Vec::new().into_iter(),
        })
    }

    /// How many there are.
    async fn count(&mut self) -> Result<usize, JournalError> {
        let (records, mut filter) = match self {
            Self::Named(named) => return Ok(named.len()),
            Self::Matching {
                records, filter, ..
            } => (records, filter.clone()),
        };
        let mut count = 0;
        loop {
            let page = records.events(&filter).await?;
            let Some(last) = page.last() else {
                return Ok(count);
            };
            filter.after = Some(last.position);
            count += page.iter().filter(|record| is_original(record)).count();
        }
    }

    async fn next(&mut self, limit: usize) -> Result<Vec<Replayed>, JournalError> {
        let (records, filter, read) = match self {
            Self::Named(named) => return Ok(named.take(limit).collect()),
            Self::Matching {
                records,
                filter,
                read,
            } => (records, filter, read),
        };
        let mut next: Vec<_> = read.take(limit).collect();
        while next.len() < limit {
            let page = records.events(filter).await?;
            let Some(last) = page.last() else {
                break;
            };
            filter.after = Some(last.position);
            let originals: Vec<_> = page
                .iter()
                .filter(|record| is_original(record))
                .map(replayed)
                .collect();
            *read = originals.into_iter();
            next.extend(read.take(limit - next.len()));
        }
        Ok(next)
    }
}

/// What was replayed is there once more as what it repeats.
fn is_original(record: &EventRecord) -> bool {
    record.envelope.event().replayof.is_none()
}

/// Of an event that was replayed, the one it repeats: that is what its delivery gives.
pub(crate) fn replayed(record: &EventRecord) -> Replayed {
    let event = record.envelope.event();
    Replayed {
        delivery: record.delivery,
        id: event.replayof.as_ref().unwrap_or(&event.id).clone(),
    }
}

/// A replay on its way.
struct Replaying {
    control: Control,
    events: Events,
    sinks: Option<Vec<String>>,
    matched: usize,
    done: usize,
    report: ReplayReport,
}

impl Work for Replaying {
    async fn step(&mut self, limit: usize) -> Result<usize, JournalError> {
        let events = self.events.next(limit).await?;
        if !events.is_empty() {
            self.report += self.control.replay(&events, self.sinks.clone()).await?;
            self.done += events.len();
        }
        Ok(events.len())
    }

    fn progress(&self) -> Value {
        json!({
            "matched": self.matched,
            "done": self.done,
            "replayed": self.report.replayed,
            "expired": self.report.expired,
            "undecoded": self.report.undecoded,
            "changed": self.report.changed,
        })
    }
}
