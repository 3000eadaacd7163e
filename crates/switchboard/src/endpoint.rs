//! An endpoint in code: the counterpart of an `[endpoints.ID]` table.

use std::sync::Arc;

use serde_json::{Map, Value};
use switchboard_core::host::Route;
use switchboard_core::{Descriptor, Endpoint, Registration, Secret, SecretError, SecretRole};

use crate::surroundings::Surroundings;

/// Where a path token may stand in the configuration and in messages.
const PATH_TOKEN: SecretRole = SecretRole::text("path_token", "the last part of the URL");

/// One endpoint: which adapter serves it, and by which secrets.
///
/// ```
/// use serde_json::json;
/// use switchboard::{BuildError, EndpointConfig, EndpointError, MemoryJournal, Switchboard};
///
/// let endpoints = [
///     // While a secret is changed, the old one and the new one hold.
///     EndpointConfig::new("support", "kommo-chats").secret("old").secret("new"),
///     // Anybody could have written what comes here, so its URL is a secret.
///     EndpointConfig::new("leads", "kommo-crm").unsigned().path_token("kYk2uBqPZkN0_5hVtWx3Rg"),
///     // Roles and options are each adapter's own: `switchboard adapters` lists them.
///     EndpointConfig::new("messages", "meta")
///         .secret_for("app_secret", "of the app")
///         .secret_for("verify_token", "made by you")
///         .options(json!({})),
/// ];
/// let mut builder = Switchboard::builder().journal(MemoryJournal::new());
/// for endpoint in endpoints {
///     builder = builder.endpoint(endpoint);
/// }
/// builder.build()?;
///
/// let bare = EndpointConfig::new("support", "kommo-chats");
/// let builder = Switchboard::builder().journal(MemoryJournal::new()).endpoint(bare);
/// let error = builder.build().unwrap_err();
/// let BuildError::Endpoint { source: EndpointError::NoSecret(role), .. } = error else {
///     panic!("{error}");
/// };
/// assert_eq!(role, "channel_secret");
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Clone)]
pub struct EndpointConfig {
    id: String,
    adapter: String,
    secrets: Vec<(Option<String>, String)>,
    options: Value,
    path_token: Option<String>,
    is_unsigned: bool,
}

impl EndpointConfig {
    /// `/in/{id}`, served by the adapter of this name.
    pub fn new(id: impl Into<String>, adapter: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            adapter: adapter.into(),
            secrets: Vec::new(),
            options: Value::Object(Map::new()),
            path_token: None,
            is_unsigned: false,
        }
    }

    /// One more secret of the adapter's first role; the ones that are there stay valid.
    #[must_use]
    pub fn secret(mut self, text: impl Into<String>) -> Self {
        self.secrets.push((None, text.into()));
        self
    }

    /// One more secret of `role`.
    #[must_use]
    pub fn secret_for(mut self, role: impl Into<String>, text: impl Into<String>) -> Self {
        self.secrets.push((Some(role.into()), text.into()));
        self
    }

    /// The adapter's own options.
    #[must_use]
    pub fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }

    /// Only `/in/{id}/{token}` is served. At least 22 of `[A-Za-z0-9_-]`.
    #[must_use]
    pub fn path_token(mut self, token: impl Into<String>) -> Self {
        self.path_token = Some(token.into());
        self
    }

    /// The provider signs nothing, or not here; a path token stands guard in place of secrets.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.is_unsigned = true;
        self
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn adapter(&self) -> &str {
        &self.adapter
    }

    /// The route it stands for, with the adapter that `registration` builds.
    pub(crate) fn route(
        self,
        registration: &Registration,
        surroundings: &Surroundings,
    ) -> Result<Route, EndpointError> {
        let descriptor = registration.descriptor;
        let is_chosen = self.is_unsigned && descriptor.may_be_unsigned;
        if descriptor.is_signed == self.is_unsigned && !is_chosen {
            return Err(EndpointError::Signing {
                is_signed: descriptor.is_signed,
            });
        }
        if self.is_unsigned && self.path_token.is_none() {
            return Err(EndpointError::Unguarded);
        }
        if is_chosen && !self.secrets.is_empty() {
            return Err(EndpointError::UnsignedWithSecret);
        }
        let adapter = registration.build(&self.options)?;
        let mut endpoint = surroundings.around(Endpoint::new(self.id));
        if self.is_unsigned {
            endpoint = endpoint.unsigned();
        }
        for (name, text) in &self.secrets {
            let role = role(descriptor, name.as_deref())?;
            let secret =
                Secret::new("code", role, text).map_err(|source| EndpointError::Secret {
                    role: role.name,
                    source,
                })?;
            endpoint = endpoint.with_secret(role, secret);
        }
        if !is_chosen && let Some(role) = missing(descriptor, &endpoint) {
            return Err(EndpointError::NoSecret(role.name));
        }
        adapter.check(&endpoint)?;
        let route = Route::new(endpoint, Arc::from(adapter));
        match self.path_token {
            None => Ok(route),
            Some(token) if !is_token(&token) => Err(EndpointError::Token),
            Some(token) => {
                let token = Secret::new("code", PATH_TOKEN, &token).map_err(|source| {
                    EndpointError::Secret {
                        role: PATH_TOKEN.name,
                        source,
                    }
                })?;
                Ok(route.with_path_token(token))
            }
        }
    }
}

