//! `switchboard quarantine list`

use serde::Serialize;
use switchboard::journal_sqlite::SqliteQuarantineReader;

use super::super::Streams;
use crate::core::quarantine::{Held, Listing, SuspectCounts, SuspectId};
use crate::exit::CliError;
use crate::output::{Output, Row};

/// List the last deliveries that failed verification, the latest at the end
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// At most so many
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
    /// The first ones after this one instead of the last ones
    #[arg(long, value_name = "ID")]
    after: Option<u64>,
    /// Only those that came in by this endpoint
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl List {
    pub(super) fn run(
        self,
        reader: &SqliteQuarantineReader,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        // One more than asked for tells whether there are more.
        let mut listing = Listing::first(self.limit.saturating_add(1));
        listing.endpoint.clone_from(&self.endpoint);
        let mut held = match self.after {
            Some(after) => reader.list(&listing.after(SuspectId(after)))?,
            None => reader.last(&listing)?,
        };
        if held.len() > self.limit {
            let extra = if self.after.is_some() { self.limit } else { 0 };
            held.remove(extra);
            writeln!(streams.err, "There are more; see --limit and --after.")?;
        }
        let lost = self.lost(reader)?;
        if lost > 0 {
            let note = "made room for later ones or could not be kept";
            writeln!(streams.err, "{lost} more {note}.")?;
        }
        let rows: Vec<HeldRow> = held.into_iter().map(HeldRow).collect();
        Ok(self.output.write(&rows, streams.out)?)
    }

    fn lost(&self, reader: &SqliteQuarantineReader) -> Result<u64, CliError> {
        let counts = reader.counts()?;
        let asked_for = |name: &str| self.endpoint.as_deref().is_none_or(|one| one == name);
        let lost = |counts: &SuspectCounts| counts.pushed_out + counts.dropped;
        let counts = counts.iter().filter(|(name, _)| asked_for(name));
        Ok(counts.map(|(_, counts)| lost(counts)).sum())
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct HeldRow(Held);

impl Row for HeldRow {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "received",
        "endpoint",
        "adapter",
        "bytes",
        "diagnosis",
    ];

    fn cells(&self) -> Vec<String> {
        let Self(held) = self;
        vec![
            held.id.to_string(),
            held.received_at.to_string(),
            held.endpoint.clone(),
            held.adapter.clone(),
            held.bytes.to_string(),
            held.diagnosis.clone(),
        ]
    }
}
