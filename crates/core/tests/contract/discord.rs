//! Discord interactions: Ed25519, a signed handshake, and a reply that depends on the payload.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::Deserialize;
use serde_json::json;
use switchboard_core::read::Time;
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, Kept, ParseError, ProviderAdapter, Redelivery,
    Reply, Sample, Secret, SecretRole, Verified, VerifyError, register_adapter,
};

use crate::{build, events};

register_adapter!(Discord);

const PUBLIC_KEY: SecretRole = SecretRole::text(
    "public_key",
    "Developer Portal > Application > General Information",
);

const PING: u8 = 1;
const COMPONENT: u8 = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Discord {}

#[derive(Debug, Deserialize)]
struct Interaction {
    #[serde(rename = "type")]
    kind: u8,
    /// Absent in a ping.
    id: Option<String>,
}

impl ProviderAdapter for Discord {
    const DESCRIPTOR: Descriptor = Descriptor::new("discord", "Discord Interactions")
        .answers_within(3, Redelivery::Never)
        .secrets(&[PUBLIC_KEY])
        .samples(&[Sample::new(
            "command",
            br#"{"type":2,"id":"846462639134605312"}"#,
        )]);
    type Payload = Kept<Interaction>;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let signature = delivery.required_header("x-signature-ed25519")?;
        let timestamp = delivery.required_header("x-signature-timestamp")?;
        let signature = hex::decode(signature)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .ok_or(VerifyError::mismatch())?;
        let message = [timestamp.as_bytes(), &delivery.body].concat();
        for secret in endpoint.secrets(PUBLIC_KEY)? {
            if key(secret)?.verify_strict(&message, &signature).is_ok() {
                let verified = Verified::new("ed25519").by(secret);
                let Time(signed_at) = Time::read(timestamp);
                return Ok(signed_at.map_or(verified.clone(), |signed_at| verified.at(signed_at)));
            }
        }
        Err(VerifyError::mismatch())
    }

    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        match self
            .parse(delivery)
            .map(|interaction| interaction.value.kind)
        {
            Ok(PING) => Reply::json(r#"{"type":1}"#),
            Ok(COMPONENT) => Reply::json(r#"{"type":6}"#),
            _ => Reply::json(r#"{"type":5}"#),
        }
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Interaction>, ParseError> {
        delivery.json()
    }

    fn normalize(&self, payload: Kept<Interaction>) -> Vec<Draft> {
        let Interaction { kind, id } = payload.value;
        if kind == PING {
            return Vec::new();
        }
        let key = id.map_or(DedupKey::None, |id| DedupKey::provider([id]));
        vec![Draft::unknown(
            format!("interaction.{kind}"),
            payload.raw,
            key,
        )]
    }
}

/// A key that is none is a mistake in the configuration, not a forgery.
fn key(secret: &Secret) -> Result<VerifyingKey, VerifyError> {
    let bytes = hex::decode(secret.expose()).map_err(VerifyError::unavailable)?;
    VerifyingKey::try_from(&*bytes).map_err(VerifyError::unavailable)
}

/// The first key pair of RFC 8032, section 7.1.
const RFC_SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const RFC_PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn endpoint() -> Endpoint {
    Endpoint::fixed(crate::NOW).with_secret_text(PUBLIC_KEY, RFC_PUBLIC)
}

fn signed(body: &'static str) -> Delivery {
    let secret = hex::decode(RFC_SECRET).expect("the key is hex");
    let pair = SigningKey::try_from(&*secret).expect("the key has 32 bytes");
    let signature = pair.sign(format!("1764000000{body}").as_bytes());
    Delivery::post(body)
        .with("x-signature-ed25519", &hex::encode(signature.to_bytes()))
        .with("x-signature-timestamp", "1764000000")
}

/// Made with openssl.
#[tokio::test]
async fn a_foreign_vector_verifies() {
    let signature = "1695961a47c91a1ec033b819b7e87e3dbc583dd0cee6d1fd0216f58ac87b6228\
                     ae531ddbf91fb7bc28d7edf7f08604da16f54624f38a6bc0614e4dc13cd47f0f";
    let delivery = Delivery::post(r#"{"type":1}"#)
        .with("x-signature-ed25519", signature)
        .with("x-signature-timestamp", "1700000000");

    let verified = build("discord", &json!({}))
        .verify(&delivery, &endpoint())
        .await
        .unwrap();

    assert_eq!(verified.scheme, "ed25519");
    assert_eq!(verified.signed_at.unwrap().as_seconds(), 1_700_000_000);
}

#[tokio::test]
async fn a_signed_handshake_is_a_delivery_that_means_nothing_and_is_answered() {
    let discord = build("discord", &json!({}));
    let ping = signed(r#"{"type":1}"#);

    let verified = discord.verify(&ping, &endpoint()).await;

    assert!(verified.is_ok(), "{verified:?}");
    assert_eq!(discord.decode(&ping), Ok(vec![]));
    assert_eq!(discord.reply(&ping, &endpoint()).body(), r#"{"type":1}"#);
}

#[test]
fn the_reply_depends_on_the_payload() {
    let discord = build("discord", &json!({}));
    for (body, reply) in [
        (r#"{"type":2,"id":"9007199254740993"}"#, r#"{"type":5}"#),
        (r#"{"type":3,"id":"9007199254740994"}"#, r#"{"type":6}"#),
        ("no JSON", r#"{"type":5}"#),
    ] {
        assert_eq!(discord.reply(&signed(body), &endpoint()).body(), reply);
    }

    let events = events(
        &*discord,
        &signed(r#"{"type":2,"id":"9007199254740993","data":{"name":"x"}}"#),
    );
    assert_eq!(events[0].id, "provider.event:9007199254740993");
    assert_eq!(events[0].data["kind"], "interaction.2");
    assert_eq!(events[0].data["fields"]["data"]["name"], "x");
}

#[tokio::test]
async fn what_discord_probes_with_is_refused() {
    let discord = build("discord", &json!({}));
    let genuine = signed(r#"{"type":1}"#);
    let mut unsigned = genuine.clone();
    unsigned.headers.remove("x-signature-ed25519");
    let mut altered = genuine.clone();
    altered.body = r#"{"type":2}"#.into();
    let mut odd = genuine.clone();
    odd.headers
        .insert("x-signature-ed25519", "00".parse().unwrap());
    let mut moved = genuine.clone();
    moved
        .headers
        .insert("x-signature-timestamp", "1764000001".parse().unwrap());

    let refused = discord.verify(&unsigned, &endpoint()).await;
    assert!(
        matches!(refused, Err(VerifyError::Missing(_))),
        "{refused:?}"
    );
    for forged in [altered, odd, moved] {
        let refused = discord.verify(&forged, &endpoint()).await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { .. })),
            "{refused:?}"
        );
    }
    let misconfigured = Endpoint::fixed(crate::NOW).with_secret_text(PUBLIC_KEY, "not a key");
    let unknown = discord.verify(&genuine, &misconfigured).await;
    assert!(
        matches!(unknown, Err(VerifyError::Unavailable(_))),
        "{unknown:?}"
    );
}
