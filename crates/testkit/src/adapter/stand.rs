//! The endpoint that an adapter is tried on, and its relatives with other secrets and clocks.

use std::fmt;
use std::sync::Arc;

use switchboard_core::{Descriptor, Endpoint, KeyEncoding, Secret, SecretRole, Timestamp};

use crate::ManualClock;

/// Signs nothing that the endpoint believes: the suite's secrets are longer.
const OTHER: &str = "-other";

/// 32 bytes each, as base64.
const BASE64: &str = "QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ=";
const OTHER_BASE64: &str = "ggggggggggggggggggggggggggggggggggggggggggg=";

/// 32 bytes, as hex.
const HEX: &str = "4141414141414141414141414141414141414141414141414141414141414141";

/// What makes another key of one in hex.
const OTHER_HEX: &str = "82";

/// An endpoint of the adapter that `descriptor` describes, whose clock stands at `now`: with a secret
/// of the suite's making in each role that it needs.
///
/// ```
/// use switchboard_core::{Descriptor, SecretRole, Timestamp};
/// use switchboard_testkit::adapter::endpoint;
///
/// const TOKEN: SecretRole = SecretRole::text("token", "Acme > Settings > Webhooks");
/// const ACME: Descriptor = Descriptor::new("acme", "Acme").secrets(&[TOKEN]);
///
/// let endpoint = endpoint(&ACME, Timestamp::UNIX_EPOCH);
/// assert_eq!(endpoint.secrets(TOKEN)?.len(), 1);
/// # Ok::<(), switchboard_core::VerifyError>(())
/// ```
pub fn endpoint(descriptor: &Descriptor, now: Timestamp) -> Endpoint {
    let roles: Vec<_> = descriptor.needed_secrets().collect();
    Stand::new(&roles, now).endpoint()
}

/// An endpoint yet to be made, as its parts.
#[derive(Clone)]
pub(crate) struct Stand {
    pub(super) now: Timestamp,
    secrets: Vec<(SecretRole, Vec<String>)>,
    is_unsigned: bool,
    arrange: Arc<dyn Fn(Endpoint) -> Endpoint>,
}

impl Stand {
    /// A secret of its own for each of `roles`, until others are given.
    pub(crate) fn new(roles: &[SecretRole], now: Timestamp) -> Self {
        Self {
            now,
            secrets: roles.iter().map(|role| (*role, Vec::new())).collect(),
            is_unsigned: false,
            arrange: Arc::new(|endpoint| endpoint),
        }
    }

    /// # Panics
    ///
    /// When there is no such role.
    pub(crate) fn add_secret(&mut self, role: &str, text: &str) {
        let known = self
            .secrets
            .iter_mut()
            .find(|(known, _)| known.name == role);
        let (_, texts) = known.expect("the adapter's descriptor has this secret role");
        texts.push(text.to_owned());
    }

    /// Has the operator take it unsigned from now on: it has no secrets.
    pub(super) fn take_unsigned(&mut self) {
        self.secrets.clear();
        self.is_unsigned = true;
    }

    pub(super) fn is_unsigned(&self) -> bool {
        self.is_unsigned
    }

    pub(super) fn arrange(&mut self, arrange: impl Fn(Endpoint) -> Endpoint + 'static) {
        self.arrange = Arc::new(arrange);
    }

    /// The endpoint with its secrets, as it is configured.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.with(|_, texts| texts)
            .expect("the secrets given to the suite fit their roles")
    }

    /// The endpoint without secrets, without documents, and without anything else.
    pub(super) fn bare(&self) -> Endpoint {
        Endpoint::new("support").with_clock(Arc::new(ManualClock::new(self.now)))
    }

    /// The endpoint whose operator takes it unsigned.
    pub(super) fn unsigned(&self) -> Endpoint {
        (self.arrange)(self.bare()).unsigned()
    }

    /// The endpoint with other secrets.
    pub(super) fn with_other_secrets(&self) -> Endpoint {
        self.with(|role, texts| vec![other(role, &texts[0])])
            .expect("a secret that is longer is a secret")
    }

    /// The endpoint with new secrets, whose old ones are still good.
    pub(super) fn with_new_and_old_secrets(&self) -> Endpoint {
        self.with(|role, texts| [vec![other(role, &texts[0])], texts].concat())
            .expect("a secret that is longer is a secret")
    }

    /// The endpoint, whose every secret has `ending` behind it; `None` where that is no secret.
    pub(super) fn with_ending(&self, ending: &str) -> Option<Endpoint> {
        self.with(|_, texts| texts.iter().map(|text| format!("{text}{ending}")).collect())
    }

    /// The endpoint with secrets of a single NUL, by which an HMAC is what it is by an empty key:
    /// keys are filled up with NULs.
    pub(super) fn with_empty_keys(&self) -> Option<Endpoint> {
        self.with(|role, _| {
            let nul = match role.encoding {
                KeyEncoding::Base64 => "AA==",
                KeyEncoding::Hex => "00",
                _ => "\0",
            };
            vec![format!("{}{nul}", role.prefix)]
        })
    }

    /// The same stand, so many seconds later.
    pub(super) fn after(&self, seconds: i64) -> Self {
        let now = Timestamp::from_seconds(self.now.as_seconds() + seconds);
        Self {
            now: now.expect("the suite stays within a thousand years"),
            ..self.clone()
        }
    }

    /// Every text that is a secret of the endpoint.
    pub(super) fn secret_texts(&self) -> Vec<String> {
        let texts = self
            .secrets
            .iter()
            .flat_map(|(role, given)| texts(*role, given));
        texts.collect()
    }

    /// Every key of the endpoint, as its bytes.
    pub(super) fn keys(&self) -> Vec<Vec<u8>> {
        let endpoint = self.endpoint();
        let secrets = self
            .secrets
            .iter()
            .filter_map(|(role, _)| endpoint.secrets(*role).ok());
        secrets
            .flatten()
            .map(|secret| secret.expose().to_vec())
            .collect()
    }

    fn with(&self, change: impl Fn(SecretRole, Vec<String>) -> Vec<String>) -> Option<Endpoint> {
        let mut endpoint = (self.arrange)(self.bare());
        if self.is_unsigned {
            endpoint = endpoint.unsigned();
        }
        for (role, given) in &self.secrets {
            for (index, text) in change(*role, texts(*role, given)).iter().enumerate() {
                let label = format!("{} {index}", role.name);
                endpoint = endpoint.with_secret(*role, Secret::new(label, *role, text).ok()?);
            }
        }
        Some(endpoint)
    }
}

impl fmt::Debug for Stand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stand")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// The secrets given, else one that is made up.
fn texts(role: SecretRole, given: &[String]) -> Vec<String> {
    if !given.is_empty() {
        return given.to_vec();
    }
    vec![match role.encoding {
        KeyEncoding::Base64 => format!("{}{BASE64}", role.prefix),
        KeyEncoding::Hex => format!("{}{HEX}", role.prefix),
        _ => format!("{}the-suite-s-{}", role.prefix, role.name),
    }]
}

fn other(role: SecretRole, text: &str) -> String {
    match role.encoding {
        KeyEncoding::Base64 => format!("{}{OTHER_BASE64}", role.prefix),
        KeyEncoding::Hex => format!("{text}{OTHER_HEX}"),
        _ => format!("{text}{OTHER}"),
    }
}
