//! A webhook gateway and adapter framework for chat and CRM platforms.
//!
//! Kommo, Chatwoot, Kommunicate and dozens of others tell the world what happened by webhook.
//! Switchboard takes those calls, proves who is calling, keeps each call on stable storage *before*
//! it answers, turns it into one typed event model (CloudEvents), and brings it to your code, with
//! retries and dead letters.
//!
//! ```
//! use switchboard::core::quarantine::Bounds;
//! use switchboard::journal_sqlite::{SqliteJournal, SqliteQuarantine};
//! use switchboard::event::Message;
//! use switchboard::{EndpointConfig, Event, SinkError, Switchboard};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let data = folder.path();
//! let gateway = Switchboard::builder()
//!     .journal(SqliteJournal::open(data)?)
//!     .quarantine(SqliteQuarantine::open(data, Bounds::default())?)
//!     .endpoint(EndpointConfig::new("support", "kommo-chats").secret("the channel's secret key"))
//!     .on("greeter", |message: Message, event: Event| async move {
//!         println!("{} by {:?}", event.short_kind(), message.actor.role);
//!         Ok::<(), SinkError>(())
//!     })
//!     .build()?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let interrupted = async { /* tokio::signal::ctrl_c().await */ };
//! gateway.serve(listener, interrupted).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A handler asks for typed data, and is given the events that have it: see [`Builder::on`]. Within
//! another server the gateway is a tower service: see [`Switchboard::service`] and
//! [`Switchboard::deliver`]. An adapter of your own is given by its type: [`Builder::adapter`].
//!
//! Nothing here is global. No subscriber of `tracing`, no signal handler, no runtime, no panic hook is
//! installed, and any number of gateways work in one process, each with a journal of its own.
//!
//! # Features
//!
//! Each adapter is a feature that adds its names to the registry and changes nothing else:
//! `chatwoot`, `discord`, `generic`, `kommo`, `kommunicate`, `meta`, `slack`, `standard-webhooks`,
//! `telegram`, `twilio`, or `all-adapters`. `sqlite` is the embedded journal, `http-sink` the HTTP
//! sink and what fetches the keys that some providers sign by ([`documents`]), `schema` JSON Schema for every kind of event.

/// The code of the guides is compiled like any other example.
#[cfg(all(doctest, feature = "http-sink", feature = "sqlite"))]
mod guides {
    #[doc = include_str!("../../../docs/adapter.md")]
    mod adapter {}

    #[doc = include_str!("../../../docs/embed.md")]
    mod embed {}
}

mod builder;
mod documents;
mod endpoint;
mod features;
mod gateway;
mod handle;
mod surroundings;

pub use switchboard_core as core;
pub use switchboard_core::event;
pub use switchboard_core::host::{HostService, Reverified, ReverifyError, Selection};
pub use switchboard_core::journal::{Journal, MemoryJournal};
pub use switchboard_core::pipeline::{Retry, Subscription};
pub use switchboard_core::quarantine::{MemoryQuarantine, Quarantine};
pub use switchboard_core::sink::{EventHandler, Sink, SinkError};
pub use switchboard_core::{Data, Event, InvalidFilter, Matcher};
#[cfg(feature = "sqlite")]
pub use switchboard_journal_sqlite as journal_sqlite;
pub use switchboard_sinks as sinks;

// Named here, or the linker leaves the crate out and its registration with it.
#[cfg(feature = "chatwoot")]
pub use switchboard_adapter_chatwoot as chatwoot;
#[cfg(feature = "discord")]
pub use switchboard_adapter_discord as discord;
#[cfg(feature = "generic")]
pub use switchboard_adapter_generic as generic;
#[cfg(feature = "kommo")]
pub use switchboard_adapter_kommo as kommo;
#[cfg(feature = "kommunicate")]
pub use switchboard_adapter_kommunicate as kommunicate;
#[cfg(feature = "meta")]
pub use switchboard_adapter_meta as meta;
#[cfg(feature = "slack")]
pub use switchboard_adapter_slack as slack;
#[cfg(feature = "standard-webhooks")]
pub use switchboard_adapter_standard_webhooks as standard_webhooks;
#[cfg(feature = "telegram")]
pub use switchboard_adapter_telegram as telegram;
#[cfg(feature = "twilio")]
pub use switchboard_adapter_twilio as twilio;

pub use builder::{BuildError, Builder};
pub use documents::documents;
pub use endpoint::{EndpointConfig, EndpointError};
pub use features::feature_of;
pub use gateway::{ServeError, Switchboard};
pub use handle::{Handle, ReloadError};
