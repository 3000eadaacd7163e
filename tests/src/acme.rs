//! A provider made for tests: its hooks say what its adapter shall do.

use serde::Deserialize;
use switchboard::core::event::{Content, Conversation, Direction, Message, Party, Role};
use switchboard::core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, Kept, ParseError, ProviderAdapter, SecretRole,
    Verified, VerifyError,
};

/// The one secret of the adapter.
pub const TOKEN: SecretRole = SecretRole::text("token", "Anywhere");

/// The provider's adapter. A hook `{"id", "conversation"}` is a message; no JSON cannot be parsed, and the id
/// `panic` panics.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acme {}

/// What the provider sends.
#[derive(Debug, Deserialize)]
pub struct Hook {
    id: String,
    #[serde(default)]
    conversation: Option<String>,
}

/// A verified-looking delivery of the message `id`.
pub fn hook(id: &str) -> Delivery {
    Delivery::post(format!(r#"{{"id":"{id}","conversation":"c-1"}}"#)).with("x-token", "s3cret")
}

impl ProviderAdapter for Acme {
    const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme").secrets(&[TOKEN]);
    type Payload = Kept<Hook>;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        endpoint.matching(TOKEN, delivery.required_header("x-token")?.as_bytes())
    }

    fn parse(&self, delivery: &Delivery) -> Result<Kept<Hook>, ParseError> {
        delivery.json()
    }

    fn normalize(
        &self,
        Kept {
            value: hook, rest, ..
        }: Kept<Hook>,
    ) -> Vec<Draft> {
        assert_ne!(hook.id, "panic", "asked for");
        let key = DedupKey::provider([&hook.id]);
        let mut message = Message::new(Direction::Inbound, Party::new(Role::Contact));
        message.conversation = Conversation {
            id: hook.conversation,
            ..Conversation::default()
        };
        message.message = Content {
            id: Some(hook.id),
            ..Content::default()
        };
        vec![Draft::new(message.created(), key).rest(rest)]
    }
}
