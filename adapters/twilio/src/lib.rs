//! Twilio webhooks for Switchboard.
//!
//! - [`messaging`]: messages, their statuses and calls, answered in TwiML.
//! - [`conversations`]: the events of Twilio Conversations, answered with nothing.
//!
//! They differ in how long Twilio waits and what it wants to hear; the signature is the same, and so
//! is what is made of a body, whichever of the two it came to.
//!
//! A binary that names this crate has its adapters in the registry:
//!
//! ```
//! use serde_json::json;
//! use switchboard_adapter_twilio as _; // Linked for its registration.
//! use switchboard_core::registrations;
//!
//! let linked = registrations();
//! let names: Vec<_> = linked.iter().map(|adapter| adapter.descriptor.name).collect();
//! assert_eq!(names, ["twilio", "twilio-conversations"]);
//!
//! // With options, as an endpoint's configuration gives them.
//! let options = json!({"call_response": "<Response><Reject/></Response>"});
//! let twilio = linked[0].build(&options)?;
//! assert_eq!(twilio.descriptor().name, "twilio");
//! # Ok::<(), switchboard_core::BuildError>(())
//! ```

mod address;
mod call;
mod conversation;
pub mod conversations;
mod diagnosis;
mod fields;
mod message;
pub mod messaging;
mod normalize;
mod payload;
mod signature;
mod status;

pub use payload::Payload;
