//! A secret on the command line, for endpoints that no configuration has.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::json;

use crate::config::{Environment, given_secret};
use crate::core::{Descriptor, Endpoint, Secret, SecretRole};
use crate::documents::documents;
use crate::exit::CliError;

/// The secret of an adapter
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Proof {
    /// Its secret; others on this machine may see it there, so rather one of the next two
    #[arg(long, value_name = "TEXT", group = "its_secret")]
    secret: Option<Hidden>,
    /// The environment variable that has its secret
    #[arg(long, value_name = "VARIABLE", group = "its_secret")]
    secret_env: Option<String>,
    /// The file that has its secret
    #[arg(long, value_name = "FILE", group = "its_secret")]
    secret_file: Option<PathBuf>,
    /// What the secret is for; else the first role that the adapter has
    #[arg(long, value_name = "NAME", requires = "its_secret")]
    role: Option<String>,
}

impl Proof {
    /// Whether there is a secret.
    pub(crate) fn is_given(&self) -> bool {
        self.secret.is_some() || self.secret_env.is_some() || self.secret_file.is_some()
    }

    /// An endpoint of the adapter that `descriptor` describes, with the secret.
    ///
    /// # Errors
    ///
    /// When the secret cannot be had, is not one, or is missing.
    pub(crate) fn endpoint(
        &self,
        descriptor: &Descriptor,
        environment: &Environment,
    ) -> Result<Endpoint, CliError> {
        let endpoint = Endpoint::new(descriptor.name).with_documents(documents());
        if !self.is_given() && descriptor.secrets.is_empty() {
            return Ok(endpoint);
        }
        let role = self.role(descriptor)?;
        let given = |flag: &str, setting| {
            given_secret(&setting, flag, role, environment)
                .map_err(|problem| format!("{flag}: {problem}"))
        };
        let secret = match (&self.secret, &self.secret_env, &self.secret_file) {
            (Some(Hidden(text)), ..) => {
                Secret::new("--secret", role, text).map_err(|error| format!("--secret: {error}"))
            }
            (_, Some(variable), _) => given("--secret-env", json!({ "env": variable })),
            (_, _, Some(file)) => given("--secret-file", json!({ "file": file })),
            (None, None, None) => Err(format!(
                "`{}` needs a secret: --secret-env, --secret-file or --secret",
                descriptor.name
            )),
        };
        let secret = secret.map_err(CliError::Usage)?;
        Ok(endpoint.with_secret(role, secret))
    }

    fn role(&self, descriptor: &Descriptor) -> Result<SecretRole, CliError> {
        let roles = descriptor.secrets;
        let found = match &self.role {
            None => roles.first(),
            Some(role) => roles.iter().find(|one| one.name == role),
        };
        found.copied().ok_or_else(|| {
            let name = descriptor.name;
            let names: Vec<_> = roles.iter().map(|role| role.name).collect();
            CliError::Usage(if names.is_empty() {
                format!("`{name}` takes no secret")
            } else {
                format!("`{name}` has no such role; its roles: {}", names.join(", "))
            })
        })
    }
}

/// A text that is never shown.
#[derive(Clone)]
struct Hidden(String);

impl FromStr for Hidden {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::adapters::ALL;

    fn endpoint(proof: &Proof, adapter: usize) -> Result<Endpoint, String> {
        let environment = [("SET", "from the environment")].into_iter().collect();
        proof
            .endpoint(ALL[adapter].descriptor, &environment)
            .map_err(|error| error.to_string())
    }

    fn env(variable: &str) -> Proof {
        Proof {
            secret_env: Some(variable.to_owned()),
            ..Proof::default()
        }
    }

    #[test]
    fn a_secret_belongs_to_the_first_role_or_to_the_named_one() {
        let roles = ALL[1].descriptor.secrets;
        let named = Proof {
            role: Some(roles[1].name.to_owned()),
            ..env("SET")
        };

        let first = endpoint(&env("SET"), 1).unwrap();
        let second = endpoint(&named, 1).unwrap();

        assert_eq!(first.secrets(roles[0]).unwrap()[0].label(), "env SET");
        assert!(first.secrets(roles[1]).is_err());
        assert_eq!(second.secrets(roles[1]).unwrap()[0].label(), "env SET");
    }

    #[test]
    fn what_is_wrong_is_told_without_the_secret() {
        let hidden = Proof {
            secret: Some(Hidden("hunter2".to_owned())),
            role: Some("nothing".to_owned()),
            ..Proof::default()
        };

        assert_eq!(
            endpoint(&env("UNSET"), 3).unwrap_err(),
            "--secret-env: env UNSET: not set"
        );
        assert_eq!(
            endpoint(&hidden, 3).unwrap_err(),
            "`signed` has no such role; its roles: secret"
        );
        assert!(
            endpoint(&Proof::default(), 3)
                .unwrap_err()
                .contains("needs a secret")
        );
        assert!(endpoint(&Proof::default(), 2).is_ok());
        assert!(!format!("{hidden:?}").contains("hunter2"));
    }
}
