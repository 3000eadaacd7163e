//! The configuration: four layers of settings, merged, checked as a whole, and every mistake told at
//! once with the place to look.
//!
//! `defaults.toml` < the file < `SWITCHBOARD__SECTION__KEY` < the command line.

mod admin;
mod diagnostic;
mod document;
mod effective;
mod endpoint;
mod environment;
mod filter;
mod host;
mod layer;
mod linked;
mod name;
mod origin;
mod raw;
mod read;
mod report;
mod retention;
mod secret;
mod setting;
mod settings;
mod sink;
#[cfg(test)]
pub(crate) mod tests;
mod units;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use switchboard::journal_sqlite::Retention;

use crate::core::quarantine::Bounds;
use crate::core::{Adapter, Registration};

pub(crate) use admin::AdminConfig;
pub(crate) use diagnostic::{ConfigErrors, Diagnostic};
pub(crate) use effective::{EffectiveSetting, effective};
pub(crate) use endpoint::EndpointConfig;
pub(crate) use environment::Environment;
pub(crate) use host::HostConfig;
pub(crate) use secret::given as given_secret;
pub(crate) use sink::{SinkConfig, SinkKind};
pub(crate) use units::{ByteSize, given, site, web_url};

use linked::Linked;
use origin::Origins;
use report::Report;

/// What a configuration is made from.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// The file that was named; else `switchboard.toml`, when it is there.
    pub(crate) file: Option<PathBuf>,
    /// The process's variables.
    pub(crate) environment: Environment,
    /// What the command line sets, by key: `("host.listen", "127.0.0.1:0")`.
    pub(crate) flags: Vec<(&'static str, String)>,
    /// The adapters to choose from.
    pub(crate) adapters: Vec<&'static Registration>,
}

impl Inputs {
    /// The adapter called `name`.
    ///
    /// # Errors
    ///
    /// When there is none: what there is instead, and how to get it.
    pub(crate) fn adapter(&self, name: &str) -> Result<&'static Registration, String> {
        Linked::new(&self.adapters, &mut Report::default()).find(name)
    }
}

/// A configuration that holds together.
#[derive(Debug)]
pub(crate) struct Config {
    /// How the host listens, and what it allows.
    pub(crate) host: HostConfig,
    /// The control API by TCP, where it is wanted.
    pub(crate) admin: Option<AdminConfig>,
    /// The journal's folder.
    pub(crate) journal: PathBuf,
    /// How long it keeps what is done with.
    pub(crate) retention: Retention,
    /// How much of what fails verification is kept; `None`: nothing.
    pub(crate) quarantine: Option<Bounds>,
    /// Every endpoint, by id.
    pub(crate) endpoints: Vec<EndpointConfig>,
    /// Every sink, by name.
    pub(crate) sinks: Vec<SinkConfig>,
    /// What is worth a look.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Config {
    /// Reads and checks everything, and changes nothing.
    ///
    /// # Errors
    ///
    /// Every mistake there is.
    pub(crate) fn load(inputs: &Inputs) -> Result<Self, ConfigErrors> {
        let mut report = Report::default();
        let settings = settings::merge(inputs, &mut report).map_err(ConfigErrors::new)?;
        let raw = read::read(settings, &mut report);
        let environment = &inputs.environment;

        let host = host::host(raw.host, &mut report);
        let admin = admin::admin(raw.admin, environment, &mut report);
        let journal = host::journal(raw.journal, &report);
        let retention = retention::retention(&raw.retention, &mut report);
        let quarantine = host::quarantine(raw.quarantine);
        let linked = Linked::new(&inputs.adapters, &mut report);
        name::check("endpoints", &raw.endpoints, &mut report);
        name::check("sinks", &raw.sinks, &mut report);
        if raw.endpoints.is_empty() {
            report.missing("endpoints", no_endpoints(&report.origins));
        }
        let ids: BTreeSet<_> = raw.endpoints.keys().cloned().collect();
        let endpoints = raw
            .endpoints
            .into_iter()
            .filter_map(|(id, raw)| endpoint::endpoint(&id, raw, &linked, environment, &mut report))
            .collect();
        let sinks = raw
            .sinks
            .into_iter()
            .filter_map(|(name, raw)| sink::sink(&name, raw, &ids, environment, &mut report))
            .collect();

        match (host, journal, retention, quarantine) {
            (Some(host), Some(journal), Some(retention), Some(quarantine))
                if report.errors.is_empty() =>
            {
                Ok(Self {
                    host,
                    admin,
                    journal,
                    retention,
                    quarantine,
                    endpoints,
                    sinks,
                    warnings: report.warnings,
                })
            }
            _ => Err(ConfigErrors::new(report.errors)),
        }
    }

    /// The endpoint `id`.
    ///
    /// # Errors
    ///
    /// When there is none: what there is instead.
    pub(crate) fn endpoint(&self, id: &str) -> Result<&EndpointConfig, String> {
        let found = self.endpoints.iter().find(|one| one.endpoint.id() == id);
        found.ok_or_else(|| {
            let ids: Vec<_> = self.endpoints.iter().map(|one| one.endpoint.id()).collect();
            format!("no endpoint `{id}`; there are: {}", ids.join(", "))
        })
    }

    /// The journal's folder, for commands that only read: whether the rest holds together, and
    /// whether its secrets are at hand, is nothing to them.
    ///
    /// # Errors
    ///
    /// Every mistake there is, when the folder cannot be told.
    pub(crate) fn journal(inputs: &Inputs) -> Result<PathBuf, ConfigErrors> {
        let mut report = Report::default();
        let settings = settings::merge(inputs, &mut report).map_err(ConfigErrors::new)?;
        let raw = read::read(settings, &mut report);
        host::journal(raw.journal, &report).ok_or_else(|| ConfigErrors::new(report.errors))
    }

    /// The adapter of the endpoint `id` with its options, for commands that show what came by it:
    /// whether the rest holds together, and whether its secrets are at hand, is nothing to them.
    /// `None` where there is no such endpoint, or a mistake in its options.
    pub(crate) fn adapter(inputs: &Inputs, id: &str) -> Option<Arc<dyn Adapter>> {
        let mut report = Report::default();
        let settings = settings::merge(inputs, &mut report).ok()?;
        let mut raw = read::read(settings, &mut report);
        let linked = Linked::new(&inputs.adapters, &mut report);
        endpoint::adapter_alone(id, raw.endpoints.remove(id)?, &linked, &mut report)
    }
}

fn no_endpoints(origins: &Origins) -> &'static str {
    if origins.of("").is_some() {
        "no endpoints configured"
    } else {
        "no endpoints configured: there is no `switchboard.toml` here, and no file was named"
    }
}
