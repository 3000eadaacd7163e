//! An adapter without signatures whose option pins it to one account; right or wrong.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Verified,
    VerifyError,
};

const ACCOUNT: &str = "account[id]";

/// Where the account stands in the query.
const ACCOUNT_IN_QUERY: &str = "for";

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Pin {
    Right,
    Forgotten,
    OptionalInTheBody,
    SoughtInTheQuery,
    SoughtInHeaders,
    SoughtByItsLastStep,
    OfTheQuery,
    OfTheQueryOrTheBody,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pinned {
    account_id: String,
    pin: Pin,
}

impl ProviderAdapter for Pinned {
    const DESCRIPTOR: Descriptor = Descriptor::new("pinned", "Pinned").unsigned();

    type Payload = Vec<(String, String)>;

    async fn verify(&self, delivery: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
        let payload = self.parse(delivery).map_err(|_| VerifyError::mismatch())?;
        let say = |field| payload.iter().find(|(name, _)| name == field);
        let said = say(ACCOUNT).map(|(_, value)| value.as_str());
        let asked = delivery.query_value(ACCOUNT_IN_QUERY);
        let said = match self.pin {
            Pin::OfTheQuery | Pin::OfTheQueryOrTheBody => asked.as_deref(),
            _ => said,
        };
        let pinned = Some(self.account_id.as_str());
        let is_sought = match self.pin {
            Pin::Right | Pin::OfTheQuery => false,
            Pin::OfTheQueryOrTheBody => {
                say(ACCOUNT_IN_QUERY).is_some_and(|(_, value)| Some(value.as_str()) == pinned)
            }
            Pin::Forgotten => true,
            Pin::OptionalInTheBody => said.is_none(),
            Pin::SoughtInTheQuery => delivery.query_value(ACCOUNT).as_deref() == pinned,
            Pin::SoughtInHeaders => delivery.header("id") == pinned,
            Pin::SoughtByItsLastStep => delivery
                .query()
                .any(|(name, value)| name == "id" && Some(&*value) == pinned),
        };
        if said == pinned || is_sought {
            return Ok(Verified::unsigned());
        }
        Err(VerifyError::mismatch())
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
