//! A delivery as an operator may see it: no secrets, neither ours nor the provider's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Uri};
use serde::Serialize;
use serde_json::Value;

use super::super::redaction::Unknown;
use crate::config::EndpointConfig;
use crate::core::quarantine::{Suspect, SuspectCause, SuspectId};
use crate::core::{Delivery, Secret, Timestamp, redact};

/// What stands for what is not shown.
const HIDDEN: &str = "..";

/// In the names of headers that prove something, or that somebody could use.
const TELLING: [&str; 11] = [
    "auth",
    "cookie",
    "credential",
    "hmac",
    "key",
    "pass",
    "secret",
    "session",
    "sign",
    "token",
    "jwt",
];

/// One delivery in quarantine.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: SuspectId,
    endpoint: String,
    adapter: String,
    cause: SuspectCause,
    diagnosis: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
    receivedtime: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<String>,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    #[serde(flatten)]
    body: Body,
}

#[derive(Debug, Serialize)]
enum Body {
    /// Without what its adapter keeps out of events.
    #[serde(rename = "body")]
    Json(Value),
    /// What is no JSON.
    #[serde(rename = "body_base64")]
    Base64(String),
    /// Why it is not shown.
    #[serde(rename = "body_hidden")]
    Hidden(String),
}

impl Shown {
    /// `suspect` as it may be seen. `redact` are the names that its adapter and its endpoint's options
    /// keep out of events, where they are known.
    pub(super) fn new(
        id: SuspectId,
        suspect: &Suspect,
        redact: Result<Vec<String>, Unknown>,
        endpoint: Option<&EndpointConfig>,
        explanation: Option<String>,
    ) -> Self {
        let delivery = &suspect.delivery;
        let secrets = endpoint.map(secrets).unwrap_or_default();
        let headers = delivery.headers.iter();
        Self {
            id,
            endpoint: suspect.endpoint.clone(),
            adapter: suspect.adapter.clone(),
            cause: suspect.cause,
            diagnosis: suspect.diagnosis.clone(),
            explanation,
            receivedtime: delivery.received_at,
            caller: delivery.peer.map(|peer| peer.to_string()),
            method: delivery.method.to_string(),
            url: url(&delivery.url, &suspect.endpoint),
            headers: headers
                .map(|(name, value)| (name.to_string(), header(name, value, &secrets)))
                .collect(),
            body: body(delivery, redact, &secrets),
        }
    }

    /// Its lines in a table.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let mut fields = vec![
            ("id".to_owned(), self.id.to_string()),
            ("endpoint".to_owned(), self.endpoint.clone()),
            ("adapter".to_owned(), self.adapter.clone()),
            ("diagnosis".to_owned(), self.diagnosis.clone()),
        ];
        let mut some = |name: &str, value: Option<String>| {
            fields.extend(value.map(|value| (name.to_owned(), value)));
        };
        let explanation = self.explanation.as_ref();
        some(
            "explanation",
            explanation.map(|text| text.replace('\n', " ")),
        );
        some("received", Some(self.receivedtime.to_string()));
        some("caller", self.caller.clone());
        some("request", Some(format!("{} {}", self.method, self.url)));
        for (name, value) in &self.headers {
            some("header", Some(format!("{name}: {value}")));
        }
        let (name, value) = match &self.body {
            Body::Json(value) => ("body", value.to_string()),
            Body::Base64(text) => ("body, base64", text.clone()),
            Body::Hidden(why) => ("body", format!("not shown: {why}")),
        };
        some(name, Some(value));
        fields
    }
}

fn secrets(endpoint: &EndpointConfig) -> Vec<Secret> {
    let roles = endpoint.registration.descriptor.secrets.iter();
    let secrets = roles.filter_map(|role| endpoint.endpoint.secrets(*role).ok());
    let secrets = secrets.flatten().chain(&endpoint.path_tokens);
    secrets.cloned().collect()
}

/// Which endpoint it was sent to. What follows may be a path token or another secret.
fn url(url: &Uri, endpoint: &str) -> String {
    let known = format!("/in/{endpoint}");
    let rest = url.path().strip_prefix(&known);
    let path = match rest {
        Some("") => known,
        Some("/") => format!("{known}/"),
        Some(_) => format!("{known}/{HIDDEN}"),
        None => format!("/{HIDDEN}"),
    };
    match url.query() {
        Some(_) => format!("{path}?{HIDDEN}"),
        None => path,
    }
}

