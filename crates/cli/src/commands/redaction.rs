//! What of a delivery is never shown.

use crate::config::{Config, Inputs};

/// The names by which parts of a body are never shown: those of the adapter that took it in, and those
/// that the options of its endpoint add.
///
/// # Errors
///
/// When nobody can tell them, so that nothing is to be shown.
pub(super) fn names(
    adapter: &str,
    endpoint: &str,
    inputs: &Inputs,
) -> Result<Vec<String>, Unknown> {
    let descriptor = match inputs.adapter(adapter) {
        Ok(registration) => registration.descriptor,
        Err(_) => return Err(Unknown::Adapter),
    };
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let configured = Config::adapter(inputs, endpoint);
    match configured.filter(|configured| configured.descriptor().name == adapter) {
        Some(configured) => Ok(owned(&configured.redact())),
        None if descriptor.redacts_by_options => Err(Unknown::Options),
        None => Ok(owned(descriptor.redact)),
    }
}

/// Why nobody can tell what is never shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Unknown {
    #[error(
        "its adapter is not in this binary, and nobody else knows what of its bodies is secret"
    )]
    Adapter,
    #[error(
        "its endpoint is not configured, or not soundly, and its options say what of its bodies is \
         secret"
    )]
    Options,
}
