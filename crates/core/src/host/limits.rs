//! What one caller may cost.

use std::time::Duration;

/// Bounds on what callers may cost the host. There is none per address or per rate.
///
/// What bodies and heads can take of memory at the very most is
/// `max_connections * (max_body + 2 * max_header_bytes)`.
///
/// ```
/// use switchboard_core::host::Limits;
///
/// const MAX_BODY: usize = 256 * 1024;
/// let limits = Limits { max_body: Some(MAX_BODY), max_connections: 1_000, ..Limits::default() };
///
/// let most = limits.max_connections * (MAX_BODY + 2 * limits.max_header_bytes);
/// assert_eq!(most, 327_680_000, "bytes of memory");
/// ```
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest body in bytes, in place of what each adapter says. Default: as it says.
    pub max_body: Option<usize>,
    /// The largest head, request line included, in bytes. Default: 32 KiB.
    pub max_header_bytes: usize,
    /// The most header lines. Default: 64.
    pub max_headers: usize,
    /// How long a head may take; also how long a connection may be idle. Default: 10 s.
    pub header_timeout: Duration,
    /// How long a whole body may take. Default: 30 s.
    pub body_timeout: Duration,
    /// For how long a body may be slower than `min_body_rate`. Default: 5 s.
    pub body_grace: Duration,
    /// The fewest bytes per second that a body must bring, after `body_grace`; 0 for any. Default:
    /// 1 KiB.
    pub min_body_rate: u32,
    /// How long the socket may refuse to take an answer's bytes. Default: 10 s.
    pub write_timeout: Duration,
    /// The most connections at once; those over it are answered 503. Default: 10,000.
    pub max_connections: usize,
    /// How long requests may take to finish once shutdown began. Default: 25 s.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body: None,
            max_header_bytes: 32 * 1024,
            max_headers: 64,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            body_grace: Duration::from_secs(5),
            min_body_rate: 1024,
            write_timeout: Duration::from_secs(10),
            max_connections: 10_000,
            drain_timeout: Duration::from_secs(25),
        }
    }
}

impl Limits {
    /// How long after its start a body that has brought `bytes` may wait for its next ones.
    pub(super) fn body_deadline(&self, bytes: usize) -> Duration {
        let earned = Duration::from_secs(bytes as u64).checked_div(self.min_body_rate);
        let earned = earned.unwrap_or(self.body_timeout);
        self.body_grace
            .saturating_add(earned)
            .min(self.body_timeout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_buys_a_body_time_up_to_the_total() {
        let limits = Limits::default();

        assert_eq!(limits.body_deadline(0), Duration::from_secs(5));
        assert_eq!(limits.body_deadline(2 * 1024), Duration::from_secs(7));
        assert_eq!(limits.body_deadline(1024 * 1024), Duration::from_secs(30));
    }
}
