//! What nobody signs: automation rules, macros and the installation.
//!
//! A path token is all that guards them, so an operator names each that is to be taken. None of the
//! three becomes anything but a `provider.event`: whoever gets hold of the URL can invent no message
//! by it.

use serde::Deserialize;
use switchboard_core::{Delivery, Endpoint, Verified, VerifyError};

use crate::read;

/// The events that are taken without a signature; none, if nobody names one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct UnsignedEvents(Vec<Pattern>);

impl UnsignedEvents {
    /// Whether the body names one of them. One that names no event is none, and so is one that
    /// names two.
    pub(crate) fn has(&self, delivery: &Delivery) -> bool {
        // Nobody has proven the body, so it is read only where that can make a difference.
        !self.0.is_empty()
            && read::event(delivery)
                .is_some_and(|event| self.0.iter().any(|pattern| pattern.matches(&event)))
    }
}

/// Takes one of them, if the host has checked a path token.
pub(crate) fn verify(endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    if endpoint.is_guarded() {
        Ok(Verified::unsigned())
    } else {
        Err(VerifyError::looks_like(
            "one of `unsigned_events`, which are taken only at an endpoint with a path token",
        ))
    }
}

/// The name of an event, or what the names of several begin with.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(try_from = "String")]
enum Pattern {
    Name(String),
    Prefix(String),
}

impl Pattern {
    fn matches(&self, event: &str) -> bool {
        match self {
            Self::Name(name) => event == name,
            Self::Prefix(prefix) => event.starts_with(prefix),
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_suffix('*') {
            _ if text.is_empty() => Err("an event has a name"),
            Some("") => Err("`*` alone names no event: an endpoint of such says `unsigned = true`"),
            None if text.contains('*') => Err("`*` stands at the end of a name"),
            Some(prefix) if prefix.contains('*') => Err("`*` stands at the end of a name"),
            Some(prefix) => Ok(Self::Prefix(prefix.to_owned())),
            None => Ok(Self::Name(text)),
        }
    }
}
