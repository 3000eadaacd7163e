//! `[host]`, `[journal]` and `[quarantine]`: what the host listens on and allows, and where deliveries
//! are kept.

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use http::uri::PathAndQuery;

use super::raw::{RawHost, RawJournal, RawQuarantine};
use super::report::Report;
use crate::core::host::{Network, PublicUrl};
use crate::core::quarantine::Bounds;

/// How the host listens, and what it allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HostConfig {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The URL that providers call, for those that sign it.
    pub(crate) public_url: Option<Uri>,
    /// The largest body in bytes, in place of what each adapter says.
    pub(crate) max_body: Option<usize>,
    /// How long a caller may take over its headers.
    pub(crate) header_timeout: Duration,
    /// How long a caller may take over its body.
    pub(crate) body_timeout: Duration,
    /// The connections that are open at once.
    pub(crate) max_connections: NonZero<u32>,
    /// How long a stopping host finishes what it has begun.
    pub(crate) drain_timeout: Duration,
    /// The networks whose word about a caller's address counts.
    pub(crate) trusted_proxies: Vec<Network>,
}

impl HostConfig {
    /// The same but for what a gateway at work can take over.
    pub(crate) fn at_start(&self) -> Self {
        Self {
            public_url: None,
            trusted_proxies: Vec::new(),
            ..self.clone()
        }
    }

    /// The URL that a call to `target` was made to, as its provider knows it and may sign it; `None`
    /// when it is too long for one.
    pub(crate) fn public_url_of(&self, target: PathAndQuery) -> Option<Uri> {
        match self.public_url() {
            Some(public) => public.join(&target),
            None => Some(Uri::from(target)),
        }
    }

    /// The URL that providers call, as the gateway takes it.
    pub(crate) fn public_url(&self) -> Option<PublicUrl> {
        let url = self.public_url.as_ref()?.to_string();
        Some(url.parse().expect("the configuration was checked"))
    }
}

/// The host as `raw` has it; `None` when a mistake in it has been reported.
pub(crate) fn host(raw: RawHost, report: &mut Report) -> Option<HostConfig> {
    let public_url = raw.public_url.map(|url| url.0);
    if public_url.as_ref().is_some_and(|url| url.query().is_some()) {
        report.error("host.public_url", "expected a URL without a query");
    }
    Some(HostConfig {
        listen: raw.listen?,
        public_url,
        max_body: raw.max_body.map(|size| size.0),
        header_timeout: raw.header_timeout?,
        body_timeout: raw.body_timeout?,
        max_connections: raw.max_connections?,
        drain_timeout: raw.drain_timeout?,
        trusted_proxies: raw.trusted_proxies?,
    })
}

/// The journal's folder; `None` when a mistake in it has been reported.
pub(crate) fn journal(raw: RawJournal, report: &Report) -> Option<PathBuf> {
    Some(report.resolve("journal.path", &raw.path?))
}

/// The bounds of each ring of the quarantine; inside, `None` when it is switched off. `None` when a
/// mistake in it has been reported.
pub(crate) fn quarantine(raw: RawQuarantine) -> Option<Option<Bounds>> {
    let bounds = Bounds {
        deliveries: raw.max_deliveries?.into(),
        bytes: raw.max_bytes?.0,
    };
    let is_on = bounds.deliveries > 0 && bounds.bytes > 0;
    Some(is_on.then_some(bounds))
}
