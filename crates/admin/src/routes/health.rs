//! `/livez` and `/readyz`

use serde_json::json;

use crate::answer::json;
use crate::api::Api;
use crate::call::Call;
use crate::error::ApiError;
use crate::route::Answer;

/// Whoever can answer is alive.
pub(crate) async fn live(_: &Api, _: Call) -> Answer {
    Ok(json(&json!({ "alive": true })))
}

/// Fails when an append would, without making one.
pub(crate) async fn ready(api: &Api, _: Call) -> Answer {
    api.ready().map_err(ApiError::Unavailable)?;
    Ok(json(&json!({ "ready": true })))
}
