//! WhatsApp's words, and what they are in ours.

mod batch;
mod content;
mod group;
mod message;
mod party;
mod payload;
mod review;
mod status;

pub(crate) use batch::{call, notices};
pub(crate) use group::{Group, grouped};
pub(crate) use message::message;
pub(crate) use payload::{Call, Contact, Message, Review, Status, Way};
pub(crate) use review::{REVIEW, reviewed};
pub(crate) use status::{called, status};
