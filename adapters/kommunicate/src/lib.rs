//! Kommunicate (Applozic) webhooks for Switchboard.
//!
//! - [`account`]: every message of an account, whoever wrote it.
//! - [`bot`]: what customers say to a custom bot, whose answer is the HTTP response.
//!
//! The two differ in what they are told and in what they answer; token and message are the same.
//!
//! A binary that names this crate has its adapters in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_kommunicate as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["kommunicate", "kommunicate-bot"]);
//!
//! // With options, as an endpoint's configuration gives them.
//! let kommunicate = linked[0].build(&json!({"agents": ["bob"], "bots": ["helper-bot"]}))?;
//! assert_eq!(kommunicate.descriptor().name, "kommunicate");
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

pub mod account;
pub mod bot;
mod content;
mod normalize;
mod options;
mod payload;
mod read;
mod token;

pub use payload::Payload;
