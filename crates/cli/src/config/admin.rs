//! `[admin]`: where the control API is served by TCP, and who may call it there.

use std::net::SocketAddr;

use super::environment::Environment;
use super::raw::RawAdmin;
use super::report::Report;
use super::secret;
use crate::core::{Secret, SecretRole};

const TOKEN: SecretRole = SecretRole::text("token", "What callers of the control API show");

/// The control API by TCP.
#[derive(Debug)]
pub(crate) struct AdminConfig {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// What callers show, any of them; none: nothing.
    pub(crate) tokens: Vec<Secret>,
    /// The names it is called by, besides its address and those of this machine.
    pub(crate) hosts: Vec<String>,
}

/// The API as `raw` has it; `None` when it is not to be served by TCP, or a mistake has been
/// reported.
pub(crate) fn admin(
    raw: RawAdmin,
    environment: &Environment,
    report: &mut Report,
) -> Option<AdminConfig> {
    if raw.listen.is_none() && raw.token.is_none() && raw.hosts.is_none() {
        return None;
    }
    let tokens = raw
        .token
        .as_ref()
        .map(|setting| secret::resolve(setting, "admin.token", TOKEN, environment, report));
    let listen = report.required(raw.listen, "admin.listen")?;
    if tokens.is_none() && !listen.ip().is_loopback() {
        let reason = "others can reach the address: a token must prove the caller";
        report.missing("admin.token", reason);
    }
    Some(AdminConfig {
        listen,
        tokens: tokens.unwrap_or_default(),
        hosts: raw.hosts.unwrap_or_default(),
    })
}
