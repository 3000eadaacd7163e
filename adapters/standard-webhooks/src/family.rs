//! The two families of headers: the specification's, and Svix's own from before it.

use switchboard_core::{Delivery, HmacScheme, Unit, VerifyError};

use crate::proof::{SECRET, Tolerance};

/// Three headers that belong together: one family's are never taken for the other's.
pub(crate) struct Family {
    id: &'static str,
    timestamp: &'static str,
    pub(crate) signature: &'static str,
    signs: &'static str,
}

const STANDARD: Family = Family {
    id: "webhook-id",
    timestamp: "webhook-timestamp",
    signature: "webhook-signature",
    signs: "{header:webhook-id}.{timestamp}.{body}",
};

const SVIX: Family = Family {
    id: "svix-id",
    timestamp: "svix-timestamp",
    signature: "svix-signature",
    signs: "{header:svix-id}.{timestamp}.{body}",
};

impl Family {
    /// The family of `delivery`: Svix's where there is something of it and nothing of the
    /// specification's. Some senders send both.
    pub(crate) fn of(delivery: &Delivery) -> &'static Self {
        let has = |family: &Self| {
            let mut names = [family.id, family.timestamp, family.signature].into_iter();
            names.any(|name| delivery.headers.contains_key(name))
        };
        if has(&SVIX) && !has(&STANDARD) {
            &SVIX
        } else {
            &STANDARD
        }
    }

    /// What tells the webhook from all others.
    ///
    /// # Errors
    ///
    /// `Missing` when it is absent, repeated, empty, not visible ASCII without blanks, or has a
    /// time in it: `a.1764000000` may have been signed as the id `a` at that time, and what follows
    /// as the body.
    pub(crate) fn id<'a>(&self, delivery: &'a Delivery) -> Result<&'a str, VerifyError> {
        let id = delivery.required_header(self.id)?;
        let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain || id.split('.').skip(1).any(may_be_a_time) {
            return Err(VerifyError::missing(self.id));
        }
        Ok(id)
    }

    /// `delivery` with an id of `now`, where it has none.
    pub(crate) fn identified(&self, delivery: &Delivery, now: i64) -> Delivery {
        if delivery.headers.contains_key(self.id) {
            delivery.clone()
        } else {
            delivery.clone().with(self.id, &format!("msg_{now}"))
        }
    }

    /// The symmetric signatures, `v1`.
    pub(crate) fn scheme(&self, Tolerance(seconds): Tolerance) -> HmacScheme {
        HmacScheme::sha256(SECRET, self.signature)
            .base64()
            .prefix("v1,")
            .separator(' ')
            .signs(self.signs)
            .timestamp(self.timestamp, Unit::Seconds, seconds.into())
    }
}

/// Unix seconds have ten digits since 2001.
fn may_be_a_time(text: &str) -> bool {
    text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}
