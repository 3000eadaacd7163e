//! The webhooks of Acme Chat, a provider that nobody else has.

use serde::Deserialize;
use switchboard::core::read::{Id, Time};
use switchboard::core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, Kept, ParseError, ProviderAdapter,
    SecretRole, Verified, VerifyError,
};
use switchboard::event::{Content, Conversation, Direction, Message, Party, Role};

const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
static SIGNATURE: HmacScheme = HmacScheme::sha256(SECRET, "x-acme-signature");

/// The adapter. Its fields are an endpoint's options, and this one has none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acme {}

/// What Acme sends, as far as `normalize` reads it.
#[derive(Debug, Deserialize)]
pub(crate) struct Hook {
    event: String,
    id: Id,
    chat: Option<String>,
    text: Option<String>,
    #[serde(default)]
    at: Time,
}

impl ProviderAdapter for Acme {
    const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme Chat").secrets(&[SECRET]);
    type Payload = Kept<Hook>;

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

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
        delivery.json()
    }

    fn normalize(
        &self,
        Kept {
            value: hook,
            rest,
            raw,
        }: Kept<Hook>,
    ) -> Vec<Draft> {
        let key = DedupKey::provider([&hook.id]);
        if hook.event != "message" {
            // Genuine and new to us: it is told, and never dropped.
            return vec![Draft::unknown(hook.event, raw, key).time(hook.at)];
        }
        let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
        message.conversation = Conversation {
            id: hook.chat,
            ..Conversation::default()
        };
        message.message = Content {
            id: Some(hook.id.to_string()),
            text: hook.text,
            ..Content::default()
        };
        vec![Draft::new(message.created(), key).time(hook.at).rest(rest)]
    }
}
