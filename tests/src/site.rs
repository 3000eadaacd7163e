//! A folder with a configuration, a journal, and a file that the events go to.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::kommo::SECRET;

/// What one gateway needs, in a temporary folder that outlives its restarts.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    journal: PathBuf,
    /// What else stands in the configuration.
    more: String,
}

impl Site {
    /// One `kommo-chats` endpoint called `support` and one file sink, on port 0.
    ///
    /// # Panics
    ///
    /// When the folder cannot be made.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let journal = folder.path().join("journal");
        let more = String::new();
        Self {
            folder,
            journal,
            more,
        }
        .written()
    }

    /// The same with `more` in its configuration, in place of what was added before.
    ///
    /// # Panics
    ///
    /// When the folder cannot be written.
    #[must_use]
    pub fn with(mut self, more: impl Into<String>) -> Self {
        self.more = more.into();
        self.written()
    }

    /// The same with its journal at `journal`.
    ///
    /// # Panics
    ///
    /// When the folder cannot be written.
    #[must_use]
    pub fn with_journal(mut self, journal: PathBuf) -> Self {
        self.journal = journal;
        self.written()
    }

    /// The configuration's path.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("switchboard.toml")
    }

    /// The journal's path.
    pub fn journal(&self) -> PathBuf {
        self.journal.clone()
    }

    /// The path of the file that events go to.
    pub fn events(&self) -> PathBuf {
        self.folder.path().join("events.jsonl")
    }

    fn written(self) -> Self {
        let text = format!(
            r#"
            [host]
            listen = "127.0.0.1:0"
            [journal]
            path = "{}"
            [endpoints.support]
            adapter = "kommo-chats"
            secrets = [{{ value = "{SECRET}" }}]
            [sinks.file]
            type = "file"
            path = "events.jsonl"
            {}
            "#,
            self.journal.display(),
            self.more,
        );
        std::fs::write(self.config(), text).expect("the folder can be written");
        self
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}
