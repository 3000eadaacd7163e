//! A gateway that is embedded: its sink is a function in the same process.

use std::path::Path;

use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Event, SinkError, Switchboard};
use tokio::net::TcpListener;

use super::calls::SECRET;
use crate::exit::CliError;

/// Serves with a journal in `folder` until it is killed.
///
/// # Errors
///
/// When the journal cannot be opened, or fails.
pub(crate) async fn serve(listener: TcpListener, folder: &Path) -> Result<(), CliError> {
    let gateway = Switchboard::builder()
        .journal(SqliteJournal::open(folder.join("journal"))?)
        .endpoint(EndpointConfig::new("bench", "kommo-chats").secret(SECRET))
        .on("s0", |_: Event| async { Ok::<(), SinkError>(()) })
        .build()
        .map_err(|error| CliError::unavailable("it cannot be put together", error))?;
    Ok(gateway.serve(listener, std::future::pending()).await?)
}
