//! Removes what is no longer kept, while a gateway runs.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use switchboard::journal_sqlite::{Retention, SqliteJournal};
use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

const EVERY: Duration = Duration::from_secs(60);

/// Removes what `retention` says, once a minute, until the journal stops. In steps between other
/// work: nobody waits for it.
pub(crate) async fn keep(journal: Arc<SqliteJournal>, retention: Retention) {
    let mut times = interval(EVERY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        loop {
            match journal.retain(&retention).await {
                Ok(removed) => {
                    let (deliveries, events, dead) =
                        (removed.deliveries, removed.events, removed.dead);
                    if deliveries + events + dead > 0 {
                        info!(deliveries, events, dead, "Removed what is no longer kept.");
                    }
                    if !removed.is_more {
                        break;
                    }
                }
                Err(error) if error.is_transient() => {
                    let error = &error as &dyn Error;
                    warn!(error, "Nothing can be removed for now.");
                    break;
                }
                Err(_stopped) => return,
            }
        }
    }
}
