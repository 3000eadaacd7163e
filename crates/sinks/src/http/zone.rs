//! Which addresses are the world's, which are a network's own, and which are no service's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far inside an address lies.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Zone {
    /// Anyone's, on the internet.
    Public,
    /// A machine's or a network's own, or set aside for documents and tests.
    Private,
    /// Never a webhook's: link-local, multicast, nowhere, or a cloud's metadata service, which gives
    /// credentials to whoever asks from inside.
    Forbidden,
}

impl Zone {
    pub(super) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => match embedded(address) {
                Some(embedded) => Self::of_v4(embedded),
                None => Self::of_v6(address),
            },
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            // "This network" (Linux takes 0.0.0.0 for loopback), link-local, multicast, broadcast.
            [0, ..] | [169, 254, ..] | [224..=239, ..] | [255, 255, 255, 255] => Self::Forbidden,
            // The metadata services of Alibaba, Azure and Oracle; the others' is link-local.
            [100, 100, 100, 200] | [168, 63, 129, 16] | [192, 0, 0, 192] => Self::Forbidden,
            // Private, loopback, carrier-grade NAT.
            [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
                Self::Private
            }
            // Protocol assignments, documentation, 6to4 relays, benchmarks, reserved.
            [192, 0, 0 | 2, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [192, 88, 99, _]
            | [198, 18..=19, ..]
            | [240..=255, ..] => Self::Private,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            // Unspecified, link-local, multicast.
            [0, 0, 0, 0, 0, 0, 0, 0] | [0xfe80..=0xfebf, ..] | [0xff00..=0xffff, ..] => {
                Self::Forbidden
            }
            // The metadata services of Amazon (for machines, for containers), Google and Oracle.
            [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254 | 0x23]
            | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254]
            | [0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe] => Self::Forbidden,
            // NAT64 of a network's own: where it puts the IPv4 address is its own affair too, so
            // nobody can tell where this leads.
            [0x64, 0xff9b, 1, ..] => Self::Forbidden,
            // Protocol assignments, documentation.
            [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Self::Private,
            [0x2000..=0x3fff, ..] => Self::Public,
            _ => Self::Private,
        }
    }
}

/// The IPv4 address that a packet to `address` ends at.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0..=1] => return None,
        // Compatible, mapped, translated, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => (high, low),
        // Teredo, which writes it upside down.
        [0x2001, 0, .., high, low] => (!high, !low),
        _ => return None,
    };
    Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_in_its_zone() {
        let table = [
            (
                Zone::Public,
                "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 \
                 128.0.0.1 168.63.129.15 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 \
                 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 \
                 2606:4700::1111 2a00:1450::1 2001:4860:4860::8888 3ffe::1 \
                 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1",
            ),
            (
                Zone::Private,
                "10.0.0.0 10.255.255.255 127.0.0.1 127.255.255.254 172.16.0.1 172.31.255.255 \
                 192.168.0.1 192.168.255.255 100.64.0.1 100.127.255.255 192.0.0.1 192.0.2.1 \
                 198.51.100.7 203.0.113.9 198.18.0.1 198.19.255.255 192.88.99.1 240.0.0.1 \
                 255.255.255.254 ::1 fc00::1 fd12:3456::1 fec0::1 100::1 2001:db8::1 2001:2::1 3fff::1 \
                 4000::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::a00:1 2002:a00:1::1 \
                 2001:0:1:2:3:4:80ff:fffe",
            ),
            (
                Zone::Forbidden,
                "0.0.0.0 0.1.2.3 169.254.0.1 169.254.169.254 169.254.170.2 169.254.255.255 \
                 100.100.100.200 168.63.129.16 192.0.0.192 224.0.0.1 239.255.255.255 255.255.255.255 \
                 :: fe80::1 febf::1 ff02::1 ff0e::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 \
                 fd00:c1::a9fe:a9fe ::ffff:169.254.169.254 ::ffff:0.0.0.0 ::ffff:100.100.100.200 \
                 ::ffff:255.255.255.255 ::ffff:224.0.0.1 ::169.254.169.254 ::ffff:0:169.254.169.254 \
                 64:ff9b::a9fe:a9fe 64:ff9b::6464:64c8 64:ff9b::e000:1 64:ff9b:1::808:808 \
                 2002:a9fe:a9fe::1 2002:6464:64c8:: 2002::1 2001:0:1:2:3:4:5601:5601",
            ),
        ];

        for (zone, addresses) in table {
            for address in addresses.split_whitespace() {
                assert_eq!(Zone::of(address.parse().unwrap()), zone, "{address}");
            }
        }
    }
}
