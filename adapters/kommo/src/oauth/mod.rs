//! The hook of an integration that an account disconnected: its tokens are void.
//!
//! The only signed one of Kommo's CRM side, and the only `GET`: everything is in the query.

mod query;
mod signature;

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::event::Installation;
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample,
    SecretRole, Verified, VerifyError, register_adapter,
};

use query::Disconnected;

register_adapter!(KommoOauth);

const INTEGRATION_SECRET: SecretRole = SecretRole::text(
    "integration_secret",
    "The integration's secret key, on its tab of keys",
);

/// Kommo's hook of a disconnected integration. It has no options.
///
/// Signed by HMAC-SHA256. By [amoCRM's page on OAuth][page], read in November 2026.
///
/// [page]: https://www.amocrm.ru/developers/content/oauth/step-by-step
///
/// ```
/// use switchboard_adapter_kommo::oauth::{KommoOauth, Payload};
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let kommo = KommoOauth {};
/// let secret = KommoOauth::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(secret, "an invented secret");
///
/// // A `GET`: the signature stands in the query with all the rest.
/// let disconnected = KommoOauth::DESCRIPTOR.samples[0].delivery();
/// let signed = kommo.sign(&disconnected, &endpoint).ok_or("no secret")?;
/// assert!(signed.query_value("signature").is_some());
/// kommo.verify(&signed, &endpoint).await?;
///
/// let payload: Payload = kommo.parse(&signed)?;
/// let drafts = kommo.normalize(payload);
/// assert_eq!(drafts[0].data.kind(), "app.uninstalled");
/// assert_eq!(drafts[0].account.as_deref(), Some("30441694"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KommoOauth {}

/// What the query says: what [`KommoOauth`] parses.
#[derive(Debug)]
pub struct Payload {
    disconnected: Disconnected,
    rest: Map<String, Value>,
}

impl ProviderAdapter for KommoOauth {
    const DESCRIPTOR: Descriptor = Descriptor::new("kommo-oauth", "Kommo OAuth")
        .methods(&["GET"])
        .secrets(&[INTEGRATION_SECRET])
        .samples(SAMPLES)
        .docs(
            "https://www.amocrm.ru/developers/content/oauth/step-by-step",
            "2026-11",
        );

    type Payload = Payload;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        signature::verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        signature::sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Ok(Payload {
            disconnected: Disconnected::read(delivery)
                .map_err(|name| ParseError::new(format!("`{name}` is not in the query once")))?,
            rest: query::rest(delivery),
        })
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        let Disconnected { account, client } = payload.disconnected;
        let mut installation = Installation::default();
        installation.app.id = Some(client);
        // It says no time: disconnected again after it was connected again, it reads the same.
        let draft = Draft::new(installation.uninstalled(), DedupKey::None).account(Some(account));
        let is_all_told = payload.rest.is_empty();
        vec![if is_all_told {
            draft
        } else {
            draft.rest(Value::Object(payload.rest))
        }]
    }
}

const SAMPLES: &[Sample] = &[Sample::get(
    "disconnected",
    "account_id=30441694&client_uuid=5a1f4c0e-1111-4222-8333-9d9d9d9d9d9d",
)];
