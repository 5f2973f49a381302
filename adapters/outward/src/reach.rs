//! Which addresses may be connected to. What a name resolves to is checked before anything connects, so that a name
//! that is made to point inside (DNS rebinding) reaches nothing.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How far the connection may reach. Link-local addresses (where cloud machines keep their secrets), multicast and
/// reserved ranges are never reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Addresses of the public internet only. HTTPS only.
    Public,
    /// Those, and private networks (RFC 1918, RFC 4193, RFC 6598). HTTPS only.
    Private,
    /// This machine only; plain HTTP is taken. For the simulators and tests.
    Loopback,
}

impl Reach {
    /// Whether an address lies within reach.
    pub(crate) fn allows(self, ip: IpAddr) -> bool {
        let kind = match ip.to_canonical() {
            IpAddr::V4(v4) => kind_v4(v4),
            IpAddr::V6(v6) => kind_v6(v6),
        };
        match kind {
            Kind::Public => matches!(self, Self::Public | Self::Private),
            Kind::Private => self == Self::Private,
            Kind::Loopback => self == Self::Loopback,
            Kind::Never => false,
        }
    }
}

enum Kind {
    Public,
    Private,
    Loopback,
    Never,
}

fn kind_v4(ip: Ipv4Addr) -> Kind {
    match ip.octets() {
        [127, ..] => Kind::Loopback,
        [10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => Kind::Private,
        // This network, link-local, protocol assignments, documentation, benchmarks, multicast and reserved.
        [0, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [224..=255, ..] => Kind::Never,
        _ => Kind::Public,
    }
}

fn kind_v6(ip: Ipv6Addr) -> Kind {
    if ip.is_loopback() {
        return Kind::Loopback;
    }
    match ip.segments() {
        [0xfc00..=0xfdff, ..] => Kind::Private,
        // Documentation, and what carries an IPv4 address inside (6to4, Teredo): its holder decides where that leads.
        [0x2001, 0 | 0x0db8, ..] | [0x2002, ..] => Kind::Never,
        [0x2000..=0x3fff, ..] => Kind::Public,
        _ => Kind::Never,
    }
}

/// Resolves names by the system and keeps what lies within reach.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) Reach);

/// Nothing within reach has this name.
#[derive(Debug)]
struct OutOfReach;

impl fmt::Display for OutOfReach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no address within the configured reach")
    }
}

impl Error for OutOfReach {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            // The port is filled in by the caller.
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|_| OutOfReach)?;
            let kept: Vec<SocketAddr> = found.filter(|addr| reach.allows(addr.ip())).collect();
            if kept.is_empty() {
                return Err(OutOfReach.into());
            }
            let addrs: Addrs = Box::new(kept.into_iter());
            Ok(addrs)
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn reach(text: &str) -> [bool; 3] {
        let ip = text.parse().unwrap();
        [Reach::Public, Reach::Private, Reach::Loopback].map(|reach| reach.allows(ip))
    }

    #[test]
    fn each_reach_has_its_addresses() {
        for public in ["93.184.215.14", "2a00::1", "::ffff:93.184.215.14"] {
            assert_eq!(reach(public), [true, true, false], "{public}");
        }
        for private in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::1",
            "::ffff:10.1.2.3",
        ] {
            assert_eq!(reach(private), [false, true, false], "{private}");
        }
        for loopback in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(reach(loopback), [false, false, true], "{loopback}");
        }
        for never in [
            "0.0.0.0",
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "fe80::1",
            "ff02::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "::127.0.0.1",
            "2001:db8::1",
        ] {
            assert_eq!(reach(never), [false, false, false], "{never}");
        }
    }

    #[tokio::test]
    async fn a_name_that_points_inside_has_no_address() {
        let resolve = |reach| Guard(reach).resolve("localhost".parse().unwrap());
        assert!(resolve(Reach::Public).await.is_err());
        assert!(resolve(Reach::Private).await.is_err());
        assert!(
            resolve(Reach::Loopback)
                .await
                .unwrap()
                .all(|addr| addr.ip().is_loopback())
        );
    }
}
