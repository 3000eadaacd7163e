//! Signatures by Standard Webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderValue;
use sha2::Sha256;
use switchboard_core::Secret;

use super::HttpError;

/// Signs with every one of its secrets, so that a receiver may have any of them while they change.
#[derive(Debug)]
pub(super) struct Signer {
    secrets: Vec<Secret>,
}

impl Signer {
    pub(super) fn new(secrets: Vec<Secret>) -> Result<Self, HttpError> {
        let is_odd = |secret: &&Secret| !(24..=64).contains(&secret.expose().len());
        match secrets.iter().find(is_odd) {
            Some(secret) => Err(HttpError::Secret(secret.label().to_owned())),
            None => Ok(Self { secrets }),
        }
    }

    /// The `webhook-signature` of a request; `None` without a secret.
    pub(super) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> Option<HeaderValue> {
        if self.secrets.is_empty() {
            return None;
        }
        let signatures: Vec<String> = self
            .secrets
            .iter()
            .map(|secret| signature(secret, id, seconds, body))
            .collect();
        let header = HeaderValue::from_str(&signatures.join(" "));
        Some(header.expect("base64 and spaces are visible ASCII"))
    }
}

fn signature(secret: &Secret, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes any key");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Http;

    fn secret(text: &str) -> Secret {
        Secret::new("test", Http::SECRET, text).unwrap()
    }

    fn sign(secrets: Vec<Secret>) -> Option<HeaderValue> {
        let body = br#"{"test": 2432232314}"#;
        let signer = Signer::new(secrets).unwrap();
        signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)
    }

    #[test]
    fn the_published_vector_is_signed_alike() {
        let signature = sign(vec![secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]);

        let published = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature.unwrap(), published);
    }

    #[test]
    fn every_secret_signs() {
        let old = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let new = secret("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

        let both = sign(vec![old.clone(), new.clone()]).unwrap();

        let alone = [old, new].map(|secret| sign(vec![secret]).unwrap());
        let alone = alone.each_ref().map(|header| header.to_str().unwrap());
        assert_eq!(both, alone.join(" "));
    }

    #[test]
    fn a_secret_has_24_to_64_bytes() {
        for (length, is_good) in [(23, false), (24, true), (64, true), (65, false)] {
            let text = format!("whsec_{}", STANDARD.encode(vec![7; length]));

            let signer = Signer::new(vec![secret(&text)]);

            assert_eq!(signer.is_ok(), is_good, "{length}");
        }
    }

    #[test]
    fn without_a_secret_nothing_is_signed() {
        assert_eq!(sign(vec![]), None);
    }
}
