//! Collects what is wrong while a configuration is read, so that all of it is told at once.

use std::path::{Path, PathBuf};

use super::diagnostic::Diagnostic;
use super::origin::{Origin, Origins};

/// What was found so far, and where everything stands.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Where each key was written.
    pub(crate) origins: Origins,
    /// The folder of the configuration file; empty when there is none.
    pub(crate) folder: PathBuf,
    /// What makes the configuration invalid.
    pub(crate) errors: Vec<Diagnostic>,
    /// What does not.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Report {
    /// `key` is wrong.
    pub(crate) fn error(&mut self, key: &str, message: impl Into<String>) {
        let diagnostic = self.diagnostic(key, message.into());
        self.errors.push(diagnostic);
    }

    /// `key` is worth a look.
    pub(crate) fn warn(&mut self, key: &str, message: impl Into<String>) {
        let diagnostic = self.diagnostic(key, message.into());
        self.warnings.push(diagnostic);
    }

    /// `setting`, which must be there.
    pub(crate) fn required<T>(&mut self, setting: Option<T>, key: &str) -> Option<T> {
        if setting.is_none() {
            self.missing(key, "must be set");
        }
        setting
    }

    /// `key` is not there. If it was, and could not be read, in whole or in part, then that is said
    /// already.
    pub(crate) fn missing(&mut self, key: &str, message: &str) {
        if !self.errors.iter().any(|error| error.key.starts_with(key)) {
            self.error(key, message);
        }
    }

    /// `path` as `key` means it: from the file's folder, unless it was given from outside the file.
    pub(crate) fn resolve(&self, key: &str, path: &Path) -> PathBuf {
        match self.origins.of(key) {
            Some(Origin::Variable(_) | Origin::CommandLine) => path.to_owned(),
            Some(Origin::File(..)) | None => self.folder.join(path),
        }
    }

    /// Whether `key` stands in a file, where others may read it.
    pub(crate) fn is_in_file(&self, key: &str) -> bool {
        matches!(self.origins.of(key), Some(Origin::File(..)))
    }

    fn diagnostic(&self, key: &str, message: String) -> Diagnostic {
        Diagnostic {
            origin: self.origins.of(key).cloned(),
            key: key.to_owned(),
            message,
        }
    }
}
