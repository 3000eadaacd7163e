//! Chatwoot webhooks for Switchboard.
//!
//! - [`account`]: what an account or an API inbox tells, signed; at the operator's word also what
//!   automation rules, macros and the installation tell, which nobody signs.
//! - [`bot`]: what an agent bot is told, signed, and sent again when it is answered 500.
//!
//! They differ in what a failure costs; the words are the same.
//!
//! A binary that names this crate has its adapters in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_chatwoot as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["chatwoot", "chatwoot-bot"]);
//!
//! // With options, as an endpoint's configuration gives them.
//! let chatwoot = linked[0].build(&json!({"tolerance": "10m"}))?;
//! assert_eq!(chatwoot.descriptor().name, "chatwoot");
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

pub mod account;
pub mod bot;
mod content;
mod conversation;
mod descriptor;
mod heading;
mod message;
mod normalize;
mod party;
mod payload;
mod read;
mod signature;
mod unsigned;

pub use payload::Payload;
