//! Kommunicate (Applozic) webhooks for Switchboard.
//!
//! - [`account`]: every message of an account, whoever wrote it.
//! - [`bot`]: what customers say to a custom bot, whose answer is the HTTP response.
//!
//! The two differ in what they are told and in what they answer; token and message are the same.

pub mod account;
pub mod bot;
mod content;
mod normalize;
mod options;
mod payload;
mod read;
mod token;

pub use payload::Payload;
