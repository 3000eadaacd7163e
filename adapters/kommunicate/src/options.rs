//! What an operator can say of an endpoint, the same for both webhooks.

use serde::Deserialize;
use switchboard_core::event::Role;

/// An endpoint's options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    /// The user ids of everybody who answers for the business.
    agents: Option<Vec<String>>,
    /// The user ids of its bots.
    bots: Option<Vec<String>>,
    /// Takes the token from `Authorization` where there is no `Authentication`.
    #[serde(default)]
    pub(crate) accept_authorization: bool,
    /// Takes the encoded token without `Basic` in front.
    #[serde(default)]
    pub(crate) accept_bare_token: bool,
}

impl Options {
    /// What the user of this id is to the business: a webhook tells nothing but the id.
    ///
    /// Whoever is on neither list is a customer, but only when there are two lists: with one alone,
    /// it may as well be somebody of the other, and an agent must not pass for a customer.
    pub(crate) fn role(&self, id: &str) -> Role {
        let is_on =
            |list: &Option<Vec<String>>| list.iter().flatten().any(|listed| listed.as_str() == id);
        if is_on(&self.agents) {
            Role::Agent
        } else if is_on(&self.bots) {
            Role::Bot
        } else if self.agents.is_some() && self.bots.is_some() {
            Role::Contact
        } else {
            Role::Unknown
        }
    }
}
