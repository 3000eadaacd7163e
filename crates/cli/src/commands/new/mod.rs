//! `switchboard new`

mod adapter;
mod name;
mod template;

use super::Streams;
use crate::exit::CliError;

/// Begin something of your own
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Adapter(adapter::NewAdapter),
}

impl New {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// When its name is none, or it is there already.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        match self.what {
            What::Adapter(command) => command.run(streams),
        }
    }
}
