//! What is said before something is done that cannot be taken back.

use std::num::NonZero;

use serde_json::Value;

use super::Streams;
use crate::exit::CliError;

/// Above so many one should think again.
const MANY: u64 = 1000;

/// Says how many `things` there are, and how to go on.
pub(super) fn preview(
    answered: &Value,
    things: &str,
    rate: NonZero<u32>,
    streams: &mut Streams<'_>,
) -> Result<(), CliError> {
    let matched = answered["matched"].as_u64().unwrap_or_default();
    writeln!(
        streams.err,
        "{matched} {things}. Nothing was done; `--yes` does it."
    )?;
    if matched > MANY {
        let seconds = matched / u64::from(rate.get());
        writeln!(
            streams.err,
            "These are more than {MANY}: at {rate} a second it takes {seconds} s. Is the choice right?"
        )?;
    }
    Ok(())
}
