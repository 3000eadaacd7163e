//! What can become of a request.

use std::error::Error;

use crate::journal::{AppendError, Receipt};
use crate::quarantine::SuspectCause;
use crate::{Descriptor, Reply, VerifyError};

/// What became of a request. Only the first two are successes, and only the second is a delivery
/// that was taken: without a [`Receipt`] it cannot be said.
#[derive(Debug)]
pub(super) enum Outcome {
    /// An unsigned handshake was answered; nothing is stored.
    Handshake(Reply),
    /// The delivery is on stable storage.
    Stored {
        /// The proof of it. Nothing reads it: that there is one is the point.
        #[expect(dead_code, reason = "it is a proof, and not a value")]
        receipt: Receipt,
        /// What the provider wants to hear.
        reply: Reply,
    },
    /// The caller is at fault, and may not try again as it is.
    Refused(Refusal),
    /// We are at fault: nobody could say who calls, or nobody could keep what came.
    Failed(&'static Descriptor, Failure),
}

impl Outcome {
    /// Whether it is a failed verification, and which: those are quarantined, and nothing else is.
    pub(super) fn suspicion(&self) -> Option<Suspicion> {
        let (cause, diagnosis) = match self {
            Self::Refused(Refusal::Unproven(_, error)) => {
                let diagnosis = match error.diagnosis() {
                    Some(diagnosis) => format!("{error}: {diagnosis}"),
                    None => error.to_string(),
                };
                (SuspectCause::Refused, diagnosis)
            }
            Self::Failed(_, failure @ Failure::Unverifiable(source)) => {
                (SuspectCause::Unavailable, format!("{failure}: {source}"))
            }
            Self::Failed(_, failure @ Failure::Panicked(VERIFY)) => {
                (SuspectCause::Panicked, failure.to_string())
            }
            Self::Failed(_, failure @ Failure::Deadline) => {
                (SuspectCause::Deadline, failure.to_string())
            }
            _ => return None,
        };
        Some(Suspicion { cause, diagnosis })
    }
}

/// What is held against a delivery, in the words of a quarantine.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Suspicion {
    pub(super) cause: SuspectCause,
    pub(super) diagnosis: String,
}

/// The step whose panic leaves open whether a delivery is genuine.
pub(super) const VERIFY: &str = "verify";

/// Why a request is refused. `Display` is for the operator; the caller hears a status.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the request is not well-formed HTTP")]
    Malformed,
    #[error("no endpoint of this name")]
    Unknown,
    #[error("wrong or missing path token")]
    Token,
    #[error("method not allowed")]
    Method(&'static Descriptor),
    #[error("the body is compressed")]
    Encoded,
    #[error("the body is too large")]
    TooLarge,
    #[error("the body came too slowly")]
    Slow,
    #[error("the body broke off or was malformed")]
    Incomplete,
    #[error("the handshake failed")]
    Handshake(&'static Descriptor),
    #[error("the sender could not be verified")]
    Unproven(&'static Descriptor, #[source] VerifyError),
}

impl Refusal {
    /// What the operator should look at first, where the failure tells.
    pub(super) fn diagnosis(&self) -> Option<&'static str> {
        match self {
            Self::Unproven(_, error) => error.diagnosis(),
            _ => None,
        }
    }
}

/// Why a delivery that may be genuine could not be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The text of the panic is not kept: it may quote the delivery.
    #[error("`{0}` panicked")]
    Panicked(&'static str),
    #[error("`verify` did not answer in time")]
    Deadline,
    #[error("nobody can say who sent it")]
    Unverifiable(#[source] Box<dyn Error + Send + Sync>),
    #[error("the delivery could not be stored")]
    Unstored(#[source] AppendError),
}

impl Failure {
    /// Whether it stays until an operator does something.
    pub(super) fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::Panicked(_) | Self::Unstored(AppendError::Stopped)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACME: Descriptor = Descriptor::new("acme", "Acme");

    #[test]
    fn exactly_the_failed_verifications_are_suspects() {
        let failed = |failure| Outcome::Failed(&ACME, failure);
        let unproven = |error| Outcome::Refused(Refusal::Unproven(&ACME, error));
        let suspects = [
            (
                unproven(VerifyError::looks_like("computed over the body alone")),
                SuspectCause::Refused,
                "signature mismatch: computed over the body alone",
            ),
            (
                unproven(VerifyError::stale(301)),
                SuspectCause::Refused,
                "signed 301 s outside the tolerance",
            ),
            (
                failed(Failure::Unverifiable("no key".into())),
                SuspectCause::Unavailable,
                "nobody can say who sent it: no key",
            ),
            (
                failed(Failure::Panicked("verify")),
                SuspectCause::Panicked,
                "`verify` panicked",
            ),
            (
                failed(Failure::Deadline),
                SuspectCause::Deadline,
                "`verify` did not answer in time",
            ),
        ];
        let others = [
            Outcome::Handshake(Reply::ok()),
            Outcome::Refused(Refusal::Malformed),
            Outcome::Refused(Refusal::Unknown),
            Outcome::Refused(Refusal::Token),
            Outcome::Refused(Refusal::TooLarge),
            Outcome::Refused(Refusal::Handshake(&ACME)),
            failed(Failure::Panicked("preflight")),
            failed(Failure::Unstored(AppendError::Full)),
        ];

        for (outcome, cause, diagnosis) in suspects {
            let diagnosis = diagnosis.to_owned();
            let expected = Suspicion { cause, diagnosis };
            assert_eq!(outcome.suspicion(), Some(expected));
        }
        for outcome in others {
            assert_eq!(outcome.suspicion(), None, "{outcome:?}");
        }
    }
}
