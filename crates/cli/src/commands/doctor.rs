//! `switchboard doctor`

use serde::Serialize;
use switchboard::journal_sqlite::{Finding, SqliteReader};

use super::Streams;
use crate::cli::Globals;
use crate::config::Config;
use crate::exit::CliError;
use crate::output::{Output, Row};

/// Look for what is out of order: configuration, files, counters
///
/// Reads the whole journal, which takes its time and keeps nobody waiting: a gateway may run
/// meanwhile. Ends with 5 when there is a fault.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    output: Output,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
struct Found {
    /// `fault` or `note`.
    severity: &'static str,
    /// In words.
    finding: String,
}

impl Row for Found {
    const COLUMNS: &'static [&'static str] = &["severity", "finding"];

    fn cells(&self) -> Vec<String> {
        vec![self.severity.to_owned(), self.finding.clone()]
    }
}

impl Doctor {
    /// Examines everything, and changes nothing.
    ///
    /// # Errors
    ///
    /// When something is out of order, or the journal cannot be read.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let inputs = globals.inputs();
        let folder = Config::journal(&inputs)?;
        let mut found = Vec::new();
        if let Err(errors) = Config::load(&inputs) {
            found.push(Found {
                severity: "fault",
                finding: format!(
                    "the configuration is wrong; `switchboard check` says more: {errors}"
                ),
            });
        }
        let findings = SqliteReader::open(folder)?.check()?;
        let is_fault = found.len() + findings.iter().filter(|one| one.is_fault()).count() > 0;
        found.extend(findings.iter().map(|finding: &Finding| Found {
            severity: if finding.is_fault() { "fault" } else { "note" },
            finding: finding.to_string(),
        }));
        self.output.write(&found, streams.out)?;
        if is_fault {
            return Err(CliError::CheckFailed(
                "something is out of order".to_owned(),
            ));
        }
        Ok(())
    }
}
