//! Google Chat: a token signed by a key that has to be fetched, and may be newer than the last one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use switchboard_core::event::{Content, Direction, Message, Party, Role};
use switchboard_core::read::Time;
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Documents, Draft, Endpoint, Kept, ParseError, ProviderAdapter,
    Reply, Sample, Timestamp, Verified, VerifyError, register_adapter,
};

use crate::{NOW, build, events, options_of};

register_adapter!(GoogleChat);

const ISSUER: &str = "chat@system.gserviceaccount.com";
const KEYS: &str =
    "https://www.googleapis.com/service_accounts/v1/jwk/chat@system.gserviceaccount.com";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GoogleChat {
    /// The project's number.
    audience: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hook {
    #[serde(rename = "type")]
    kind: String,
    event_time: String,
    message: Option<ChatMessage>,
    space: Option<Named>,
}

#[derive(Debug, Deserialize)]
struct ChatMessage {
    name: String,
    text: Option<String>,
    sender: Named,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name: String,
    display_name: Option<String>,
}

impl ProviderAdapter for GoogleChat {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("google-chat", "Google Chat").samples(&[Sample::new(
            "message",
            br#"{"type":"MESSAGE","eventTime":"2025-11-24T16:00:00Z","space":{"name":"spaces/A","type":"DM"},"message":{"name":"spaces/A/messages/B","text":"hi","sender":{"name":"users/1","displayName":"Ann"}}}"#,
        )]);
    type Payload = Kept<Hook>;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let header = delivery.required_header("authorization")?;
        let token = Token::read(header).ok_or(VerifyError::mismatch())?;
        let document = endpoint.document(KEYS, None).await?;
        let key = match find_key(&document, &token.key)? {
            Some(key) => key,
            None => {
                let newer = endpoint.document(KEYS, Some(&document)).await?;
                find_key(&newer, &token.key)?
                    .ok_or(VerifyError::looks_like("signed by an unknown key"))?
            }
        };
        key.verify(
            &RSA_PKCS1_2048_8192_SHA256,
            token.signed.as_bytes(),
            &token.signature,
        )
        .map_err(|_| VerifyError::mismatch())?;
        self.check(&token.claims, endpoint.now().as_seconds())
    }

    fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        Reply::json("{}")
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
        delivery.json()
    }

    fn normalize(&self, payload: Kept<Hook>) -> Vec<Draft> {
        let Kept {
            value: hook,
            rest,
            raw,
        } = payload;
        let time = Time::read(&hook.event_time);
        let draft = match (hook.kind.as_str(), hook.message) {
            ("MESSAGE", Some(ChatMessage { name, text, sender })) => {
                let key = DedupKey::provider([&name]);
                let actor = Party {
                    id: Some(sender.name),
                    name: sender.display_name,
                    ..Party::new(Role::Unknown)
                };
                let mut message = Message::new(Direction::Inbound, actor);
                message.conversation.id = hook.space.map(|space| space.name);
                message.message = Content {
                    id: Some(name),
                    text,
                    ..Content::default()
                };
                Draft::new(message.created(), key).rest(rest)
            }
            (kind, _) => {
                let space = hook.space.map_or(String::new(), |space| space.name);
                let key = DedupKey::derived([kind, &hook.event_time, &space]);
                Draft::unknown(kind, raw, key)
            }
        };
        vec![draft.time(time)]
    }
}

impl GoogleChat {
    /// What a genuine token must say. A token outlives its delivery: it says who called, not what.
    fn check(&self, claims: &Claims, now: i64) -> Result<Verified, VerifyError> {
        if claims.iss != ISSUER {
            return Err(VerifyError::looks_like("signed for another issuer"));
        }
        if claims.aud != self.audience {
            return Err(VerifyError::looks_like("signed for another audience"));
        }
        if now > claims.exp {
            return Err(VerifyError::stale(now.saturating_sub(claims.exp)));
        }
        let verified = Verified::new("jwt-rs256");
        Ok(match Timestamp::from_seconds(claims.iat) {
            Some(signed_at) => verified.at(signed_at),
            None => verified,
        })
    }
}

