//! Five dialects that nobody speaks.

use serde::Deserialize;

use crate::core::{
    Delivery, Descriptor, Draft, Endpoint, Misfit, ParseError, ProviderAdapter, Registration,
    SecretRole, Verified, VerifyError,
};

/// What the tests link.
pub(crate) const ALL: [&Registration; 5] = [
    &Registration::of::<Either>("adapter-either"),
    &Registration::of::<Keyed>("adapter-keyed"),
    &Registration::of::<Open>("adapter-open"),
    &Registration::of::<Signed>("adapter-signed"),
    &Registration::of::<Sometimes>("adapter-sometimes"),
];

pub(super) const SECRET: SecretRole = SecretRole::text("secret", "Settings > Webhooks");
const APP_SECRET: SecretRole = SecretRole::text("app_secret", "Settings > App");
const VERIFY_TOKEN: SecretRole = SecretRole::text("verify_token", "Made up by you");
const FIRST: SecretRole = SecretRole::text("first", "Settings").optional();
const SECOND: SecretRole = SecretRole::text("second", "Settings").optional();

fn second_is_long(endpoint: &Endpoint) -> Result<(), Misfit> {
    let second = endpoint.secrets(SECOND).unwrap_or_default();
    if second.iter().any(|secret| secret.expose().len() < 22) {
        return Err(Misfit::new("the second secret is too short"));
    }
    Ok(())
}

/// Has two roles, of which one is enough, and whose second one must be long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Either {}

/// Has one role and an option.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signed {
    #[expect(dead_code, reason = "only read from the configuration")]
    limit: Option<u8>,
}

/// Has two roles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keyed {}

/// Signs nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Open {}

/// Signs where it was told to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sometimes {}

macro_rules! silent {
    ($adapter:ty, $descriptor:expr) => {
        silent!($adapter, $descriptor, |_| Ok(()));
    };
    ($adapter:ty, $descriptor:expr, $check:expr) => {
        impl ProviderAdapter for $adapter {
            const DESCRIPTOR: Descriptor = $descriptor;

            type Payload = ();

            fn check(&self, endpoint: &Endpoint) -> Result<(), Misfit> {
                let check: fn(&Endpoint) -> Result<(), Misfit> = $check;
                check(endpoint)
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
    };
}

silent!(
    Either,
    Descriptor::new("either", "Either").secrets(&[FIRST, SECOND]),
    second_is_long
);
silent!(
    Signed,
    Descriptor::new("signed", "Signed").secrets(&[SECRET])
);
silent!(
    Keyed,
    Descriptor::new("keyed", "Keyed").secrets(&[APP_SECRET, VERIFY_TOKEN])
);
silent!(Open, Descriptor::new("open", "Open").unsigned());
silent!(
    Sometimes,
    Descriptor::new("sometimes", "Sometimes")
        .secrets(&[SECRET])
        .or_unsigned()
);
