//! From a configuration to a gateway.

use std::sync::Arc;

use switchboard::core::host::{Limits, Route};
use switchboard::journal_sqlite::SqliteJournal;
use switchboard::sinks::{File, Stdout};
#[cfg(feature = "http-sink")]
use switchboard::sinks::{Guard, Http};
use switchboard::{Retry, Sink, Subscription, Switchboard};

use crate::config::{Config, EndpointConfig, HostConfig, SinkConfig, SinkKind};
use crate::exit::CliError;

/// Opens the journal and every sink.
///
/// # Errors
///
/// When the journal is in use or broken, or a sink cannot be used.
pub(crate) fn open(config: Config) -> Result<Switchboard, CliError> {
    let journal = SqliteJournal::open(&config.journal)?;
    let mut builder = Switchboard::builder()
        .journal(journal)
        .limits(limits(&config.host));
    if let Some(url) = config.host.public_url() {
        builder = builder.public_url(url);
    }
    builder = builder.trusted_proxies(config.host.trusted_proxies);
    for endpoint in config.endpoints {
        builder = builder.route(route(endpoint));
    }
    for sink in config.sinks {
        builder = builder.sink(subscription(sink)?);
    }
    builder
        .build()
        .map_err(|error| CliError::unavailable("the gateway cannot be put together", error))
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

fn subscription(config: SinkConfig) -> Result<Subscription, CliError> {
    let sink = sink(&config)?;
    let mut subscription = Subscription::new(config.name, sink);
    subscription.endpoints = config.endpoints;
    subscription.concurrency = usize::try_from(config.concurrency.get()).unwrap_or(usize::MAX);
    subscription.timeout = config.timeout;
    subscription.retry = Retry {
        first: config.retry.first,
        attempts: config.retry.attempts.get(),
        keep_trying: config.retry.keep_trying,
    };
    Ok(subscription)
}

fn sink(config: &SinkConfig) -> Result<Arc<dyn Sink>, CliError> {
    let unusable = || format!("sink `{}` cannot be used", config.name);
    Ok(match &config.kind {
        SinkKind::Stdout => Arc::new(Stdout::new()),
        SinkKind::File { path } => {
            let file = File::open(path);
            Arc::new(file.map_err(|error| CliError::unavailable(unusable(), error))?)
        }
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
