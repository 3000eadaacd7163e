//! A dialect whose every step can be made to wait or panic by the request itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;
use switchboard_core::{
    Delivery, Descriptor, Draft, Endpoint, ParseError, Preflight, ProviderAdapter, Redelivery,
    Reply, SecretRole, Verified, VerifyError,
};
use tokio::sync::Semaphore;

pub(crate) const TOKEN: SecretRole = SecretRole::text("token", "anywhere");

/// Proven by `x-token`, or with `x-by-path` by a path token. `?challenge=` is a handshake. `x-hold`
/// waits at the gate in `verify`, `x-panic` names the step that panics, `x-no-key` cannot be verified
/// until there is a key, and `x-signed-at` is fresh for five minutes.
#[derive(Debug)]
pub(crate) struct Acme {
    pub(crate) gate: Arc<Gate>,
}

/// Where `verify` waits, and a test knows that it does.
#[derive(Debug)]
pub(crate) struct Gate {
    waiting: Semaphore,
    open: Semaphore,
    /// Whether `x-no-key` finds one all the same.
    has_key: AtomicBool,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self {
            waiting: Semaphore::new(0),
            open: Semaphore::new(0),
            has_key: AtomicBool::new(false),
        }
    }

    /// From now on there is a key.
    pub(crate) fn publish_key(&self) {
        self.has_key.store(true, Ordering::Relaxed);
    }

    /// Waits until somebody stands before the gate.
    pub(crate) async fn reached(&self) {
        self.waiting.acquire().await.unwrap().forget();
    }

    /// Lets one through.
    pub(crate) fn open(&self) {
        self.open.add_permits(1);
    }

    async fn pass(&self) {
        self.waiting.add_permits(1);
        self.open.acquire().await.unwrap().forget();
    }
}

impl ProviderAdapter for Acme {
    const DESCRIPTOR: Descriptor = Descriptor::new("acme", "Acme")
        .answers_within(2, Redelivery::Never)
        .unavailable(StatusCode::BAD_GATEWAY)
        .max_body(64 * 1024)
        .secrets(&[TOKEN]);
    type Payload = ();

    fn preflight(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Preflight {
        panic_in("preflight", delivery);
        match delivery.query_value("challenge").as_deref() {
            None => Preflight::Continue,
            Some("large") => Preflight::Reply(Reply::text("x".repeat(256 * 1024))),
            Some("") => Preflight::Refuse,
            Some(word) => Preflight::Reply(Reply::text(word.to_owned())),
        }
    }

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        panic_in("verify", delivery);
        if delivery.header("x-hold").is_some() {
            self.gate.pass().await;
        }
        if delivery.header("x-no-key").is_some() && !self.gate.has_key.load(Ordering::Relaxed) {
            return Err(VerifyError::unavailable("no key"));
        }
        if delivery.header("x-by-path").is_some() && endpoint.is_guarded() {
            return Ok(Verified::unsigned());
        }
        let signed_at = delivery
            .header("x-signed-at")
            .map(|seconds| seconds.parse::<i64>());
        if let Some(Ok(signed_at)) = signed_at {
            let age = endpoint.now().as_seconds() - signed_at;
            if age.abs() > 300 {
                return Err(VerifyError::stale(age.abs() - 300));
            }
        }
        endpoint.matching(TOKEN, delivery.required_header("x-token")?.as_bytes())
    }

    fn reply(&self, delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        panic_in("reply", delivery);
        Reply::json(r#"{"status":"received"}"#)
    }

    fn parse(&self, _delivery: &Delivery) -> Result<(), ParseError> {
        Ok(())
    }

    fn normalize(&self, _payload: ()) -> Vec<Draft> {
        Vec::new()
    }
}

fn panic_in(step: &str, delivery: &Delivery) {
    assert_ne!(delivery.header("x-panic"), Some(step), "as the test asked");
}
