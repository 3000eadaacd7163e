//! Meta's WhatsApp: an unsigned handshake with a secret of its own, and batches in batches.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::event::{Content, Direction, Message, Party, Role};
use switchboard_core::read::Time;
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, ParseError, Part, Preflight,
    ProviderAdapter, Reply, Sample, SecretRole, Verified, VerifyError, register_adapter,
};

use crate::{NOW, build, events};

register_adapter!(Meta);

const APP_SECRET: SecretRole = SecretRole::text("app_secret", "App Dashboard > Settings > Basic");
const VERIFY_TOKEN: SecretRole = SecretRole::text("verify_token", "What you typed in as token");

static SIGNATURE: HmacScheme =
    HmacScheme::sha256(APP_SECRET, "x-hub-signature-256").prefix("sha256=");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meta {}

#[derive(Debug, Deserialize)]
struct Hook {
    entry: Vec<Part<Entry>>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    field: String,
    value: Value,
}

#[derive(Debug, Deserialize)]
struct Inbox {
    metadata: Option<Line>,
    #[serde(default)]
    messages: Vec<Part<Incoming>>,
    #[serde(default)]
    statuses: Vec<Part<Status>>,
}

#[derive(Debug, Deserialize)]
struct Line {
    phone_number_id: String,
}

#[derive(Debug, Deserialize)]
struct Incoming {
    id: String,
    from: String,
    #[serde(default)]
    timestamp: Time,
    text: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct Text {
    body: String,
}

#[derive(Debug, Deserialize)]
struct Status {
    id: String,
    status: String,
}

impl ProviderAdapter for Meta {
    const DESCRIPTOR: Descriptor = Descriptor::new("meta", "Meta WhatsApp")
        .methods(&["GET", "POST"])
        .secrets(&[APP_SECRET, VERIFY_TOKEN])
        .samples(&[Sample::new("batch", BATCH.as_bytes())]);
    type Payload = Hook;

    fn preflight(&self, delivery: &Delivery, endpoint: &Endpoint) -> Preflight {
        if delivery.method != Method::GET {
            return Preflight::Continue;
        }
        let token = delivery.query_value("hub.verify_token").unwrap_or_default();
        let is_ours = endpoint.matching(VERIFY_TOKEN, token.as_bytes()).is_ok();
        match delivery.query_value("hub.challenge") {
            Some(challenge) if is_ours => Preflight::Reply(Reply::text(challenge.into_owned())),
            _ => Preflight::Refuse,
        }
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        SIGNATURE.verify(delivery, endpoint)
    }

    fn sign(&self, delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
        SIGNATURE.sign(delivery, endpoint)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Hook, ParseError> {
        delivery.json()
    }

    fn normalize(&self, hook: Hook) -> Vec<Draft> {
        hook.entry
            .into_iter()
            .flat_map(|entry| match entry {
                Part::Read(entry) => of_entry(entry.value),
                Part::Unread { raw, reason } => vec![Draft::unread("entry", raw, reason)],
            })
            .collect()
    }
}

fn of_entry(entry: Entry) -> Vec<Draft> {
    let account = Some(entry.id);
    let drafts = entry.changes.into_iter().flat_map(of_change);
    drafts.map(|draft| draft.account(account.clone())).collect()
}

/// Of a `field` that is not ours, or of an odd shape, everything is told as it came.
fn of_change(Change { field, value }: Change) -> Vec<Draft> {
    if field != "messages" {
        return vec![Draft::unknown(field, value, DedupKey::None)];
    }
    let inbox = match Inbox::deserialize(&value) {
        Ok(inbox) => inbox,
        Err(error) => return vec![Draft::unread(field, value, error.to_string())],
    };
    let line = inbox.metadata.map(|line| line.phone_number_id);
    let messages = inbox
        .messages
        .into_iter()
        .map(|part| part.draft("message", |incoming| of_message(incoming, line.clone())));
    let statuses = inbox.statuses.into_iter().map(of_status);
    messages.chain(statuses).collect()
}

fn of_message(incoming: Incoming, line: Option<String>) -> Draft {
    let actor = Party {
        id: Some(incoming.from.clone()),
        ..Party::new(Role::Contact)
    };
    let key = DedupKey::provider([&incoming.id]);
    let mut message = Message::new(Direction::Inbound, actor);
    message.conversation.id = Some(incoming.from);
    message.conversation.inbox = line;
    message.message = Content {
        id: Some(incoming.id),
        text: incoming.text.map(|text| text.body),
        ..Content::default()
    };
    Draft::new(message.created(), key).time(incoming.timestamp)
}

/// A status has no id of its own.
fn of_status(part: Part<Status>) -> Draft {
    match part {
        Part::Read(status) => {
            let key = DedupKey::provider([&status.value.id, &status.value.status]);
            Draft::unknown("status", status.raw, key)
        }
        Part::Unread { raw, reason } => Draft::unread("status", raw, reason),
    }
}

const BATCH: &str = r#"{"object":"whatsapp_business_account","entry":[
    {"id":"waba-1","changes":[
        {"field":"messages","value":{"metadata":{"phone_number_id":"line-1"},"messages":[
            {"id":"wamid.1","from":"1631","timestamp":"1764000000","type":"text","text":{"body":"one"}},
            {"id":"wamid.2","type":"text","text":{"body":"from nobody"}},
            7
        ],"statuses":[{"id":"wamid.0","status":"read"},{"id":"wamid.0","status":"sent"}]}},
        {"field":"account_alerts","value":{"severity":"low"}},
        {"field":"messages","value":[]}
    ]},
    {"id":"waba-2"},
    {"id":"waba-3","changes":[{"field":"messages","value":{"messages":[
        {"id":"wamid.3","from":"1632","timestamp":"soon","type":"image","image":{"id":"media-1"}}
    ]}}]}
]}"#;

