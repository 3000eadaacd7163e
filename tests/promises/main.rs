//! The promises of Switchboard, each with the test that would catch the lie.

#![expect(
    clippy::unwrap_used,
    reason = "every line here is a test's, and may fail it"
)]

mod commands;
mod deliver;
mod disk;
mod kill;
mod layout;
mod power_loss;
