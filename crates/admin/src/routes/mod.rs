//! What each call does, one module a resource.

pub(crate) mod dead;
pub(crate) mod endpoints;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod quarantine;
pub(crate) mod sinks;
pub(crate) mod status;
pub(crate) mod undecoded;
