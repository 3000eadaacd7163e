//! Signatures of the right bytes by the right secret, and by another algorithm.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_256};
use switchboard_core::Delivery;

use super::altered::split_prefix;
use super::part::Part;
use super::trial::Trial;
use crate::promise::Checked;

/// Shorter ones are no signature but a time or an id.
const SHORTEST: usize = 16;

/// An adapter knows one algorithm, which nothing in a request chooses: neither the length of a
/// signature nor a name in front of it.
pub(super) fn another_algorithm_is_refused(trial: &Trial) -> Checked {
    // An algorithm has nothing to do with what is signed, so one delivery tells.
    let mut signed = trial.genuine.iter();
    if let Some(case) = signed.find(|case| trial.is_signed(&case.delivery)) {
        for part in &trial.parts {
            let value = part.value(&case.delivery).unwrap_or_default();
            let (prefix, bare) = split_prefix(&value);
            if bare.len() < SHORTEST {
                continue;
            }
            let digests = digests(trial, &case.delivery, part);
            let right: Vec<_> = digests.iter().filter(|one| one.is_written(bare)).collect();
            for digest in &digests {
                if right.iter().any(|right| digest.is_as_good_as(right)) {
                    continue;
                }
                for written in digest.written(prefix, bare.len()) {
                    if let Some(forged) = part.with(&case.delivery, &[&written]) {
                        let (name, by) = (&case.name, digest.name);
                        let what = format!("{name}, `{}` by {by}", part.name());
                        trial.refuses(&what, &forged, &trial.stand.endpoint())?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// What one algorithm makes of a message.
struct Signature {
    name: &'static str,
    message: Vec<u8>,
    digest: Vec<u8>,
}

impl Signature {
    fn is_written(&self, bare: &[u8]) -> bool {
        let encoded = self.encoded();
        encoded
            .iter()
            .any(|it| it.as_bytes().eq_ignore_ascii_case(bare))
    }

    /// Some senders sign a body without the line ends around it, and both are believed.
    fn is_as_good_as(&self, right: &Self) -> bool {
        self.name == right.name && self.message.trim_ascii() == right.message.trim_ascii()
    }

    fn encoded(&self) -> [String; 2] {
        [hex::encode(&self.digest), STANDARD.encode(&self.digest)]
    }

    /// As it is, cut or drawn out to `length`, and behind the name of its algorithm.
    fn written(&self, prefix: &[u8], length: usize) -> Vec<Vec<u8>> {
        let mut written = Vec::new();
        for encoded in self.encoded().map(String::into_bytes) {
            let zeros = encoded.iter().copied().chain(std::iter::repeat(b'0'));
            let again = encoded.iter().copied().cycle();
            let mut fitted = vec![
                encoded.clone(),
                zeros.take(length).collect(),
                again.take(length).collect(),
            ];
            fitted.dedup();
            written.extend(fitted.iter().map(|fitted| [prefix, fitted].concat()));
            let name = self.name.trim_start_matches("hmac-").as_bytes();
            written.push([name, b"=", &encoded].concat());
            written.push(encoded);
        }
        written
    }
}

/// Every algorithm over everything that `part` may be a signature of.
fn digests(trial: &Trial, delivery: &Delivery, part: &Part) -> Vec<Signature> {
    let body = &*delivery.body;
    let mut messages = vec![body.to_vec(), body.trim_ascii().to_vec()];
    for other in trial.parts.iter().filter(|other| *other != part) {
        let time = other.value(delivery).unwrap_or_default();
        for (front, separator) in [("", "."), ("", ""), ("v0:", ":")] {
            messages.push([front.as_bytes(), &time, separator.as_bytes(), body].concat());
        }
    }
    messages.dedup();
    let keys = trial.stand.keys();
    let mut signatures = Vec::new();
    for message in messages {
        for key in &keys {
            for (name, digest) in of(key, &message) {
                let message = message.clone();
                signatures.push(Signature {
                    name,
                    message,
                    digest,
                });
            }
        }
    }
    signatures
}

macro_rules! algorithms {
    ($key:ident, $message:ident: $($name:literal $mac:literal $hash:ty,)+) => {
        vec![$(
            ($name, <$hash>::new().chain_update($key).chain_update($message).finalize().to_vec()),
            ($name, <$hash>::new().chain_update($message).chain_update($key).finalize().to_vec()),
            ($name, <$hash>::new().chain_update($message).finalize().to_vec()),
            ($mac, {
                let mac = Hmac::<$hash>::new_from_slice($key).expect("an HMAC takes any key");
                mac.chain_update($message).finalize().into_bytes().to_vec()
            }),
        )+]
    };
}

fn of(key: &[u8], message: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    algorithms! { key, message:
        "sha1" "hmac-sha1" Sha1,
        "sha224" "hmac-sha224" Sha224,
        "sha256" "hmac-sha256" Sha256,
        "sha384" "hmac-sha384" Sha384,
        "sha512" "hmac-sha512" Sha512,
        "sha512-256" "hmac-sha512-256" Sha512_256,
    }
}
