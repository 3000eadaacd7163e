//! What is constant about an adapter: data that the host enforces, and the tools show.

use std::time::Duration;

use http::{Method, StatusCode};

use crate::{Delivery, SecretRole};

/// What the host enforces and the tools show about one webhook dialect.
///
/// ```
/// use std::time::Duration;
///
/// use http::StatusCode;
/// use switchboard_core::{Descriptor, Redelivery, Sample, SecretRole};
///
/// const SECRET: SecretRole = SecretRole::text("secret", "Acme > Settings > Webhooks");
/// const OLD_TOKEN: SecretRole = SecretRole::text("old_token", "Acme > API v1").optional();
///
/// const FOR_AN_HOUR: Redelivery = Redelivery::Retries {
///     attempts: 5,
///     within: Duration::from_secs(60 * 60),
/// };
///
/// const ACME: Descriptor = Descriptor::new("acme", "Acme Chat")
///     .methods(&["GET", "POST"])
///     .answers_within(3, FOR_AN_HOUR)
///     .unavailable(StatusCode::INTERNAL_SERVER_ERROR)
///     .max_body(256 * 1024)
///     .secrets(&[SECRET, OLD_TOKEN])
///     .or_unsigned()
///     .redact(&["access_token", "channel.provider_config.api_key"])
///     .samples(&[Sample::new("message", br#"{"id":"m-1","text":"Hello"}"#)])
///     .docs("https://acme.example/docs/webhooks", "2026-11");
///
/// assert_eq!(ACME.ack_deadline, Duration::from_secs(3));
/// assert!(ACME.is_signed && ACME.may_be_unsigned);
/// assert!(ACME.needed_secrets().eq([SECRET]));
///
/// const BELL: Descriptor = Descriptor::new("bell", "Bell").unsigned();
/// assert!(!BELL.is_signed);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Descriptor {
    /// The adapter's name in the configuration, `lower-case-with-dashes`.
    pub name: &'static str,
    /// The name people know, with its product: `Kommo Chats`.
    pub title: &'static str,
    /// The HTTP methods it is called with; others are answered 405.
    pub methods: &'static [&'static str],
    /// How long the provider waits for an answer; `verify` is given up after it.
    pub ack_deadline: Duration,
    /// Whether the provider sends again what was not answered with success.
    pub redelivery: Redelivery,
    /// The status for what failed verification, handshakes too; 401 in place of one that is not
    /// 4xx or 5xx.
    pub refused: StatusCode,
    /// The status for what cannot be stored or verified now: one that the provider retries on; 503
    /// in place of one that is not 4xx or 5xx.
    pub unavailable: StatusCode,
    /// The largest body, in bytes, unless the operator sets another; larger ones are answered 413.
    pub max_body: usize,
    /// Whether the provider can sign. If not, endpoints must say `unsigned = true`.
    pub is_signed: bool,
    /// Whether an endpoint of a provider that signs may say `unsigned = true` all the same.
    pub may_be_unsigned: bool,
    /// The secrets it needs, or may have; the configuration's plain `secrets = [..]` means the first.
    pub secrets: &'static [SecretRole],
    /// Fields by their names or by the ends of their paths, at any depth, that are never shown and
    /// never in an event; see [`redact`](crate::redact).
    pub redact: &'static [&'static str],
    /// Whether an endpoint's options may name [more of them](crate::ProviderAdapter::redact): then
    /// nothing is shown of a delivery whose endpoint is not configured any more.
    pub redacts_by_options: bool,
    /// Deliveries as the provider sends them, with invented content.
    pub samples: &'static [Sample],
    /// The provider's own page, and the date it was read (`2026-11`).
    pub docs: (&'static str, &'static str),
}

impl Descriptor {
    /// A signed JSON-over-POST dialect: 1 MiB bodies, an answer within 5 s, refused with 401,
    /// unavailable with 503, redelivery unknown.
    pub const fn new(name: &'static str, title: &'static str) -> Self {
        Self {
            name,
            title,
            methods: &["POST"],
            ack_deadline: Duration::from_secs(5),
            redelivery: Redelivery::Unknown,
            refused: StatusCode::UNAUTHORIZED,
            unavailable: StatusCode::SERVICE_UNAVAILABLE,
            max_body: 1024 * 1024,
            is_signed: true,
            may_be_unsigned: false,
            secrets: &[],
            redact: &[],
            redacts_by_options: false,
            samples: &[],
            docs: ("", ""),
        }
    }

