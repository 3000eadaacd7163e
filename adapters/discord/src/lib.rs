//! Discord webhooks for Switchboard.
//!
//! - [`interactions`]: commands, components and modals, each waiting for an answer of its own.
//! - [`events`]: what happens to the app, and what players write in a game: told, and told again.
//!
//! The two are signed alike and differ in everything else: what a ping is, what is answered, and what
//! comes again.
//!
//! A binary that names this crate has its adapters in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_discord as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["discord-events", "discord-interactions"]);
//!
//! // It has no options, and says so of any other.
//! let discord_events = linked[0].build(&json!({}))?;
//! assert_eq!(discord_events.descriptor().name, "discord-events");
//! assert!(linked[0].build(&json!({"colour": "blue"})).is_err());
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

pub mod events;
pub mod interactions;
mod person;
mod signature;
mod time;
