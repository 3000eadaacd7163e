//! Who called, behind the proxies that we trust to say so.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

use super::Network;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies(Vec<Network>);

impl Proxies {
    pub(super) fn new(trusted: Vec<Network>) -> Self {
        Self(trusted)
    }

    /// Who called: `peer`, or where that is a trusted proxy the one before it, and so on back to
    /// the first that is not. What stands further left in the header is anybody's word.
    pub(super) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut caller = peer.to_canonical();
        let mut lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
        let mut hops = lines
            .by_ref()
            .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        while self.trusts(caller) {
            match hops.next().and_then(address) {
                Some(hop) => caller = hop,
                None => break,
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// One entry of the header: an address, and with some proxies its port.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let entry = std::str::from_utf8(entry).ok()?.trim();
    let with_port = || entry.parse().ok().map(|socket: SocketAddr| socket.ip());
    let address: IpAddr = entry.parse().ok().or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_is_the_last_hop_that_is_not_a_trusted_proxy() {
        let cases: [(&str, &[&str], &str); 10] = [
            // A stranger's header is not even read.
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            (
                "10.0.0.1",
                &["1.1.1.1, 203.0.113.9, 10.0.0.2"],
                "203.0.113.9",
            ),
            (
                "10.0.0.1",
                &["1.1.1.1", "203.0.113.9", "10.0.0.2"],
                "203.0.113.9",
            ),
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", &["[2001:db8::1]:443"], "2001:db8::1"),
            // Where a proxy says nothing that can be read, it is all we know.
            ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
        ];
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);

        for (peer, lines, expected) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(X_FORWARDED_FOR, line.parse().unwrap());
            }
            let caller = proxies.caller(peer.parse().unwrap(), &headers);
            assert_eq!(caller.to_string(), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn nobody_is_trusted_unless_configured() {
        let mut headers = HeaderMap::new();
        headers.insert(X_FORWARDED_FOR, "203.0.113.9".parse().unwrap());

        let caller = Proxies::default().caller("127.0.0.1".parse().unwrap(), &headers);

        assert_eq!(caller.to_string(), "127.0.0.1");
    }
}
