//! What rounds differ in.

use std::fmt;
use std::num::NonZero;
use std::time::Duration;

use crate::bench::SyncDelay;
use crate::config::ByteSize;

/// What is the same for every server of a round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) connections: u16,
    /// Bytes.
    pub(super) body: usize,
    pub(super) delay: SyncDelay,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            connections,
            body,
            delay: SyncDelay(delay),
        } = self;
        write!(f, "{connections} connections, {body} bytes")?;
        if !delay.is_zero() {
            write!(f, ", syncs {delay:?} later")?;
        }
        Ok(())
    }
}

impl Case {
    /// Every body by every number of connections: on the disk as it is, and then with each delay.
    pub(super) fn all(
        connections: &[NonZero<u16>],
        bodies: &[ByteSize],
        delays: &[Duration],
    ) -> Vec<Self> {
        let mut cases = Vec::new();
        for delay in [Duration::ZERO].iter().chain(delays) {
            for ByteSize(body) in bodies {
                cases.extend(connections.iter().map(|connections| Self {
                    connections: connections.get(),
                    body: *body,
                    delay: SyncDelay(*delay),
                }));
            }
        }
        cases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_all_bodies_by_all_connections_with_and_without_delay() {
        let connections = [1, 64].map(|count| NonZero::new(count).unwrap());
        let bodies = [ByteSize(742), ByteSize(16 << 10)];

        let cases = Case::all(&connections, &bodies, &[Duration::from_millis(5)]);

        let told: Vec<_> = cases.iter().map(Case::to_string).collect();
        let expected = [
            "1 connections, 742 bytes",
            "64 connections, 742 bytes",
            "1 connections, 16384 bytes",
            "64 connections, 16384 bytes",
            "1 connections, 742 bytes, syncs 5ms later",
            "64 connections, 742 bytes, syncs 5ms later",
            "1 connections, 16384 bytes, syncs 5ms later",
            "64 connections, 16384 bytes, syncs 5ms later",
        ];
        assert_eq!(told, expected);
    }
}
