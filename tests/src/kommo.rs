//! Signed Kommo deliveries, as many different ones as a test wants.

use std::sync::Arc;

use switchboard::core::{Adapter, Delivery, Endpoint, Secret, registrations};

/// The channel secret that every test's gateway knows.
pub const SECRET: &str = "0f6a1c9be2d84753a1b0c2d3e4f5a69788776655";

/// Signs as Kommo does.
#[derive(Clone, Debug)]
pub struct Kommo {
    adapter: Arc<dyn Adapter>,
    endpoint: Endpoint,
}

impl Default for Kommo {
    fn default() -> Self {
        Self::by(SECRET)
    }
}

impl Kommo {
    /// Signs by `secret`.
    ///
    /// # Panics
    ///
    /// When the secret is empty.
    pub fn by(secret: &str) -> Self {
        let registration = registrations()
            .into_iter()
            .find(|registration| registration.descriptor.name == "kommo-chats")
            .expect("kommo-chats is linked");
        let adapter = registration
            .build(&serde_json::json!({}))
            .expect("it needs no options");
        let role = registration.descriptor.secrets[0];
        let secret = Secret::new("test", role, secret).expect("the secret is not empty");
        let endpoint = Endpoint::new("support").with_secret(role, secret);
        Self {
            adapter: Arc::from(adapter),
            endpoint,
        }
    }

    /// A signed v2 text message of this id; `padding` makes the body longer by as many bytes.
    pub fn message(&self, id: &str, padding: usize) -> Delivery {
        self.message_in("0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff", id, padding)
    }

    /// The same, in this conversation.
    pub fn message_in(&self, conversation: &str, id: &str, padding: usize) -> Delivery {
        let body = format!(
            concat!(
                r#"{{"account_id":"3b1e7c52-7d0a-4c7e-9d3f-5a2f1b6c8e90","time":1764000001,"message":"#,
                r#"{{"receiver":{{"id":"c0b9a8f7-1111-4222-8333-444455556666","phone":"15550100","#,
                r#""email":"","client_id":"cust-1001"}},"sender":{{"id":"9e1f0c3a-2f6b-4d0e-8a44-0f7f5b1d2c11"}},"#,
                r#""conversation":{{"id":"{conversation}","client_id":"conv-77"}},"#,
                r#""timestamp":1764000000,"msec_timestamp":1764000000480,"#,
                r#""message":{{"id":"{id}","type":"text","text":"Your order is ready {padding}"}}}}}}"#
            ),
            conversation = conversation,
            id = id,
            padding = "x".repeat(padding),
        );
        self.sign(&Delivery::post(body).with("content-type", "application/json"))
    }

    /// The adapter's own sample of this name, signed.
    ///
    /// # Panics
    ///
    /// When it has none.
    pub fn sample(&self, name: &str) -> Delivery {
        let samples = self.adapter.descriptor().samples;
        let sample = samples.iter().find(|sample| sample.name == name);
        self.sign(&sample.expect("there is one").delivery())
    }

    /// `delivery`, signed.
    pub fn sign(&self, delivery: &Delivery) -> Delivery {
        self.adapter
            .sign(delivery, &self.endpoint)
            .expect("kommo-chats signs")
    }
}
