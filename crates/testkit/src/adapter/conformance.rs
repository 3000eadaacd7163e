//! How an author asks, and what the suite answers.

use std::fmt;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_core::{Adapter, Endpoint, ProviderAdapter, Registration, Timestamp};

use super::promise::promises;
use super::stand::Stand;
use super::trial::Trial;
use crate::BrokenPromise;
use crate::promise::Broken;

/// 2025-11-24T16:00:00Z.
const NOW: i64 = 1_764_000_000;

/// An adapter, and what it is tried with.
///
/// ```
/// use serde_json::json;
/// use switchboard_testkit::adapter::{Conformance, Report};
#[doc = include_str!("../doc/acme.txt")]
/// # let folder = std::env::temp_dir().join(format!("acme-fixtures-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
///
/// // On captured requests, by the secret that signed them, at the time when they came. Of what
/// // nobody has written down, it tells what becomes of it.
/// let report: Report = Conformance::of::<Acme>(json!({}))
///     .fixtures(&folder)
///     .secret("secret", "an invented secret")
///     .at(1_764_000_000)
///     .report();
/// let broken = &report.broken[0];
/// assert_eq!(broken.promise, "what_was_written_down_becomes_of_every_delivery");
/// assert!(broken.how.contains("message.created:m-1"), "{report}");
/// # std::fs::remove_dir_all(&folder)?;
///
/// // With what `verify` would fetch, and with a field that events tell in other words.
/// let report = Conformance::of::<Acme>(json!({}))
///     .endpoint(|endpoint| endpoint.with_document("https://acme.example.com/keys", "{}"))
///     .told_otherwise("mood", &["+", "-"])
///     .run();
/// assert_eq!((report.adapter, report.written, report.signed), ("acme", 1, 0));
///
/// // As its operator may take it: without secrets, behind a path token.
/// Conformance::new(Box::new(Acme {})).unsigned().run();
///
/// // An exception needs a reason, and a promise that is broken.
/// let excepted = "one_flipped_bit_of_a_signed_body_is_refused";
/// let report = Conformance::of::<Acme>(json!({})).except(excepted, "it is slow").report();
/// assert_eq!(report.broken[0].promise, excepted);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Conformance {
    adapter: Box<dyn Adapter>,
    stand: Stand,
    fixtures: Option<PathBuf>,
    told_otherwise: Vec<(&'static str, &'static [&'static str])>,
    exceptions: Vec<(&'static str, &'static str)>,
}

impl Conformance {
    /// The adapter `A` with `options`, as an endpoint's configuration gives them.
    ///
    /// # Panics
    ///
    /// When the options are not the adapter's.
    pub fn of<A: ProviderAdapter + DeserializeOwned>(options: Value) -> Self {
        let adapter = Registration::of::<A>(env!("CARGO_PKG_NAME")).build(&options);
        Self::new(adapter.expect("the options are the adapter's"))
    }

    /// An adapter that is built already.
    pub fn new(adapter: Box<dyn Adapter>) -> Self {
        let now = Timestamp::from_seconds(NOW).expect("the year 2025 is in range");
        Self {
            stand: Stand::new(adapter.descriptor().secrets, now),
            adapter,
            fixtures: None,
            told_otherwise: Vec::new(),
            exceptions: Vec::new(),
        }
    }

    /// With the captured requests in `folder`, which is relative to the crate under test.
    #[must_use]
    pub fn fixtures(mut self, folder: impl Into<PathBuf>) -> Self {
        self.fixtures = Some(folder.into());
        self
    }

    /// With `text` as one more secret of `role`: the one that the captured requests are signed by.
    /// A role without has one that the suite makes up.
    ///
    /// # Panics
    ///
    /// When the adapter has no such role.
    #[must_use]
    pub fn secret(mut self, role: &str, text: &str) -> Self {
        self.stand.add_secret(role, text);
        self
    }

    /// At `unix` seconds, when the captured requests came, instead of 2025-11-24T16:00:00Z.
    ///
    /// # Panics
    ///
    /// When `unix` is outside the years -9999 to 9999.
    #[must_use]
    pub fn at(mut self, unix: i64) -> Self {
        self.stand.now = Timestamp::from_seconds(unix).expect("a test's time is in range");
        self
    }

    /// On endpoints that their operator takes unsigned: without secrets, behind a path token.
    ///
    /// # Panics
    ///
    /// When the adapter may not be unsigned.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        let descriptor = self.adapter.descriptor();
        assert!(
            descriptor.may_be_unsigned,
            "its descriptor does not say `or_unsigned`"
        );
        self.stand.take_unsigned();
        self
    }

    /// On endpoints that `arrange` has been at, for example to give them documents.
    #[must_use]
    pub fn endpoint(mut self, arrange: impl Fn(Endpoint) -> Endpoint + 'static) -> Self {
        self.stand.arrange(arrange);
        self
    }

    /// Where `field` has one of `values`, events say the same in other words. No values: whatever
    /// it has.
    #[must_use]
    pub fn told_otherwise(mut self, field: &'static str, values: &'static [&'static str]) -> Self {
        self.told_otherwise.push((field, values));
        self
    }

    /// Lets the adapter break `promise`, for this reason.
    #[must_use]
    pub fn except(mut self, promise: &'static str, because: &'static str) -> Self {
        self.exceptions.push((promise, because));
        self
    }

    /// Checks every promise.
    ///
    /// # Panics
    ///
    /// When one is broken, with the name of each that is. And within an asynchronous runtime: the
    /// suite has its own.
    pub fn run(self) -> Report {
        let report = self.report();
        assert!(report.broken.is_empty(), "{report}");
        report
    }

    /// Checks every promise, and tells.
    pub fn report(self) -> Report {
        let Self {
            adapter,
            stand,
            fixtures,
            told_otherwise,
            exceptions,
        } = self;
        let name = adapter.descriptor().name;
        let mut report = Report {
            adapter: name,
            written: 0,
            signed: 0,
            generated: 0,
            broken: Vec::new(),
        };
        let trial = match Trial::open(adapter, stand, fixtures.as_deref(), told_otherwise) {
            Ok(trial) => trial,
            Err(Broken(how)) => {
                let promise = "it_can_be_tried";
                report.broken.push(BrokenPromise { promise, how });
                return report;
            }
        };
        let promises = promises();
        for (name, because) in &exceptions {
            if !promises.iter().any(|promise| promise.name() == *name) {
                report.broken.push(BrokenPromise {
                    promise: name,
                    how: format!("there is no such promise to except ({because})"),
                });
            }
        }
        for promise in promises {
            let exception = exceptions.iter().find(|(name, _)| *name == promise.name());
            match (promise.check(&trial), exception) {
                (Err(broken), None) => report.broken.push(broken),
                (Ok(()), Some((_, because))) => report.broken.push(BrokenPromise {
                    promise: promise.name(),
                    how: format!("it is kept, and needs no exception ({because})"),
                }),
                (Ok(()), None) | (Err(_), Some(_)) => {}
            }
        }
        report.written = trial.written.len();
        report.signed = trial.signed();
        report.generated = trial.generated();
        report
    }
}

/// What the suite found.
///
/// Its text has a line for each promise that is broken, so that a test need say no more: see
/// [`Conformance`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The adapter's name.
    pub adapter: &'static str,
    /// How many samples and captured requests it was tried with.
    pub written: usize,
    /// How many captured requests have what their provider signed them by, and are believed as they
    /// came. Of one that has it in a header of which the adapter knows nothing, the suite knows nothing
    /// either, and signs it afresh: an adapter that has captured signatures should see some counted.
    pub signed: usize,
    /// How many deliveries the suite made up.
    pub generated: usize,
    /// The promises that it breaks.
    pub broken: Vec<BrokenPromise>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            adapter,
            written,
            generated,
            broken,
            ..
        } = self;
        let kept = if broken.is_empty() {
            "keeps its promises"
        } else {
            "breaks its promises"
        };
        write!(
            f,
            "{adapter} {kept}, tried with {written} deliveries that were written down and \
             {generated} that were made up"
        )?;
        broken
            .iter()
            .try_for_each(|broken| write!(f, "\n- {broken}"))
    }
}
