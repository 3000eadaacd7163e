//! Which secrets the options need.

use switchboard_core::{Endpoint, HmacScheme, Misfit, SecretRole};

use crate::proof::Proof;

pub(crate) const SECRET: SecretRole = HmacScheme::<String>::SECRET;

pub(crate) const BASE64_SECRET: SecretRole = HmacScheme::<String>::BASE64_SECRET;

pub(crate) const HEX_SECRET: SecretRole = HmacScheme::<String>::HEX_SECRET;

/// Proves a handshake that nobody signs.
pub(crate) const VERIFY_TOKEN: SecretRole = SecretRole::text(
    "verify_token",
    "Made up by you, for handshakes: the sender presents it in its challenge",
)
.optional();

/// Whether the endpoint has the secrets that the options use, and no others.
pub(crate) fn check(
    proof: Option<&Proof>,
    has_tokens: bool,
    endpoint: &Endpoint,
) -> Result<(), Misfit> {
    match proof {
        None if !endpoint.is_unsigned() => {
            return Err(Misfit::new(
                "`options.proof` is missing: hmac, basic, bearer, header or query",
            ));
        }
        Some(_) if endpoint.is_unsigned() => {
            return Err(Misfit::new(
                "`options.proof` is for endpoints that are not unsigned: leave one out",
            ));
        }
        _ => {}
    }
    let proving = proof.map(Proof::role);
    for role in [SECRET, BASE64_SECRET, HEX_SECRET, VERIFY_TOKEN] {
        let is_used = proving == Some(role) || role == VERIFY_TOKEN && has_tokens;
        match endpoint.secrets(role) {
            Err(_) if is_used => {
                return Err(Misfit::new(format!(
                    "the options need the secret `{}` ({})",
                    role.name, role.about
                )));
            }
            Ok(_) if !is_used => {
                return Err(Misfit::new(format!(
                    "nothing in the options uses the secret `{}`",
                    role.name
                )));
            }
            _ => {}
        }
    }
    proof.map_or(Ok(()), |proof| proof.check(endpoint))
}
