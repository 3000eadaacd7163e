//! The adapters of your choice, and nothing else in the binary.
//!
//! `cargo run -p example-pick-providers` lists what is linked: what `Cargo.toml` asks for.
//! `SECRET=… cargo run -p example-pick-providers -- 127.0.0.1:8080 kommo-chats` serves one of them at
//! `/in/kommo-chats` and prints its events. It keeps them in memory; a gateway that must not lose any
//! has the feature `sqlite` and a `SqliteJournal`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example's configuration and its output"
)]

use std::error::Error;

use switchboard::core::registrations;
use switchboard::{EndpointConfig, Event, MemoryJournal, SinkError, Switchboard};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for linked in registrations() {
        println!("{} from {}", linked.descriptor.name, linked.crate_name);
    }
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(adapter)) = (arguments.next(), arguments.next()) else {
        return Ok(());
    };

    let gateway = Switchboard::builder()
        .journal(MemoryJournal::new())
        .endpoint(EndpointConfig::new(&adapter, &adapter).secret(std::env::var("SECRET")?))
        .on("printer", |event: Event| async move {
            println!("{} {}", event.short_kind(), event.id);
            Ok::<(), SinkError>(())
        })
        .build()?;
    let listener = TcpListener::bind(listen).await?;
    println!("listening on {}", listener.local_addr()?);
    let interrupted = async {
        // Where ^C cannot be caught, it ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(gateway.serve(listener, interrupted).await?)
}
