//! `switchboard demo`: a gateway in a temporary folder, and a provider that calls it.

use std::io::{IsTerminal as _, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use switchboard::core::host::Route;
use switchboard::core::{Adapter, Endpoint, Registration, Secret, SecretRole, registrations};
use switchboard::journal_sqlite::{SqliteJournal, SqliteReader};
use switchboard::{Event, Switchboard};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::Streams;
use crate::exit::CliError;
use crate::send::{Sender, joined, request};
use crate::signal;

/// The path token of endpoints whose provider signs nothing.
const PATH_TOKEN: SecretRole = SecretRole::text("path_token", "made for the demo");

/// How often to look whether everything has come through, and how many times.
const GLANCE: Duration = Duration::from_millis(25);
const GLANCES: u32 = 1200;

/// Show what a gateway does: signed deliveries of every adapter go in, events come out
///
/// Needs no configuration, no network and no account. Events go to stdout, one a line; everything
/// else to stderr. Goes on running until it is interrupted.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// End when every delivery has come through
    #[arg(long)]
    once: bool,
}

impl Demo {
    /// Runs the demo until it is told to end, or with `--once` until everything has come through.
    ///
    /// # Errors
    ///
    /// When a delivery is refused or does not come through.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        Runtime::new()?.block_on(self.show(streams.err))
    }

    async fn show(self, err: &mut dyn Write) -> Result<(), CliError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("journal");
        let journal = SqliteJournal::open(&path)?;
        let lines: Vec<Line> = registrations().into_iter().filter_map(Line::new).collect();
        let printed = Arc::new(AtomicU64::new(0));

        let mut builder = Switchboard::builder().journal(journal);
        for line in &lines {
            builder = builder.route(line.route());
        }
        let gateway = builder
            .on("demo", printer(Arc::clone(&printed)))
            .build()
            .map_err(|error| CliError::unavailable("the demo cannot be put together", error))?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let serving = tokio::spawn(gateway.serve(listener, stop.clone().cancelled_owned()));

        let mut ends = signal::Ends::new()?;
        let outcome = tokio::select! {
            () = ends.next() => Ok(()),
            shown = self.play(address, &lines, &path, &printed, err) => shown,
        };
        stop.cancel();
        serving.await.expect("a gateway does not panic")?;
        outcome
    }

    /// Plays every provider; without `--once` it never ends.
    async fn play(
        &self,
        address: SocketAddr,
        lines: &[Line],
        journal: &Path,
        printed: &AtomicU64,
        err: &mut dyn Write,
    ) -> Result<(), CliError> {
        let mut sent = 0;
        for line in lines {
            writeln!(
                err,
                "{}: http://{address}{}",
                line.endpoint.id(),
                line.path()
            )?;
            sent += line.send_all(address).await?;
        }
        if self.once {
            let events = all_came_through(SqliteReader::open(journal)?, sent, printed).await?;
            writeln!(err, "{sent} deliveries came through as {events} events.")?;
            return Ok(());
        }
        writeln!(
            err,
            "{sent} deliveries sent. Still listening on {address}; end with ^C."
        )?;
        std::future::pending().await
    }
}

/// One endpoint of the demo, and its provider.
struct Line {
    endpoint: Endpoint,
    adapter: Arc<dyn Adapter>,
    path_token: Option<String>,
}

impl Line {
    /// `None` for an adapter that has no samples, cannot do without options, or is signed by its
    /// provider alone.
    fn new(registration: &Registration) -> Option<Self> {
        let descriptor = registration.descriptor;
        if descriptor.samples.is_empty() {
            return None;
        }
        let adapter = registration.build(&serde_json::json!({})).ok()?;
        let mut endpoint = Endpoint::new(descriptor.name);
        for role in descriptor.needed_secrets() {
            endpoint = endpoint.with_secret(role, secret(role));
        }
        let mut samples = descriptor.samples.iter().map(|sample| sample.delivery());
        if descriptor.is_signed && !samples.all(|it| adapter.sign(&it, &endpoint).is_some()) {
            return None;
        }
        adapter.check(&endpoint).ok()?;
        let path_token = (!descriptor.is_signed).then(random_text);
        Some(Self {
            endpoint,
            adapter: Arc::from(adapter),
            path_token,
        })
    }

