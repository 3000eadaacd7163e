//! `switchboard quarantine show`

use std::sync::Arc;

use switchboard::journal_sqlite::SqliteQuarantineReader;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::super::{Streams, redaction};
use super::not_held;
use super::shown::Shown;
use crate::clock::Standing;
use crate::config::{Config, EndpointConfig, Inputs};
use crate::core::quarantine::{Suspect, SuspectId};
use crate::exit::CliError;
use crate::output::Output;
use crate::refusal;

/// Show one delivery, and why it is refused by the secrets that are configured now
///
/// What headers and body say of secrets is left out.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The delivery's id, as `list` has it
    id: u64,
    #[command(flatten)]
    output: Output,
}

impl Show {
    pub(super) fn run(
        self,
        reader: &SqliteQuarantineReader,
        inputs: &Inputs,
        streams: &mut Streams<'_>,
    ) -> Result<(), CliError> {
        let id = SuspectId(self.id);
        let suspect = reader.get(id)?.ok_or_else(|| not_held(&[id]))?;
        // The secrets may be out of reach here; what was found when it came is there anyway.
        let config = Config::load(inputs).ok();
        let endpoint = config
            .as_ref()
            .and_then(|config| config.endpoint(&suspect.endpoint).ok());
        let explanation = match endpoint {
            Some(endpoint) => Some(Runtime::new()?.block_on(explain(id, &suspect, endpoint))),
            None => None,
        };
        let redact = redaction::names(&suspect.adapter, &suspect.endpoint, inputs);
        let shown = Shown::new(id, &suspect, redact, endpoint, explanation);
        Ok(self.output.write_one(&shown, shown.fields(), streams.out)?)
    }
}

/// What `switchboard verify` says of it, as of when it was received.
async fn explain(id: SuspectId, suspect: &Suspect, configured: &EndpointConfig) -> String {
    let adapter = Arc::clone(&configured.adapter);
    let delivery = suspect.delivery.clone();
    let as_of_then = Arc::new(Standing(delivery.received_at));
    let endpoint = configured.endpoint.clone().with_clock(as_of_then);
    let deadline = adapter.descriptor().ack_deadline;
    // A task of its own, as what panicked once may again.
    let verifying = tokio::spawn(async move {
        match adapter.verify(&delivery, &endpoint).await {
            Ok(_) => None,
            Err(error) => Some(refusal::explain(error, &*adapter, &delivery, &endpoint).await),
        }
    });
    match timeout(deadline, verifying).await {
        Ok(Ok(None)) => {
            format!("It is accepted now: `switchboard quarantine reverify {id}` stores it.")
        }
        Ok(Ok(Some(refused))) => refused.to_string(),
        Ok(Err(_panic)) => "Its verification panics.".to_owned(),
        Err(_elapsed) => "Its verification does not end in time.".to_owned(),
    }
}
