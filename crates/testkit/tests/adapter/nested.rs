//! Adapters of bodies that are neither JSON nor a plain form; right, or wrong where the suite has to
//! look into them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Sample, Verified,
    VerifyError,
};

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Care {
    Right,
    /// Right as well: it does not look into what it keeps.
    LeavesTheText,
    LeavesATextOfLess,
    PanicsOnTheOdd,
    DropsTheOdd,
    Forgets,
}

/// A form with JSON in its one field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JsonInForm {
    care: Care,
}

impl ProviderAdapter for JsonInForm {
    const DESCRIPTOR: Descriptor = Descriptor::new("json-in-form", "JSON in a form")
        .unsigned()
        .redact(&["user.token"])
        .samples(&[Sample::new(
            "press",
            b"payload=%7B%22type%22%3A%22press%22%2C%22user%22%3A%7B%22id%22%3A%2217%22%7D%7D",
        )
        .with(&[("content-type", "application/x-www-form-urlencoded")])]);

    type Payload = Value;

    async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
        Ok(Verified::unsigned())
    }

    fn parse(&self, delivery: &Delivery) -> Result<Value, ParseError> {
        let mut fields: Value = delivery
            .form()
            .map(|(name, value)| (name.into_owned(), json!(value)))
            .collect();
        let payload = fields["payload"]
            .as_str()
            .map(serde_json::from_str::<Value>);
        if let Some(Ok(payload)) = payload {
            assert!(self.care != Care::PanicsOnTheOdd || payload["user"]["id"].is_string());
            fields["payload"] = match self.care {
                Care::Forgets => json!({"type": payload["type"], "user": payload["user"]["id"]}),
                Care::LeavesTheText => payload.to_string().into(),
                Care::LeavesATextOfLess => json!({"type": payload["type"]}).to_string().into(),
                Care::DropsTheOdd if !payload["type"].is_string() => Value::Null,
                _ => payload,
            };
        }
        Ok(fields)
    }

    fn normalize(&self, fields: Value) -> Vec<Draft> {
        if fields["payload"].is_null() && self.care == Care::DropsTheOdd {
            return Vec::new();
        }
        vec![Draft::unknown("form", fields, DedupKey::None)]
    }
}

/// A notification in XML, read by a search for its one element.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Soap {
    care: Care,
}

impl ProviderAdapter for Soap {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("soap", "Soap")
            .unsigned()
            .samples(&[Sample::new(
            "lead",
            b"<?xml version=\"1.0\"?><Note kind=\"lead\"><Id>17</Id><Name>A &amp; B</Name></Note>",
        )
        .with(&[("content-type", "text/xml")])]);

    type Payload = String;

    async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
        Ok(Verified::unsigned())
    }

    fn parse(&self, delivery: &Delivery) -> Result<String, ParseError> {
        let text = delivery.text()?.replace("&amp;", "&");
        let between = |start: &str, end: &str| Some(text.split_once(start)?.1.split_once(end)?.0);
        let id = between("<Id>", "</Id>").ok_or(ParseError::new("there is no Id"))?;
        assert!(self.care != Care::PanicsOnTheOdd || id.bytes().all(|byte| byte.is_ascii_digit()));
        let kind = between("kind=\"", "\"").unwrap_or_default();
        Ok(match self.care {
            Care::Forgets => id.to_owned(),
            Care::DropsTheOdd if kind != "lead" => String::new(),
            _ => text.clone(),
        })
    }

    fn normalize(&self, text: String) -> Vec<Draft> {
        if text.is_empty() {
            return Vec::new();
        }
        let facts: Vec<_> = text.split(['<', '>', '"']).collect();
        vec![Draft::unknown(
            "note",
            json!({ "facts": facts }),
            DedupKey::None,
        )]
    }
}
