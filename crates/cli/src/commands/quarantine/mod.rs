//! `switchboard quarantine`

mod list;
mod reverify;
mod show;
mod shown;

use switchboard::journal_sqlite::SqliteQuarantineReader;

use super::Streams;
use crate::cli::Globals;
use crate::config::Config;
use crate::core::quarantine::SuspectId;
use crate::exit::CliError;

/// Look at deliveries that failed verification, and verify them again
///
/// They are kept within bounds and never delivered. Once a secret is corrected, those that are genuine
/// can be brought back.
#[derive(Debug, clap::Args)]
pub(crate) struct Quarantine {
    #[command(subcommand)]
    command: QuarantineCommand,
}

#[derive(Debug, clap::Subcommand)]
enum QuarantineCommand {
    List(list::List),
    Show(show::Show),
    Reverify(reverify::Reverify),
}

impl Quarantine {
    /// Looks, or verifies again.
    ///
    /// # Errors
    ///
    /// When there is no journal, nothing of the id that was asked for, or something stays.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let inputs = globals.inputs();
        match self.command {
            QuarantineCommand::Reverify(reverify) => reverify.run(&inputs, streams),
            QuarantineCommand::List(list) => {
                let reader = SqliteQuarantineReader::open(Config::journal(&inputs)?)?;
                list.run(&reader, streams)
            }
            QuarantineCommand::Show(show) => {
                let reader = SqliteQuarantineReader::open(Config::journal(&inputs)?)?;
                show.run(&reader, &inputs, streams)
            }
        }
    }
}

fn not_held(ids: &[SuspectId]) -> CliError {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    CliError::NotFound(format!("not in quarantine: {}", ids.join(", ")))
}
