//! An adapter whose provider sends a token in the query, and proves nothing else.

use serde::Deserialize;
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, Kept, ParseError, ProviderAdapter, Sample,
    SecretRole, Verified, VerifyError,
};

const TOKEN: SecretRole = SecretRole::text("token", "anywhere");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {}

#[derive(Debug, Deserialize)]
pub(crate) struct Hook {}

impl ProviderAdapter for Token {
    const DESCRIPTOR: Descriptor = Descriptor::new("token", "Token")
        .secrets(&[TOKEN])
        .samples(&[Sample::new("ping", br#"{"type":"ping"}"#)]);

    type Payload = Kept<Hook>;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let token = delivery.query_value("token");
        let token = token.ok_or_else(|| VerifyError::missing("token"))?;
        endpoint.matching(TOKEN, token.as_bytes())
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        let [token, ..] = endpoint.secrets(TOKEN).ok()? else {
            return None;
        };
        let token = str::from_utf8(token.expose()).ok()?;
        Some(delivery.clone().to(&format!("/?token={token}")))
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
        delivery.json()
    }

    fn normalize(&self, hook: Kept<Hook>) -> Vec<Draft> {
        vec![Draft::unknown("ping", hook.raw, DedupKey::None)]
    }
}
