//! `switchboard trigger`: a provider on the command line.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZero;
use std::sync::Arc;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Request, Uri};
use serde::Serialize;
use serde_json::json;
use switchboard::core::{Adapter, Descriptor, Endpoint, Registration, Sample};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use super::Streams;
use crate::capture;
use crate::cli::Globals;
use crate::config::{Config, EndpointConfig, Inputs, web_url};
use crate::exit::CliError;
use crate::output::{Output, Row};
use crate::proof::Proof;
use crate::send::{self, SendError, Sender};

/// Call this gateway, or any URL, as a provider does: real deliveries, freshly signed
///
/// Without a case, lists those of the adapter. Calls the endpoint of that adapter in the
/// configuration; with `--url` and a secret, any receiver of webhooks. A gateway knows a repeated
/// case for a duplicate.
#[derive(Debug, clap::Args)]
pub(crate) struct Trigger {
    /// The adapter's name, as `switchboard adapters` lists it
    adapter: String,
    /// What to send
    #[arg(group = "what")]
    case: Option<String>,
    /// Send every case
    #[arg(long, group = "what")]
    all: bool,
    /// Send it so many times, signed anew each time
    #[arg(long, default_value = "1", value_name = "COUNT", requires = "what")]
    repeat: NonZero<u32>,
    /// Write the HTTP request instead of sending it, for `switchboard verify` and others to read
    #[arg(long, requires = "case", conflicts_with = "repeat")]
    print: bool,
    /// The endpoint to call, where the configuration has several of the adapter
    #[arg(long, value_name = "ID", requires = "what", conflicts_with = "url")]
    endpoint: Option<String>,
    /// Call this URL instead, signed by the secret that is given beside it
    #[arg(long, value_name = "URL", value_parser = web_url, requires = "what")]
    url: Option<Uri>,
    #[command(flatten)]
    proof: Proof,
    #[command(flatten)]
    output: Output,
}

impl Trigger {
    /// Sends what was asked for, and lists the answers.
    ///
    /// # Errors
    ///
    /// When there is no such adapter, case or endpoint, nobody can be reached, or an answer is no
    /// success.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        Runtime::new()?.block_on(self.trigger(&globals.inputs(), streams))
    }

    /// Dropped, it may leave a case with the receiver.
    pub(super) async fn trigger(
        self,
        inputs: &Inputs,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let registration = inputs.adapter(&self.adapter).map_err(CliError::NotFound)?;
        let descriptor = registration.descriptor;
        let Some(cases) = self.cases(descriptor)? else {
            let rows: Vec<_> = descriptor.samples.iter().map(CaseRow::of).collect();
            return Ok(self.output.write(&rows, streams.out)?);
        };
        let line = self.line(registration, inputs)?;
        if self.print {
            return cases
                .iter()
                .try_for_each(|case| Ok(capture::write(&line.request(case)?, streams.out)?));
        }

        let sender = Sender::to(&line.to).map_err(CliError::Usage)?;
        let mut rows = Vec::new();
        let sent = line.send(&sender, cases, self.repeat, &mut rows).await;
        if !rows.is_empty() {
            self.output.write(&rows, streams.out)?;
        }
        sent?;
        match rows.iter().filter(|row| !row.is_success()).count() {
            0 => Ok(()),
            refused => {
                let message = format!("{refused} of {} were not taken", rows.len());
                Err(CliError::Failure(message))
            }
        }
    }

    /// The cases to send; `None` when none was asked for.
    fn cases(&self, descriptor: &Descriptor) -> Result<Option<&'static [Sample]>, CliError> {
        let samples = descriptor.samples;
        let Some(case) = &self.case else {
            return Ok(self.all.then_some(samples));
        };
        let found = samples.iter().position(|sample| sample.name == case);
        let at = found.ok_or_else(|| {
            let names: Vec<_> = samples.iter().map(|sample| sample.name).collect();
            let (name, names) = (descriptor.name, names.join(", "));
            CliError::NotFound(format!("no case `{case}` of `{name}`; there are: {names}"))
        })?;
        Ok(Some(&samples[at..=at]))
    }

    fn line(&self, registration: &Registration, inputs: &Inputs) -> Result<Line, CliError> {
        let Some(url) = &self.url else {
            if self.proof.is_given() {
                let message = "a secret goes with --url; an endpoint has its own";
                return Err(CliError::Usage(message.to_owned()));
            }
            let config = Config::load(inputs)?;
            let endpoint = self.configured(registration.descriptor, &config)?;
            return Line::configured(endpoint, &config);
        };
        let descriptor = registration.descriptor;
        let adapter = registration
            .build(&json!({}))
            .map_err(|error| CliError::Usage(format!("`{}`: {error}", descriptor.name)))?;
        Ok(Line {
            adapter: Arc::from(adapter),
            endpoint: self.proof.endpoint(descriptor, &inputs.environment)?,
            to: url.clone(),
            public: url.clone(),
        })
    }

    fn configured<'a>(
        &self,
        descriptor: &Descriptor,
        config: &'a Config,
    ) -> Result<&'a EndpointConfig, CliError> {
        let name = descriptor.name;
        if let Some(id) = &self.endpoint {
            let endpoint = config.endpoint(id).map_err(CliError::NotFound)?;
            let other = endpoint.registration.descriptor.name;
            return if other == name {
                Ok(endpoint)
            } else {
                let message = format!("endpoint `{id}` has the adapter `{other}`, not `{name}`");
                Err(CliError::Usage(message))
            };
        }
        let fits = |one: &&EndpointConfig| one.registration.descriptor.name == name;
        let fitting: Vec<_> = config.endpoints.iter().filter(fits).collect();
        match fitting.as_slice() {
            [] => {
                let message = format!("no endpoint of `{name}` is configured; --url calls others");
                Err(CliError::NotFound(message))
            }
            [one] => Ok(one),
            several => {
                let ids: Vec<_> = several.iter().map(|one| one.endpoint.id()).collect();
                let message = format!("which one? --endpoint {}", ids.join(" or --endpoint "));
                Err(CliError::Usage(message))
            }
        }
    }
}

