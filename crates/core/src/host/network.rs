//! A network of addresses.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// A network of addresses, such as `10.0.0.0/8`, or one address, such as `::1`.
///
/// ```
/// use switchboard_core::host::Network;
///
/// let proxies: Network = "10.0.0.0/8".parse()?;
/// assert!(proxies.contains("10.1.2.3".parse()?));
/// assert!(!proxies.contains("192.0.2.7".parse()?));
///
/// let one: Network = "::1".parse()?;
/// assert!(one.contains("::1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network(IpNet);

impl Network {
    /// Whether `address` is one of its own.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let single = || text.parse::<IpAddr>().map(IpNet::from);
        let network = text.parse().or_else(|_| single());
        network.map(Self).map_err(|_| InvalidNetwork)
    }
}

/// A text that is no network.
///
/// ```
/// use switchboard_core::host::{InvalidNetwork, Network};
///
/// assert_eq!("10.0.0.0/33".parse::<Network>(), Err(InvalidNetwork));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a network such as 10.0.0.0/8 or ::1")]
pub struct InvalidNetwork;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_as_many_bits_as_their_family() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("fd00::/8", "fdff::1", "fc00::1"),
        ] {
            let network: Network = text.parse().unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{text}");
            assert!(!network.contains(outside.parse().unwrap()), "{text}");
        }
        for wrong in [
            "10.0.0.0/33",
            "::1/129",
            "10.0.0/8",
            "10.0.0.0/",
            "example.com",
        ] {
            assert_eq!(wrong.parse::<Network>(), Err(InvalidNetwork), "{wrong}");
        }
    }
}