    /// Called with these methods.
    #[must_use]
    pub const fn methods(mut self, methods: &'static [&'static str]) -> Self {
        self.methods = methods;
        self
    }

    /// The provider waits so many seconds, and sends again or not.
    #[must_use]
    pub const fn answers_within(mut self, seconds: u64, redelivery: Redelivery) -> Self {
        self.ack_deadline = Duration::from_secs(seconds);
        self.redelivery = redelivery;
        self
    }

    /// Answers `status` instead of 503 to what cannot be stored or verified now.
    #[must_use]
    pub const fn unavailable(mut self, status: StatusCode) -> Self {
        self.unavailable = status;
        self
    }

    /// Takes bodies of at most `bytes`.
    #[must_use]
    pub const fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Needs secrets of these roles.
    #[must_use]
    pub const fn secrets(mut self, roles: &'static [SecretRole]) -> Self {
        self.secrets = roles;
        self
    }

    /// The provider never signs.
    #[must_use]
    pub const fn unsigned(mut self) -> Self {
        self.is_signed = false;
        self
    }

    /// The provider signs where it was told to, or in its newer versions. An operator may take it
    /// unsigned: then the endpoint has a path token in place of its secrets, and says so to the
    /// adapter by [`is_unsigned`](crate::Endpoint::is_unsigned).
    #[must_use]
    pub const fn or_unsigned(mut self) -> Self {
        self.may_be_unsigned = true;
        self
    }

    /// Comes with these samples.
    #[must_use]
    pub const fn samples(mut self, samples: &'static [Sample]) -> Self {
        self.samples = samples;
        self
    }

    /// Never shows these fields: `token` of any object, `channel.token` of a `channel` alone.
    #[must_use]
    pub const fn redact(mut self, names: &'static [&'static str]) -> Self {
        self.redact = names;
        self
    }

    /// Never shows what an endpoint's options name either, and says so by
    /// [`redact`](crate::ProviderAdapter::redact).
    ///
    /// ```
    /// use switchboard_core::Descriptor;
    ///
    /// const ANY: Descriptor = Descriptor::new("any", "Anybody").redacts_by_options();
    /// assert!(ANY.redacts_by_options);
    /// ```
    #[must_use]
    pub const fn redacts_by_options(mut self) -> Self {
        self.redacts_by_options = true;
        self
    }

    /// Written from the page at `link`, read in `read` (`2026-11`).
    #[must_use]
    pub const fn docs(mut self, link: &'static str, read: &'static str) -> Self {
        self.docs = (link, read);
        self
    }

    /// The roles that an endpoint has enough of: the first, and those that are not optional. The
    /// others are other ways to the same end.
    pub fn needed_secrets(&self) -> impl Iterator<Item = SecretRole> {
        let roles = self.secrets.iter().enumerate();
        let needed = roles.filter(|(place, role)| *place == 0 || !role.is_optional);
        needed.map(|(_, role)| *role)
    }
}

/// Whether a provider sends again what was not answered with success.
///
/// ```
/// use switchboard_core::{Descriptor, Redelivery};
///
/// /// What an operator is told.
/// fn told(adapter: &Descriptor) -> String {
///     match adapter.redelivery {
///         Redelivery::Never => "a lost call never comes again".to_owned(),
///         Redelivery::Retries { attempts, within } => {
///             format!("{attempts} attempts in {} min", within.as_secs() / 60)
///         }
///         _ => "nobody knows whether a lost call comes again".to_owned(),
///     }
/// }
///
/// let acme = Descriptor::new("acme", "Acme Chat").answers_within(10, Redelivery::Never);
/// assert_eq!(told(&acme), "a lost call never comes again");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Redelivery {
    /// Once and never again.
    Never,
    /// The provider does not say.
    Unknown,
    /// So many times in all, within a span.
    Retries {
        /// All attempts, the first one too.
        attempts: u8,
        /// From the first attempt to the last.
        within: Duration,
    },
}

/// A delivery as the provider sends it, before it is signed.
///
/// ```
/// use http::Method;
/// use switchboard_core::Sample;
///
/// const MESSAGE: Sample = Sample::new("message", br#"{"id":"m-1","text":"Hello"}"#);
/// const VISIT: Sample = Sample::get("visit", "page=%2Fprices");
/// const FORM: Sample = Sample::new("form", b"id=m-1&text=Hello")
///     .with(&[("content-type", "application/x-www-form-urlencoded")]);
///
/// assert_eq!(MESSAGE.delivery().header("content-type"), Some("application/json"));
/// assert_eq!(VISIT.delivery().method, Method::GET);
/// assert_eq!(VISIT.delivery().query_value("page").as_deref(), Some("/prices"));
/// assert_eq!(FORM.delivery().form().count(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// What it is a sample of, `lower-case-with-dashes`.
    pub name: &'static str,
    /// The headers that are not part of the signature.
    pub headers: &'static [(&'static str, &'static str)],
    /// The query, where it is a `GET`; all others are a `POST`.
    pub query: Option<&'static str>,
    /// The body's bytes.
    pub body: &'static [u8],
}

impl Sample {
    /// A sample of `body`, sent as JSON.
    pub const fn new(name: &'static str, body: &'static [u8]) -> Self {
        Self {
            name,
            headers: &[("content-type", "application/json")],
            query: None,
            body,
        }
    }

    /// A sample of a `GET` without a body. `query` is escaped as in a URL.
    pub const fn get(name: &'static str, query: &'static str) -> Self {
        Self {
            name,
            headers: &[],
            query: Some(query),
            body: b"",
        }
    }

    /// The same sample with these headers and no others.
    #[must_use]
    pub const fn with(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    /// The unsigned delivery.
    ///
    /// # Panics
    ///
    /// When a header or the query is none that HTTP has.
    pub fn delivery(&self) -> Delivery {
        let mut bare = Delivery::post(self.body);
        if let Some(query) = self.query {
            bare.method = Method::GET;
            bare = bare.to(&format!("/?{query}"));
        }
        self.headers
            .iter()
            .fold(bare, |delivery, (name, value)| delivery.with(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_unsigned_or_either() {
        let signed = Descriptor::new("acme", "Acme");
        let facts = |it: Descriptor| (it.is_signed, it.may_be_unsigned);

        assert_eq!(facts(signed), (true, false));
        assert_eq!(facts(signed.or_unsigned()), (true, true));
        assert_eq!(facts(signed.unsigned()), (false, false));
    }

    #[test]
    fn a_sample_is_a_post_of_json_or_a_get_with_a_query() {
        let post = Sample::new("text", b"{}").delivery();
        let get = Sample::get("gone", "a=1&b=%20").delivery();

        assert_eq!((post.method, post.url.query()), (Method::POST, None));
        assert_eq!(post.headers["content-type"], "application/json");
        assert_eq!(
            (get.method, get.url.query()),
            (Method::GET, Some("a=1&b=%20"))
        );
        assert!(get.headers.is_empty() && get.body.is_empty());
    }
}
