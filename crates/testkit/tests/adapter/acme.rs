//! An adapter that can be wrong in one way.

mod proof;

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use serde_json::{Map, Value};
use switchboard_core::event::{Content, Direction, Message, Party, Role};
use switchboard_core::read::{Id, Time};
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, Kept, ParseError, Preflight,
    ProviderAdapter, Reply, Sample, SecretRole, Unit, Verified, VerifyError,
};

const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");

static SIGNATURE: HmacScheme = scheme(300);

const fn scheme(tolerance_seconds: u64) -> HmacScheme {
    HmacScheme::sha256(SECRET, "x-acme-signature")
        .prefix("v1=")
        .signs("{timestamp}.{header:x-acme-id}.{url}.{body}")
        .timestamp("x-acme-timestamp", Unit::Seconds, tolerance_seconds)
}

const fn sample(name: &'static str, body: &'static [u8]) -> Sample {
    Sample::new(name, body).with(&[("content-type", "application/json"), ("x-acme-id", "first")])
}

const SAMPLES: &[Sample] = &[
    sample(
        "message",
        br#"{"id":1,"event":"message","text":"Hi","from":"Ann"}"#,
    ),
    sample(
        "another-message",
        br#"{"id":3,"event":"message","text":"Well","at":1764000000}"#,
    ),
    sample(
        "presence",
        br#"{"id":"2","event":"presence","user":{"is_here":true}}"#,
    ),
];

/// What is wrong with an adapter.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, serde::Serialize)]
pub(crate) enum Flaw {
    // in `verify`
    BelievesAnEmptySignature,
    BelievesWithoutASecret,
    BelievesWhatHasNoPart,
    BelievesTheLocalProxy,
    BelievesAnySignature,
    BelievesTheForged,
    ReadsAroundOddBytes,
    TakesTheFirstByteForGranted,
    TakesTheUrlForGranted,
    TakesTheHeaderForGranted,
    TakesTheTimeForGranted,
    ComparesAPrefix,
    TakesTheFirstOfMany,
    ReadsCapitalsAlone,
    TrimsTheBody,
    TrimsLineEndsThatItTells,
    WritesTheBodyAgain,
    FillsUpShortHashes,
    LetsTheRequestChoose,
    ForgivesNewlines,
    ForgivesEmptyKeys,
    ForgivesLateness,
    ForgivesEarliness,
    KnowsOneSecret,
    SaysNothingWasProven,
    TrustsThePathToken,
    WantsASignatureAnyway,
    ShowsTheSecret,
    RefusesItsOwn,
    // elsewhere
    RefusesAtOnce,
    PanicsInReply,
    PanicsOnNull,
    DropsTheUnknown,
    DropsTheOdd,
    ForgetsWhatItDoesNotKnow,
    DropsOddTimes,
    Flattens,
    MistakesTheSender,
    CountsIds,
    KnowsOneId,
    TellsTwice,
    WritesOddIds,
    TellsTheTime,
    QuotesTheBody,
    TellsTheToken,
    TellsTheChannelsKey,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acme {
    flaw: Option<Flaw>,
    /// As where only the provider has the key.
    #[serde(default)]
    cannot_sign: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Hook {
    id: Id,
    event: String,
    text: Option<String>,
    #[serde(default)]
    at: Time,
}

/// Serde gives the rest to `_rest`, so nobody else hears of it.
#[derive(Debug, Deserialize)]
struct FlatHook {
    #[serde(flatten)]
    hook: Hook,
    #[serde(flatten)]
    _rest: Map<String, Value>,
}

impl ProviderAdapter for Acme {
    const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme")
        .methods(&["GET", "POST"])
        .secrets(&[SECRET])
        .or_unsigned()
        .redact(&["token", "channel.key"])
        .samples(SAMPLES);

    type Payload = Option<Kept<Hook>>;

    fn preflight(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Preflight {
        if self.has(Flaw::RefusesAtOnce) {
            return Preflight::Refuse;
        }
        match delivery.query_value("challenge") {
            Some(challenge) => Preflight::Reply(Reply::text(challenge.into_owned())),
            None => Preflight::Continue,
        }
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        proof::verify(self.flaw, delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        if self.cannot_sign {
            return None;
        }
        SIGNATURE.sign(delivery, endpoint)
    }

    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        assert!(!self.has(Flaw::PanicsInReply) || !delivery.body.is_empty());
        Reply::ok()
    }

    fn parse(&self, delivery: &Delivery) -> Result<Self::Payload, ParseError> {
        let text = String::from_utf8_lossy(&delivery.body);
        assert!(!self.has(Flaw::PanicsOnNull) || !text.contains("null"));
        let read: Result<Kept<Hook>, ParseError> = if self.has(Flaw::Flattens) {
            delivery.json().map(|kept: Kept<FlatHook>| Kept {
                value: kept.value.hook,
                rest: kept.rest,
                raw: kept.raw,
            })
        } else {
            delivery.json()
        };
        match read {
            Ok(mut kept) => {
                if self.has(Flaw::DropsOddTimes)
                    && let Some(rest) = kept.rest.as_object_mut()
                {
                    rest.remove("at");
                }
                if self.has(Flaw::TellsTheTime) {
                    kept.rest["received_at"] = delivery.received_at.to_string().into();
                }
                if self.has(Flaw::TrimsLineEndsThatItTells) {
                    kept.rest["bytes"] = delivery.body.len().into();
                }
                Ok(Some(kept))
            }
            Err(_) if self.has(Flaw::DropsTheOdd) && !text.contains("no JSON") => Ok(None),
            Err(_) if self.has(Flaw::QuotesTheBody) => Err(ParseError::new(text.into_owned())),
            Err(error) => Err(error),
        }
    }

    fn normalize(&self, payload: Self::Payload) -> Vec<Draft> {
        static COUNT: AtomicU64 = AtomicU64::new(0);

        let Some(Kept { value, rest, raw }) = payload else {
            return Vec::new();
        };
        let id = match self.flaw {
            Some(Flaw::CountsIds) => COUNT.fetch_add(1, Ordering::Relaxed).to_string(),
            Some(Flaw::KnowsOneId) => "1".to_owned(),
            _ => value.id.to_string(),
        };
        let key = match self.flaw {
            Some(Flaw::WritesOddIds) => DedupKey::Provider(format!("number {id}")),
            _ => DedupKey::provider([id]),
        };
        if value.event != "message" {
            if self.has(Flaw::DropsTheUnknown) {
                return Vec::new();
            }
            if self.has(Flaw::ForgetsWhatItDoesNotKnow) {
                return vec![Draft::unknown("unknown", Value::Null, key)];
            }
            return vec![Draft::unknown(value.event, raw, key).rest(rest)];
        }
        let direction = match self.flaw {
            Some(Flaw::MistakesTheSender) => Direction::Outbound,
            _ => Direction::Inbound,
        };
        let text = match self.flaw {
            Some(Flaw::TellsTheToken) => raw["token"].as_str().map(str::to_owned).or(value.text),
            Some(Flaw::TellsTheChannelsKey) => raw["channel"]["key"]
                .as_str()
                .map(str::to_owned)
                .or(value.text),
            _ => value.text,
        };
        let mut message = Message::new(direction, Party::new(Role::Contact));
        message.message = Content {
            id: Some(value.id.to_string()),
            text,
            ..Content::default()
        };
        let draft = Draft::new(message.created(), key).time(value.at).rest(rest);
        if self.has(Flaw::TellsTwice) {
            return vec![draft.clone(), draft];
        }
        vec![draft]
    }
}

impl Acme {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}
