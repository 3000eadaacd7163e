//! What the tests of the promises share.

pub mod account;
pub mod acme;
pub mod api;
pub mod build;
pub mod client;
pub mod example;
pub mod gateway;
pub mod keyed;
pub mod kommo;
pub mod load;
pub mod powerloss;
pub mod receiver;
pub mod site;
pub mod small_disk;
pub mod tool;
pub mod watch;
