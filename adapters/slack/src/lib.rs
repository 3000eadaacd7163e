//! Slack webhooks for Switchboard: the Events API, interactivity and slash commands.
//!
//! An app signs all three alike, and each says by its shape which one it is, so that one adapter, and
//! one URL, takes them all.

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
