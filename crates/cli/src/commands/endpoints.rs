//! `switchboard endpoints`: what comes in, and what is held back.

use serde_json::{Value, json};

use super::Streams;
use crate::cli::Globals;
use crate::control::{self, Call, segment};
use crate::exit::CliError;
use crate::output::{Column, Output};

const COLUMNS: &[Column] = &[
    ("id", "/id"),
    ("adapter", "/adapter"),
    ("paused", "/paused/since"),
    ("received", "/received"),
    ("stored", "/stored"),
    ("refused", "/refused"),
    ("failed", "/failed"),
];

/// Look at the endpoints, and pause them
#[derive(Debug, clap::Args)]
pub(crate) struct Endpoints {
    #[command(subcommand)]
    command: EndpointsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum EndpointsCommand {
    /// List the endpoints; the numbers are those since the gateway started
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Take and keep what comes, and decode none of it
    Pause {
        /// The endpoint
        id: String,
    },
    /// Decode what came meanwhile, and go on
    Resume {
        /// The endpoint
        id: String,
    },
}

impl Endpoints {
    /// Looks, or changes what is paused.
    ///
    /// # Errors
    ///
    /// When there is no such endpoint, or neither gateway nor journal can be reached.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let (id, verb) = match self.command {
            EndpointsCommand::List { output } => {
                let listed = control::ask(globals, &Call::get("/api/v1/endpoints"))?;
                let rows = listed["endpoints"].as_array().cloned().unwrap_or_default();
                return Ok(output.write_values(COLUMNS, &rows, streams.out)?);
            }
            EndpointsCommand::Pause { id } => (id, "pause"),
            EndpointsCommand::Resume { id } => (id, "resume"),
        };
        let path = format!("/api/v1/endpoints/{}/{verb}", segment(&id));
        let changed = control::change(globals, &Call::post(path, json!({})))?;
        told(&changed, &id, verb, streams)
    }
}

/// Says what became of a line that was to be paused or resumed.
pub(super) fn told(
    changed: &Value,
    name: &str,
    verb: &str,
    streams: &mut Streams<'_>,
) -> Result<(), CliError> {
    let was = if changed["changed"] == json!(true) {
        "now"
    } else {
        "already"
    };
    let state = if verb == "pause" { "paused" } else { "at work" };
    Ok(writeln!(streams.err, "`{name}` is {was} {state}.")?)
}
