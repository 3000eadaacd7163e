//! `[sinks.NAME]`: where events go.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;

use super::environment::Environment;
use super::filter;
use super::raw::{RawRetry, RawSink};
use super::report::Report;
use super::secret;
use crate::core::journal::Order;
use crate::core::{Filter, Secret, SecretRole};

const SIGNING: SecretRole =
    SecretRole::base64("secret", "Standard Webhooks signing secret").prefix("whsec_");

/// The key sizes of Standard Webhooks.
const SIGNING_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// One sink, as configured.
#[derive(Debug)]
pub(crate) struct SinkConfig {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: SinkKind,
    /// The events it takes.
    pub(crate) filter: Filter,
    /// In which order it takes them.
    pub(crate) order: Order,
    /// The events it takes in a second.
    pub(crate) rate: Option<NonZero<u32>>,
    /// The attempts under way at once.
    pub(crate) concurrency: NonZero<u32>,
    /// How long one attempt may take.
    pub(crate) timeout: Duration,
    /// When a refused event is tried again.
    pub(crate) retry: RetryConfig,
}

/// The kinds of sinks, each with what only it has.
#[derive(Debug)]
pub(crate) enum SinkKind {
    /// An HTTP service.
    Http {
        /// Where events are posted.
        url: Uri,
        /// What signs them, the newest first; none: they are not signed.
        secrets: Vec<Secret>,
    },
    /// Our standard output.
    Stdout,
    /// A file, one event a line.
    File {
        /// Where it is.
        path: PathBuf,
    },
}

impl SinkKind {
    /// Its name in the configuration.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Http { .. } => "http",
            Self::Stdout => "stdout",
            Self::File { .. } => "file",
        }
    }
}

/// When an attempt that failed is made again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryConfig {
    /// The wait before the second attempt, which then doubles.
    pub(crate) first: Duration,
    /// An event is given up when it has had so many attempts..
    pub(crate) attempts: NonZero<u32>,
    /// .. and is older than this.
    pub(crate) keep_trying: Duration,
}

/// The sink `name` as `raw` has it; `None` when a mistake in it has been reported.
pub(crate) fn sink(
    name: &str,
    mut raw: RawSink,
    known_endpoints: &BTreeSet<String>,
    environment: &Environment,
    report: &mut Report,
) -> Option<SinkConfig> {
    let key = format!("sinks.{name}");
    let filter = filter::filter(&mut raw, &key, known_endpoints, report);
    let order = order(&raw, &key, report);
    let kind = kind(&mut raw, &key, environment, report);
    Some(SinkConfig {
        name: name.to_owned(),
        kind: kind?,
        filter,
        order,
        rate: raw.rate,
        concurrency: raw.concurrency?,
        timeout: raw.timeout?,
        retry: retry(&raw.retry)?,
    })
}

fn kind(
    raw: &mut RawSink,
    key: &str,
    environment: &Environment,
    report: &mut Report,
) -> Option<SinkKind> {
    let (url, secret, path) = (raw.url.take(), raw.secret.take(), raw.path.take());
    let kind = raw.kind.as_deref();
    let mut foreign = |name: &str, is_there: bool| {
        if let (Some(kind), true) = (kind, is_there) {
            report.error(
                &format!("{key}.{name}"),
                format!("does not belong to a sink of type `{kind}`"),
            );
        }
    };
    match kind {
        Some("http") => {
            foreign("path", path.is_some());
            let secrets = signing_secrets(secret.as_ref(), key, environment, report);
            let url = report.required(url, &format!("{key}.url"))?.0;
            if !cfg!(feature = "http-sink") {
                let message = "no `http` sink in this binary; enable cargo feature `http-sink`";
                report.error(&format!("{key}.type"), message);
            }
            Some(SinkKind::Http { url, secrets })
        }
        Some("stdout") => {
            foreign("path", path.is_some());
            foreign("url", url.is_some());
            foreign("secret", secret.is_some());
            Some(SinkKind::Stdout)
        }
        Some("file") => {
            foreign("url", url.is_some());
            foreign("secret", secret.is_some());
            let key = format!("{key}.path");
            let path = report.required(path, &key)?;
            Some(SinkKind::File {
                path: report.resolve(&key, &path),
            })
        }
        Some(_) => {
            report.error(
                &format!("{key}.type"),
                "expected \"http\", \"stdout\" or \"file\"",
            );
            None
        }
        None => report.required(None, &format!("{key}.type")),
    }
}

fn signing_secrets(
    setting: Option<&serde_json::Value>,
    key: &str,
    environment: &Environment,
    report: &mut Report,
) -> Vec<Secret> {
    let key = format!("{key}.secret");
    let Some(setting) = setting else {
        report.warn(
            &key,
            "no secret: the receiver cannot tell our events from forged ones",
        );
        return Vec::new();
    };
    let secrets = secret::resolve(setting, &key, SIGNING, environment, report);
    for secret in &secrets {
        if !SIGNING_BYTES.contains(&secret.expose().len()) {
            let (least, most) = SIGNING_BYTES.into_inner();
            let label = secret.label();
            report.error(
                &key,
                format!("{label}: expected base64 of {least} to {most} bytes"),
            );
        }
    }
    secrets
}

fn order(raw: &RawSink, key: &str, report: &mut Report) -> Order {
    let is_ordered = match raw.order_by.as_deref() {
        None => false,
        Some("partitionkey") => true,
        Some(_) => {
            report.error(&format!("{key}.order_by"), "expected \"partitionkey\"");
            true
        }
    };
    let after_dead = format!("{key}.after_dead");
    let wait_for_dead = match raw.after_dead.as_deref() {
        Some(_) if !is_ordered => {
            report.error(&after_dead, "means something only with `order_by`");
            false
        }
        None | Some("continue") => false,
        Some("wait") => true,
        Some(_) => {
            report.error(&after_dead, "expected \"continue\" or \"wait\"");
            false
        }
    };
    if is_ordered {
        Order::Lanes { wait_for_dead }
    } else {
        Order::None
    }
}

fn retry(raw: &RawRetry) -> Option<RetryConfig> {
    Some(RetryConfig {
        first: raw.first?,
        attempts: raw.attempts?,
        keep_trying: raw.keep_trying?,
    })
}
