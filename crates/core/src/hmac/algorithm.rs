//! Hashes and encodings of a signature.

use ::hmac::{Hmac, KeyInit, Mac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;

/// The hash inside the HMAC.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Algorithm {
    Sha1,
    Sha256,
    Sha512,
}

impl Algorithm {
    /// Every algorithm there is.
    pub(super) const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    pub(super) fn tag(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => tag::<Hmac<Sha1>>(key, message),
            Self::Sha256 => tag::<Hmac<Sha256>>(key, message),
            Self::Sha512 => tag::<Hmac<Sha512>>(key, message),
        }
    }

    /// What [`Verified::scheme`](crate::Verified::scheme) says.
    pub(super) fn scheme(self) -> &'static str {
        match self {
            Self::Sha1 => "hmac-sha1",
            Self::Sha256 => "hmac-sha256",
            Self::Sha512 => "hmac-sha512",
        }
    }
}

fn tag<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

/// How a signature is written as text.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Encoding {
    #[default]
    Hex,
    Base64,
}

impl Encoding {
    /// Hex in either case; base64 with its padding, in its one canonical form.
    pub(super) fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex::decode(text).ok(),
            Self::Base64 => STANDARD.decode(text).ok(),
        }
    }

    pub(super) fn encode(self, tag: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(tag),
            Self::Base64 => STANDARD.encode(tag),
        }
    }
}

/// The signatures that a delivery presents, decoded; what cannot be decoded is none.
pub(super) struct Signatures(pub(super) Vec<Vec<u8>>);

impl Signatures {
    /// Whether `tag` is one of them, in time that does not depend on where they differ. The tag is
    /// computed once however many are presented, so a long header buys no work.
    pub(super) fn contain(&self, tag: &[u8]) -> bool {
        self.0.iter().any(|signature| signature.ct_eq(tag).into())
    }
}
