//! Meta webhooks for Switchboard: WhatsApp Cloud API, Messenger and Instagram.
//!
//! One dialect, [`app`]: Meta calls one URL for each product of an app, with one handshake and one
//! signature for all of them, and the body's `object` tells which product it is. What a body means
//! differs: [`whatsapp`] has its own words, Messenger and Instagram share theirs in [`messaging`].
//!
//! A binary that names this crate has its adapter in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_meta as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["meta"]);
//!
//! // It has no options, and says so of any other.
//! let meta = linked[0].build(&json!({}))?;
//! assert_eq!(meta.descriptor().name, "meta");
//! assert!(linked[0].build(&json!({"colour": "blue"})).is_err());
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

pub mod app;
mod around;
mod batch;
mod comment;
mod feed;
mod handshake;
mod loose;
pub mod messaging;
mod normalize;
mod payload;
mod place;
mod samples;
mod signature;
pub mod whatsapp;

pub use payload::Payload;