/// Whom a provider calls, and how it proves itself.
struct Line {
    adapter: Arc<dyn Adapter>,
    endpoint: Endpoint,
    /// Where the call goes.
    to: Uri,
    /// What the provider thinks it calls, and may sign.
    public: Uri,
}

impl Line {
    fn configured(endpoint: &EndpointConfig, config: &Config) -> Result<Self, CliError> {
        let path = endpoint.path();
        let url = format!("http://{}{path}", callable(config.host.listen)?);
        let target: PathAndQuery = path.parse().expect("names and tokens fit a path");
        let public = config.host.public_url_of(target);
        Ok(Self {
            adapter: Arc::clone(&endpoint.adapter),
            endpoint: endpoint.endpoint.clone(),
            to: url.parse().expect("an address and a path are a URL"),
            public: public.expect("the token does not fill a URL"),
        })
    }

    /// Sends `cases`, each `repeat` times, and remembers every answer in `rows`.
    async fn send(
        &self,
        sender: &Sender,
        cases: &[Sample],
        repeat: NonZero<u32>,
        rows: &mut Vec<AnswerRow>,
    ) -> Result<(), CliError> {
        for case in cases {
            for _ in 0..repeat.get() {
                let request = self.request(case)?;
                let begun = Instant::now();
                let answered = sender.send(request).await;
                let status = answered.map_err(|error| self.unanswered(case, error))?;
                rows.push(AnswerRow {
                    case: case.name,
                    status: status.as_u16(),
                    ms: begun.elapsed().as_millis(),
                });
            }
        }
        Ok(())
    }

    fn request(&self, case: &Sample) -> Result<Request<Bytes>, CliError> {
        let mut bare = case.delivery();
        bare.url = send::joined(&self.public, bare.url.query());
        let descriptor = self.adapter.descriptor();
        let delivery = match self.adapter.sign(&bare, &self.endpoint) {
            Some(signed) => signed,
            None if !descriptor.is_signed || self.endpoint.is_unsigned() => bare,
            None => {
                let name = descriptor.name;
                let message = format!("`{name}` cannot be signed by anyone but the provider");
                return Err(CliError::Failure(message));
            }
        };
        Ok(send::request(&self.to, delivery))
    }

    /// Without the path, which may have a token.
    fn unanswered(&self, case: &Sample, error: SendError) -> CliError {
        let host = self
            .to
            .authority()
            .map_or("", |authority| authority.as_str());
        let message = format!("`{}` was not sent to {host}", case.name);
        match error {
            SendError::Connect(_) => CliError::unavailable(message, error),
            SendError::NoAnswer(_) => CliError::Failure(format!("{message}: {error}")),
        }
    }
}

/// The address by which this machine reaches what listens on `listen`.
fn callable(mut listen: SocketAddr) -> Result<SocketAddr, CliError> {
    if listen.port() == 0 {
        let message = "the configuration leaves the port open; say --url, and the secret";
        return Err(CliError::Usage(message.to_owned()));
    }
    match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => {
            listen.set_ip(Ipv4Addr::LOCALHOST.into())
        }
        IpAddr::V6(address) if address.is_unspecified() => {
            listen.set_ip(Ipv6Addr::LOCALHOST.into())
        }
        _ => {}
    }
    Ok(listen)
}

/// One case that can be sent.
#[derive(Serialize)]
struct CaseRow {
    name: &'static str,
    method: String,
    bytes: usize,
}

impl CaseRow {
    fn of(sample: &Sample) -> Self {
        Self {
            name: sample.name,
            method: sample.delivery().method.to_string(),
            bytes: sample.body.len(),
        }
    }
}

impl Row for CaseRow {
    const COLUMNS: &'static [&'static str] = &["name", "method", "bytes"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.to_owned(),
            self.method.clone(),
            self.bytes.to_string(),
        ]
    }
}

/// The answer to one case.
#[derive(Serialize)]
struct AnswerRow {
    case: &'static str,
    status: u16,
    ms: u128,
}

impl AnswerRow {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Row for AnswerRow {
    const COLUMNS: &'static [&'static str] = &["case", "status", "ms"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.case.to_owned(),
            self.status.to_string(),
            self.ms.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_called_on_loopback() {
        for (listen, called) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("10.0.0.1:80", "10.0.0.1:80"),
        ] {
            let called: SocketAddr = called.parse().unwrap();
            assert_eq!(callable(listen.parse().unwrap()).unwrap(), called);
        }
        assert!(callable("127.0.0.1:0".parse().unwrap()).is_err());
    }
}
