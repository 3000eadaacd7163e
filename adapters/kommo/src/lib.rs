//! Kommo (formerly amoCRM) webhooks for Switchboard.
//!
//! - [`chats`]: what agents say to customers through a chat channel of your own.
//! - [`crm`]: what happens to leads, contacts and the rest, account-wide or in a digital pipeline.
//! - [`oauth`]: that an account disconnected your integration.
//!
//! A binary that names this crate has its adapters in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_kommo as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["kommo-chats", "kommo-crm", "kommo-oauth"]);
//!
//! // With options, as an endpoint's configuration gives them.
//! let kommo_chats = linked[0].build(&json!({"max_age_seconds": 900}))?;
//! assert_eq!(kommo_chats.descriptor().name, "kommo-chats");
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

pub mod chats;
pub mod crm;
mod media;
pub mod oauth;
