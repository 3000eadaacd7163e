//! `switchboard dead replay` and `dead discard`

use std::num::NonZero;

use serde_json::{Value, json};

use crate::cli::Globals;
use crate::commands::Streams;
use crate::commands::preview::preview;
use crate::control::{self, Call};
use crate::exit::CliError;
use crate::output::{Column, Output};

const MATCHED: Column = ("matched", "/matched");
const REPLAYED: Column = ("replayed", "/replayed");
const GIVEN_AGAIN: &[Column] = &[MATCHED, REPLAYED];
const GIVEN_UP: &[Column] = &[MATCHED, ("discarded", "/discarded")];
const DECODED_ANEW: &[Column] = &[
    MATCHED,
    REPLAYED,
    ("expired", "/expired"),
    ("undecoded", "/undecoded"),
    ("changed", "/changed"),
];

/// Which dead letters, and whether to do it
#[derive(Debug, clap::Args)]
pub(super) struct Settle {
    /// The sink
    sink: String,
    /// The positions of their events
    #[arg(required_unless_present_any = ["all", "cause"], conflicts_with_all = ["all", "cause"])]
    positions: Vec<u64>,
    /// All of the sink's
    #[arg(long, conflicts_with = "cause")]
    all: bool,
    /// All of this cause, for example `sink_rejected`
    #[arg(long)]
    cause: Option<String>,
    /// So many a second
    #[arg(long, default_value = "50", value_name = "COUNT")]
    rate: NonZero<u32>,
    /// Do it, and do not only say how many there are
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

impl Settle {
    pub(super) fn replay(
        self,
        anew: bool,
        globals: &Globals,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let mut wanted = self.wanted();
        wanted["anew"] = anew.into();
        let call = Call::post("/api/v1/dead/replay", wanted);
        let columns = if anew { DECODED_ANEW } else { GIVEN_AGAIN };
        self.run(call, columns, globals, streams)
    }

    pub(super) fn discard(
        self,
        globals: &Globals,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let call = Call::post("/api/v1/dead/discard", self.wanted());
        self.run(call, GIVEN_UP, globals, streams)
    }

    fn wanted(&self) -> Value {
        let mut wanted = json!({ "sink": self.sink, "rate": self.rate, "dry_run": !self.yes });
        match (self.all, &self.cause) {
            (true, _) => wanted["all"] = Value::Bool(true),
            (false, Some(cause)) => wanted["cause"] = cause.as_str().into(),
            (false, None) => wanted["positions"] = self.positions.clone().into(),
        }
        wanted
    }

    fn run(
        self,
        call: Call,
        columns: &[Column],
        globals: &Globals,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let answered = control::change(globals, &call)?;
        if !self.yes {
            preview(&answered, "dead letters", self.rate, streams)?;
        }
        Ok(self
            .output
            .write_values(columns, &[answered], streams.out)?)
    }
}
