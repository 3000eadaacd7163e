//! What a host serves, which can change while it does.

use super::builder::HostError;
use super::peer::Proxies;
use super::route::Routes;
use super::{Network, PublicUrl, Route, route};

/// The routes of a host, and what the outside world knows it by.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
/// use std::sync::Arc;
///
/// use switchboard_core::host::{HostError, Route, Site};
/// use switchboard_core::Endpoint;
///
/// let route = |id: &str| {
///     Route::new(Endpoint::new(id).with_secret_text(TOKEN, "invented"), Arc::new(Acme))
/// };
/// let site = Site::new()
///     .route(route("support"))
///     .route(route("sales"))
///     .public_url("https://hooks.example.com".parse()?)
///     .trusted_proxies(["10.0.0.0/8".parse()?, "::1".parse()?]);
/// site.check()?;
///
/// let unreachable = Site::new().route(route("front desk")).check();
/// assert_eq!(unreachable, Err(HostError::Unreachable("front desk".into())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Site {
    routes: Vec<Route>,
    public_url: Option<PublicUrl>,
    trusted_proxies: Vec<Network>,
}

impl Site {
    /// One without routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more route.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
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
    pub fn trusted_proxies(mut self, networks: impl IntoIterator<Item = Network>) -> Self {
        self.trusted_proxies = networks.into_iter().collect();
        self
    }

    /// Whether every route can be reached.
    ///
    /// # Errors
    ///
    /// Names the first that cannot.
    pub fn check(&self) -> Result<(), HostError> {
        route::check(self.routes.iter().map(Route::id))
    }

    pub(super) fn build(self) -> Result<Front, HostError> {
        Ok(Front {
            routes: Routes::new(self.routes)?,
            public_url: self.public_url,
            proxies: Proxies::new(self.trusted_proxies),
        })
    }
}

/// A site that was checked.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) routes: Routes,
    pub(super) public_url: Option<PublicUrl>,
    pub(super) proxies: Proxies,
}
