//! Handlers: Rust functions that events are brought to, by type of data, by endpoint, in order.
//!
//! `KOMMO_CHANNEL_SECRET=… cargo run -p example-handlers`, then let Kommo call
//! `http://127.0.0.1:8080/in/support/:scope_id`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example's configuration and its output"
)]

use std::error::Error;

use switchboard::event::{Message, Typing};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Event, SinkError, Subscription, Switchboard};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args().nth(1);
    let listener = TcpListener::bind(listen.as_deref().unwrap_or("127.0.0.1:8080")).await?;
    let gateway = Switchboard::builder()
        .journal(SqliteJournal::open("switchboard-data")?)
        .endpoint(
            EndpointConfig::new("support", "kommo-chats")
                .secret(std::env::var("KOMMO_CHANNEL_SECRET")?),
        )
        // Every event there is.
        .on("log", log)
        // Those about somebody who types, and no others.
        .on("typing", |typing: Typing| async move {
            println!("typing: {:?}", typing.actor.role);
            Ok::<(), SinkError>(())
        })
        // New messages of one endpoint, one at a time in each conversation.
        .sink(
            Subscription::on("answers", answer)
                .endpoints(["support"])
                .kinds(["message.created"])?
                .ordered(),
        )
        .build()?;

    println!("listening on {}", listener.local_addr()?);
    let interrupted = async {
        // Where ^C cannot be caught, it ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(gateway.serve(listener, interrupted).await?)
}

async fn log(event: Event) -> Result<(), SinkError> {
    let subject = event.subject.as_deref().unwrap_or("nothing");
    println!("log: {} about {subject}", event.short_kind());
    Ok(())
}

/// Takes a message for good by `Ok`; after an error it comes again, later and later, and in the end it
/// is a dead letter that waits for you.
async fn answer(message: Message, event: Event) -> Result<(), String> {
    let id = message.message.id.ok_or("a message without an id")?;
    println!("answers: {id} of {}", event.partitionkey);
    Ok(())
}
