//! `switchboard quarantine reverify`

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard::core::host::Unproven;
use switchboard::{Reverified, ReverifyError, Selection};
use tokio::runtime::Runtime;

use super::super::Streams;
use super::not_held;
use crate::config::{Config, Inputs};
use crate::control::{self, Call};
use crate::core::quarantine::{QuarantineError, SuspectCause, SuspectId};
use crate::exit::CliError;
use crate::gateway;
use crate::output::{Output, Row};

/// Verify quarantined deliveries again, by the secrets that are configured now
///
/// Each is verified as of when it was received. What is genuine goes to the journal and is delivered
/// when a gateway runs; what is not stays, and the command ends with 5.
#[derive(Debug, clap::Args)]
pub(super) struct Reverify {
    #[command(flatten)]
    selection: Selected,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Selected {
    /// These
    #[arg(value_name = "ID")]
    ids: Vec<u64>,
    /// Those that came in by this endpoint
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl Reverify {
    pub(super) fn run(self, inputs: &Inputs, streams: &mut Streams<'_>) -> Result<(), CliError> {
        let call = Call::post("/api/v1/quarantine/reverify", self.selection.body());
        let reverified = match control::running(inputs, &call)? {
            Some(answer) => told(answer)?,
            None => here(inputs, &self.selection.selection())?,
        };
        let rows = rows(&reverified);
        self.output.write(&rows, streams.out)?;
        if !reverified.missing.is_empty() {
            return Err(not_held(&reverified.missing));
        }
        match reverified.unproven.len() {
            0 => Ok(()),
            left => Err(CliError::CheckFailed(format!(
                "{left} of {} cannot be verified, and stay in quarantine",
                rows.len()
            ))),
        }
    }
}

impl Selected {
    fn selection(&self) -> Selection {
        match &self.endpoint {
            Some(endpoint) => Selection::Endpoint(endpoint.clone()),
            None if self.all => Selection::All,
            None => Selection::Ids(self.ids.iter().copied().map(SuspectId).collect()),
        }
    }

    fn body(&self) -> Value {
        match &self.endpoint {
            Some(endpoint) => json!({ "endpoint": endpoint }),
            None if self.all => json!({ "all": true }),
            None => json!({ "ids": self.ids }),
        }
    }
}

/// What the gateway that runs has told.
fn told(answer: Value) -> Result<Reverified, CliError> {
    #[derive(Deserialize)]
    struct Told {
        accepted: Vec<SuspectId>,
        unproven: Vec<Stays>,
        missing: Vec<SuspectId>,
    }
    #[derive(Deserialize)]
    struct Stays {
        id: SuspectId,
        endpoint: String,
        cause: SuspectCause,
        diagnosis: String,
    }
    let unclear = "the gateway does not speak our language";
    let told: Told =
        serde_json::from_value(answer).map_err(|error| CliError::unavailable(unclear, error))?;
    let unproven = |one: Stays| Unproven {
        id: one.id,
        endpoint: one.endpoint,
        cause: one.cause,
        diagnosis: one.diagnosis,
    };
    Ok(Reverified {
        accepted: told.accepted,
        unproven: told.unproven.into_iter().map(unproven).collect(),
        missing: told.missing,
    })
}

/// Verifies again in this process, as no gateway runs.
fn here(inputs: &Inputs, selection: &Selection) -> Result<Reverified, CliError> {
    let config = Config::load(inputs)?;
    Runtime::new()?.block_on(async {
        let gateway = gateway::open_without_sinks(config)?.gateway;
        let reverified = gateway.reverify(selection).await;
        // What was stored is on stable storage; a close that fails takes nothing of it away.
        let _ = gateway.close().await;
        reverified.map_err(broken_off)
    })
}

fn broken_off(error: ReverifyError) -> CliError {
    match error {
        ReverifyError::Off => CliError::NotFound(
            "there is no quarantine: see [quarantine] in the configuration".to_owned(),
        ),
        ReverifyError::Quarantine(error @ QuarantineError::Damaged(_)) => {
            CliError::Failure(error.to_string())
        }
        error => CliError::unavailable("verifying again was broken off", error),
    }
}

/// By id.
fn rows(reverified: &Reverified) -> Vec<VerdictRow<'_>> {
    let accepted = reverified.accepted.iter().map(|id| VerdictRow {
        id: *id,
        accepted: true,
        cause: None,
        diagnosis: None,
    });
    let unproven = reverified.unproven.iter().map(|unproven| VerdictRow {
        id: unproven.id,
        accepted: false,
        cause: Some(unproven.cause),
        diagnosis: Some(&unproven.diagnosis),
    });
    let mut rows: Vec<_> = accepted.chain(unproven).collect();
    rows.sort_by_key(|row| row.id);
    rows
}

#[derive(Serialize)]
struct VerdictRow<'a> {
    id: SuspectId,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<SuspectCause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnosis: Option<&'a str>,
}

impl Row for VerdictRow<'_> {
    const COLUMNS: &'static [&'static str] = &["id", "verdict", "diagnosis"];

    fn cells(&self) -> Vec<String> {
        let verdict = if self.accepted { "accepted" } else { "stays" };
        vec![
            self.id.to_string(),
            verdict.to_owned(),
            self.diagnosis.unwrap_or("-").to_owned(),
        ]
    }
}
