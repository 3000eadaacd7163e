//! Causes as words in a column: as they are written everywhere else.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;

/// The word for a cause.
pub(crate) fn from<T: Serialize>(cause: T) -> String {
    match serde_json::to_value(cause) {
        Ok(Value::String(word)) => word,
        other => unreachable!("a cause is a word, not {other:?}"),
    }
}

/// The cause of a word.
pub(crate) fn to<T: DeserializeOwned>(word: String) -> Result<T, Failure> {
    serde_json::from_value(Value::String(word)).map_err(Failure::corrupt)
}

#[cfg(test)]
mod tests {
    use switchboard_core::journal::{Cause, UndecodedCause};

    use super::*;

    #[test]
    fn a_cause_reads_back() {
        assert_eq!(from(Cause::SinkRejected), "sink_rejected");
        assert_eq!(to::<Cause>("exhausted".into()).unwrap(), Cause::Exhausted);
        assert_eq!(from(UndecodedCause::Unreadable), "unreadable");
        assert!(to::<Cause>("other".into()).is_err());
    }
}
