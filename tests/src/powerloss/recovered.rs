//! What must be true of a journal after a power loss.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use switchboard_core::journal::{
    ClaimRequest, DeliveryId, Intake, Journal, JournalError, LogPosition, Order,
};
use switchboard_core::{Delivery, Timestamp, Verified};

use super::statement::{Statement, digest};

/// The sink that the driver settles events for.
pub const SINK: &str = "crm";

/// Checks that a reopened `journal` keeps what was `said`: every acknowledged delivery is there,
/// byte for byte, and either waits to be decoded, or its event waits for the sink, or that has been
/// settled. And it takes deliveries again.
///
/// # Errors
///
/// With the first broken promise, in words.
pub async fn keeps_its_word(journal: &dyn Journal, said: &[Statement]) -> Result<(), String> {
    let acknowledged = acknowledged(said);
    for (position, promised) in &acknowledged {
        let stored = journal
            .delivery(*position)
            .await
            .map_err(|error| format!("delivery {position} was acknowledged and: {error}"))?
            .ok_or_else(|| format!("delivery {position} was acknowledged and is lost"))?;
        if digest(&stored.intake) != *promised {
            return Err(format!(
                "delivery {position} was acknowledged and is another now"
            ));
        }
    }

    let mut pending = undecoded(journal)
        .await
        .map_err(|error| format!("deliveries cannot be had: {error:?}"))?;
    let claimable = claimable(journal)
        .await
        .map_err(|error| format!("events cannot be claimed: {error:?}"))?;
    pending.extend(claimable);
    pending.extend(said.iter().filter_map(|statement| match statement {
        Statement::Settling(position) => Some(*position),
        Statement::Acknowledged(..) => None,
    }));
    match acknowledged
        .keys()
        .find(|position| !pending.contains(position))
    {
        Some(position) => Err(format!(
            "delivery {position} is there, and nobody will get it"
        )),
        None => Ok(()),
    }
}

/// Checks every database in `directory` with SQLite's own `integrity_check`.
///
/// # Errors
///
/// With what SQLite complains of.
pub fn is_sound(directory: &Path) -> Result<(), String> {
    let files = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
    for file in files {
        let path = file.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "db") {
            let verdict = integrity_check(&path).map_err(|error| error.to_string())?;
            if verdict != "ok" {
                return Err(format!("{} is corrupt: {verdict}", path.display()));
            }
        }
    }
    Ok(())
}

fn integrity_check(path: &Path) -> rusqlite::Result<String> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    database.query_row("PRAGMA integrity_check", [], |row| row.get(0))
}

fn acknowledged(said: &[Statement]) -> BTreeMap<LogPosition, &str> {
    let statements = said.iter();
    statements
        .filter_map(|statement| match statement {
            Statement::Acknowledged(position, digest) => Some((*position, digest.as_str())),
            Statement::Settling(_) => None,
        })
        .collect()
}

/// The deliveries that wait to be decoded: all that come before one appended now.
async fn undecoded(
    journal: &dyn Journal,
) -> Result<BTreeSet<LogPosition>, Box<dyn std::error::Error>> {
    let last = journal.append(&after_the_power_loss()).await?.position();
    let waiting = journal.next(usize::MAX).await?;
    let positions: BTreeSet<_> = waiting.iter().map(|stored| stored.position).collect();
    if !positions.contains(&last) {
        return Err("not all that waits is handed out".into());
    }
    Ok(positions)
}

/// The deliveries whose event waits for the sink.
async fn claimable(journal: &dyn Journal) -> Result<BTreeSet<LogPosition>, JournalError> {
    let request = ClaimRequest {
        sink: SINK,
        filter: &Arc::default(),
        order: Order::None,
        owner: "recovered",
        // Long after everything that waits for another attempt is due.
        now: Timestamp::from_seconds(4_000_000_000).expect("in range"),
        lease: Duration::from_secs(3600),
        limit: 64,
    };
    let mut positions = BTreeSet::new();
    journal.subscribe(SINK).await?;
    loop {
        let claims = journal.claim(&request).await?.claims;
        if claims.is_empty() {
            return Ok(positions);
        }
        positions.extend(claims.iter().map(|claim| {
            let id: DeliveryId = claim
                .envelope
                .event()
                .deliveryid
                .parse()
                .expect("the driver stamps its events");
            id.position()
        }));
    }
}

fn after_the_power_loss() -> Intake {
    Intake {
        endpoint: "support".to_owned(),
        adapter: "power".to_owned(),
        delivery: Delivery::post("the light is on again"),
        verified: Verified::unsigned(),
    }
}