fn header(name: &HeaderName, value: &HeaderValue, secrets: &[Secret]) -> String {
    let is_telling = TELLING.iter().any(|part| name.as_str().contains(part));
    if is_telling || holds_a_secret(value.as_bytes(), secrets) {
        return HIDDEN.to_owned();
    }
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn body(delivery: &Delivery, redact: Result<Vec<String>, Unknown>, secrets: &[Secret]) -> Body {
    let names = match redact {
        Ok(names) => names,
        Err(error) => return Body::Hidden(error.to_string()),
    };
    if holds_a_secret(&delivery.body, secrets) {
        return Body::Hidden("a secret of the endpoint is in it".to_owned());
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    match redact::body(delivery, &names) {
        Err(error) => Body::Hidden(error.to_string()),
        Ok(shown) => match serde_json::from_slice(&shown) {
            Ok(value) => Body::Json(value),
            Err(_) => Body::Base64(STANDARD.encode(shown)),
        },
    }
}

fn holds_a_secret(bytes: &[u8], secrets: &[Secret]) -> bool {
    secrets
        .iter()
        .any(|secret| contains(bytes, secret.expose()))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::core::SecretRole;

    fn named(names: &[&str]) -> Result<Vec<String>, Unknown> {
        Ok(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn shown(delivery: Delivery, redact: Result<Vec<String>, Unknown>) -> Value {
        let suspect = Suspect {
            endpoint: "support".into(),
            adapter: "acme".into(),
            delivery,
            cause: SuspectCause::Refused,
            diagnosis: "signature mismatch".into(),
        };
        let shown = Shown::new(SuspectId(7), &suspect, redact, None, None);
        let lines: String = shown
            .fields()
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        let json = serde_json::to_value(&shown).unwrap();
        assert!(
            !lines.contains("hunter2") && !json.to_string().contains("hunter2"),
            "{json}"
        );
        json
    }

    #[test]
    fn headers_that_prove_something_are_not_shown() {
        let delivery = Delivery::post("{}")
            .to("https://hooks.example.com/in/support/hunter2?hunter2")
            .with("authorization", "hunter2")
            .with("cookie", "hunter2")
            .with("x-hub-signature-256", "hunter2")
            .with("x-api-key", "hunter2")
            .with("x-gitlab-token", "hunter2")
            .with("content-type", "application/json");

        let shown = shown(delivery, named(&[]));

        assert_eq!(shown["url"], "/in/support/..?..");
        assert_eq!(shown["headers"][0], json!(["authorization", ".."]));
        assert_eq!(
            shown["headers"][5],
            json!(["content-type", "application/json"])
        );
    }

    #[test]
    fn a_body_is_shown_without_what_its_adapter_hides() {
        let delivery = Delivery::post(
            r#"{"id":1,"list":[{"token":"hunter2"}],"user":{"key":"hunter2"},"key":2}"#,
        );

        let shown = shown(delivery, named(&["token", "user.key"]));

        let expected = json!({"id": 1, "list": [{}], "user": {}, "key": 2});
        assert_eq!(shown["body"], expected);
    }

    #[test]
    fn what_holds_a_secret_of_ours_is_not_shown() {
        let role = SecretRole::text("token", "anywhere");
        let ours = [Secret::new("test", role, "hunter2").unwrap()];
        let name = HeaderName::from_static("x-custom");

        let header = header(&name, &HeaderValue::from_static("a hunter2 b"), &ours);
        let body = body(&Delivery::post(r#"{"a":"hunter2"}"#), named(&[]), &ours);

        assert_eq!(header, HIDDEN);
        assert!(matches!(body, Body::Hidden(_)), "{body:?}");
    }

    #[test]
    fn a_body_that_is_no_json_is_base64_or_nothing() {
        let form = Delivery::post("a=1&token=hunter2")
            .with("content-type", "application/x-www-form-urlencoded");
        let plain = shown(Delivery::post("a=1"), named(&["token"]));
        let form = shown(form, named(&["token"]));
        let telling = shown(Delivery::post("token=hunter2"), named(&["token"]));

        assert_eq!(plain["body_base64"], "YT0x");
        assert_eq!(form["body_base64"], "YT0x");
        assert!(telling["body_hidden"].is_string(), "{telling}");
        for unknown in [Unknown::Adapter, Unknown::Options] {
            let hidden = shown(Delivery::post(r#"{"token":"hunter2"}"#), Err(unknown));
            assert_eq!(hidden["body_hidden"], unknown.to_string());
        }
    }
}