impl std::fmt::Debug for EndpointConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointConfig")
            .field("id", &self.id)
            .field("adapter", &self.adapter)
            .finish_non_exhaustive()
    }
}

fn role(descriptor: &Descriptor, name: Option<&str>) -> Result<SecretRole, EndpointError> {
    let roles = descriptor.secrets;
    let found = match name {
        None => roles.first(),
        Some(name) => roles.iter().find(|role| role.name == name),
    };
    found
        .copied()
        .ok_or_else(|| EndpointError::Role(name.unwrap_or("secret").to_owned()))
}

/// A role that the endpoint cannot be without; the first one where any of them would do.
fn missing<'a>(descriptor: &'a Descriptor, endpoint: &Endpoint) -> Option<&'a SecretRole> {
    let is_missing = |role: &&SecretRole| endpoint.secrets(**role).is_err();
    let mut roles = descriptor.secrets.iter();
    let required = roles.clone().filter(|role| !role.is_optional);
    required.clone().find(is_missing).or_else(|| {
        let is_any_enough = required.count() == 0 && roles.clone().all(|role| is_missing(&role));
        roles.next().filter(|_| is_any_enough)
    })
}

fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    text.len() >= 22 && text.bytes().all(allowed)
}

/// Why an endpoint cannot be served as its [`EndpointConfig`] says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The adapter verifies signatures and the endpoint says `unsigned`, or the other way round.
    #[error("{}", if *is_signed {
        "the provider signs: give its secret instead of `unsigned`"
    } else {
        "the provider signs nothing: say so with `unsigned` and give a path token"
    })]
    Signing {
        /// Whether the adapter verifies signatures.
        is_signed: bool,
    },
    /// Nothing would guard it.
    #[error("an unsigned endpoint needs a path token")]
    Unguarded,
    /// Nobody can tell whether the signature is to be checked.
    #[error("an endpoint has secrets or is unsigned, not both: leave one out")]
    UnsignedWithSecret,
    /// The path token can be guessed or does not fit a path.
    #[error("a path token is 22 or more of [A-Za-z0-9_-]")]
    Token,
    /// A role of the adapter has no secret.
    #[error("no secret `{0}`")]
    NoSecret(&'static str),
    /// The adapter has no such role.
    #[error("the adapter has no secret called `{0}`")]
    Role(String),
    /// A secret does not fit its role.
    #[error("secret `{role}`")]
    Secret {
        /// The role.
        role: &'static str,
        /// Why.
        source: SecretError,
    },
    /// The options are not the adapter's.
    #[error(transparent)]
    Options(#[from] switchboard_core::BuildError),
    /// The secrets do not fit the options.
    #[error(transparent)]
    Misfit(#[from] switchboard_core::Misfit),
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use switchboard_core::{
        Clock, Delivery, Draft, Misfit, ParseError, ProviderAdapter, SystemClock, Verified,
        VerifyError,
    };

    use super::*;
    use crate::documents;

    const TOKEN: &str = "abcdefghijklmnopqrstuv";
    const SECRET: SecretRole = SecretRole::text("secret", "Settings");
    const KEY: SecretRole = SecretRole::text("key", "Settings").optional();
    const ROLES: &[SecretRole] = &[SECRET.optional(), KEY];

    const SIGNED: u8 = 0;
    const CHOSEN: u8 = 1;
    const OPEN: u8 = 2;
    const EITHER: u8 = 3;

    /// An adapter that signs, may be unsigned, or never signs.
    #[derive(Debug, Deserialize)]
    struct Silent<const SIGNING: u8> {}

    impl<const SIGNING: u8> ProviderAdapter for Silent<SIGNING> {
        const DESCRIPTOR: Descriptor = match SIGNING {
            SIGNED => Descriptor::new("silent", "Silent").secrets(&[SECRET]),
            CHOSEN => Descriptor::new("silent", "Silent")
                .secrets(&[SECRET])
                .or_unsigned(),
            EITHER => Descriptor::new("silent", "Silent").secrets(ROLES),
            _ => Descriptor::new("silent", "Silent").unsigned(),
        };
        type Payload = ();

        fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
            match endpoint.secrets(KEY) {
                Ok([key]) if key.matches(b"odd") => Err(Misfit::new("the key is odd")),
                _ => Ok(()),
            }
        }

        async fn verify(&self, _: &Delivery, _: &Endpoint) -> Result<Verified, VerifyError> {
            Err(VerifyError::mismatch())
        }

        fn parse(&self, _: &Delivery) -> Result<(), ParseError> {
            Ok(())
        }

        fn normalize(&self, (): ()) -> Vec<Draft> {
            Vec::new()
        }
    }

    #[track_caller]
    fn check<const SIGNING: u8>(
        arrange: impl FnOnce(EndpointConfig) -> EndpointConfig,
        expected: &str,
    ) {
        let config = arrange(EndpointConfig::new("a", "silent"));
        let registration = Registration::of::<Silent<SIGNING>>("silent");
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let documents = documents(Arc::clone(&clock));
        let route = config.route(&registration, &Surroundings { clock, documents });
        let told = route.map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(told, expected);
    }

    #[test]
    fn who_signs_has_a_secret_and_may_have_a_token() {
        check::<SIGNED>(|it| it.secret("s"), "");
        check::<SIGNED>(|it| it.secret("s").path_token(TOKEN), "");
        check::<SIGNED>(|it| it.path_token(TOKEN), "no secret `secret`");
        check::<SIGNED>(
            |it| it.unsigned().path_token(TOKEN),
            "the provider signs: give its secret instead of `unsigned`",
        );
    }

    #[test]
    fn of_optional_roles_one_is_enough_and_the_adapter_has_a_say() {
        check::<EITHER>(|it| it.secret("s"), "");
        check::<EITHER>(|it| it.secret_for("key", "k"), "");
        check::<EITHER>(|it| it, "no secret `secret`");
        check::<EITHER>(|it| it.secret_for("key", "odd"), "the key is odd");
    }

    #[test]
    fn who_never_signs_has_a_token_and_says_so() {
        check::<OPEN>(|it| it.unsigned().path_token(TOKEN), "");
        check::<OPEN>(
            |it| it.path_token(TOKEN),
            "the provider signs nothing: say so with `unsigned` and give a path token",
        );
        check::<OPEN>(
            EndpointConfig::unsigned,
            "an unsigned endpoint needs a path token",
        );
    }

    #[test]
    fn who_may_be_unsigned_has_secrets_or_a_token_and_the_word() {
        check::<CHOSEN>(|it| it.secret("s"), "");
        check::<CHOSEN>(|it| it.secret("s").path_token(TOKEN), "");
        check::<CHOSEN>(|it| it.unsigned().path_token(TOKEN), "");
        check::<CHOSEN>(|it| it.path_token(TOKEN), "no secret `secret`");
        check::<CHOSEN>(
            EndpointConfig::unsigned,
            "an unsigned endpoint needs a path token",
        );
        check::<CHOSEN>(
            |it| it.unsigned().path_token("short"),
            "a path token is 22 or more of [A-Za-z0-9_-]",
        );
        check::<CHOSEN>(
            |it| it.unsigned().path_token(TOKEN).secret("s"),
            "an endpoint has secrets or is unsigned, not both: leave one out",
        );
    }
}
