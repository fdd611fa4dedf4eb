//! Call counters: daily limits (45009), limits of a minute (45011), `clear_quota` (10 a month, 48006) and `quota/clear` (50 a month).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::{day, month};

/// Daily limits of a new account by path (reference §2.4). Calls not named here have none.
const DAILY: &[(&str, u64)] = &[
    ("/cgi-bin/token", 2000),
    ("/cgi-bin/stable_token", 500_000),
    ("/cgi-bin/menu/create", 1000),
    ("/cgi-bin/menu/get", 10_000),
    ("/cgi-bin/menu/delete", 1000),
    ("/cgi-bin/menu/addconditional", 2000),
    ("/cgi-bin/menu/delconditional", 2000),
    ("/cgi-bin/menu/trymatch", 20_000),
    ("/cgi-bin/tags/create", 1000),
    ("/cgi-bin/tags/get", 1000),
    ("/cgi-bin/tags/update", 1000),
    ("/cgi-bin/tags/delete", 1000),
    ("/cgi-bin/tags/members/batchtagging", 100_000),
    ("/cgi-bin/tags/members/batchuntagging", 100_000),
    ("/cgi-bin/user/get", 500),
    ("/cgi-bin/user/info", 5_000_000),
    ("/cgi-bin/user/info/updateremark", 10_000),
    ("/cgi-bin/media/upload", 100_000),
    ("/cgi-bin/media/get", 200_000),
    ("/cgi-bin/message/custom/send", 500_000),
    ("/cgi-bin/message/template/send", 100_000),
    ("/cgi-bin/message/mass/sendall", 100),
    ("/cgi-bin/message/mass/send", 100),
    ("/cgi-bin/draft/add", 1000),
    ("/cgi-bin/draft/get", 500),
    ("/cgi-bin/draft/update", 1000),
    ("/cgi-bin/draft/delete", 1000),
    ("/cgi-bin/draft/count", 1000),
    ("/cgi-bin/draft/batchget", 1000),
    ("/cgi-bin/freepublish/submit", 100),
    ("/cgi-bin/freepublish/get", 100),
    ("/cgi-bin/freepublish/getarticle", 100),
    ("/cgi-bin/freepublish/batchget", 100),
    ("/cgi-bin/freepublish/delete", 10),
    ("/cgi-bin/qrcode/create", 100_000),
];

/// The daily limit of `path`, if it has one.
pub(crate) fn daily_limit(path: &str) -> Option<u64> {
    DAILY.iter().find(|(known, _)| *known == path).map(|(_, limit)| *limit)
}

/// Calls of a minute: mass sends share one limit (reference §7.2).
const MASS_A_MINUTE: u32 = 60;

/// What one account used of its quotas.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Usage {
    day: i64,
    calls: BTreeMap<String, u64>,
    month: i64,
    clears: u32,
    path_clears: u32,
    minute: i64,
    mass: u32,
}

impl Usage {
    /// Counts one call; the code when the limit of the minute or of the day was already reached.
    pub(crate) fn count(&mut self, path: &str, now: i64) -> Result<(), i64> {
        self.turn(now);
        let Some(limit) = daily_limit(path) else { return Ok(()) };
        let used = self.calls.entry(path.to_owned()).or_default();
        if *used >= limit {
            return Err(45009);
        }
        if path.starts_with("/cgi-bin/message/mass/") {
            if self.mass >= MASS_A_MINUTE {
                return Err(45011);
            }
            self.mass += 1;
        }
        *used += 1;
        Ok(())
    }

    /// Calls of `path` today.
    pub(crate) fn used(&mut self, path: &str, now: i64) -> u64 {
        self.turn(now);
        self.calls.get(path).copied().unwrap_or(0)
    }

    /// Clears all counters; false after the tenth time in a month.
    pub(crate) fn clear(&mut self, now: i64) -> bool {
        self.turn(now);
        if self.clears >= 10 {
            return false;
        }
        self.clears += 1;
        self.calls.clear();
        true
    }

    /// Clears one counter; false after the fiftieth time in a month.
    pub(crate) fn clear_path(&mut self, path: &str, now: i64) -> bool {
        self.turn(now);
        if self.path_clears >= 50 {
            return false;
        }
        self.path_clears += 1;
        self.calls.remove(path);
        true
    }

    fn turn(&mut self, now: i64) {
        if self.minute != now.div_euclid(60) {
            self.minute = now.div_euclid(60);
            self.mass = 0;
        }
        if self.day != day(now) {
            self.day = day(now);
            self.calls.clear();
        }
        if self.month != month(now) {
            self.month = month(now);
            self.clears = 0;
            self.path_clears = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Usage, daily_limit};

    #[test]
    fn a_limit_holds_until_midnight_in_shanghai_or_until_cleared() {
        let midnight = 1_767_196_800; // 2026-01-01 00:00 +08:00
        let mut usage = Usage::default();
        let path = "/cgi-bin/user/get";
        for _ in 0..daily_limit(path).unwrap() {
            assert_eq!(usage.count(path, midnight - 1), Ok(()));
        }
        assert_eq!(usage.count(path, midnight - 1), Err(45009));
        assert!(usage.clear(midnight - 1));
        assert_eq!(usage.count(path, midnight - 1), Ok(()));
        assert_eq!(usage.used(path, midnight), 0);
        for _ in 0..10 {
            assert!(usage.clear(midnight));
        }
        assert!(!usage.clear(midnight), "ten a month");
    }

    #[test]
    fn mass_sends_are_sixty_a_minute_and_a_hundred_a_day() {
        let midnight = 1_767_196_800;
        let mut usage = Usage::default();
        let path = "/cgi-bin/message/mass/send";
        for minute in 0..2 {
            for call in 0..60 {
                let expected = if minute * 60 + call < 100 { Ok(()) } else { Err(45009) };
                assert_eq!(usage.count(path, midnight + minute * 60), expected);
            }
            let expected = if minute == 0 { 45011 } else { 45009 };
            assert_eq!(usage.count(path, midnight + minute * 60 + 59), Err(expected));
        }
    }
}
