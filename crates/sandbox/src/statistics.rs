//! What followers did, day by day, as the statistics tell it (reference §11).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wechat::message::{Event, Kind};

use crate::clock::day;
use crate::world::Account;

/// One day of Shanghai.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Day {
    /// New followers and those who left, by `user_source`.
    pub(crate) moves: BTreeMap<u32, (i64, i64)>,
    /// Messages of each follower, by `msg_type`.
    pub(crate) messages: BTreeMap<u32, BTreeMap<String, i64>>,
}

impl Account {
    /// Counts what a follower did.
    pub(crate) fn count_deed(&mut self, openid: &str, kind: &Kind, now: i64) {
        let of_type = match kind {
            Kind::Event(Event::Subscribe(scene)) => {
                // 30 is a QR code, 1 the search.
                let source = if scene.is_some() { 30 } else { 1 };
                self.days.entry(day(now)).or_default().moves.entry(source).or_default().0 += 1;
                return;
            }
            Kind::Event(Event::Unsubscribe) => {
                self.days.entry(day(now)).or_default().moves.entry(0).or_default().1 += 1;
                return;
            }
            Kind::Text { .. } => 1,
            Kind::Image { .. } => 2,
            Kind::Voice { .. } => 3,
            Kind::Video { .. } | Kind::ShortVideo { .. } => 4,
            Kind::Link { .. } => 6,
            _ => return,
        };
        let messages = self.days.entry(day(now)).or_default().messages.entry(of_type).or_default();
        *messages.entry(openid.to_owned()).or_default() += 1;
    }

    /// Followers at the end of `wanted`: those of now without what changed since.
    pub(crate) fn followers_at_end_of(&self, wanted: i64) -> i64 {
        let now = self.followers.values().filter(|follower| follower.subscribed).count();
        let since = self.days.range(wanted + 1..).flat_map(|(_, day)| day.moves.values());
        crate::page::whole(now) - since.map(|(came, left)| came - left).sum::<i64>()
    }
}
