//! The promises of Switchboard, each with the test that would catch the lie.

mod commands;
mod deliver;
mod disk;
mod kill;
mod layout;
mod power_loss;
