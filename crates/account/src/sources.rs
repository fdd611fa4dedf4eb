//! Where callbacks come from (`getcallbackip`).
//!
//! The signature decides whether a request is genuine; the list of WeChat's addresses is a second lock for those who
//! want it. It must never keep WeChat itself out: a list that is old, empty or not there refuses nobody, nor does it
//! refuse an address of the local network, which is a proxy that was not named.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::request::Parts;
use kernel::{Db, Timestamp, Tx, db, house};
use serde::{Deserialize, Serialize};
use web::{Network, Proxies, sender_address};

/// A list older than this many seconds refuses nobody: its daily renewal failed three times.
pub(crate) const TRUSTED_SECONDS: i64 = 3 * 86_400;
/// A foreign address makes a list older than this be fetched anew: WeChat may have new servers.
const RENEWED_SECONDS: i64 = 3600;
/// One line in the log in so many seconds; every request is counted.
const SAID_SECONDS: i64 = 600;

/// How a callback from a foreign address is met, as it is written in the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceRule {
    /// It is counted and said in the log.
    #[default]
    Watch,
    /// It is refused too.
    Require,
}

/// Where a request comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// An address that WeChat publishes.
    Published,
    /// It cannot be told: no list, an old one, or no address.
    Unknown,
    /// The local network: no address of WeChat, but perhaps of a proxy that was not named.
    Local,
    /// Somewhere else.
    Foreign,
}

/// The addresses of WeChat's servers, as they were at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Published {
    /// When they were fetched, in Unix seconds.
    fetched_at: i64,
    addresses: Vec<String>,
}

/// What is known of one account's addresses.
#[derive(Debug, Default)]
struct Known {
    fetched_at: Option<Timestamp>,
    networks: Vec<Network>,
    said_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

/// What is to be done about a foreign address beside counting it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Notice {
    /// It is worth a line in the log.
    pub(crate) say: bool,
    /// The list is worth fetching anew.
    pub(crate) renew: bool,
}

/// The published addresses by account; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    proxies: Proxies,
    known: Arc<RwLock<BTreeMap<String, Known>>>,
}

impl Published {
    /// What WeChat said just now; `None` if there is no address in it.
    pub(crate) fn of(addresses: Vec<String>, now: Timestamp) -> Option<Self> {
        let published = Self { fetched_at: now.seconds(), addresses };
        (!published.networks().is_empty()).then_some(published)
    }

    /// The list kept for an account.
    pub(crate) async fn load(db: &Db, account: &str) -> db::Result<Option<Self>> {
        let kept = house::value(&mut db.read().await?, &name(account)).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }

    /// Keeps the list for all servers.
    pub(crate) async fn store(&self, tx: &mut Tx, account: &str) -> db::Result<()> {
        let kept = serde_json::to_string(self).map_err(|error| sqlx::Error::Encode(error.into()))?;
        house::set_value(tx, &name(account), &kept).await
    }

    /// When it was fetched, and how many addresses and blocks are in it.
    pub(crate) fn summary(&self) -> (Timestamp, usize) {
        (Timestamp::from_seconds(self.fetched_at), self.networks().len())
    }

    /// Addresses and blocks; what is neither is passed over.
    fn networks(&self) -> Vec<Network> {
        self.addresses.iter().filter_map(|address| address.parse().ok()).collect()
    }
}

impl Sources {
    pub(crate) fn behind(proxies: Proxies) -> Self {
        Self { proxies, known: Arc::default() }
    }

    /// The address a request came from, our own proxies left aside.
    pub(crate) fn address(&self, parts: &Parts) -> Option<IpAddr> {
        sender_address(parts, &self.proxies)
    }

    /// Puts a list into force, unless a younger one is.
    pub(crate) fn learn(&self, account: &str, published: &Published) {
        let fetched_at = Timestamp::from_seconds(published.fetched_at);
        let mut all = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(account.to_owned()).or_default();
        if known.fetched_at.is_none_or(|held| held < fetched_at) {
            known.fetched_at = Some(fetched_at);
            known.networks = published.networks();
        }
    }

