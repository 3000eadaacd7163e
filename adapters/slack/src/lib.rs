//! Slack webhooks for Switchboard: the Events API, interactivity and slash commands.
//!
//! An app signs all three alike, and each says by its shape which one it is, so that one adapter, and
//! one URL, takes them all.
//!
//! A binary that names this crate has its adapter in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_slack as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["slack"]);
//!
//! // It has no options, and says so of any other.
//! let slack = linked[0].build(&json!({}))?;
//! assert_eq!(slack.descriptor().name, "slack");
//! assert!(linked[0].build(&json!({"colour": "blue"})).is_err());
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

mod adapter;
mod channel;
mod command;
mod envelope;
mod event;
mod interaction;
mod message;
mod moment;
mod read;
mod submission;
mod user;

pub use adapter::Slack;
pub use read::Payload;
