//! The promises of Switchboard, each with the test that would catch the lie.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "every line here is a test's: it may fail it, and say with which seed"
)]

mod api;
mod backlog;
mod bad_sinks;
mod commands;
mod control;
mod deliver;
mod disk;
mod embed;
mod examples;
mod fuzz;
mod in_flight;
mod keys;
mod kill;
mod layout;
mod oracles;
mod order;
mod outside;
mod power_loss;
mod quarantine;
mod racing;
mod reload;
mod secrecy;
mod tls;
