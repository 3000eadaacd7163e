//! A gateway that is embedded: its sink is a function in the same process.

use std::path::Path;

use switchboard::event::Message;
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, SinkError, Switchboard};
use tokio::net::TcpListener;

use super::calls::SECRET;
use super::row::RowKind;
use crate::exit::CliError;
use crate::signal::Ends;

/// Serves with a journal in `folder` until it is told to end.
///
/// # Errors
///
/// When the journal cannot be opened, or fails.
pub(crate) async fn serve(listener: TcpListener, folder: &Path) -> Result<(), CliError> {
    let mut ends = Ends::new()?;
    let gateway = Switchboard::builder()
        .journal(SqliteJournal::open(folder)?)
        .endpoint(endpoint());
    let sinks = RowKind::Handler.sinks();
    let gateway = sinks
        .fold(gateway, |gateway, sink| {
            gateway.on(sink, |_: Message| async { Ok::<(), SinkError>(()) })
        })
        .build()
        .map_err(|error| CliError::unavailable("it cannot be put together", error))?;
    Ok(gateway.serve(listener, ends.next()).await?)
}

/// The endpoint that is called.
pub(crate) fn endpoint() -> EndpointConfig {
    EndpointConfig::new("bench", "kommo-chats").secret(SECRET)
}
