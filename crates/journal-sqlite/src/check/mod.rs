//! Whether what a journal holds agrees with itself.

mod index;
mod log;

use std::fmt;
use std::path::Path;

use rusqlite::Connection;

use crate::failure::Failure;
use crate::lock::Lock;
use crate::reader::SqliteReader;

/// Something that was found out of order, or that is good to know.
///
/// ```
/// use switchboard_journal_sqlite::{Finding, SqliteJournal, SqliteReader};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let journal = SqliteJournal::open(folder.path())?;
///
/// let findings = SqliteReader::open(folder.path())?.check()?;
/// assert!(matches!(&findings[..], [Finding::InUse(_)]));
/// assert!(!findings[0].is_fault());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// SQLite complains of a file.
    Unsound {
        /// The file.
        file: &'static str,
        /// What it complains of.
        complaint: String,
    },
    /// A counter is not what there is.
    Miscounted {
        /// Of what.
        what: String,
        /// What the counter says.
        kept: u64,
        /// What there is.
        counted: u64,
    },
    /// Things stand where they cannot be.
    Misplaced(String),
    /// A process has the journal open.
    InUse(String),
}

impl Finding {
    /// Whether it is a fault, and not only good to know.
    pub fn is_fault(&self) -> bool {
        !matches!(self, Self::InUse(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsound { file, complaint } => write!(f, "{file} is unsound: {complaint}"),
            Self::Miscounted {
                what,
                kept,
                counted,
            } => write!(f, "{what}: {kept} were counted, and there are {counted}"),
            Self::Misplaced(how) => f.write_str(how),
            Self::InUse(holder) => write!(f, "the journal is in use ({holder})"),
        }
    }
}

/// Goes through all that there is.
pub(crate) fn everything(reader: &SqliteReader, directory: &Path) -> Result<Vec<Finding>, Failure> {
    let mut findings = Findings::default();
    // The index first: what it has decoded is in the log, whatever is appended meanwhile.
    let index = reader.index.connection.unchecked_transaction()?;
    findings.integrity(crate::index::DATABASE.file, &index)?;
    if findings.is_sound() {
        index::check(&index, &mut findings)?;
    }
    let log = reader.log.connection.unchecked_transaction()?;
    findings.integrity(crate::log::DATABASE.file, &log)?;
    if findings.is_sound() {
        log::check(&log, &index, &mut findings)?;
    }
    findings
        .0
        .extend(Lock::holder(directory).map(Finding::InUse));
    Ok(findings.0)
}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    /// There is no use in counting what cannot be read.
    fn is_sound(&self) -> bool {
        let is_unsound = |finding: &Finding| matches!(finding, Finding::Unsound { .. });
        !self.0.iter().any(is_unsound)
    }

    fn integrity(&mut self, file: &'static str, connection: &Connection) -> Result<(), Failure> {
        let mut statement = connection.prepare("PRAGMA integrity_check(10)")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let complaint: String = row.get(0)?;
            if complaint != "ok" {
                self.0.push(Finding::Unsound { file, complaint });
            }
        }
        Ok(())
    }

    fn same(&mut self, what: impl Into<String>, kept: u64, counted: u64) {
        if kept != counted {
            self.0.push(Finding::Miscounted {
                what: what.into(),
                kept,
                counted,
            });
        }
    }

    fn holds(&mut self, is_so: bool, otherwise: impl Into<String>) {
        if !is_so {
            self.0.push(Finding::Misplaced(otherwise.into()));
        }
    }
}

/// What `sql` counts.
fn count(connection: &Connection, sql: &str) -> Result<u64, Failure> {
    Ok(connection.query_row(sql, (), |row| row.get(0))?)
}
