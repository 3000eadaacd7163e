//! The webhooks of phone numbers, senders and messaging services: what comes in, how far what went
//! out came, and calls.

use serde::Deserialize;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Redelivery, Reply, Sample,
    Verified, VerifyError, register_adapter,
};

use crate::payload::Payload;
use crate::signature::{self, AUTH_TOKEN};
use crate::{call, normalize};

register_adapter!(Twilio);

/// Twilio's messaging and voice webhooks, and an endpoint's options.
///
/// Signed by HMAC-SHA1 of the URL and the form's pairs, without a time. By [Twilio's page on
/// security][page], read in November 2026.
///
/// | option | default | |
/// |---|---|---|
/// | `call_response` | `"<Response/>"` | TwiML for an incoming call, which ends at once by default |
///
/// [page]: https://www.twilio.com/docs/usage/webhooks/webhooks-security
///
/// ```
/// use serde_json::json;
/// use switchboard_adapter_twilio::Payload;
/// use switchboard_adapter_twilio::messaging::Twilio;
/// use switchboard_core::{Data, Endpoint, ProviderAdapter as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let twilio: Twilio = serde_json::from_value(json!({}))?;
/// let token = Twilio::DESCRIPTOR.secrets[0];
/// let endpoint = Endpoint::fixed(1_764_000_000).with_secret_text(token, "an invented token");
///
/// // The URL is signed too, as the outside world knows it.
/// let sms = Twilio::DESCRIPTOR.samples[0].delivery().to("https://hooks.example.com/in/sms");
/// let signed = twilio.sign(&sms, &endpoint).ok_or("no token")?;
/// assert_eq!(twilio.verify(&signed, &endpoint).await?.scheme, "hmac-sha1");
/// let elsewhere = signed.clone().to("https://hooks.example.com/in/other");
/// assert!(twilio.verify(&elsewhere, &endpoint).await.is_err());
/// assert!(twilio.reply(&signed, &endpoint).body().ends_with(b"<Response/>"), "nothing is said");
///
/// let payload: Payload = twilio.parse(&signed)?;
/// let drafts = twilio.normalize(payload);
/// let Data::Message(_, message) = &drafts[0].data else { panic!("{drafts:?}") };
/// assert_eq!(message.actor.phone.as_deref(), Some("+15550100"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twilio {
    /// What is done with a call: TwiML.
    #[serde(default)]
    call_response: Twiml,
}

/// A document that tells Twilio what to do.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Twiml(String);

/// Do nothing: send no message, and end the call.
const NOTHING: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

impl Default for Twiml {
    fn default() -> Self {
        Self(NOTHING.to_owned())
    }
}

impl TryFrom<String> for Twiml {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let root = text.trim_start();
        let root = match root.strip_prefix("<?xml") {
            Some(declared) => declared
                .split_once("?>")
                .map_or("", |(_, root)| root.trim_start()),
            None => root,
        };
        let is_closed = root.trim_end().ends_with("</Response>");
        if root.starts_with("<Response>") && is_closed || root.trim_end() == "<Response/>" {
            Ok(Self(text))
        } else {
            Err("TwiML is a document such as `<Response><Reject/></Response>`")
        }
    }
}

impl ProviderAdapter for Twilio {
    const DESCRIPTOR: Descriptor = Descriptor::new("twilio", "Twilio Messaging and Voice")
        .methods(&["GET", "POST"])
        // Again by itself only where no connection came about, unless the URL asks for more.
        .answers_within(15, Redelivery::Never)
        .secrets(&[AUTH_TOKEN])
        .samples(SAMPLES)
        .docs(
            "https://www.twilio.com/docs/usage/webhooks/webhooks-security",
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

    /// A plain text would be sent to the customer as a message, so what is to be answered is answered
    /// in TwiML; what only tells of something gets nothing.
    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        let Ok(payload) = Payload::read(delivery) else {
            return Reply::no_content();
        };
        match payload.fields() {
            Some(fields) if call::is_incoming(fields) => Reply::xml(self.call_response.0.clone()),
            Some(fields) if !normalize::only_tells(fields) => Reply::xml(NOTHING),
            _ => Reply::no_content(),
        }
    }

    fn parse(&self, delivery: &Delivery) -> Result<Payload, ParseError> {
        Payload::read(delivery)
    }

    fn normalize(&self, payload: Payload) -> Vec<Draft> {
        normalize::drafts(payload)
    }
}

macro_rules! sample {
    ($name:literal, $token:literal) => {
        Sample::new(
            $name,
            include_bytes!(concat!("samples/messaging/", $name, ".form")),
        )
        .with(&[
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
            ("i-twilio-idempotency-token", $token),
        ])
    };
}

const SAMPLES: &[Sample] = &[
    sample!("sms", "0f3c9d52-7a41-4e8b-9c60-000000000001"),
    sample!("mms", "0f3c9d52-7a41-4e8b-9c60-000000000002"),
    sample!("whatsapp", "0f3c9d52-7a41-4e8b-9c60-000000000003"),
    sample!("whatsapp-button", "0f3c9d52-7a41-4e8b-9c60-000000000004"),
    sample!("whatsapp-location", "0f3c9d52-7a41-4e8b-9c60-000000000005"),
    sample!("whatsapp-reply", "0f3c9d52-7a41-4e8b-9c60-000000000006"),
    sample!("status-sent", "0f3c9d52-7a41-4e8b-9c60-000000000007"),
    sample!("status-delivered", "0f3c9d52-7a41-4e8b-9c60-000000000008"),
    sample!("status-read", "0f3c9d52-7a41-4e8b-9c60-000000000009"),
    sample!("status-undelivered", "0f3c9d52-7a41-4e8b-9c60-000000000010"),
    sample!("call", "0f3c9d52-7a41-4e8b-9c60-000000000011"),
    sample!("call-completed", "0f3c9d52-7a41-4e8b-9c60-000000000012"),
];
