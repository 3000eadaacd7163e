//! The promises of Switchboard, each with the test that would catch the lie.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "every line here is a test's: it may fail it, and say with which seed"
)]

mod commands;
mod deliver;
mod disk;
mod fuzz;
mod kill;
mod layout;
mod power_loss;
mod quarantine;
mod secrecy;
