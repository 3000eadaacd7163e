//! Building a host.

use std::sync::Arc;

use ipnet::IpNet;
use tokio_util::task::TaskTracker;

use super::peer::Proxies;
use super::route::Routes;
use super::{Host, Limits, PublicUrl, Route};
use crate::journal::Journal;

/// Builds a [`Host`]. Time comes from each endpoint's own clock.
#[derive(Debug)]
pub struct HostBuilder {
    journal: Arc<dyn Journal>,
    routes: Vec<Route>,
    limits: Limits,
    public_url: Option<PublicUrl>,
    trusted_proxies: Vec<IpNet>,
}

impl HostBuilder {
    pub(super) fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            routes: Vec::new(),
            limits: Limits::default(),
            public_url: None,
            trusted_proxies: Vec::new(),
        }
    }

    /// One more route.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
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
        self.public_url = Some(url);
        self
    }

    /// The networks of proxies whose `X-Forwarded-For` tells who called. Default: none.
    #[must_use]
    pub fn trusted_proxies(mut self, networks: impl IntoIterator<Item = IpNet>) -> Self {
        self.trusted_proxies = networks.into_iter().collect();
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
        Ok(Host {
            routes: Routes::new(self.routes)?,
            journal: self.journal,
            limits: self.limits,
            public_url: self.public_url,
            proxies: Proxies::new(self.trusted_proxies),
            admissions,
        })
    }
}

/// Why a host cannot be built.
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
