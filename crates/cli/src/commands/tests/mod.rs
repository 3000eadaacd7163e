//! What one command writes, read by another, and a gateway that listens to them.

mod acme;
mod triggered;
mod verified;

use clap::Parser as _;

use super::{Command, Streams};
use crate::cli::Cli;
use crate::config::Inputs;
use crate::exit::{CliError, Exit};

const SECRET: &str = "a secret of some length";
const TOKEN: &str = "abcdefghijklmnopqrstuv";

/// What a command wrote, and how it ended.
#[derive(Debug)]
struct Ended {
    out: Vec<u8>,
    err: String,
    error: Option<CliError>,
}

impl Ended {
    fn exit(&self) -> Exit {
        self.error.as_ref().map_or(Exit::Success, CliError::exit)
    }

    fn out(&self) -> &str {
        str::from_utf8(&self.out).unwrap()
    }

    fn message(&self) -> String {
        self.error.as_ref().unwrap().to_string()
    }
}

/// Runs a command line, with an endpoint `support` of a gateway at `listen`.
async fn run_at(listen: &str, arguments: &[&str], input: &[u8]) -> Ended {
    let inputs = Inputs {
        environment: [
            ("ACME_SECRET", SECRET),
            ("ACME_TOKEN", TOKEN),
            ("OTHER", "another secret of some length"),
            ("SWITCHBOARD__HOST__LISTEN", listen),
            ("SWITCHBOARD__HOST__PUBLIC_URL", "https://hooks.example.com"),
            ("SWITCHBOARD__ENDPOINTS__SUPPORT__ADAPTER", "acme"),
            (
                "SWITCHBOARD__ENDPOINTS__SUPPORT__SECRETS__ENV",
                "ACME_SECRET",
            ),
            (
                "SWITCHBOARD__ENDPOINTS__SUPPORT__PATH_TOKEN__ENV",
                "ACME_TOKEN",
            ),
        ]
        .into_iter()
        .collect(),
        adapters: vec![acme::ACME],
        ..Inputs::default()
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
    };
    let line = ["switchboard"].iter().chain(arguments);
    let ended = match Cli::parse_from(line).command {
        Command::Trigger(command) => command.trigger(&inputs, &mut streams).await,
        Command::Verify(command) => {
            let bytes = input.to_vec().into();
            command.verify(bytes, &inputs, &mut streams).await
        }
        other => panic!("{other:?} is tested elsewhere"),
    };
    Ended {
        out,
        err: String::from_utf8(err).unwrap(),
        error: ended.err(),
    }
}

async fn run(arguments: &[&str], input: &[u8]) -> Ended {
    run_at("127.0.0.1:8080", arguments, input).await
}
