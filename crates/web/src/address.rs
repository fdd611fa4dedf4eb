//! Who is at the other end of the connection, also behind proxies.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// A block of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

/// The reverse proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Default, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(transparent)]
pub struct Proxies(Vec<Network>);

/// A block of addresses that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("“{0}”不是地址段；请写成 10.0.0.0/8 或一个地址")]
pub struct NotANetwork(String);

impl Network {
    /// Whether the address lies in the block. An IPv4 address written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let same = |a: &[u8], b: &[u8]| {
            a.iter().zip(b).enumerate().all(|(at, (a, b))| {
                let bits = usize::from(self.prefix).saturating_sub(at * 8).min(8);
                let mask = u8::try_from(0xff00_u16 >> bits & 0xff).unwrap_or(u8::MAX);
                a & mask == b & mask
            })
        };
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => same(&base.octets(), &address.octets()),
            (IpAddr::V6(base), IpAddr::V6(address)) => same(&base.octets(), &address.octets()),
            _ => false,
        }
    }
}

impl std::str::FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let wrong = || NotANetwork(text.to_owned());
        let (base, prefix) = text.split_once('/').map_or((text, None), |(base, prefix)| (base, Some(prefix)));
        let base: IpAddr = base.trim().parse().map_err(|_| wrong())?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(widest), |prefix| prefix.trim().parse::<u8>().map_err(|_| wrong()))?;
        if prefix > widest { Err(wrong()) } else { Ok(Self { base, prefix }) }
    }
}

impl<'de> serde::Deserialize<'de> for Network {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

impl Proxies {
    /// These blocks.
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// The visitor's address: the peer's own, or, when the peer is one of our proxies, the right-most entry of
/// `X-Forwarded-For` that is not a proxy of ours. What stands left of it was written by the visitor and proves
/// nothing; an entry that cannot be read ends the walk.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let mut believed = peer.to_canonical();
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or("")).collect();
    let mut entries = lines.iter().flat_map(|line| line.split(',')).rev();
    while proxies.trust(believed) {
        let Some(Ok(next)) = entries.next().map(|entry| entry.trim().parse::<IpAddr>()) else { break };
        believed = next.to_canonical();
    }
    believed
}

/// The address of whoever sent a request; none if it came over no connection of the network.
pub fn sender_address(parts: &Parts, proxies: &Proxies) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(client_address(peer.ip(), &parts.headers, proxies))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let proxies = Proxies::new(proxies.iter().map(|text| text.parse().unwrap()).collect());
        client_address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a22_a_forged_header_is_ignored_without_a_proxy() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a22_the_right_most_untrusted_entry_counts() {
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.7"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.7, 10.0.0.2"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "198.51.100.7"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["2001:db8::1"], &["10.0.0.0/8"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn a_block_ends_at_its_prefix() {
        let block: Network = "192.0.2.128/25".parse().unwrap();
        assert!(block.contains("192.0.2.200".parse().unwrap()));
        assert!(!block.contains("192.0.2.127".parse().unwrap()));
        assert!("fd00::/8".parse::<Network>().unwrap().contains("fd12::1".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
    }
}
