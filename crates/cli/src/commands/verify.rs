//! `switchboard verify`: what a gateway does with a request, and why, without a gateway.

use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Request, Uri};
use serde::Serialize;
use serde_json::json;
use switchboard::core::event::Origin;
use switchboard::core::{
    Adapter, Clock, Delivery, Endpoint, Event, Preflight, Secret, SystemClock, Timestamp, Verified,
};
use tokio::runtime::Runtime;

use super::Streams;
use crate::cli::Globals;
use crate::clock::Standing;
use crate::config::{Config, Inputs, web_url};
use crate::exit::CliError;
use crate::output::{Output, Row};
use crate::proof::Proof;
use crate::{capture, refusal};

/// Explain what a gateway makes of a captured request, and why it refuses it
///
/// Reads one raw HTTP request: request line, headers, an empty line, the body byte for byte. The
/// endpoint is the one in its path, `/in/ID`; or say `--endpoint`, or `--adapter` and a secret. Prints
/// the events that would come of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The request; without one, or as `-`, it is read from the standard input
    file: Option<PathBuf>,
    /// The endpoint in the configuration that it is for
    #[arg(long, value_name = "ID", conflicts_with = "adapter")]
    endpoint: Option<String>,
    /// The adapter to verify it by, with the secret that is given beside it
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    #[command(flatten)]
    proof: Proof,
    /// The URL that the provider called, where the adapter's provider signs it
    #[arg(long, value_name = "URL", value_parser = web_url)]
    url: Option<Uri>,
    /// As of when: RFC 3339, or seconds since 1970; else now
    #[arg(long, value_name = "TIME")]
    at: Option<Moment>,
    #[command(flatten)]
    output: Output,
}

impl Verify {
    /// Verifies and decodes the request, and writes its events.
    ///
    /// # Errors
    ///
    /// With the explanation, when it is refused.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let bytes = self.bytes()?;
        let mut nobody = io::sink();
        let mut streams = Streams {
            out: &mut *streams.out,
            err: if globals.logging.is_quiet() {
                &mut nobody
            } else {
                &mut *streams.err
            },
        };
        Runtime::new()?.block_on(self.verify(bytes, &globals.inputs(), &mut streams))
    }

    fn bytes(&self) -> Result<Bytes, CliError> {
        let read = match self.file.as_deref().filter(|file| file.as_os_str() != "-") {
            Some(file) => fs::read(file),
            None => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
        };
        let name = self.file.as_ref().map_or_else(
            || "the standard input".to_owned(),
            |file| format!("`{}`", file.display()),
        );
        read.map(Bytes::from)
            .map_err(|error| CliError::Input(name, error))
    }

    pub(super) async fn verify(
        self,
        bytes: Bytes,
        inputs: &Inputs,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let request = capture::read(bytes)
            .map_err(|message| CliError::Usage(format!("not an HTTP/1.1 request: {message}")))?;
        let length = request.body().len();
        if let Some(declared) = capture::declared_otherwise(request.headers(), length) {
            let note = format!("The body has {length} bytes, and its head says {declared}.");
            writeln!(streams.err, "note: {note}")?;
        }
        let now = self.at.map_or_else(|| SystemClock.now(), |at| at.0);
        let line = self.line(&request, inputs, now)?;
        let delivery = line.delivery(request, now)?;

        match line.adapter.preflight(&delivery, &line.endpoint) {
            Preflight::Continue => {}
            Preflight::Refuse => return Err(refusal::of_handshake()),
            Preflight::Reply(reply) => {
                let status = reply.status();
                writeln!(
                    streams.err,
                    "A handshake: answered {status}, and nothing is kept."
                )?;
                return Ok(());
            }
        }
        let verified = match line.adapter.verify(&delivery, &line.endpoint).await {
            Ok(verified) => verified,
            Err(error) => {
                let adapter = &*line.adapter;
                return Err(refusal::explain(error, adapter, &delivery, &line.endpoint).await);
            }
        };
        writeln!(streams.err, "{}", proven(&verified))?;
        let rows = line.events(&delivery, &verified)?;
        Ok(self.output.write(&rows, streams.out)?)
    }

    fn line(
        &self,
        request: &Request<Bytes>,
        inputs: &Inputs,
        now: Timestamp,
    ) -> Result<Line, CliError> {
        let root = PathAndQuery::from_static("/");
        let target = request.uri().path_and_query().unwrap_or(&root).clone();
        let mut line = match &self.adapter {
            Some(name) => self.named(name, &target, inputs)?,
            None => self.configured(target, inputs)?,
        };
        line.endpoint = line.endpoint.with_clock(Arc::new(Standing(now)));
        if let Some(url) = &self.url {
            line.url = url.clone();
        }
        Ok(line)
    }

    fn named(&self, name: &str, target: &PathAndQuery, inputs: &Inputs) -> Result<Line, CliError> {
        let registration = inputs.adapter(name).map_err(CliError::NotFound)?;
        let descriptor = registration.descriptor;
        let adapter = registration
            .build(&json!({}))
            .map_err(|error| CliError::Usage(format!("`{name}`: {error}")))?;
        Ok(Line {
            adapter: Arc::from(adapter),
            endpoint: self.proof.endpoint(descriptor, &inputs.environment)?,
            path_tokens: Vec::new(),
            max_body: descriptor.max_body,
            url: Uri::from(target.clone()),
        })
    }

    fn configured(&self, target: PathAndQuery, inputs: &Inputs) -> Result<Line, CliError> {
        if self.proof.is_given() {
            let message = "a secret goes with --adapter; an endpoint has its own";
            return Err(CliError::Usage(message.to_owned()));
        }
        let named = self
            .endpoint
            .as_deref()
            .or_else(|| Some(segments(&target)?.0));
        let id = named.ok_or_else(|| {
            let message = "its path is not /in/ID: say --endpoint ID, or --adapter and a secret";
            CliError::Usage(message.to_owned())
        })?;
        let config = Config::load(inputs)?;
        let endpoint = config.endpoint(id).map_err(CliError::NotFound)?;
        Ok(Line {
            adapter: Arc::clone(&endpoint.adapter),
            endpoint: endpoint.endpoint.clone(),
            path_tokens: endpoint.path_tokens.clone(),
            max_body: config
                .host
                .max_body
                .unwrap_or(endpoint.registration.descriptor.max_body),
            url: config
                .host
                .public_url_of(target)
                .ok_or_else(|| CliError::Usage("its target is too long".to_owned()))?,
        })
    }
}