    pub(crate) fn judge(&self, account: &str, address: Option<IpAddr>, now: Timestamp) -> Source {
        let all = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (Some(address), Some(known)) = (address, all.get(account)) else { return Source::Unknown };
        let Some(fetched_at) = known.fetched_at else { return Source::Unknown };
        if known.networks.iter().any(|network| network.contains(address)) {
            Source::Published
        } else if is_local(address) {
            Source::Local
        } else if now.seconds_since(fetched_at) > TRUSTED_SECONDS {
            Source::Unknown
        } else {
            Source::Foreign
        }
    }

    /// Notes that a request came from somewhere else.
    pub(crate) fn note(&self, account: &str, now: Timestamp) -> Notice {
        let mut all = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(account.to_owned()).or_default();
        let rested = |last: Option<Timestamp>, pause: i64| last.is_none_or(|last| now.seconds_since(last) >= pause);
        let say = rested(known.said_at, SAID_SECONDS);
        let renew = rested(known.fetched_at.max(known.asked_at), RENEWED_SECONDS);
        if say {
            known.said_at = Some(now);
        }
        if renew {
            known.asked_at = Some(now);
        }
        Notice { say, renew }
    }
}

fn name(account: &str) -> String {
    format!("account.callback-addresses.{account}")
}

/// Addresses that no server of WeChat can have.
fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_793_581_200);

    fn sources(fetched_at: Timestamp) -> Sources {
        let sources = Sources::default();
        let list = ["101.226.103.0/25", "180.163.15.149", "240e::/16", "not an address"].map(str::to_owned).to_vec();
        sources.learn("demo", &Published::of(list, fetched_at).unwrap());
        sources
    }

    fn judge(sources: &Sources, address: &str, now: Timestamp) -> Source {
        sources.judge("demo", Some(address.parse().unwrap()), now)
    }

    #[test]
    fn w39_published_local_and_foreign_addresses_are_told_apart() {
        let sources = sources(NOW);
        for (address, source) in [
            ("101.226.103.9", Source::Published),
            ("101.226.103.129", Source::Foreign),
            ("180.163.15.149", Source::Published),
            ("::ffff:180.163.15.149", Source::Published),
            ("240e:1::1", Source::Published),
            ("2001:db8::1", Source::Foreign),
            ("127.0.0.1", Source::Local),
            ("10.1.2.3", Source::Local),
            ("fd00::1", Source::Local),
        ] {
            assert_eq!(judge(&sources, address, NOW), source, "{address}");
        }
    }

    #[test]
    fn w39_without_a_list_with_an_old_one_or_without_an_address_nobody_is_foreign() {
        let sources = sources(NOW);
        assert_eq!(sources.judge("demo-sub", Some("8.8.8.8".parse().unwrap()), NOW), Source::Unknown);
        assert_eq!(sources.judge("demo", None, NOW), Source::Unknown);
        assert_eq!(judge(&sources, "8.8.8.8", NOW.plus_seconds(TRUSTED_SECONDS)), Source::Foreign);
        assert_eq!(judge(&sources, "8.8.8.8", NOW.plus_seconds(TRUSTED_SECONDS + 1)), Source::Unknown);
        assert_eq!(judge(&sources, "180.163.15.149", NOW.plus_seconds(TRUSTED_SECONDS + 1)), Source::Published);
        assert_eq!(Published::of(Vec::new(), NOW), None);
        assert_eq!(Published::of(vec!["localhost".into()], NOW), None);
    }

    #[test]
    fn w39_an_older_list_does_not_replace_a_younger_one() {
        let sources = sources(NOW);
        let older = Published::of(vec!["8.8.8.8".into()], NOW.plus_seconds(-1)).unwrap();
        sources.learn("demo", &older);
        assert_eq!(judge(&sources, "8.8.8.8", NOW), Source::Foreign);
    }

    #[test]
    fn w39_foreign_addresses_fill_no_log_and_ask_for_a_new_list_once_an_hour() {
        let sources = sources(NOW);
        let note = |seconds| sources.note("demo", NOW.plus_seconds(seconds));
        assert_eq!(note(0), Notice { say: true, renew: false });
        assert_eq!(note(599), Notice { say: false, renew: false });
        assert_eq!(note(3599), Notice { say: true, renew: false });
        assert_eq!(note(3600), Notice { say: false, renew: true });
        assert_eq!(note(3601), Notice { say: false, renew: false });
        assert_eq!(note(7200), Notice { say: true, renew: true });
    }
}
