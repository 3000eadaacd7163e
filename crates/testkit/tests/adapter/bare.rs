//! An adapter without signatures, for forms; right or wrong.

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample, Verified,
    VerifyError,
};

const SAMPLES: &[Sample] = &[Sample::new(
    "added",
    b"type=lead&leads[add][0][id]=7&leads[add][0][name]=A+B&token=t",
)
.with(&[("content-type", "application/x-www-form-urlencoded")])];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bare<const IS_RIGHT: bool> {}

impl<const IS_RIGHT: bool> ProviderAdapter for Bare<IS_RIGHT> {
    const DESCRIPTOR: Descriptor =
        Descriptor::new(if IS_RIGHT { "bare" } else { "Bare_Hooks" }, "Bare Hooks")
            .unsigned()
            // Events of the wrong one lack what our own `kind` says.
            .redact(if IS_RIGHT {
                &["token"]
            } else {
                &["kind", "token"]
            })
            .samples(SAMPLES);

    type Payload = Vec<(String, String)>;

    async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
        Ok(if IS_RIGHT {
            Verified::unsigned()
        } else {
            Verified::new("trust")
        })
    }

    fn parse(&self, delivery: &Delivery) -> Result<Self::Payload, ParseError> {
        let owned = |(name, value): (_, _)| (String::from(name), String::from(value));
        Ok(delivery.form().map(owned).collect())
    }

    fn normalize(&self, pairs: Self::Payload) -> Vec<Draft> {
        let fields: Value = pairs
            .into_iter()
            .map(|(name, value)| (name, json!(value)))
            .collect();
        vec![Draft::unknown("form", fields, DedupKey::None)]
    }
}
