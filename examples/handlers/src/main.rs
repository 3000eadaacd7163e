//! Handlers: Rust functions that events are brought to, by type of data, by endpoint, in order.
//!
//! `KOMMO_CHANNEL_SECRET=… cargo run -p example-handlers`, then let Kommo call
//! `http://127.0.0.1:8080/in/support/:scope_id`. Its tests show how handlers are tested.

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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard::core::sink::FromEvent as _;
    use switchboard::core::{Draft, registrations};
    use switchboard::event::{DedupKey, Direction, Party, Role};

    use super::*;

    /// What happened is made by hand, and where it came from is invented.
    #[tokio::test]
    async fn a_message_without_an_id_comes_again() {
        let message = Message::new(Direction::Inbound, Party::new(Role::Contact));
        let event = Event::for_test(Draft::new(message.clone().created(), DedupKey::None));

        let answered = answer(message, event).await;

        assert_eq!(answered, Err("a message without an id".to_owned()));
    }

    /// A webhook as the provider sends it, and what its adapter makes of that.
    #[tokio::test]
    async fn what_kommo_sends_is_answered() {
        let mut linked = registrations().into_iter();
        let kommo = linked.find(|it| it.descriptor.name == "kommo-chats");
        let kommo = kommo.unwrap();
        let text = kommo.descriptor.samples.iter().find(|it| it.name == "text");
        let adapter = kommo.build(&json!({})).unwrap();
        let mut drafts = adapter.decode(&text.unwrap().delivery()).unwrap();
        let event = Event::for_test(drafts.remove(0));
        let message = Message::from_event(event.clone()).unwrap();

        assert_eq!(answer(message, event).await, Ok(()));
    }
}
