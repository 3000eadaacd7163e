//! Twilio messaging: a signature over URL and sorted parameters, and a reply that must not be text.

use std::fmt::Write as _;

use http::Uri;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use switchboard_core::event::{Content, Direction, Message, Party, Role};
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, Kept, ParseError, ProviderAdapter,
    Reply, Sample, SecretRole, Verified, VerifyError, register_adapter,
};

use crate::{build, events};

register_adapter!(Twilio);

const AUTH_TOKEN: SecretRole = SecretRole::text("auth_token", "Console > Account > API keys");

static SIGNATURE: HmacScheme = HmacScheme::sha1(AUTH_TOKEN, "x-twilio-signature").base64();

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Twilio {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sms {
    account_sid: Option<String>,
    message_sid: String,
    /// Stands in a status callback only.
    message_status: Option<String>,
    from: String,
    to: String,
    body: Option<String>,
}

impl ProviderAdapter for Twilio {
    const DESCRIPTOR: Descriptor = Descriptor::new("twilio", "Twilio Messaging")
        .methods(&["GET", "POST"])
        .secrets(&[AUTH_TOKEN])
        .samples(&[Sample::new(
            "sms",
            b"AccountSid=AC1&MessageSid=SM1&From=%2B1415&To=%2B1800&Body=hi",
        )
        .with(&[("content-type", "application/x-www-form-urlencoded")])]);
    type Payload = Kept<Sms>;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let parameters = signed_parameters(delivery)?;
        let messages = spellings(&delivery.url).map(|url| url + &parameters);
        SIGNATURE.verify_any(delivery, endpoint, messages)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        let message = delivery.url.to_string() + &signed_parameters(delivery).ok()?;
        SIGNATURE.sign_message(delivery, endpoint, message.as_bytes())
    }

    /// A plain text would be sent to the customer.
    fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        Reply::xml("<Response/>")
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Sms>, ParseError> {
        let fields = delivery
            .form()
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        Ok(Kept::read(Value::Object(fields))?)
    }

    fn normalize(&self, payload: Kept<Sms>) -> Vec<Draft> {
        let Kept {
            value: sms,
            rest,
            raw,
        } = payload;
        let draft = match sms.message_status {
            Some(status) => {
                let key = DedupKey::provider([sms.message_sid, status]);
                Draft::unknown("message_status", raw, key)
            }
            None => {
                let key = DedupKey::provider([&sms.message_sid]);
                let mut message =
                    Message::new(Direction::Inbound, by_phone(Role::Contact, &sms.from));
                message.recipients = vec![by_phone(Role::Unknown, &sms.to)];
                message.conversation.id = Some(sms.from);
                message.conversation.inbox = Some(sms.to);
                message.message = Content {
                    id: Some(sms.message_sid),
                    text: sms.body,
                    ..Content::default()
                };
                Draft::new(message.created(), key).rest(rest)
            }
        };
        vec![draft.account(sms.account_sid)]
    }
}

/// Sorted by name and then by value, each pair once; none where the URL carries the body's hash.
fn signed_parameters(delivery: &Delivery) -> Result<String, VerifyError> {
    if let Some(hash) = delivery.query_value("bodySHA256") {
        let is_ours = *hash == hex::encode(Sha256::digest(&delivery.body));
        return is_ours
            .then(String::new)
            .ok_or(VerifyError::looks_like("another body was hashed"));
    }
    let mut pairs: Vec<_> = delivery.form().collect();
    pairs.sort();
    pairs.dedup();
    Ok(pairs
        .into_iter()
        .fold(String::new(), |mut joined, (name, value)| {
            write!(joined, "{name}{value}").expect("a String takes every write");
            joined
        }))
}

/// The URL as it is, and with its default port written or left out: Twilio does either.
fn spellings(url: &Uri) -> [String; 2] {
    let scheme = url.scheme_str().unwrap_or("https");
    let default_port = if scheme == "http" { 80 } else { 443 };
    let host = url.host().unwrap_or_default();
    let target = url.path_and_query().map_or("", |target| target.as_str());
    let other = match url.port_u16() {
        None => format!("{scheme}://{host}:{default_port}{target}"),
        Some(port) if port == default_port => format!("{scheme}://{host}{target}"),
        Some(_) => url.to_string(),
    };
    [url.to_string(), other]
}

