//! A provider that signs with keys of its own and publishes their public halves, as Google does.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::Deserialize;
use switchboard::core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, ProviderAdapter, Verified,
    VerifyError,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The provider's adapter. The body of a delivery is its id.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyed {
    /// Where the key set is.
    keys: String,
}

impl ProviderAdapter for Keyed {
    const DESCRIPTOR: Descriptor = Descriptor::new("keyed", "Keyed");
    type Payload = String;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let name = delivery.required_header("x-key")?;
        let signature = delivery.required_header("x-signature")?;
        let signature = hex::decode(signature).map_err(|_| VerifyError::mismatch())?;
        let keys = endpoint.document(&self.keys, None).await?;
        let key = match find(&keys, name) {
            Ok(key) => key,
            Err(_) => find(&endpoint.document(&self.keys, Some(&keys)).await?, name)?,
        };
        let key = UnparsedPublicKey::new(&ED25519, key);
        key.verify(&delivery.body, &signature)
            .map_err(|_| VerifyError::mismatch())?;
        Ok(Verified::new("ed25519").at(endpoint.now()))
    }

    fn parse(&self, delivery: &Delivery) -> Result<String, ParseError> {
        Ok(String::from_utf8_lossy(&delivery.body).into_owned())
    }

    fn normalize(&self, id: String) -> Vec<Draft> {
        let key = DedupKey::provider([&id]);
        vec![Draft::unknown("hook", id.into(), key)]
    }
}

/// The key `name` of a key set.
fn find(keys: &[u8], name: &str) -> Result<Vec<u8>, VerifyError> {
    let keys: BTreeMap<String, String> =
        serde_json::from_slice(keys).map_err(VerifyError::unavailable)?;
    let key = keys
        .get(name)
        .ok_or(VerifyError::looks_like("signed by an unknown key"))?;
    hex::decode(key).map_err(VerifyError::unavailable)
}

/// One of the provider's keys.
#[derive(Debug)]
pub struct Key {
    name: &'static str,
    pair: Ed25519KeyPair,
}

impl Key {
    /// The key `name`, which is made from `seed`.
    ///
    /// # Panics
    ///
    /// Never: every seed makes a key.
    pub fn new(name: &'static str, seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]);
        let pair = pair.expect("32 bytes are a key");
        Self { name, pair }
    }

    /// The delivery `id`, signed by it.
    pub fn signs(&self, id: &str) -> Delivery {
        let signature = hex::encode(self.pair.sign(id.as_bytes()));
        Delivery::post(id.to_owned())
            .with("x-key", self.name)
            .with("x-signature", &signature)
    }
}

/// Where the provider publishes its keys.
#[derive(Debug)]
pub struct KeyServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _serving: JoinSet<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: BTreeMap<&'static str, String>,
    is_down: bool,
    fetches: usize,
}

impl KeyServer {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When there is no port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let state: Arc<Mutex<State>> = Arc::default();
        let seen = Arc::clone(&state);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                connections.spawn(serve(stream, Arc::clone(&seen)));
            }
        });
        Self {
            address,
            state,
            _serving: serving,
        }
    }

    /// Where the key set is.
    pub fn url(&self) -> String {
        format!("http://{}/keys.json", self.address)
    }

    /// Publishes `key` beside those that are there.
    pub fn publish(&self, key: &Key) {
        let public = hex::encode(key.pair.public_key());
        self.state().keys.insert(key.name, public);
    }

    /// Closes every connection from now on.
    pub fn goes_down(&self) {
        self.state().is_down = true;
    }

    /// Answers again.
    pub fn comes_back(&self) {
        self.state().is_down = false;
    }

    /// How often the key set was asked for.
    pub fn fetches(&self) -> usize {
        self.state().fetches
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Answers one request.
async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
    if lock(&state).is_down {
        return;
    }
    let service = service_fn(async |_: Request<Incoming>| {
        let mut state = lock(&state);
        state.fetches += 1;
        let keys = serde_json::to_vec(&state.keys).expect("texts are JSON");
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(keys))))
    });
    let mut connection = http1::Builder::new();
    connection.keep_alive(false);
    // Who goes away in between has no answer.
    let _ = connection
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nothing panics under the lock")
}
