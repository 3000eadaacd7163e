//! Telegram for Switchboard: what a bot is told by its webhook.
//!
//! One call is one update, and an update is one thing of a kind that its only field but `update_id`
//! names.
//!
//! A binary that names this crate has its adapter in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_telegram as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["telegram"]);
//!
//! // It has no options, and says so of any other.
//! let telegram = linked[0].build(&json!({}))?;
//! assert_eq!(telegram.descriptor().name, "telegram");
//! assert!(linked[0].build(&json!({"colour": "blue"})).is_err());
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

mod adapter;
mod content;
mod interaction;
mod media;
mod member;
mod message;
mod party;
mod reaction;
mod update;

pub use adapter::Telegram;
pub use update::Update;
