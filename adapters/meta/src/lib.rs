//! Meta webhooks for Switchboard: WhatsApp Cloud API, Messenger and Instagram.
//!
//! One dialect, [`app`]: Meta calls one URL for each product of an app, with one handshake and one
//! signature for all of them, and the body's `object` tells which product it is. What a body means
//! differs: [`whatsapp`] has its own words, Messenger and Instagram share theirs in [`messaging`].

pub mod app;
mod around;
mod batch;
mod comment;
mod feed;
mod handshake;
mod loose;
pub mod messaging;
mod normalize;
mod payload;
mod place;
mod samples;
mod signature;
pub mod whatsapp;

pub use payload::Payload;
