//! What `switchboard bench` is made of: deliveries, a load, servers as processes of their own, and
//! what was measured.
//!
//! Load generator and server share the machine's cores, as they do for everybody who tries it at
//! home. So absolute figures say little, and every row is told beside bare hyper in the same round.

pub(crate) mod bare;
mod calls;
pub(crate) mod handler;
mod load;
mod measured;
mod row;
mod server;
mod shelf;
mod slow_sync;
mod stage;
mod stock;

pub(crate) use calls::{BODY_BYTES, Calls};
pub(crate) use load::{Answers, Load, Pace};
pub(crate) use measured::{Round, Spread};
pub(crate) use row::RowKind;
pub(crate) use server::{LISTENING, Server};
pub(crate) use shelf::Shelf;
pub(crate) use slow_sync::SyncDelay;
pub(crate) use stage::{Stage, Subject};
pub(crate) use stock::Stock;
