//! A gateway in thirty lines: one endpoint, one async function.
//!
//! `KOMMO_CHANNEL_SECRET=… cargo run -p example-handler`, then let Kommo call
//! `http://127.0.0.1:8080/in/support/:scope_id`.

use std::error::Error;

use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Event, SinkError, Switchboard};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    #[expect(clippy::disallowed_methods, reason = "an example's configuration")]
    let secret = std::env::var("KOMMO_CHANNEL_SECRET")?;

    let gateway = Switchboard::builder()
        .journal(SqliteJournal::open("switchboard-data")?)
        .endpoint(EndpointConfig::new("support", "kommo-chats").secret(secret))
        .on("printer", print)
        .build()?;

    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let interrupted = async {
        // Where ^C cannot be caught, it ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(gateway.serve(listener, interrupted).await?)
}

/// Takes an event for good by `Ok`; otherwise it comes again.
#[expect(clippy::print_stdout, reason = "an example's output")]
async fn print(event: Event) -> Result<(), SinkError> {
    println!(
        "{} about {}",
        event.short_kind(),
        event.subject.as_deref().unwrap_or("nothing")
    );
    Ok(())
}
