//! Building a host.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};

use tokio_util::task::TaskTracker;

use super::counters::Ledger;
use super::detention::Detention;
use super::site::Site;
use super::{Host, Limits, Network, PublicUrl, Route};
use crate::histogram::Histogram;
use crate::journal::Journal;
use crate::quarantine::Quarantine;

/// Builds a [`Host`]. Time comes from each endpoint's own clock.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::host::{Host, HostError, Limits, Route, Site};
/// use switchboard_core::journal::MemoryJournal;
/// use switchboard_core::quarantine::MemoryQuarantine;
/// use switchboard_core::Endpoint;
///
/// let route = |id: &str| {
///     Route::new(Endpoint::new(id).with_secret_text(TOKEN, "invented"), Arc::new(Acme))
/// };
/// let host = Host::builder(Arc::new(MemoryJournal::new()))
///     .route(route("support"))
///     .public_url("https://hooks.example.com".parse()?)
///     .trusted_proxies(["10.0.0.0/8".parse()?])
///     .limits(Limits { max_connections: 500, ..Limits::default() })
///     .quarantine(Arc::new(MemoryQuarantine::default()))
///     .build()?;
/// assert!(host.counters().contains_key("support"));
///
/// let site = Site::new().route(route("sales")).route(route("sales"));
/// let built = Host::builder(Arc::new(MemoryJournal::new())).site(site).build();
/// assert_eq!(built.unwrap_err(), HostError::Duplicate("sales".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct HostBuilder {
    journal: Arc<dyn Journal>,
    site: Site,
    quarantine: Option<Arc<dyn Quarantine>>,
    limits: Limits,
}

impl HostBuilder {
    pub(super) fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            site: Site::new(),
            quarantine: None,
            limits: Limits::default(),
        }
    }

    /// All of `site`, instead of what was said of it before.
    #[must_use]
    pub fn site(mut self, site: Site) -> Self {
        self.site = site;
        self
    }

    /// Keeps what fails verification in `quarantine`. Default: nowhere.
    #[must_use]
    pub fn quarantine(mut self, quarantine: Arc<dyn Quarantine>) -> Self {
        self.quarantine = Some(quarantine);
        self
    }

    /// One more route.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.site = self.site.route(route);
        self
    }

    /// Other limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The URL that providers know the host by, for those that sign it.
    #[must_use]
    pub fn public_url(mut self, url: PublicUrl) -> Self {
        self.site = self.site.public_url(url);
        self
    }

    /// The networks of proxies whose `X-Forwarded-For` tells who called. Default: none.
    #[must_use]
    pub fn trusted_proxies(mut self, networks: impl IntoIterator<Item = Network>) -> Self {
        self.site = self.site.trusted_proxies(networks);
        self
    }

    /// The host.
    ///
    /// # Errors
    ///
    /// When a route could never be reached.
    pub fn build(self) -> Result<Host, HostError> {
        let admissions = TaskTracker::new();
        admissions.close();
        let ledger = Ledger::default();
        Ok(Host {
            front: RwLock::new(Arc::new(ledger.open(self.site.build()?))),
            ledger,
            journal: self.journal,
            detention: self.quarantine.map(Detention::new).map(Arc::new),
            limits: self.limits,
            answers: Histogram::times(),
            is_draining: AtomicBool::new(false),
            admissions,
        })
    }
}

/// Why a host cannot be built.
///
/// ```
/// use switchboard_core::host::HostError;
///
/// let error = HostError::Duplicate("support".into());
/// assert_eq!(error.to_string(), "there are two endpoints `support`");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Two routes have one endpoint id.
    #[error("there are two endpoints `{0}`")]
    Duplicate(String),
    /// No path can name the endpoint.
    #[error("endpoint `{0}`: an id is made of ASCII letters, digits, `-`, `.`, `_` and `~`")]
    Unreachable(String),
}
