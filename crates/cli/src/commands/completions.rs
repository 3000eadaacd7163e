//! `switchboard completions`

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::Streams;
use crate::cli::Cli;
use crate::exit::CliError;

/// Write what makes a shell complete this program's commands and flags
///
/// For example, in ~/.bashrc: `source <(switchboard completions bash)`
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell it is for
    shell: Shell,
}

impl Completions {
    /// Writes the shell's script.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn run(self, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let mut command = Cli::command();
        let name = command.get_name().to_owned();
        // By way of memory, because a pipe that closes makes the generator panic.
        let mut script = Vec::new();
        generate(self.shell, &mut command, name, &mut script);
        Ok(streams.out.write_all(&script)?)
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_learns_every_command() {
        for shell in Shell::value_variants() {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let mut streams = Streams {
                out: &mut out,
                err: &mut err,
            };

            Completions { shell: *shell }.run(&mut streams).unwrap();

            let script = String::from_utf8(out).unwrap();
            for command in Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}");
            }
        }
    }
}
