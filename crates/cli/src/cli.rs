//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::commands::Command;
use crate::config::{Environment, Inputs};
use crate::core::registrations;
use crate::logging::Logging;

/// A webhook gateway for chat and CRM platforms
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Globals {
    /// The configuration; else ./switchboard.toml, when it is there
    #[arg(
        short,
        long,
        global = true,
        env = "SWITCHBOARD_CONFIG",
        value_name = "FILE"
    )]
    config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) logging: Logging,
}

impl Globals {
    /// What the configuration is made from, as this process finds it.
    pub(crate) fn inputs(&self) -> Inputs {
        Inputs {
            file: self.config.clone(),
            environment: Environment::of_this_process(),
            flags: Vec::new(),
            adapters: registrations(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_output_format_is_chosen_by_o() {
        for format in ["table", "json", "jsonl"] {
            Cli::try_parse_from(["switchboard", "adapters", "-o", format]).unwrap();
        }
    }
}
