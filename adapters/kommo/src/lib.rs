//! Kommo (formerly amoCRM) webhooks for Switchboard.
//!
//! - [`chats`]: what agents say to customers through a chat channel of your own.
//! - [`crm`]: what happens to leads, contacts and the rest, account-wide or in a digital pipeline.
//! - [`oauth`]: that an account disconnected your integration.

pub mod chats;
pub mod crm;
mod media;
pub mod oauth;
