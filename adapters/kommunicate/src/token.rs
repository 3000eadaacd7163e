//! `Authentication: Basic base64(token)`.
//!
//! Neither the header of RFC 7617, which is `Authorization`, nor its value: the whole token is
//! encoded, without a user name, and a colon in it is a part of it.
//!
//! Kommunicate only recommends a token, so an endpoint may be without, behind a path token of ours.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use switchboard_core::{Delivery, Endpoint, SecretRole, Verified, VerifyError};

use crate::options::Options;

/// The one secret of both webhooks.
pub(crate) const TOKEN: SecretRole = SecretRole::text(
    "token",
    "Settings > Webhooks & Security > Security; of a bot, what its request header encodes",
);

const AUTHENTICATION: &str = "authentication";
const AUTHORIZATION: &str = "authorization";

/// The standard alphabet, read with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Proves that the sender knows the token, where the operator wants one. It covers nothing: not the
/// body, not the time.
pub(crate) fn verify(
    delivery: &Delivery,
    endpoint: &Endpoint,
    options: &Options,
) -> Result<Verified, VerifyError> {
    if endpoint.is_unsigned() {
        return Ok(Verified::unsigned());
    }
    let value = delivery.required_header(header(delivery, options))?;
    let encoded = match value.split_once(' ') {
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
            encoded.trim_start_matches(' ')
        }
        None if options.accept_bare_token => value,
        _ => return Err(VerifyError::looks_like("the scheme is not `Basic`")),
    };
    let token = BASE64
        .decode(encoded)
        .map_err(|_| VerifyError::looks_like("the token is not base64"))?;
    endpoint.matching(TOKEN, &token)
}

/// Where the token stands. A proxy may set an `Authorization` of its own, so that one counts only
/// where Kommunicate's is absent.
fn header(delivery: &Delivery, options: &Options) -> &'static str {
    let has = |name| delivery.headers.contains_key(name);
    if options.accept_authorization && has(AUTHORIZATION) && !has(AUTHENTICATION) {
        AUTHORIZATION
    } else {
        AUTHENTICATION
    }
}

/// The delivery with the first token, in place of any that is there.
pub(crate) fn sign(delivery: &Delivery, endpoint: &Endpoint) -> Option<Delivery> {
    let token = endpoint.secrets(TOKEN).ok()?.first()?;
    let value = format!("Basic {}", BASE64.encode(token.expose()));
    let mut bare = delivery.clone();
    bare.headers.remove(AUTHENTICATION);
    Some(bare.with(AUTHENTICATION, &value))
}