fn endpoint() -> Endpoint {
    Endpoint::fixed(NOW)
        .with_secret_text(APP_SECRET, "app_secret")
        .with_secret_text(VERIFY_TOKEN, "t0ken")
}

fn handshake(query: &str) -> Delivery {
    let mut delivery = Delivery::post("").to(&format!("/in/meta{query}"));
    delivery.method = Method::GET;
    delivery
}

#[test]
fn the_handshake_is_answered_to_whoever_has_the_token() {
    let meta = build("meta", &json!({}));
    let genuine = handshake("?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=t0ken");

    let preflight = meta.preflight(&genuine, &endpoint());

    assert_eq!(preflight, Preflight::Reply(Reply::text("1158201444")));
    for query in [
        "",
        "?hub.challenge=1",
        "?hub.verify_token=t0ken",
        "?hub.challenge=1&hub.verify_token=",
        "?hub.challenge=1&hub.verify_token=app_secret",
        "?hub.challenge=1&hub.verify_token=t0ken%20",
    ] {
        let preflight = meta.preflight(&handshake(query), &endpoint());
        assert_eq!(preflight, Preflight::Refuse, "{query}");
    }
    let without_token = Endpoint::fixed(NOW);
    assert_eq!(meta.preflight(&genuine, &without_token), Preflight::Refuse);
    let delivery = Delivery::post(BATCH).to("/?hub.challenge=1&hub.verify_token=t0ken");
    assert_eq!(meta.preflight(&delivery, &endpoint()), Preflight::Continue);
}

/// Meta escapes what is not ASCII and signs the escapes, so the bytes must stay what they were.
#[tokio::test]
async fn a_body_with_escapes_verifies_as_it_came_and_not_otherwise() {
    let meta = build("meta", &json!({}));
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":{"messages":[{"id":"wamid.X","from":"16315551181","type":"text","text":{"body":"\u00e9\ud83d\ude00"}}]}}]}]}"#;
    let signature = "sha256=1eeb3386451941eecbbf36c9c714d4e00b3365b7c586cbebad5e27c1452842d3";
    let genuine = Delivery::post(body).with("x-hub-signature-256", signature);
    let mut written_anew = genuine.clone();
    written_anew.body = body.replace(r"\u00e9\ud83d\ude00", "é😀").into();

    assert!(meta.verify(&genuine, &endpoint()).await.is_ok());
    let refused = meta.verify(&written_anew, &endpoint()).await;
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
    for delivery in [genuine, written_anew] {
        assert_eq!(events(&*meta, &delivery)[0].data["message"]["text"], "é😀");
    }
}

#[test]
fn odd_parts_of_a_batch_are_told_and_harm_nobody() {
    let meta = build("meta", &json!({}));

    let events = events(&*meta, &Delivery::post(BATCH));

    let told: Vec<_> = events
        .iter()
        .map(|event| (event.id.as_str(), event.source.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("message.created:wamid.1", "/meta/test/waba-1"),
            ("provider.event:1-1:1", "/meta/test/waba-1"),
            ("provider.event:1-1:2", "/meta/test/waba-1"),
            ("provider.event:wamid.0:read", "/meta/test/waba-1"),
            ("provider.event:wamid.0:sent", "/meta/test/waba-1"),
            ("provider.event:1-1:5", "/meta/test/waba-1"),
            ("provider.event:1-1:6", "/meta/test/waba-1"),
            ("provider.event:1-1:7", "/meta/test"),
            ("message.created:wamid.3", "/meta/test/waba-3"),
        ]
    );
    assert_eq!(
        events[0].data["conversation"],
        json!({"id": "1631", "inbox": "line-1"})
    );
    assert_eq!(events[0].time.unwrap().as_seconds(), NOW);
    assert_eq!(events[1].data["reason"], "missing field `from`");
    assert_eq!(events[1].data["fields"]["text"]["body"], "from nobody");
    assert_eq!(events[2].data["fields"], 7);
    assert_eq!(events[5].data["kind"], "account_alerts");
    assert_eq!(events[7].data["reason"], "missing field `changes`");
    assert_eq!(events[8].time, None);
    assert_eq!(
        events[8].data["provider"],
        json!({"timestamp": "soon", "type": "image", "image": {"id": "media-1"}})
    );
}

#[test]
fn an_empty_batch_means_nothing_and_what_is_no_batch_is_undecoded() {
    let meta = build("meta", &json!({}));

    assert_eq!(meta.decode(&Delivery::post(r#"{"entry":[]}"#)), Ok(vec![]));
    for body in [
        "",
        "{}",
        "[]",
        r#"{"entry":7}"#,
        "\u{feff}{}",
        "{\"entry\":[]}x",
    ] {
        assert!(meta.decode(&Delivery::post(body)).is_err(), "{body}");
    }
}
