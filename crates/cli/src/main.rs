//! The `switchboard` binary.

mod bench;
mod capture;
mod cli;
mod clock;
mod commands;
mod config;
mod control;
mod documents;
mod exit;
mod fsync;
mod gateway;
mod keeper;
mod logging;
mod output;
mod proof;
mod refusal;
mod reload;
mod send;
mod signal;
mod text;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use switchboard::core;

use cli::Cli;
use commands::Streams;
use exit::{CliError, Exit};

/// What one thread allocates another lets go of here, all the time: the system's allocator keeps half as
/// much again for itself under load. The library leaves the choice to whoever embeds it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return explain_usage(&usage),
    };
    cli.globals.logging.install();

    // Not locked: a gateway's sinks write to it as well.
    let mut out = io::stdout();
    let mut err = io::stderr();
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
    };
    let ended = cli.command.run(&cli.globals, &mut streams);
    let Err(error) = ended else {
        return Exit::Success.into();
    };
    if error.exit() != Exit::Success {
        print_chain(&error);
    }
    error.exit().into()
}

/// Help and version are asked for, and succeed.
fn explain_usage(usage: &clap::Error) -> ExitCode {
    // A closed terminal leaves nobody to tell.
    let _ = usage.print();
    if usage.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Success.into()
    }
}

fn print_chain(error: &CliError) {
    let mut err = io::stderr().lock();
    // A closed terminal leaves nobody to tell; the exit code still does.
    let _ = writeln!(err, "{error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = writeln!(err, "  caused by: {error}");
        cause = error.source();
    }
}
