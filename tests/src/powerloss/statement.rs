//! What a driver says of the journal it works on.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use switchboard_core::journal::{Intake, LogPosition};

/// One line on the driver's standard output. Once it is said, it is a promise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Statement {
    /// The journal gave a receipt for the delivery at this position, which has this digest.
    Acknowledged(LogPosition, String),
    /// The event of the delivery at this position has reached its end, or is about to.
    Settling(LogPosition),
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acknowledged(position, digest) => write!(f, "ack {position} {digest}"),
            Self::Settling(position) => write!(f, "settling {position}"),
        }
    }
}

impl FromStr for Statement {
    type Err = NoStatement;

    fn from_str(line: &str) -> Result<Self, NoStatement> {
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or(NoStatement);
        let verb = word()?;
        let position = LogPosition(word()?.parse().map_err(|_| NoStatement)?);
        match verb {
            "ack" => Ok(Self::Acknowledged(position, word()?.to_owned())),
            "settling" => Ok(Self::Settling(position)),
            _ => Err(NoStatement),
        }
    }
}

/// A line that is no [`Statement`].
#[derive(Debug, thiserror::Error)]
#[error("the driver says something else")]
pub struct NoStatement;

/// The SHA-256 of everything that an intake is made of, in hex.
pub fn digest(intake: &Intake) -> String {
    let Intake {
        endpoint,
        adapter,
        delivery,
        verified,
    } = intake;
    let mut parts = String::new();
    write!(
        parts,
        "{endpoint:?} {adapter:?} {verified:?} {} {} {:?} {} {:?}",
        delivery.method, delivery.url, delivery.headers, delivery.received_at, delivery.peer
    )
    .expect("a string takes any text");
    let hash = Sha256::new()
        .chain_update(parts)
        .chain_update(&delivery.body);
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_reads_back() {
        for statement in [
            Statement::Acknowledged(LogPosition(7), "abc".to_owned()),
            Statement::Settling(LogPosition(8)),
        ] {
            let line = statement.to_string();

            assert_eq!(line.parse::<Statement>().unwrap(), statement, "{line}");
        }
        assert!("ack seven".parse::<Statement>().is_err());
    }
}