    fn route(&self) -> Route {
        let route = Route::new(self.endpoint.clone(), Arc::clone(&self.adapter));
        match &self.path_token {
            None => route,
            Some(token) => {
                let token = Secret::new("demo", PATH_TOKEN, token).expect("it is not empty");
                route.with_path_token(token)
            }
        }
    }

    fn path(&self) -> String {
        let token = self
            .path_token
            .as_ref()
            .map(|token| format!("/{token}"))
            .unwrap_or_default();
        format!("/in/{}{token}", self.endpoint.id())
    }

    /// Sends every sample, signed as the provider would where it signs; answers how many.
    async fn send_all(&self, address: SocketAddr) -> Result<u64, CliError> {
        let url = format!("http://{address}{}", self.path());
        let url = url.parse().expect("an address and a path are a URL");
        let target = self.path().parse().expect("a path is a URL");
        let mut sent = 0;
        for sample in self.adapter.descriptor().samples {
            let mut bare = sample.delivery();
            // Some sign the URL, which is the target alone where no public one is configured.
            bare.url = joined(&target, bare.url.query());
            let delivery = self.adapter.sign(&bare, &self.endpoint).unwrap_or(bare);
            let request = request(&url, delivery);
            let status = Sender::Plain
                .send(request)
                .await
                .map_err(|error| CliError::unavailable("the demo cannot be called", error))?;
            if !status.is_success() {
                let (adapter, sample) = (self.endpoint.id(), sample.name);
                let message = format!("{adapter}: the sample `{sample}` was answered {status}");
                return Err(CliError::Failure(message));
            }
            sent += 1;
        }
        Ok(sent)
    }
}

fn secret(role: SecretRole) -> Secret {
    let text = format!("{}{}", role.prefix, random_text());
    Secret::new("demo", role, &text).expect("32 letters and digits are a text and base64")
}

/// Guards nothing but a demo on loopback.
fn random_text() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(32)
        .collect()
}

/// Prints every event: a readable line on a terminal, else its JSON.
fn printer(
    printed: Arc<AtomicU64>,
) -> impl Fn(Event) -> std::future::Ready<Result<(), std::io::Error>> + Send + Sync + 'static {
    let is_terminal = std::io::stdout().is_terminal();
    move |event| {
        let line = if is_terminal {
            readable(&event)
        } else {
            serde_json::to_string(&event).expect("an event has text keys only")
        };
        let written = writeln!(std::io::stdout(), "{line}");
        printed.fetch_add(1, Ordering::Relaxed);
        std::future::ready(written)
    }
}

fn readable(event: &Event) -> String {
    let subject = event.subject.as_deref().unwrap_or("-");
    let words = match &event.data["message"]["text"] {
        serde_json::Value::String(text) => format!("  {text:?}"),
        _ => String::new(),
    };
    format!(
        "{:<20} {:<14} {subject}{words}",
        event.short_kind(),
        event.endpoint
    )
}

/// Waits until each of `sent` deliveries is decoded and each event is printed.
async fn all_came_through(
    reader: SqliteReader,
    sent: u64,
    printed: &AtomicU64,
) -> Result<u64, CliError> {
    for _ in 0..GLANCES {
        let counters = reader.counters()?;
        if counters.undecoded > 0 {
            return Err(CliError::Failure(
                "a sample could not be decoded".to_owned(),
            ));
        }
        if counters.decoded == sent && counters.events == printed.load(Ordering::Relaxed) {
            return Ok(counters.events);
        }
        tokio::time::sleep(GLANCE).await;
    }
    Err(CliError::Failure(
        "not every delivery came through".to_owned(),
    ))
}
