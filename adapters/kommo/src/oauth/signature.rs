//! The signature in the query: of the integration and the account, by the integration's secret.

use switchboard_core::{Delivery, Endpoint, HmacScheme, Verified, VerifyError};

use super::INTEGRATION_SECRET;
use super::query::{self, Disconnected};

/// The scheme reads a header; [`presented`] puts what the query has there.
const SIGNATURE: &str = "signature";

static HEX_SHA256: HmacScheme = HmacScheme::sha256(INTEGRATION_SECRET, SIGNATURE);

/// Proves that somebody who has the integration's secret signed the query.
///
/// Kommo's text says that the two are concatenated, its example puts a `|` between them. Without one
/// a digit could move from the one to the other under the same signature, so only the example counts.
pub(super) fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    let presented = presented(delivery)?;
    let hook = Disconnected::read(delivery).map_err(VerifyError::missing)?;
    let Disconnected { account, client } = &hook;
    match HEX_SHA256.verify_any(&presented, endpoint, [message(&hook)]) {
        Ok(verified) => Ok(verified.account(account)),
        Err(VerifyError::Mismatch { .. }) => {
            let joined = [format!("{client}{account}"), format!("{account}|{client}")];
            Err(match HEX_SHA256.verify_any(&presented, endpoint, joined) {
                Ok(_) => VerifyError::looks_like("computed over another order, or without the `|`"),
                Err(error) => error,
            })
        }
        Err(error) => Err(error),
    }
}

/// Signs the query's integration and account; a signature that is there is replaced.
pub(super) fn sign(delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
    let hook = Disconnected::read(delivery).ok()?;
    let signature = HEX_SHA256.signature_of(message(&hook).as_bytes(), endpoint)?;
    let url = delivery.url.to_string();
    let (path, query) = url.split_once('?')?;
    // Names are compared decoded, as `only` counts them.
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let others = pairs
        .zip(delivery.query())
        .filter(|(_, (name, _))| name != SIGNATURE);
    let query: String = others.map(|(pair, _)| format!("{pair}&")).collect();
    let url = format!("{path}?{query}{SIGNATURE}={signature}");
    Some(delivery.clone().to(&url))
}

fn message(hook: &Disconnected) -> String {
    format!("{}|{}", hook.client, hook.account)
}

fn presented(delivery: &Delivery) -> Result<Delivery, VerifyError> {
    let missing = |_| VerifyError::missing(SIGNATURE);
    let signature = query::only(delivery, SIGNATURE).map_err(VerifyError::missing)?;
    let mut presented = delivery.clone();
    let value = signature.parse().map_err(missing)?;
    presented.headers.insert(SIGNATURE, value);
    Ok(presented)
}
