//! `switchboard doctor`

mod clock;
mod disk;
mod limits;

use std::path::Path;

use serde::Serialize;
use switchboard::journal_sqlite::{ReadError, SqliteReader};

use super::Streams;
use crate::cli::Globals;
use crate::config::Config;
use crate::exit::CliError;
use crate::output::{Output, Row};

/// Look for what is out of order: configuration, disk, clock, limits, files, counters
///
/// Reads the whole journal, which takes its time and keeps nobody waiting: a gateway may run
/// meanwhile. To measure the disk it writes 4 KiB into the journal's folder a few times, and removes
/// them. Ends with 5 when there is a fault.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    output: Output,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Found {
    severity: Severity,
    /// What was looked at.
    about: &'static str,
    /// In words.
    finding: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
enum Severity {
    /// As it should be.
    Ok,
    /// Good to know.
    Note,
    /// To be mended.
    Fault,
}

impl Found {
    fn new(severity: Severity, about: &'static str, finding: impl Into<String>) -> Self {
        Self {
            severity,
            about,
            finding: finding.into(),
        }
    }
}

impl Row for Found {
    const COLUMNS: &'static [&'static str] = &["severity", "about", "finding"];

    fn cells(&self) -> Vec<String> {
        let severity = match self.severity {
            Severity::Ok => "ok",
            Severity::Note => "note",
            Severity::Fault => "fault",
        };
        vec![
            severity.to_owned(),
            self.about.to_owned(),
            self.finding.clone(),
        ]
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
        let config = Config::load(&inputs);
        let mut found = vec![match &config {
            Ok(_) => Found::new(Severity::Ok, "configuration", "it holds together"),
            Err(errors) => Found::new(
                Severity::Fault,
                "configuration",
                format!("it is wrong; `switchboard check` says more: {errors}"),
            ),
        }];
        found.extend(limits::examine(config.ok().as_ref()));
        found.extend(disk::examine(&folder));
        let mut reader = SqliteReader::open(folder.clone())?;
        found.extend(clock::examine(&mut reader)?);
        found.extend(journal(&reader, &folder)?);
        self.output.write(&found, streams.out)?;
        if found.iter().any(|one| one.severity == Severity::Fault) {
            return Err(CliError::CheckFailed(
                "something is out of order".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Every page, every row and every counter.
fn journal(reader: &SqliteReader, folder: &Path) -> Result<Vec<Found>, ReadError> {
    let findings = reader.check()?;
    let mut found: Vec<_> = findings
        .iter()
        .map(|finding| {
            let severity = if finding.is_fault() {
                Severity::Fault
            } else {
                Severity::Note
            };
            Found::new(severity, "journal", finding.to_string())
        })
        .collect();
    if !findings.iter().any(|finding| finding.is_fault()) {
        let counters = reader.counters()?;
        let sound = format!(
            "{} is sound and its counters balance: {} deliveries, {} events, {} sinks",
            folder.display(),
            counters.stored,
            counters.events,
            counters.sinks.len()
        );
        found.push(Found::new(Severity::Ok, "journal", sound));
    }
    Ok(found)
}
