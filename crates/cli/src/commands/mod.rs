//! The subcommands, one file each.

mod adapters;
mod bench;
mod check;
mod completions;
mod config;
mod dead;
mod demo;
mod doctor;
mod endpoints;
mod events;
mod new;
mod preview;
mod quarantine;
mod redaction;
mod run;
mod schema;
mod sinks;
#[cfg(test)]
mod tests;
mod trigger;
mod verify;

use std::io::Write;

use crate::cli::Globals;
use crate::exit::CliError;

/// Every subcommand
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Adapters(adapters::Adapters),
    Bench(bench::Bench),
    Check(check::Check),
    Completions(completions::Completions),
    Config(config::Config),
    Dead(dead::Dead),
    Demo(demo::Demo),
    Doctor(doctor::Doctor),
    Endpoints(endpoints::Endpoints),
    Events(events::Events),
    New(new::New),
    Quarantine(quarantine::Quarantine),
    Run(run::Run),
    Schema(schema::Schema),
    Sinks(sinks::Sinks),
    Trigger(trigger::Trigger),
    Verify(verify::Verify),
}

/// Where a command writes: what was asked for to `out`, everything else to `err`.
pub(crate) struct Streams<'a> {
    /// The result, and nothing else.
    pub(crate) out: &'a mut dyn Write,
    /// Warnings and hints.
    pub(crate) err: &'a mut dyn Write,
}

impl Command {
    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// With the exit code that scripts rely on.
    pub(crate) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        match self {
            Self::Adapters(command) => command.run(streams),
            Self::Bench(command) => command.run(streams),
            Self::Check(command) => command.run(globals, streams),
            Self::Completions(command) => command.run(streams),
            Self::Config(command) => command.run(globals, streams),
            Self::Dead(command) => command.run(globals, streams),
            Self::Demo(command) => command.run(streams),
            Self::Doctor(command) => command.run(globals, streams),
            Self::Endpoints(command) => command.run(globals, streams),
            Self::Events(command) => command.run(globals, streams),
            Self::New(command) => command.run(streams),
            Self::Quarantine(command) => command.run(globals, streams),
            Self::Run(command) => command.run(globals),
            Self::Schema(command) => command.run(streams),
            Self::Sinks(command) => command.run(globals, streams),
            Self::Trigger(command) => command.run(globals, streams),
            Self::Verify(command) => command.run(globals, streams),
        }
    }
}
