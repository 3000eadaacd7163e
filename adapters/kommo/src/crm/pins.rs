//! Which account an endpoint is for.

use serde::Deserialize;
use switchboard_core::read::Id;
use switchboard_core::{Delivery, VerifyError};

use super::payload::{Heading, Item};
use super::read;

/// What a body must say of its account. Whoever knows the URL can say it too, so this guards against
/// mix-ups, not against forgery.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pins {
    /// Takes what this account sends, and nothing else.
    account_id: Option<Id>,
    /// Takes what the account of this subdomain sends, and nothing else.
    subdomain: Option<String>,
}

impl Pins {
    /// Refuses a body of another account, and one that does not say whose it is.
    pub(super) fn check(&self, delivery: &Delivery) -> Result<(), VerifyError> {
        if self.account_id.is_none() && self.subdomain.is_none() {
            return Ok(());
        }
        let payload = read::payload(delivery)
            .map_err(|_| VerifyError::looks_like("the body cannot be read for its account"))?;
        let heading = &payload.heading;
        if !payload
            .items
            .iter()
            .all(|item| self.is_by_account(heading, item))
        {
            return Err(VerifyError::looks_like(
                "`account[id]` is not the `account_id` of the endpoint's options",
            ));
        }
        if !self.is_by_subdomain(heading) {
            return Err(VerifyError::looks_like(
                "`account[subdomain]` is not the `subdomain` of the endpoint's options",
            ));
        }
        Ok(())
    }

    fn is_by_account(&self, heading: &Heading, item: &Item) -> bool {
        let Some(Id(pinned)) = &self.account_id else {
            return true;
        };
        let account = heading.account.clone().or_else(|| item.account());
        account.as_ref() == Some(pinned)
    }

    fn is_by_subdomain(&self, heading: &Heading) -> bool {
        let Some(pinned) = &self.subdomain else {
            return true;
        };
        let subdomain = heading.subdomain.as_deref();
        subdomain.is_some_and(|subdomain| subdomain.eq_ignore_ascii_case(pinned))
    }
}
