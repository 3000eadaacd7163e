//! Twilio webhooks for Switchboard.
//!
//! - [`messaging`]: messages, their statuses and calls, answered in TwiML.
//! - [`conversations`]: the events of Twilio Conversations, answered with nothing.
//!
//! They differ in how long Twilio waits and what it wants to hear; the signature is the same, and so
//! is what is made of a body, whichever of the two it came to.

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
