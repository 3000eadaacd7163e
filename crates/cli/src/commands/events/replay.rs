//! `switchboard events replay`

use std::num::NonZero;

use serde_json::{Value, json};
use switchboard::core::{Glob, Timestamp};

use crate::cli::Globals;
use crate::commands::Streams;
use crate::commands::preview::preview;
use crate::control::{self, Call};
use crate::exit::CliError;
use crate::output::{Column, Output};

const COLUMNS: &[Column] = &[
    ("matched", "/matched"),
    ("replayed", "/replayed"),
    ("expired", "/expired"),
    ("changed", "/changed"),
    ("undecoded", "/undecoded"),
    ("events", "/events"),
];

/// Record events again, decoded anew, and bring them to the sinks; says how many unless `--yes`
#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// The events' ids
    #[arg(conflicts_with_all = ["kind", "endpoint", "since", "until", "undecoded"])]
    ids: Vec<String>,
    /// All of this kind, for example `message.*`
    #[arg(long, value_name = "GLOB")]
    kind: Option<String>,
    /// All that came in by this endpoint
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
    /// All that were received at this moment or later, for example `2026-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// All that were received before this moment
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Decode anew all deliveries that cannot be decoded so far
    #[arg(long, conflicts_with_all = ["kind", "endpoint", "since", "until", "to"])]
    undecoded: bool,
    /// Only to this sink; may be given more than once
    #[arg(long, value_name = "SINK")]
    to: Vec<String>,
    /// So many a second
    #[arg(long, default_value = "50", value_name = "COUNT")]
    rate: NonZero<u32>,
    /// Do it, and do not only say how many there are
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

impl Replay {
    pub(super) fn run(self, globals: &Globals, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let rate = self.rate;
        let (is_done, output) = (self.yes, self.output);
        let call = Call::post("/api/v1/events/replay", self.wanted()?);
        let answered = control::change(globals, &call)?;
        if !is_done {
            preview(&answered, "events", rate, streams)?;
        }
        Ok(output.write_values(COLUMNS, &[answered], streams.out)?)
    }

    fn wanted(self) -> Result<Value, CliError> {
        let mut wanted = json!({ "rate": self.rate, "dry_run": !self.yes });
        if !self.to.is_empty() {
            wanted["sinks"] = self.to.into();
        }
        let is_filtered = self.kind.is_some()
            || self.endpoint.is_some()
            || self.since.is_some()
            || self.until.is_some();
        if !self.ids.is_empty() {
            wanted["ids"] = self.ids.into();
        } else if self.undecoded {
            wanted["undecoded"] = Value::Bool(true);
        } else if is_filtered {
            if let Some(kind) = &self.kind {
                let kind = kind.parse::<Glob>();
                kind.map_err(|error| CliError::Usage(format!("--kind: {error}")))?;
            }
            wanted["filter"] = json!({
                "kind": self.kind,
                "endpoint": self.endpoint,
                "since": self.since,
                "until": self.until,
            });
        } else {
            let choice = "say which: ids, --kind, --endpoint, --since, --until or --undecoded";
            return Err(CliError::Usage(choice.to_owned()));
        }
        Ok(wanted)
    }
}
