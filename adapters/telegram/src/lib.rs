//! Telegram for Switchboard: what a bot is told by its webhook.
//!
//! One call is one update, and an update is one thing of a kind that its only field but `update_id`
//! names.

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
