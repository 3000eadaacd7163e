//! The words of Messenger and Instagram, and what they are in ours.

mod content;
mod item;
mod message;
mod payload;
mod signal;

pub(crate) use item::{Item, drafts, notice};
