//! The host on real sockets: what hostile and unlucky callers hear, and what is stored of them.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod adapter;
mod client;
mod faults;
mod gone;
mod hostile;
mod lifecycle;
mod limits;
mod logs;
mod mounted;
mod quarantine;
mod routes;
mod world;
