//! A provider of your own: its adapter is `acme.rs`, sixty lines, and this is the gateway.
//!
//! `ACME_SECRET=… cargo run -p example-custom-adapter`, then let Acme call
//! `http://127.0.0.1:8080/in/shop`. For an adapter in a crate of its own, with the tests that tell when
//! it is right: `switchboard new adapter acme`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example's configuration and its output"
)]

mod acme;

use std::error::Error;

use switchboard::event::Message;
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::{EndpointConfig, Event, SinkError, Switchboard};
use tokio::net::TcpListener;

use acme::Acme;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args().nth(1);
    let listener = TcpListener::bind(listen.as_deref().unwrap_or("127.0.0.1:8080")).await?;
    let gateway = Switchboard::builder()
        .journal(SqliteJournal::open("switchboard-data")?)
        .adapter::<Acme>()
        .endpoint(EndpointConfig::new("shop", "acme").secret(std::env::var("ACME_SECRET")?))
        .on("printer", |message: Message, event: Event| async move {
            let text = message.message.text.unwrap_or_default();
            println!("{} says: {text}", event.partitionkey);
            Ok::<(), SinkError>(())
        })
        .build()?;

    println!("listening on {}", listener.local_addr()?);
    let interrupted = async {
        // Where ^C cannot be caught, it ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(gateway.serve(listener, interrupted).await?)
}
