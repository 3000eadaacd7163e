//! Steps 8 and 9: decode and stamp.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::patience::patiently;
use crate::event::Origin;
use crate::journal::{Decoded, Journal, JournalError, Stored, Undecoded, UndecodedCause};
use crate::{Adapter, Event};

/// The deepest data that an event may have. JSON readers stop somewhere, serde_json at 128, and an
/// event that cannot be read again is none.
const DEEPEST: usize = 100;

/// The most deliveries that are decoded and recorded at once.
const BATCH: usize = 1024;

/// Decodes the deliveries of `journal` in order and records their events, until `stop`. What was
/// taken by then is recorded still.
pub(super) async fn run(
    journal: Arc<dyn Journal>,
    adapters: Arc<HashMap<String, Arc<dyn Adapter>>>,
    stop: CancellationToken,
) -> Result<(), JournalError> {
    let next = || patiently(|| journal.next(BATCH));
    while let Some(batch) = stop.run_until_cancelled(next()).await {
        let (batch, adapters) = (batch?, Arc::clone(&adapters));
        let decode = move || {
            batch
                .iter()
                .map(|stored| decode(stored, &adapters))
                .collect()
        };
        let decoded: Vec<Decoded> = tokio::task::spawn_blocking(decode)
            .await
            .expect("decode is fenced against panics");
        let tally = patiently(|| journal.record(&decoded)).await?;
        debug!(
            tally.events,
            tally.duplicates, tally.undecoded, "Deliveries decoded."
        );
    }
    Ok(())
}

/// What one delivery says. Pure, and fenced: a panic costs this delivery its turn.
fn decode(stored: &Stored, adapters: &HashMap<String, Arc<dyn Adapter>>) -> Decoded {
    let outcome = events(stored, adapters);
    if let Err(undecoded) = &outcome {
        let (endpoint, delivery) = (&stored.intake.endpoint, stored.id());
        let reason = &undecoded.reason;
        warn!(endpoint, %delivery, reason, "A genuine delivery cannot be decoded; it is kept.");
    }
    Decoded {
        position: stored.position,
        outcome,
    }
}

fn events(
    stored: &Stored,
    adapters: &HashMap<String, Arc<dyn Adapter>>,
) -> Result<Vec<Event>, Undecoded> {
    let intake = &stored.intake;
    let adapter = adapters
        .get(&intake.endpoint)
        .filter(|adapter| adapter.descriptor().name == intake.adapter)
        .ok_or_else(|| Undecoded {
            cause: UndecodedCause::Unrouted,
            reason: format!(
                "no endpoint `{}` with adapter `{}`",
                intake.endpoint, intake.adapter
            ),
        })?;
    // A decode is pure, so there is no state that a panic could leave broken.
    let drafts = catch_unwind(AssertUnwindSafe(|| adapter.decode(&intake.delivery)))
        .map_err(|_| Undecoded {
            cause: UndecodedCause::Panicked,
            reason: "the adapter panicked".to_owned(),
        })?
        .map_err(|error| Undecoded {
            cause: UndecodedCause::Unreadable,
            reason: error.to_string(),
        })?;
    let origin = Origin {
        adapter: adapter.descriptor(),
        endpoint: &intake.endpoint,
        account: intake.verified.account.as_deref(),
        scheme: &intake.verified.scheme,
        delivery: &stored.id().to_string(),
        recorded: intake.delivery.received_at,
    };
    let stamp = |(position, draft)| Event::stamp(draft, &origin, position);
    let events: Vec<Event> = drafts.into_iter().enumerate().map(stamp).collect();
    if events.iter().any(|event| !is_at_most(DEEPEST, &event.data)) {
        return Err(Undecoded {
            cause: UndecodedCause::Unreadable,
            reason: format!("its JSON is nested more than {DEEPEST} levels deep"),
        });
    }
    Ok(events)
}

/// Whether `value` is nested no deeper than `levels`.
fn is_at_most(levels: usize, value: &Value) -> bool {
    let is_below = |value| levels > 0 && is_at_most(levels - 1, value);
    match value {
        Value::Array(values) => values.iter().all(is_below),
        Value::Object(entries) => entries.values().all(is_below),
        _ => true,
    }
}
