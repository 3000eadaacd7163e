//! `switchboard sinks`: where events go, and what is held back.

use serde_json::json;

use super::Streams;
use super::endpoints::told;
use crate::cli::Globals;
use crate::control::{self, Call, segment};
use crate::exit::CliError;
use crate::output::{Column, Output};

const COLUMNS: &[Column] = &[
    ("name", "/name"),
    ("paused", "/paused/since"),
    ("breaker", "/breaker"),
    ("delivered", "/delivered"),
    ("pending", "/pending"),
    ("retrying", "/retrying"),
    ("dead", "/dead"),
    ("in flight", "/in_flight"),
    ("oldest", "/oldest"),
];

/// Look at the sinks, and pause them
#[derive(Debug, clap::Args)]
pub(crate) struct Sinks {
    #[command(subcommand)]
    command: SinksCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SinksCommand {
    /// List the sinks, and where their events stand
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Keep its events, and give it none
    Pause {
        /// The sink
        name: String,
    },
    /// Give it its events again
    Resume {
        /// The sink
        name: String,
    },
}

impl Sinks {
    /// Looks, or changes what is paused.
    ///
    /// # Errors
    ///
    /// When there is no such sink, or neither gateway nor journal can be reached.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let (name, verb) = match self.command {
            SinksCommand::List { output } => {
                let listed = control::ask(globals, &Call::get("/api/v1/sinks"))?;
                let rows = listed["sinks"].as_array().cloned().unwrap_or_default();
                return Ok(output.write_values(COLUMNS, &rows, streams.out)?);
            }
            SinksCommand::Pause { name } => (name, "pause"),
            SinksCommand::Resume { name } => (name, "resume"),
        };
        let path = format!("/api/v1/sinks/{}/{verb}", segment(&name));
        let changed = control::change(globals, &Call::post(path, json!({})))?;
        told(&changed, &name, verb, streams)
    }
}
