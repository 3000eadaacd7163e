//! The webhooks of Acme Chat, a provider that nobody else has.

use serde::Deserialize;
use switchboard::core::read::{Id, Time};
use switchboard::core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, HmacScheme, Kept, ParseError, ProviderAdapter,
    SecretRole, Verified, VerifyError,
};
use switchboard::event::{Direction, Message, Party, Role};

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

    fn normalize(&self, kept: Kept<Hook>) -> Vec<Draft> {
        let hook = kept.value;
        let key = DedupKey::provider([&hook.id]);
        if hook.event != "message" {
            // Genuine and new to us: it is told, and never dropped.
            return vec![Draft::unknown(hook.event, kept.raw, key).time(hook.at)];
        }
        let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
        message.conversation.id = hook.chat;
        message.message.id = Some(hook.id.to_string());
        message.message.text = hook.text;
        let draft = Draft::new(message.created(), key).time(hook.at);
        vec![draft.rest(kept.rest)]
    }
}
