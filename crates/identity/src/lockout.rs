//! When a try to come in is no longer looked at: after how many failures, and for how long.
//!
//! A try is counted before it is looked at, and taken back when it was right: however many come at once, no more are looked
//! at than allowed. Three counts are kept: of an account from one network, of an account from networks it never came in from, and of a
//! network whatever the account. The second one is why nobody elsewhere can lock a member of staff out: where they have
//! come in before, only their own failures count.

use std::net::IpAddr;

/// How long a failure counts, in seconds: half an hour, as assessors ask (GB/T 28448-2019 8.1.4.1).
pub(crate) const WINDOW_SECONDS: i64 = 30 * 60;

/// What tries are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Counted {
    /// An account from one network.
    AccountFromNetwork,
    /// An account from all networks it never came in from.
    AccountFromElsewhere,
    /// A network, whatever the account.
    Network,
}

impl Counted {
    /// The tries that are looked at.
    pub(crate) const fn most(self) -> i64 {
        match self {
            Self::AccountFromNetwork => 5,
            Self::AccountFromElsewhere => 20,
            Self::Network => 50,
        }
    }
}

/// The network an address counts as: an IPv4 address by itself, of IPv6 the /64 that one subscriber has.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a23_an_ipv6_subscriber_is_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
