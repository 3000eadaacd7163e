//! The control API over real sockets, on a gateway in memory.

#![expect(
    clippy::unwrap_used,
    reason = "every line here is a test's: it may fail it"
)]

mod client;
mod dead;
mod doors;
mod events;
mod health;
mod metrics;
mod pauses;
mod quarantine;
mod refusals;
mod stand;
