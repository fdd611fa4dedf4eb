//! When a try to come in is no longer looked at: after how many failures, and for how long.
//!
//! Three counts are kept: of an account from one network, of an account from networks it never came in from, and of a
//! network whatever the account. The second one is why nobody elsewhere can lock a member of staff out: where they have
//! come in before, only their own failures count.

use std::net::IpAddr;

use kernel::Timestamp;

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
    /// The failures after which nothing more is looked at.
    pub(crate) const fn most(self) -> i64 {
        match self {
            Self::AccountFromNetwork => 5,
            Self::AccountFromElsewhere => 20,
            Self::Network => 50,
        }
    }
}

/// Failures that still count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Failures {
    pub(crate) count: i64,
    pub(crate) last: Timestamp,
}

impl Failures {
    /// Whether a try at this moment is refused unseen. It ends half an hour after the last failure that was looked at.
    pub(crate) const fn lock(self, counted: Counted, now: Timestamp) -> bool {
        self.count >= counted.most() && now.seconds_since(self.last) < WINDOW_SECONDS
    }

    /// One more failure after those there were.
    pub(crate) fn one_more(before: Option<Self>, now: Timestamp) -> Self {
        let counts = |failures: &Self| now.seconds_since(failures.last) < WINDOW_SECONDS;
        Self { count: before.filter(counts).map_or(0, |failures| failures.count).saturating_add(1), last: now }
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
    use kernel::testing::MONDAY_MORNING;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a15_the_fifth_failure_locks_for_half_an_hour() {
        let mut failures = None;
        for _ in 0..5 {
            assert!(
                failures.is_none_or(|failures: Failures| !failures.lock(Counted::AccountFromNetwork, MONDAY_MORNING))
            );
            failures = Some(Failures::one_more(failures, MONDAY_MORNING));
        }
        let failures = failures.unwrap();
        let locked = |seconds| failures.lock(Counted::AccountFromNetwork, MONDAY_MORNING.plus_seconds(seconds));
        assert!(locked(0) && locked(WINDOW_SECONDS - 1) && !locked(WINDOW_SECONDS));
        assert_eq!(Failures::one_more(Some(failures), MONDAY_MORNING.plus_seconds(WINDOW_SECONDS)).count, 1);
    }

    #[test]
    fn a23_an_ipv6_subscriber_is_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }

    proptest! {
        #[test]
        fn a15_no_more_tries_are_looked_at_than_allowed(pauses in proptest::collection::vec(0_i64..WINDOW_SECONDS, 1..60)) {
            let (mut failures, mut now, mut looked_at) = (None::<Failures>, MONDAY_MORNING, Vec::new());
            for pause in pauses {
                now = now.plus_seconds(pause);
                if failures.is_none_or(|failures| !failures.lock(Counted::AccountFromNetwork, now)) {
                    failures = Some(Failures::one_more(failures, now));
                    looked_at.push(now);
                }
                let lately = looked_at.iter().filter(|at| now.seconds_since(**at) < WINDOW_SECONDS).count();
                prop_assert!(lately <= 5, "{lately} within half an hour");
            }
        }
    }
}
