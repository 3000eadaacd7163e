//! Suspects to try a quarantine with, and its calls in the words of the suite.

use switchboard_core::Delivery;
use switchboard_core::quarantine::{
    Bounds, Held, Listing, Quarantine, Suspect, SuspectCause, SuspectId,
};

pub(super) use crate::promise::{Broken, Checked, same};

/// Room for everything, unless a promise is about room.
pub(super) const AMPLE: Bounds = Bounds {
    deliveries: 1000,
    bytes: 1 << 20,
};

/// So many deliveries, of any size.
pub(super) fn so_many(deliveries: u64) -> Bounds {
    Bounds {
        deliveries,
        ..AMPLE
    }
}

/// A refused delivery of this body.
pub(super) fn refused(body: impl Into<bytes::Bytes>) -> Suspect {
    Suspect {
        endpoint: "support".into(),
        adapter: "acme".into(),
        delivery: Delivery::post(body).to("/in/support"),
        cause: SuspectCause::Refused,
        diagnosis: "signature mismatch".into(),
    }
}

/// One of this body that nobody could verify.
pub(super) fn unverified(body: impl Into<bytes::Bytes>) -> Suspect {
    Suspect {
        cause: SuspectCause::Unavailable,
        diagnosis: "no key".into(),
        ..refused(body)
    }
}

/// The same suspect, of another endpoint.
pub(super) fn of(endpoint: &str, suspect: Suspect) -> Suspect {
    Suspect {
        endpoint: endpoint.into(),
        ..suspect
    }
}

/// Everything that is held.
pub(super) async fn held(quarantine: &impl Quarantine) -> Checked<Vec<Held>> {
    Ok(quarantine.list(&Listing::first(usize::MAX)).await?)
}

/// The ids of all that is held.
pub(super) async fn ids(quarantine: &impl Quarantine) -> Checked<Vec<SuspectId>> {
    Ok(held(quarantine).await?.iter().map(|held| held.id).collect())
}

/// The one of this id, which must be held.
pub(super) async fn got(quarantine: &impl Quarantine, id: SuspectId) -> Checked<Suspect> {
    let suspect = quarantine.get(id).await?;
    suspect.ok_or_else(|| Broken::new(format!("{id} is listed and cannot be had")))
}

/// The bodies of all that is held, for those that are text.
pub(super) async fn bodies(quarantine: &impl Quarantine) -> Checked<Vec<String>> {
    let mut bodies = Vec::new();
    for id in ids(quarantine).await? {
        let body = got(quarantine, id).await?.delivery.body;
        bodies.push(String::from_utf8_lossy(&body).into_owned());
    }
    Ok(bodies)
}
