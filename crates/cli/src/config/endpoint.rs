//! `[endpoints.ID]`: which adapter takes the calls, and what proves them.

use std::error::Error;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::environment::Environment;
use super::linked::Linked;
use super::raw::RawEndpoint;
use super::report::Report;
use super::secret;
use crate::core::{Adapter, Descriptor, Endpoint, Registration, Secret, SecretRole};
use crate::documents::documents;

const PATH_TOKEN: SecretRole =
    SecretRole::text("path_token", "Made up by you, the URL's last part");

/// A path token proves the caller alone, so it must not be guessable.
const PATH_TOKEN_LENGTH: usize = 22;

/// One endpoint, ready to take calls.
#[derive(Debug)]
pub(crate) struct EndpointConfig {
    /// Its adapter's registration.
    pub(crate) registration: &'static Registration,
    /// Its adapter, with the endpoint's options.
    pub(crate) adapter: Arc<dyn Adapter>,
    /// Its id and its secrets.
    pub(crate) endpoint: Endpoint,
    /// The tokens that the host takes in its URL; none: the URL has no token.
    pub(crate) path_tokens: Vec<Secret>,
}

impl EndpointConfig {
    /// Where the host takes its calls, with its first path token: not to be shown.
    pub(crate) fn path(&self) -> String {
        let token = self.path_tokens.first().map_or_else(String::new, |token| {
            format!("/{}", String::from_utf8_lossy(token.expose()))
        });
        format!("/in/{}{token}", self.endpoint.id())
    }
}

/// The endpoint `id` as `raw` has it; `None` when a mistake in it has been reported.
pub(crate) fn endpoint(
    id: &str,
    raw: RawEndpoint,
    linked: &Linked<'_>,
    environment: &Environment,
    report: &mut Report,
) -> Option<EndpointConfig> {
    let key = format!("endpoints.{id}");
    let mistakes = report.errors.len();
    let path_tokens = path_tokens(raw.path_token.as_ref(), &key, environment, report);
    let registration = registration(raw.adapter.as_deref(), &key, linked, report)?;
    let descriptor = registration.descriptor;

    check_unsigned(&raw, &key, descriptor, report);
    let is_unsigned = raw.unsigned.unwrap_or_default();
    let is_chosen = is_unsigned && descriptor.may_be_unsigned;
    let roles = if is_chosen { &[] } else { descriptor.secrets };
    let secrets = if is_chosen && raw.secrets.is_some() {
        let message = "an endpoint has secrets or is unsigned, not both: leave one out";
        report.error(&format!("{key}.secrets"), message);
        None
    } else {
        raw.secrets
    };
    let secrets = by_role(secrets, &key, descriptor.name, roles, report)
        .into_iter()
        .flat_map(|(role, key, setting)| {
            let secrets = secret::resolve(&setting, &key, role, environment, report);
            secrets.into_iter().map(move |secret| (role, secret))
        });
    let bare = Endpoint::new(id).with_documents(documents());
    let mut endpoint = secrets.fold(bare, |endpoint, (role, secret)| {
        endpoint.with_secret(role, secret)
    });
    if is_unsigned {
        endpoint = endpoint.unsigned();
    } else if !path_tokens.is_empty() {
        endpoint = endpoint.guarded();
    }

    let adapter = adapter(raw.options, &format!("{key}.options"), registration, report)?;
    // Of an endpoint with other mistakes, a secret that is missing has been told already.
    if report.errors.len() == mistakes
        && let Err(misfit) = adapter.check(&endpoint)
    {
        report.error(&key, misfit.to_string());
    }
    Some(EndpointConfig {
        registration,
        adapter,
        endpoint,
        path_tokens,
    })
}

/// The adapter of the endpoint `id` with its options, as `raw` has them; `None` when a mistake in them
/// has been reported.
pub(crate) fn adapter_alone(
    id: &str,
    raw: RawEndpoint,
    linked: &Linked<'_>,
    report: &mut Report,
) -> Option<Arc<dyn Adapter>> {
    let key = format!("endpoints.{id}");
    let registration = registration(raw.adapter.as_deref(), &key, linked, report)?;
    adapter(raw.options, &format!("{key}.options"), registration, report)
}

