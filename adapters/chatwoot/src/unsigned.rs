//! What nobody signs: automation rules, macros, the installation, and every Chatwoot before 4.11.2.
//!
//! A path token is all that guards such an endpoint, so it takes no more than the operator asks for:
//! by default the three that Chatwoot cannot sign, none of which becomes anything but a
//! `provider.event`. Whoever gets hold of the URL can invent no message by it.

use serde::Deserialize;
use switchboard_core::event::Intent;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample, Verified,
    VerifyError, register_adapter,
};

use crate::descriptor::descriptor;
use crate::payload::Payload;
use crate::{normalize, read};

register_adapter!(ChatwootUnsigned);

/// Chatwoot's unsigned webhooks, and an endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatwootUnsigned {
    /// The events that are taken, by name; a `*` at the end stands for any rest.
    #[serde(default = "never_signed")]
    events: Vec<Pattern>,
    /// What Chatwoot wants of us with a message to a customer: an API inbox's is to be delivered.
    #[serde(default = "normalize::notify")]
    intent: Intent,
}

impl ProviderAdapter for ChatwootUnsigned {
    const DESCRIPTOR: Descriptor = descriptor("chatwoot-unsigned", "Chatwoot Unsigned")
        .unsigned()
        .samples(SAMPLES);

    type Payload = Payload;

    /// The host has checked the path token; this checks that the event is one to take from there.
    async fn verify(
        &self,
        delivery: &Delivery,
        _endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        // A body that names no event is one that only `*` takes.
        let event = read::event(delivery).unwrap_or_default();
        if self.events.iter().any(|pattern| pattern.matches(&event)) {
            Ok(Verified::unsigned())
        } else {
            Err(VerifyError::looks_like(
                "an event that `events` does not list",
            ))
        }
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        read::payload(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        normalize::drafts(payload, self.intent)
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
            None if text.contains('*') => Err("`*` stands at the end of a name"),
            Some(prefix) if prefix.contains('*') => Err("`*` stands at the end of a name"),
            Some(prefix) => Ok(Self::Prefix(prefix.to_owned())),
            None => Ok(Self::Name(text)),
        }
    }
}

fn never_signed() -> Vec<Pattern> {
    vec![
        Pattern::Prefix("automation_event.".to_owned()),
        Pattern::Name("macro.executed".to_owned()),
        Pattern::Name("account_created".to_owned()),
    ]
}

macro_rules! sample {
    ($name:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/unsigned/", $name, ".json")),
        )
    };
}

const SAMPLES: &[Sample] = &[
    sample!("automation"),
    sample!("macro"),
    sample!("account-created"),
];
