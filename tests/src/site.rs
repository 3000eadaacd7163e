//! A folder with a configuration, a journal, and a file that the events go to.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::kommo::SECRET;

/// What one gateway needs, in a temporary folder that outlives its restarts.
#[derive(Debug)]
pub struct Site {
    _folder: Option<TempDir>,
    root: PathBuf,
}

impl Site {
    /// One `kommo-chats` endpoint called `support` and one file sink, on port 0.
    ///
    /// # Panics
    ///
    /// When the folder cannot be made.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::at(folder.path()).owning(folder)
    }

    /// The same in the folder at `root`, which is there already.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn at(root: &Path) -> Self {
        let site = Self {
            _folder: None,
            root: root.to_owned(),
        };
        std::fs::write(site.config(), site.text()).expect("the folder can be written");
        site
    }

    fn owning(mut self, folder: TempDir) -> Self {
        self._folder = Some(folder);
        self
    }

    /// The configuration's path.
    pub fn config(&self) -> PathBuf {
        self.root.join("switchboard.toml")
    }

    /// The journal's path.
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// The path of the file that events go to.
    pub fn events(&self) -> PathBuf {
        self.root.join("events.jsonl")
    }

    fn text(&self) -> String {
        format!(
            r#"
            [host]
            listen = "127.0.0.1:0"
            [journal]
            path = "journal"
            [endpoints.support]
            adapter = "kommo-chats"
            secrets = [{{ value = "{SECRET}" }}]
            [sinks.file]
            type = "file"
            path = "events.jsonl"
            "#
        )
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}