/// A JSON Web Token, taken apart and not yet believed.
struct Token<'a> {
    key: String,
    claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl<'a> Token<'a> {
    fn read(header: &'a str) -> Option<Self> {
        let (signed, signature) = header.strip_prefix("Bearer ")?.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let head: Head = decode(head)?;
        // The algorithm is ours to choose: a token that may choose "none" proves nothing.
        (head.alg == "RS256").then_some(())?;
        Some(Token {
            key: head.kid,
            claims: decode(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    n: String,
    e: String,
}

/// The key `id` of a key set; a set that cannot be read says nothing about the delivery.
fn find_key(
    document: &Bytes,
    id: &str,
) -> Result<Option<RsaPublicKeyComponents<Vec<u8>>>, VerifyError> {
    let set: KeySet = serde_json::from_slice(document).map_err(VerifyError::unavailable)?;
    let Some(key) = set.keys.into_iter().find(|key| key.kid == id) else {
        return Ok(None);
    };
    let number = |text: &str| {
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(VerifyError::unavailable)
    };
    Ok(Some(RsaPublicKeyComponents {
        n: number(&key.n)?,
        e: number(&key.e)?,
    }))
}

/// A key set of one RSA key and tokens by it, made with openssl; its private half is gone.
const KEY_SET: &str = include_str!("google_chat_keys.json");
const TOKENS: &str = include_str!("google_chat_tokens.json");

fn endpoint(now: i64) -> Endpoint {
    Endpoint::fixed(now).with_document(KEYS, KEY_SET)
}

fn with_token(name: &str) -> Delivery {
    let tokens: Value = serde_json::from_str(TOKENS).expect("the fixture is JSON");
    let token = tokens[name].as_str().expect("the fixture has this token");
    Delivery::post("{}").with("authorization", &format!("Bearer {token}"))
}

async fn verify(delivery: &Delivery, endpoint: &Endpoint) -> Result<Verified, VerifyError> {
    build("google-chat", &options_of("google-chat"))
        .verify(delivery, endpoint)
        .await
}

#[tokio::test]
async fn a_token_holds_until_it_expires() {
    let delivery = with_token("genuine");

    let verified = verify(&delivery, &endpoint(NOW + 3600)).await.unwrap();
    let expired = verify(&delivery, &endpoint(NOW + 3601)).await;

    assert_eq!(verified.scheme, "jwt-rs256");
    assert_eq!(verified.signed_at.unwrap().as_seconds(), NOW);
    assert!(matches!(expired, Err(VerifyError::Stale(1))), "{expired:?}");
}

#[tokio::test]
async fn a_token_that_is_not_googles_for_us_is_refused() {
    for (name, diagnosis) in [
        ("for another audience", Some("signed for another audience")),
        ("by another issuer", Some("signed for another issuer")),
        ("by an unknown key", Some("signed by an unknown key")),
        ("without an end", None),
        ("not signed", None),
        ("signed with the public key", None),
        ("naming another algorithm", None),
    ] {
        let refused = verify(&with_token(name), &endpoint(NOW)).await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { diagnosis: told }) if told == diagnosis),
            "{name}: {refused:?}"
        );
    }
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Basic YTpi",
        "Bearer ...",
    ] {
        let delivery = Delivery::post("{}").with("authorization", header);
        let refused = verify(&delivery, &endpoint(NOW)).await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { .. })),
            "{header}: {refused:?}"
        );
    }
    let refused = verify(&Delivery::post("{}"), &endpoint(NOW)).await;
    assert!(
        matches!(refused, Err(VerifyError::Missing(_))),
        "{refused:?}"
    );
}

/// Holds an empty key set, and the real one for whoever says that it is stale.
#[derive(Debug, Default)]
struct Rotating {
    fetches: AtomicUsize,
}

const OUTDATED: &str = r#"{"keys":[]}"#;

#[async_trait]
impl Documents for Rotating {
    async fn document(&self, url: &str, stale: Option<&Bytes>) -> Result<Bytes, VerifyError> {
        assert_eq!(url, KEYS);
        self.fetches.fetch_add(1, Ordering::Relaxed);
        Ok(match stale {
            None => OUTDATED.into(),
            Some(stale) => {
                assert_eq!(stale, OUTDATED);
                KEY_SET.into()
            }
        })
    }
}

#[tokio::test]
async fn an_unknown_key_is_looked_up_once_more() {
    let documents = Arc::new(Rotating::default());
    let endpoint = Endpoint::fixed(NOW).with_documents(documents.clone());

    let verified = verify(&with_token("genuine"), &endpoint).await;
    assert!(verified.is_ok(), "{verified:?}");
    assert_eq!(documents.fetches.load(Ordering::Relaxed), 2);

    let refused = verify(&with_token("by an unknown key"), &endpoint).await;
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
    assert_eq!(documents.fetches.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn without_keys_nobody_knows() {
    let unreachable = Endpoint::fixed(NOW);
    let unreadable = Endpoint::fixed(NOW).with_document(KEYS, "<html>");

    for endpoint in [unreachable, unreadable] {
        let unknown = verify(&with_token("genuine"), &endpoint).await;
        assert!(
            matches!(unknown, Err(VerifyError::Unavailable(_))),
            "{unknown:?}"
        );
    }
}

#[test]
fn a_message_keeps_what_has_no_place_in_the_model() {
    let chat = build("google-chat", &options_of("google-chat"));
    let message = chat.descriptor().samples[0].delivery();
    let added = Delivery::post(r#"{"type":"ADDED_TO_SPACE","eventTime":"2025-11-24T16:00:00Z"}"#);

    let message = events(&*chat, &message).remove(0);
    let added = events(&*chat, &added).remove(0);

    assert_eq!(message.id, "message.created:spaces/A/messages/B");
    assert_eq!(message.subject.as_deref(), Some("conversation/spaces/A"));
    assert_eq!(message.time.unwrap().as_seconds(), NOW);
    assert_eq!(message.data["provider"], json!({"space": {"type": "DM"}}));
    assert_eq!(added.data["kind"], "ADDED_TO_SPACE");
    assert_eq!(
        chat.reply(&with_token("genuine"), &endpoint(NOW)).body(),
        "{}"
    );
}
