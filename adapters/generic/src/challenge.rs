//! Handshakes: calls by which a sender asks whether anybody is there, and what it wants to hear.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::mapping::{Place, Scope};
use switchboard_core::{Endpoint, Preflight, Reply};

use crate::secrets::VERIFY_TOKEN;

/// More is no challenge, and nobody's to be repeated.
const LONGEST: usize = 4096;

/// One handshake: how it is known, and how it is answered.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Options")]
pub(crate) struct Challenge {
    when: BTreeMap<Place, String>,
    says: Says,
    /// The key of the JSON object in which the answer stands; a plain text without.
    json: Option<String>,
    token: Option<Place>,
    is_unsigned: bool,
}

#[derive(Debug)]
enum Says {
    /// What stands at a place.
    Echo(Place),
    /// Always the same.
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// What stands where, all of it.
    #[serde(default)]
    when: BTreeMap<Place, String>,
    echo: Option<Place>,
    say: Option<String>,
    json: Option<String>,
    /// Where the secret `verify_token` stands; such a handshake is answered unsigned.
    token: Option<Place>,
    /// It is answered without a signature and without a token.
    #[serde(default)]
    unsigned: bool,
}

impl TryFrom<Options> for Challenge {
    type Error = &'static str;

    fn try_from(options: Options) -> Result<Self, Self::Error> {
        let says = match (options.echo, options.say) {
            (Some(place), None) => Says::Echo(place),
            (None, Some(_)) if options.when.is_empty() => {
                return Err("a challenge with `say` needs `when`, or it would be every delivery");
            }
            (None, Some(text)) => Says::Text(text),
            _ => return Err("a challenge has either `echo` or `say`"),
        };
        if options.token.is_some() && options.unsigned {
            return Err("a challenge with `token` is unsigned anyway: leave `unsigned` out");
        }
        Ok(Self {
            when: options.when,
            says,
            json: options.json,
            is_unsigned: options.unsigned || options.token.is_some(),
            token: options.token,
        })
    }
}

impl Challenge {
    pub(crate) fn is_unsigned(&self) -> bool {
        self.is_unsigned
    }

    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// What the sender hears before anybody verified it; `None` where this is no such handshake.
    pub(crate) fn preflight(&self, scope: &Scope<'_>, endpoint: &Endpoint) -> Option<Preflight> {
        let reply = self.answer(scope)?;
        let Some(place) = &self.token else {
            return Some(Preflight::Reply(reply));
        };
        let token = scope.text_at(place).unwrap_or_default();
        Some(match endpoint.matching(VERIFY_TOKEN, token.as_bytes()) {
            Ok(_) => Preflight::Reply(reply),
            Err(_) => Preflight::Refuse,
        })
    }

    /// What the sender hears; `None` where this is no such handshake.
    pub(crate) fn answer(&self, scope: &Scope<'_>) -> Option<Reply> {
        let mut conditions = self.when.iter();
        if !conditions.all(|(place, text)| scope.text_at(place).as_ref() == Some(text)) {
            return None;
        }
        let text = match &self.says {
            Says::Echo(place) => scope.text_at(place)?,
            Says::Text(text) => text.clone(),
        };
        if text.len() > LONGEST {
            return None;
        }
        Some(match &self.json {
            None => Reply::text(text),
            Some(key) => {
                let object: Value = json!({ key: text });
                Reply::json(object.to_string())
            }
        })
    }
}
