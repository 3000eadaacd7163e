//! `/api/v1/quarantine`

use serde::Deserialize;
use serde_json::json;
use switchboard_core::host::{Host, ReverifyError, Selection};
use switchboard_core::quarantine::{Listing, Ring, SuspectId};

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;

/// Which quarantined deliveries: some, those of an endpoint, or all.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Which {
    ids: Option<Vec<SuspectId>>,
    endpoint: Option<String>,
    all: bool,
}

/// What is held, the oldest first, without a word of what was sent.
pub(crate) async fn list(api: &Api, mut call: Call) -> Answer {
    let after = SuspectId(call.query.take("after")?.unwrap_or_default());
    let mut listing = Listing::first(call.query.limit()?).after(after);
    listing.endpoint = call.query.take("endpoint")?;
    let named: Option<String> = call.query.take("ring")?;
    listing.ring = named.as_deref().map(ring).transpose()?;
    call.query.end()?;
    let quarantine = host(api)?.quarantine().ok_or(ReverifyError::Off);
    let held = quarantine.map_err(failed)?.list(&listing).await;
    let held = held.map_err(|error| failed(error.into()))?;
    let next = held.last().map_or(after, |held| held.id);
    Ok(json(&json!({ "quarantine": held, "next": next })))
}

/// Verifies again, by the secrets of today. What is genuine is stored.
pub(crate) async fn reverify(api: &Api, call: Call) -> Answer {
    let host = host(api)?;
    let selection = match call.read::<Which>()? {
        Which {
            ids: Some(ids),
            endpoint: None,
            all: false,
        } => Selection::Ids(ids),
        Which {
            ids: None,
            endpoint: Some(endpoint),
            all: false,
        } => Selection::Endpoint(endpoint),
        Which {
            ids: None,
            endpoint: None,
            all: true,
        } => Selection::All,
        _ => {
            return Err(ApiError::bad(
                "one of `ids`, `endpoint` and `all` is wanted",
            ));
        }
    };
    let reverified = host.reverify(&selection).await.map_err(failed)?;
    let unproven = reverified.unproven.iter().map(|one| {
        json!({
            "id": one.id,
            "endpoint": one.endpoint,
            "cause": one.cause,
            "diagnosis": one.diagnosis,
        })
    });
    Ok(json(&json!({
        "accepted": reverified.accepted,
        "unproven": unproven.collect::<Vec<_>>(),
        "missing": reverified.missing,
    })))
}

fn host(api: &Api) -> Result<&Host, ApiError> {
    let none_runs = || ApiError::Conflict("no gateway runs here".to_owned());
    api.host().map(|host| &**host).ok_or_else(none_runs)
}

fn failed(error: ReverifyError) -> ApiError {
    match error {
        ReverifyError::Off => ApiError::NotFound(error.to_string()),
        error => ApiError::Unavailable(error.to_string()),
    }
}

/// The ring called `name`.
fn ring(name: &str) -> Result<Ring, ApiError> {
    serde_json::from_value(name.into()).map_err(|error| ApiError::bad(format!("`ring`: {error}")))
}
