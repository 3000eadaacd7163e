//! The promises of Switchboard, each with the test that would catch the lie.

mod deliver;
mod disk;
mod kill;
mod power_loss;
