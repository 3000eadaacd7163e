//! What every suite is made of: promises that are kept, or broken in a way that words tell.

use std::error::Error;
use std::fmt::{self, Debug};
use std::time::Duration;

/// A promise that takes longer is broken: somebody waits for what never comes.
const DEADLINE: Duration = Duration::from_secs(60);

/// A promise that is not kept.
///
/// ```
/// use switchboard_testkit::BrokenPromise;
///
/// let broken = BrokenPromise {
///     promise: "a_dead_event_never_comes_back",
///     how: "event 7 was claimed again".into(),
/// };
/// assert_eq!(broken.to_string(), "a_dead_event_never_comes_back: event 7 was claimed again");
/// ```
#[derive(Clone, Debug)]
pub struct BrokenPromise {
    /// The promise's name.
    pub promise: &'static str,
    /// What was seen.
    pub how: String,
}

impl fmt::Display for BrokenPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.how)
    }
}

/// Whether a promise was kept.
pub(crate) type Checked<T = ()> = Result<T, Broken>;

/// How a promise was broken, in words.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) String);

impl Broken {
    pub(crate) fn new(how: impl Into<String>) -> Self {
        Self(how.into())
    }
}

/// A call failed that had no reason to.
impl<E: Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(format!("a call failed: {error}"))
    }
}

/// What `checking` the promise came to. A panic breaks it too, and so does a wait without an end.
pub(crate) async fn fenced(
    promise: &'static str,
    checking: impl Future<Output = Checked> + Send + 'static,
) -> Result<(), BrokenPromise> {
    // A task of its own, so that a panic ends this promise and not the suite.
    let how = match tokio::spawn(tokio::time::timeout(DEADLINE, checking)).await {
        Ok(Ok(Ok(()))) => return Ok(()),
        Ok(Ok(Err(Broken(how)))) => how,
        Ok(Err(_)) => "it waits without an end".to_owned(),
        Err(panic) => panic.to_string(),
    };
    Err(BrokenPromise { promise, how })
}

/// Checks that `seen` is what was expected of `what`.
pub(crate) fn same<T: Debug + PartialEq<E>, E: Debug>(what: &str, seen: T, expected: E) -> Checked {
    if seen == expected {
        return Ok(());
    }
    Err(Broken::new(format!(
        "{what}: expected {expected:?}, saw {seen:?}"
    )))
}
