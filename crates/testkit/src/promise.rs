//! What every suite is made of: promises that are kept, or broken in a way that words tell.

use std::error::Error;
use std::fmt::{self, Debug};

/// A promise that is not kept.
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

/// Checks that `seen` is what was expected of `what`.
pub(crate) fn same<T: Debug + PartialEq<E>, E: Debug>(what: &str, seen: T, expected: E) -> Checked {
    if seen == expected {
        return Ok(());
    }
    Err(Broken::new(format!(
        "{what}: expected {expected:?}, saw {seen:?}"
    )))
}
