//! Keeps a sink from calling addresses that its author has no business with.

use std::net::IpAddr;

use super::zone::Zone;

/// Which addresses a sink may call.
///
/// Link-local, multicast, unspecified, broadcast and metadata addresses are never called, nor any
/// IPv6 address that stands for one of them.
///
/// ```
/// use switchboard_sinks::Guard;
///
/// let inside = "10.0.0.7".parse()?;
/// let metadata = "169.254.169.254".parse()?;
/// assert!(Guard::operator().allows(inside));
/// assert!(!Guard::public().allows(inside));
/// assert!(!Guard::operator().allows(metadata));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Guard {
    furthest: Zone,
}

impl Guard {
    /// For a URL that anyone but the operator wrote: public addresses only.
    pub const fn public() -> Self {
        Self {
            furthest: Zone::Public,
        }
    }

    /// For a URL that the operator wrote, in a file or in code: loopback and private ones too.
    pub const fn operator() -> Self {
        Self {
            furthest: Zone::Private,
        }
    }

    /// Whether a sink may call `address`.
    pub fn allows(self, address: IpAddr) -> bool {
        Zone::of(address) <= self.furthest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_reaches_inside_and_nobody_reaches_metadata() {
        for (address, operator, public) in [
            ("8.8.8.8", true, true),
            ("127.0.0.1", true, false),
            ("fd12::1", true, false),
            ("169.254.169.254", false, false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(Guard::operator().allows(address), operator, "{address}");
            assert_eq!(Guard::public().allows(address), public, "{address}");
        }
    }
}
