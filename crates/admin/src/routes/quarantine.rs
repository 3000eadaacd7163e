//! `/api/v1/quarantine`

use serde::Deserialize;
use serde_json::json;
use switchboard_core::host::{ReverifyError, Selection};
use switchboard_core::quarantine::SuspectId;

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

/// Verifies again, by the secrets of today. What is genuine is stored.
pub(crate) async fn reverify(api: &Api, call: Call) -> Answer {
    let none_runs = || ApiError::Conflict("no gateway runs here".to_owned());
    let host = api.host().ok_or_else(none_runs)?;
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
    let reverified = host
        .reverify(&selection)
        .await
        .map_err(|error| match error {
            ReverifyError::Off => ApiError::NotFound(error.to_string()),
            error => ApiError::Unavailable(error.to_string()),
        })?;
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
