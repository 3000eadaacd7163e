//! `switchboard events tail`

use std::time::Duration;

use switchboard::core::Glob;
use switchboard::core::journal::{EventFilter, EventPosition};
use switchboard::journal_sqlite::SqliteReader;

use super::EventRow;
use crate::cli::Globals;
use crate::commands::Streams;
use crate::config::Config;
use crate::exit::CliError;
use crate::text::Printable;

/// How often to look for more.
const GLANCE: Duration = Duration::from_millis(250);

/// So many are read at once.
const PAGE: usize = 256;

/// Write events as they are recorded, until it is interrupted
#[derive(Debug, clap::Args)]
pub(super) struct Tail {
    /// Begin with those after this position instead of the next one
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// Only of this kind, for example `message.*`
    #[arg(long, value_name = "GLOB")]
    kind: Option<Glob>,
    /// Only those that came in by this endpoint
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
    /// End after so many
    #[arg(long, value_name = "COUNT")]
    count: Option<u64>,
    /// Write one JSON object a line
    #[arg(short = 'o', long = "output", value_enum, default_value = "table")]
    output: Lines,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Lines {
    /// Columns without a heading
    Table,
    /// One JSON object a line
    Jsonl,
}

impl Tail {
    pub(super) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let reader = SqliteReader::open(Config::journal(&globals.inputs())?)?;
        let last = reader.events(&EventFilter::last(1))?;
        let last = last
            .last()
            .map_or(EventPosition::default(), |event| event.position);
        let mut filter = EventFilter::after(self.after.map_or(last, EventPosition), PAGE);
        filter.kind = self.kind;
        filter.endpoint = self.endpoint;
        let mut left = self.count.unwrap_or(u64::MAX);
        loop {
            let found = reader.events(&filter)?;
            for record in &found {
                if left == 0 {
                    return Ok(());
                }
                left -= 1;
                filter.after = Some(record.position);
                write(self.output, &EventRow::new(record), streams)?;
            }
            streams.out.flush()?;
            if left == 0 {
                return Ok(());
            }
            if found.len() < PAGE {
                std::thread::sleep(GLANCE);
            }
        }
    }
}

fn write(lines: Lines, row: &EventRow<'_>, streams: &mut Streams<'_>) -> Result<(), CliError> {
    match lines {
        Lines::Table => {
            let cells = crate::output::Row::cells(row).join("  ");
            writeln!(streams.out, "{}", Printable(cells))?;
        }
        Lines::Jsonl => {
            serde_json::to_writer(&mut *streams.out, row).map_err(std::io::Error::from)?;
            writeln!(streams.out)?;
        }
    }
    Ok(())
}
