//! Kommo (formerly amoCRM) webhooks for Switchboard.
//!
//! - [`chats`]: what agents say to customers through a chat channel of your own.

pub mod chats;
mod media;
