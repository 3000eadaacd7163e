//! Discord webhooks for Switchboard.
//!
//! - [`interactions`]: commands, components and modals, each waiting for an answer of its own.
//! - [`events`]: what happens to the app, and what players write in a game: told, and told again.
//!
//! The two are signed alike and differ in everything else: what a ping is, what is answered, and what
//! comes again.

pub mod events;
pub mod interactions;
mod person;
mod signature;
mod time;
