//! What is wrong with a configuration, and the list of it.

use std::fmt;

use super::origin::Origin;
use crate::text::Printable;

/// One mistake, or one thing worth a look. Holds no secret.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Diagnostic {
    /// Where to look.
    pub(crate) origin: Option<Origin>,
    /// Which setting, for example `endpoints.support.adapter`; empty when it is about none.
    pub(crate) key: String,
    /// What is wrong with it, and the way out.
    pub(crate) message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{}: ", Printable(origin))?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", Printable(&self.key))?;
        }
        write!(f, "{}", Printable(&self.message))
    }
}

/// Every mistake in a configuration, in the order of the file.
#[derive(Debug)]
pub(crate) struct ConfigErrors(Vec<Diagnostic>);

impl ConfigErrors {
    /// The list of `mistakes`.
    pub(crate) fn new(mut mistakes: Vec<Diagnostic>) -> Self {
        mistakes.sort();
        Self(mistakes)
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, mistake) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