/// The endpoint and the token in a path: `/in/{endpoint}/{token}`.
fn segments(target: &PathAndQuery) -> Option<(&str, &str)> {
    let mut segments = target.path().strip_prefix("/in/")?.split('/');
    Some((segments.next()?, segments.next().unwrap_or_default()))
}

/// Whom the request is for.
struct Line {
    adapter: Arc<dyn Adapter>,
    endpoint: Endpoint,
    path_tokens: Vec<Secret>,
    max_body: usize,
    url: Uri,
}

impl Line {
    /// The delivery that the host makes of `request`, if it does.
    fn delivery(&self, request: Request<Bytes>, now: Timestamp) -> Result<Delivery, CliError> {
        let (head, body) = request.into_parts();
        let token = head.uri.path_and_query().and_then(segments);
        let is_open = |(_, token): (&str, &str)| {
            self.path_tokens.is_empty()
                || self
                    .path_tokens
                    .iter()
                    .any(|expected| expected.matches(token.as_bytes()))
        };
        // A path that is none of ours was changed on its way, by a proxy or in the capture.
        if !token.is_none_or(is_open) {
            return Err(refusal::of_token());
        }
        refusal::of_head(&head, self.adapter.descriptor())?;
        if body.len() > self.max_body {
            return Err(refusal::of_size(body.len(), self.max_body));
        }
        Ok(Delivery::new(
            head.method,
            self.url.clone(),
            head.headers,
            body,
            now,
        ))
    }

    fn events(&self, delivery: &Delivery, verified: &Verified) -> Result<Vec<EventRow>, CliError> {
        let drafts = self.adapter.decode(delivery).map_err(|error| {
            let message = format!("It is kept, but cannot be decoded: {error}");
            CliError::Failure(message)
        })?;
        let origin = Origin {
            adapter: self.adapter.descriptor(),
            endpoint: self.endpoint.id(),
            account: verified.account.as_deref(),
            scheme: &verified.scheme,
            delivery: "captured",
            recorded: delivery.received_at,
        };
        let stamp = |(position, draft)| EventRow(Event::stamp(draft, &origin, position));
        Ok(drafts.into_iter().enumerate().map(stamp).collect())
    }
}

fn proven(verified: &Verified) -> String {
    let by = match &verified.secret {
        Some(label) => format!(" with the secret from `{label}`"),
        None => String::new(),
    };
    let at = match verified.signed_at {
        Some(moment) => format!(", signed at {moment}"),
        None => String::new(),
    };
    format!("Accepted: proven by {}{by}{at}.", verified.scheme)
}

/// A moment, as people write it.
#[derive(Clone, Copy, Debug)]
struct Moment(Timestamp);

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = match text.parse() {
            Ok(seconds) => Timestamp::from_seconds(seconds),
            Err(_) => text.parse().ok(),
        };
        moment
            .map(Self)
            .ok_or("expected a time like 2026-11-22T10:00:00Z or 1795341600")
    }
}

/// One event that would come of it.
#[derive(Serialize)]
#[serde(transparent)]
struct EventRow(Event);

impl Row for EventRow {
    const COLUMNS: &'static [&'static str] = &["kind", "time", "subject", "id"];

    fn cells(&self) -> Vec<String> {
        let Self(event) = self;
        let time = event.time.map(|time| time.to_string());
        vec![
            event.short_kind().to_owned(),
            time.unwrap_or_else(|| "-".to_owned()),
            event.subject.clone().unwrap_or_else(|| "-".to_owned()),
            event.id.clone(),
        ]
    }
}