fn registration(
    name: Option<&str>,
    key: &str,
    linked: &Linked<'_>,
    report: &mut Report,
) -> Option<&'static Registration> {
    let key = format!("{key}.adapter");
    let name = report.required(name, &key)?;
    let found = linked.find(name);
    found.map_err(|message| report.error(&key, message)).ok()
}

fn adapter(
    options: Option<Value>,
    key: &str,
    registration: &Registration,
    report: &mut Report,
) -> Option<Arc<dyn Adapter>> {
    let options = options.unwrap_or_else(|| Value::Object(Map::new()));
    if !options.is_object() {
        report.error(key, "expected a table");
        return None;
    }
    match registration.build(&options) {
        Ok(adapter) => Some(adapter.into()),
        Err(error) => {
            // The error's own text says `options`, as the key does.
            let cause = error.source().unwrap_or(&error);
            report.error(key, cause.to_string());
            None
        }
    }
}

fn check_unsigned(raw: &RawEndpoint, key: &str, descriptor: &Descriptor, report: &mut Report) {
    let name = descriptor.name;
    let is_declared = raw.unsigned.unwrap_or_default();
    let unsigned = format!("{key}.unsigned");
    let is_chosen = is_declared && descriptor.may_be_unsigned;
    if descriptor.is_signed && is_declared && !is_chosen {
        report.error(
            &unsigned,
            format!("`{name}` is signed, and cannot be taken unsigned"),
        );
    }
    if !descriptor.is_signed && !is_declared {
        report.error(
            &unsigned,
            format!("`{name}` is not signed: say `unsigned = true`"),
        );
    }
    if (is_chosen || !descriptor.is_signed) && raw.path_token.is_none() {
        let here = if is_chosen { " here" } else { "" };
        report.error(
            &format!("{key}.path_token"),
            format!("`{name}` is not signed{here}: a path token must prove the caller"),
        );
    }
}

/// The settings of every role, with the keys they stand at.
fn by_role(
    secrets: Option<Value>,
    key: &str,
    name: &str,
    roles: &[SecretRole],
    report: &mut Report,
) -> Vec<(SecretRole, String, Value)> {
    let key = format!("{key}.secrets");
    let is_absent = secrets.is_none();
    let mut settings = match secrets {
        None => Vec::new(),
        Some(Value::Object(table)) if !secret::is_one(&table) => table
            .into_iter()
            .map(|(role, setting)| (format!("{key}.{role}"), role, setting))
            .collect(),
        Some(plain) => {
            let first = roles.first().map_or("", |role| role.name);
            vec![(key.clone(), first.to_owned(), plain)]
        }
    };

    let mut found = Vec::new();
    for role in roles {
        let at = settings.iter().position(|(_, name, _)| name == role.name);
        match at.map(|at| settings.swap_remove(at)) {
            Some((key, _, setting)) => found.push((*role, key, setting)),
            None if role.is_optional => {}
            None => {
                let key = if is_absent {
                    key.clone()
                } else {
                    format!("{key}.{}", role.name)
                };
                report.error(&key, format!("no secret `{}` ({})", role.name, role.about));
            }
        }
    }
    if found.is_empty() && !roles.is_empty() && roles.iter().all(|role| role.is_optional) {
        let names: Vec<_> = roles.iter().map(|role| role.name).collect();
        report.error(&key, format!("no secret; one of: {}", names.join(", ")));
    }
    for (key, ..) in settings {
        let names: Vec<_> = roles.iter().map(|role| role.name).collect();
        let message = if names.is_empty() {
            format!("`{name}` takes no secrets")
        } else {
            format!("`{name}` has no such role; its roles: {}", names.join(", "))
        };
        report.error(&key, message);
    }
    found
}

fn path_tokens(
    setting: Option<&Value>,
    key: &str,
    environment: &Environment,
    report: &mut Report,
) -> Vec<Secret> {
    let Some(setting) = setting else {
        return Vec::new();
    };
    let key = format!("{key}.path_token");
    let tokens = secret::resolve(setting, &key, PATH_TOKEN, environment, report);
    for token in tokens.iter().filter(|token| !is_path_token(token.expose())) {
        let label = token.label();
        let message =
            format!("{label}: a path token has {PATH_TOKEN_LENGTH} or more of A-Z a-z 0-9 _ -");
        report.error(&key, message);
    }
    tokens
}

fn is_path_token(token: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    token.len() >= PATH_TOKEN_LENGTH && token.iter().all(fits)
}
