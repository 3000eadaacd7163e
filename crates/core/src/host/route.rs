//! Which endpoint a path names.

use std::collections::{HashMap, HashSet};
use std::error::Error as _;
use std::sync::Arc;

use tracing::{error, field, warn};

use super::builder::HostError;
use super::counters::Counters;
use super::outcome::{Failure, Outcome};
use crate::{Adapter, Descriptor, Endpoint, Secret, SecretRole};

/// One endpoint and the adapter that speaks its dialect: `/in/{endpoint}`, or
/// `/in/{endpoint}/{token}` with a path token. Any tail after it is the adapter's to read.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::host::Route;
/// use switchboard_core::{Endpoint, Secret, SecretRole};
///
/// const PATH_TOKEN: SecretRole = SecretRole::text("path_token", "The end of the endpoint's URL");
///
/// let token = Secret::new("env SUPPORT_TOKEN", PATH_TOKEN, "an-invented-token-of-33-letters")?;
/// let route = Route::new(Endpoint::new("support"), Arc::new(Acme)).with_path_token(token);
///
/// // It is served at `/in/support/an-invented-token-of-33-letters`.
/// assert_eq!(route.id(), "support");
/// assert_eq!(route.adapter().descriptor().name, "acme");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Route {
    endpoint: Endpoint,
    adapter: Arc<dyn Adapter>,
    path_tokens: Vec<Secret>,
    counters: Arc<Counters>,
}

impl Route {
    /// Deliveries to `endpoint` are verified by `adapter`.
    pub fn new(endpoint: Endpoint, adapter: Arc<dyn Adapter>) -> Self {
        Self {
            endpoint,
            adapter,
            path_tokens: Vec::new(),
            counters: Arc::default(),
        }
    }

    /// The same route, which opens only to `token` and to those it opened to before. It is compared as
    /// it stands in the path, so it should need no escaping there. From the first token on, the
    /// endpoint is [guarded](Endpoint::guarded).
    #[must_use]
    pub fn with_path_token(mut self, token: Secret) -> Self {
        self.path_tokens.push(token);
        self.endpoint = self.endpoint.guarded();
        self
    }

    /// The endpoint's id.
    pub fn id(&self) -> &str {
        self.endpoint.id()
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The adapter that serves it, and that decodes what came in by it.
    pub fn adapter(&self) -> &Arc<dyn Adapter> {
        &self.adapter
    }

    pub(super) fn descriptor(&self) -> &'static Descriptor {
        self.adapter.descriptor()
    }

    pub(super) fn failed(&self, failure: Failure) -> Outcome {
        Outcome::Failed(self.descriptor(), failure)
    }

    /// Counts and logs `outcome`. Every request that names this endpoint passes here, once.
    pub(super) fn settle(&self, outcome: Outcome) -> Outcome {
        self.counters.count(&outcome);
        let endpoint = self.id();
        match &outcome {
            Outcome::Handshake(_) | Outcome::Stored { .. } => {}
            Outcome::Refused(refusal) => {
                let cause = refusal.source().map(field::display);
                let diagnosis = refusal.diagnosis();
                warn!(endpoint, reason = %refusal, cause, diagnosis, "Refused a request.");
            }
            Outcome::Failed(_, failure) if failure.is_permanent() => {
                let cause = failure.source().map(field::display);
                error!(endpoint, reason = %failure, cause, "Could not take a delivery.");
            }
            Outcome::Failed(_, failure) => {
                let cause = failure.source().map(field::display);
                warn!(endpoint, reason = %failure, cause, "Could not take a delivery.");
            }
        }
        outcome
    }
}

/// All routes, by endpoint.
#[derive(Debug)]
pub(super) struct Routes {
    by_id: HashMap<String, Arc<Route>>,
    /// What the token of a path is compared with when there is no endpoint of its name, so that the
    /// time of a 404 does not tell which names exist.
    nobody: Secret,
}

/// What a path names.
#[derive(Debug)]
pub(super) enum Named<'a> {
    /// A route, with its token.
    Open(&'a Arc<Route>),
    /// A route, without its token.
    Shut(&'a Arc<Route>),
    /// No route.
    Nothing,
}

impl Routes {
    pub(super) fn new(routes: Vec<Route>) -> Result<Self, HostError> {
        check(routes.iter().map(Route::id))?;
        let by_id = routes
            .into_iter()
            .map(|route| (route.id().to_owned(), Arc::new(route)))
            .collect();
        const NOBODY: SecretRole = SecretRole::text("nobody", "");
        let nobody = Secret::new("nobody", NOBODY, "nobody").expect("it is not empty");
        Ok(Self { by_id, nobody })
    }

    /// Makes each route count by what `counters` has for its id. To be done before any request.
    pub(super) fn count_by(&mut self, mut counters: impl FnMut(&str) -> Arc<Counters>) {
        for (id, route) in &mut self.by_id {
            let route = Arc::get_mut(route).expect("nobody else has it before the first request");
            route.counters = counters(id);
        }
    }

    /// The route of the endpoint `id`.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Route>> {
        self.by_id.get(id).map(Arc::clone)
    }

    /// The route of `path`, which is read as it came: nothing is decoded, nothing is resolved.
    pub(super) fn named_by(&self, path: &str) -> Named<'_> {
        let (id, token) = split(path).unwrap_or_default();
        let route = self.by_id.get(id);
        let tokens = match route {
            Some(route) => route.path_tokens.as_slice(),
            None => std::slice::from_ref(&self.nobody),
        };
        // Every token is compared, so that the time does not tell which one matched.
        let matches = |open, expected: &Secret| expected.matches(token.as_bytes()) | open;
        let is_open = tokens.iter().fold(tokens.is_empty(), matches);
        match route {
            Some(route) if is_open => Named::Open(route),
            Some(route) => Named::Shut(route),
            None => Named::Nothing,
        }
    }
}

/// Whether each of `ids` can be reached, and by itself.
pub(super) fn check<'a>(ids: impl Iterator<Item = &'a str>) -> Result<(), HostError> {
    let mut seen = HashSet::new();
    for id in ids {
        if !is_segment(id) {
            return Err(HostError::Unreachable(id.to_owned()));
        }
        if !seen.insert(id) {
            return Err(HostError::Duplicate(id.to_owned()));
        }
    }
    Ok(())
}

/// The first two segments after `/in/`; the second may be empty.
fn split(path: &str) -> Option<(&str, &str)> {
    let mut segments = path.strip_prefix("/in/")?.split('/');
    let id = segments.next()?;
    Some((id, segments.next().unwrap_or_default()))
}

/// Whether `id` reads the same in a path, whoever escapes it.
fn is_segment(id: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !id.is_empty() && !matches!(id, "." | "..") && id.bytes().all(is_unreserved)
}