fn by_phone(role: Role, phone: &str) -> Party {
    Party {
        phone: Some(phone.to_owned()),
        ..Party::new(role)
    }
}

const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const CALL: &str = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309";

fn endpoint() -> Endpoint {
    Endpoint::fixed(crate::NOW).with_secret_text(AUTH_TOKEN, "12345")
}

/// The vectors of Twilio's documentation and of its Python library.
#[tokio::test]
async fn public_vectors_verify() {
    let docs = CALL.replace("14158675309", "12349013030");
    let hashed = format!(
        "{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    );
    let sid = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234";
    for (url, body, signature) in [
        (URL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (
            "https://mycompany.com:443/myapp.php?foo=1&bar=2",
            CALL,
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        (
            "http://mycompany.com/myapp.php?foo=1&bar=2",
            CALL,
            "0ZXoZLH/DfblKGATFgpif+LLRf4=",
        ),
        (
            "http://mycompany.com:1234/myapp.php?foo=1&bar=2",
            CALL,
            "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
        ),
        (URL, &docs, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        (URL, sid, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        (
            &hashed,
            r#"{"property": "value", "boolean": true}"#,
            "a9nBmqA0ju/hNViExpshrM61xv4=",
        ),
    ] {
        let delivery = Delivery::post(body.to_owned())
            .to(url)
            .with("x-twilio-signature", signature);

        let verified = ProviderAdapter::verify(&Twilio {}, &delivery, &endpoint()).await;

        assert_eq!(verified.expect(url).scheme, "hmac-sha1");
    }
}

#[tokio::test]
async fn another_url_or_another_parameter_is_a_mismatch() {
    let signed = Delivery::post(CALL).with("x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    let hash = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    let mut more = signed.clone().to(URL);
    more.body = format!("{CALL}&Extra=1").into();
    for forged in [
        signed
            .clone()
            .to("http://mycompany.com/myapp.php?foo=1&bar=2"),
        signed
            .clone()
            .to("https://mycompany.com:8443/myapp.php?foo=1&bar=2"),
        signed
            .clone()
            .to("https://mycompany.com/myapp.php?bar=2&foo=1"),
        signed.to(&format!("{URL}&{hash}")),
        more,
    ] {
        let refused = ProviderAdapter::verify(&Twilio {}, &forged, &endpoint()).await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn an_sms_is_a_message_and_its_reply_is_empty_xml() {
    let twilio = build("twilio", &json!({}));
    let sample = twilio.descriptor().samples[0].delivery().to(URL);
    let delivery = twilio
        .sign(&sample, &endpoint())
        .expect("there is a secret");

    let reply = twilio.reply(&delivery, &endpoint());
    let events = events(&*twilio, &delivery);

    assert!(twilio.verify(&delivery, &endpoint()).await.is_ok());
    assert_eq!(reply.content_type(), Some("text/xml; charset=utf-8"));
    assert_eq!(reply.body(), "<Response/>");
    assert_eq!(events[0].id, "message.created:SM1");
    assert_eq!(events[0].source, "/twilio/test/AC1");
    assert_eq!(events[0].data["message"]["text"], "hi");
    assert_eq!(events[0].data["actor"]["phone"], "+1415");
}

#[test]
fn a_status_is_an_event_of_its_own_and_an_odd_form_is_undecoded() {
    let twilio = build("twilio", &json!({}));
    let status = Delivery::post("MessageSid=SM1&MessageStatus=sent&From=a&To=b");

    let events = events(&*twilio, &status);
    let error = twilio.decode(&Delivery::post("From=a")).unwrap_err();

    assert_eq!(events[0].id, "provider.event:SM1:sent");
    assert_eq!(events[0].data["kind"], "message_status");
    assert_eq!(error.to_string(), "missing field `MessageSid`");
}
