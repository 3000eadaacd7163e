//! From a configuration to a gateway.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use switchboard::core::SystemClock;
use switchboard::core::host::{Limits, Route};
use switchboard::core::journal::Journal;
use switchboard::journal_sqlite::{SqliteJournal, SqliteQuarantine};
use switchboard::sinks::{File, Stdout};
#[cfg(feature = "http-sink")]
use switchboard::sinks::{Guard, Http};
use switchboard::{Builder, Retry, Sink, Subscription, Switchboard};
use switchboard_admin::Api;
use tracing::error;

use crate::config::{Config, EndpointConfig, HostConfig, SinkConfig, SinkKind};
use crate::exit::CliError;

/// A gateway that is put together, and its journal.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The gateway.
    pub(crate) gateway: Switchboard,
    /// What it keeps everything in.
    pub(crate) journal: Arc<SqliteJournal>,
}

impl Opened {
    /// The control API of it.
    pub(crate) fn api(&self) -> Api {
        let records = Arc::clone(&self.journal);
        Api::new(records, Arc::new(SystemClock))
            .controlling(self.gateway.handle().control().clone())
    }
}

/// The files that events are written to. Whoever reloads opens none of them twice: two writers would
/// mend each other's last lines.
pub(crate) type Files = HashMap<PathBuf, Arc<dyn Sink>>;

/// The files that sinks of `config` write to.
pub(crate) fn files(config: &Config) -> HashSet<PathBuf> {
    let path = |sink: &SinkConfig| match &sink.kind {
        SinkKind::File { path } => Some(path.clone()),
        _ => None,
    };
    config.sinks.iter().filter_map(path).collect()
}

/// Opens the journal and every sink.
///
/// # Errors
///
/// When the journal is in use or broken, or a sink cannot be used.
pub(crate) fn open(config: Config, files: &mut Files) -> Result<Opened, CliError> {
    let stores = Stores::open(&config)?;
    stores.build(builder(config, files)?)
}

/// Opens the journal and its quarantine, for a gateway that delivers nothing.
///
/// # Errors
///
/// When the journal is in use or broken.
pub(crate) fn open_without_sinks(mut config: Config) -> Result<Opened, CliError> {
    let stores = Stores::open(&config)?;
    config.sinks.clear();
    stores.build(builder(config, &mut Files::new())?)
}

/// The endpoints and the sinks of `config`, each sink opened.
///
/// # Errors
///
/// When a sink cannot be used.
pub(crate) fn builder(config: Config, files: &mut Files) -> Result<Builder, CliError> {
    let mut builder = Switchboard::builder();
    if let Some(url) = config.host.public_url() {
        builder = builder.public_url(url);
    }
    builder = builder.trusted_proxies(config.host.trusted_proxies);
    for endpoint in config.endpoints {
        builder = builder.route(route(endpoint));
    }
    for sink in config.sinks {
        builder = builder.sink(subscription(sink, files)?);
    }
    Ok(builder)
}

/// What a gateway has from its start to its end.
struct Stores {
    journal: SqliteJournal,
    quarantine: Option<SqliteQuarantine>,
    limits: Limits,
}

impl Stores {
    fn open(config: &Config) -> Result<Self, CliError> {
        let journal = SqliteJournal::open(&config.journal)?;
        // After the journal, which has the lock of their directory.
        let quarantine = config.quarantine.and_then(|bounds| {
            let quarantine = SqliteQuarantine::open(&config.journal, bounds);
            // Nothing that is promised rests on it.
            quarantine
                .inspect_err(|error| {
                    let error = error as &dyn Error;
                    error!(error, "No quarantine: what fails verification is not kept.");
                })
                .ok()
        });
        Ok(Self {
            journal,
            quarantine,
            limits: limits(&config.host),
        })
    }

    fn build(self, builder: Builder) -> Result<Opened, CliError> {
        let journal = Arc::new(self.journal);
        let shared = Arc::clone(&journal) as Arc<dyn Journal>;
        let mut builder = builder.shared_journal(shared).limits(self.limits);
        if let Some(quarantine) = self.quarantine {
            builder = builder.quarantine(quarantine);
        }
        let gateway = builder
            .build()
            .map_err(|error| CliError::unavailable("the gateway cannot be put together", error))?;
        Ok(Opened { gateway, journal })
    }
}

fn limits(host: &HostConfig) -> Limits {
    Limits {
        max_body: host.max_body,
        header_timeout: host.header_timeout,
        body_timeout: host.body_timeout,
        max_connections: usize::try_from(host.max_connections.get()).unwrap_or(usize::MAX),
        drain_timeout: host.drain_timeout,
        ..Limits::default()
    }
}

fn route(endpoint: EndpointConfig) -> Route {
    let route = Route::new(endpoint.endpoint, endpoint.adapter);
    endpoint
        .path_tokens
        .into_iter()
        .fold(route, Route::with_path_token)
}

fn subscription(config: SinkConfig, files: &mut Files) -> Result<Subscription, CliError> {
    let sink = sink(&config, files)?;
    let mut subscription = Subscription::new(config.name, sink);
    subscription.filter = Arc::new(config.filter);
    subscription.order = config.order;
    subscription.rate = config.rate;
    subscription.concurrency = usize::try_from(config.concurrency.get()).unwrap_or(usize::MAX);
    subscription.timeout = config.timeout;
    subscription.retry = Retry {
        first: config.retry.first,
        attempts: config.retry.attempts.get(),
        keep_trying: config.retry.keep_trying,
    };
    Ok(subscription)
}

fn sink(config: &SinkConfig, files: &mut Files) -> Result<Arc<dyn Sink>, CliError> {
    let unusable = || format!("sink `{}` cannot be used", config.name);
    Ok(match &config.kind {
        SinkKind::Stdout => Arc::new(Stdout::new()),
        SinkKind::File { path } => match files.get(path) {
            Some(file) => Arc::clone(file),
            None => {
                let file = File::open(path);
                let file = file.map_err(|error| CliError::unavailable(unusable(), error))?;
                let file: Arc<dyn Sink> = Arc::new(file);
                files.insert(path.clone(), Arc::clone(&file));
                file
            }
        },
        #[cfg(not(feature = "http-sink"))]
        SinkKind::Http { .. } => unreachable!("the configuration does not let it pass"),
        #[cfg(feature = "http-sink")]
        SinkKind::Http { url, secrets } => {
            // Whoever writes the file may name hosts of their own network.
            let http = Http::builder(url.to_string(), Guard::operator()).timeout(config.timeout);
            let http = secrets
                .iter()
                .cloned()
                .fold(http, |http, secret| http.secret(secret));
            Arc::new(
                http.build()
                    .map_err(|error| CliError::unavailable(unusable(), error))?,
            )
        }
    })
}
