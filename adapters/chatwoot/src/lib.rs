//! Chatwoot webhooks for Switchboard.
//!
//! - [`account`]: what an account or an API inbox tells, signed; at the operator's word also what
//!   automation rules, macros and the installation tell, which nobody signs.
//! - [`bot`]: what an agent bot is told, signed, and sent again when it is answered 500.
//!
//! They differ in what a failure costs; the words are the same.

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
