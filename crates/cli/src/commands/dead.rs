//! `switchboard dead`: events that a sink could not take.

mod settle;

use std::fmt::Write as _;
use std::io;

use super::Streams;
use crate::cli::Globals;
use crate::control::{self, Call, segment};
use crate::exit::CliError;
use crate::output::{Column, Output};

use settle::Settle;

const COLUMNS: &[Column] = &[
    ("sink", "/sink"),
    ("position", "/position"),
    ("at", "/at"),
    ("cause", "/cause"),
    ("attempts", "/attempts"),
    ("status", "/status"),
    ("failure", "/failure"),
    ("id", "/id"),
];

/// Look at dead letters, give them to their sink again, or give them up
#[derive(Debug, clap::Args)]
pub(crate) struct Dead {
    #[command(subcommand)]
    command: DeadCommand,
}

#[derive(Debug, clap::Subcommand)]
enum DeadCommand {
    /// List the last dead letters, the latest event at the end
    List(List),
    /// Show one dead letter whole, with all its attempts, as JSON
    Show {
        /// The sink
        sink: String,
        /// The event's position
        position: u64,
    },
    /// Give dead letters to their sink again, each with a new budget
    ///
    /// As they were recorded, and at their old place in their lane. With `--anew` each is decoded anew
    /// instead, and comes as an event of its own behind all others, with the old id in `replayof`.
    Replay {
        #[command(flatten)]
        settle: Settle,
        /// Decode them anew, by the adapters of today
        #[arg(long)]
        anew: bool,
    },
    /// Give dead letters up for good
    Discard(Settle),
}

#[derive(Debug, clap::Args)]
struct List {
    /// At most so many
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
    /// The first ones after this position instead of the last ones
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// Only of this sink
    #[arg(long, value_name = "NAME")]
    sink: Option<String>,
    /// Only of this cause, for example `sink_rejected`
    #[arg(long)]
    cause: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Dead {
    /// Looks, or does what was asked.
    ///
    /// # Errors
    ///
    /// When there is no such dead letter, or neither gateway nor journal can be reached.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        match self.command {
            DeadCommand::List(list) => list.run(globals, streams),
            DeadCommand::Show { sink, position } => {
                let path = format!("/api/v1/dead/{}/{position}", segment(&sink));
                let letter = control::look(globals, &Call::get(path))?;
                serde_json::to_writer_pretty(&mut *streams.out, &letter)
                    .map_err(io::Error::from)?;
                Ok(writeln!(streams.out)?)
            }
            DeadCommand::Replay { settle, anew } => settle.replay(anew, globals, streams),
            DeadCommand::Discard(settle) => settle.discard(globals, streams),
        }
    }
}

impl List {
    fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let mut path = format!("/api/v1/dead?limit={}", self.limit);
        let texts = [
            ("after", self.after.map(|after| after.to_string())),
            ("sink", self.sink),
            ("cause", self.cause),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                // A text takes all that is written to it.
                let _ = write!(path, "&{name}={}", segment(&text));
            }
        }
        let listed = control::look(globals, &Call::get(path))?;
        let rows = listed["dead"].as_array().cloned().unwrap_or_default();
        Ok(self.output.write_values(COLUMNS, &rows, streams.out)?)
    }
}
