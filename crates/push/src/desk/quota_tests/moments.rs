//! When a script begins, when its plans are to go out, and how its time passes.

use kernel::Timestamp;

use super::Script;
use super::book::Stands;
use super::counting::{DAY, midnight, month_end};

/// Days from the start of the test clocks to 27 February 2028.
const LEAP: i64 = 482;

impl Script {
    /// On an edge, a second beside it, or within a minute and a half.
    fn around(&self, edge: Timestamp) -> Timestamp {
        edge.plus_seconds(if self.below(2) == 0 { self.below(3) - 1 } else { self.below(180) - 90 })
    }

    /// When a plan is to go out.
    pub(super) fn moment(&self) -> Timestamp {
        let now = self.now();
        let moment = match self.below(16) {
            0..=3 => now,
            // It took a while to approve.
            4 => return now.plus_seconds(-self.below(300)),
            5 => now.plus_seconds(self.below(3600)),
            6 | 7 => now.plus_seconds(self.below(DAY)),
            8..=10 => self.around(midnight(now.plus_seconds(self.below(3) * DAY))),
            11 | 12 => self.around(month_end(now)),
            13 => self.around(month_end(month_end(now))),
            _ => now.plus_seconds(self.below(90 * DAY)),
        };
        moment.max(now)
    }

    /// Time passes, and seldom goes back.
    pub(super) fn pass(&self) {
        let now = self.now();
        let to = match self.below(120) {
            0..=49 => self.next_planned().map(|at| at.plus_seconds(self.below(3) / 2 * self.below(1500))),
            50..=54 => Some(self.around(midnight(now))),
            55 => Some(self.around(month_end(now))),
            56..=60 => Some(now.plus_seconds(self.below(6 * 3600))),
            61 => Some(now.plus_seconds(self.below(3 * DAY))),
            62 if self.below(4) == 0 => Some(now.plus_seconds(self.below(21 * DAY))),
            63 | 64 => Some(now.plus_seconds(-self.below(DAY))),
            _ => None,
        };
        let to = to.unwrap_or_else(|| now.plus_seconds(1 + self.below(120)));
        self.hand.advance(to.seconds_since(now));
    }

    pub(super) fn next_planned(&self) -> Option<Timestamp> {
        let now = self.now();
        let planned = self.book.that(Stands::Planned).map(|(_, made)| made.at);
        planned.min().filter(|at| *at >= now)
    }

    /// Where the script begins: any day within four years, before the end of a month, or before a leap day.
    pub(super) fn begin(&self) {
        let days = if self.below(8) == 0 { LEAP } else { self.below(1500) };
        self.hand.advance(days * DAY + self.below(DAY));
        if self.below(2) == 0 {
            let now = self.now();
            let before = month_end(now).plus_seconds(-self.below(2 * DAY));
            self.hand.advance(before.seconds_since(now).max(0));
        }
    }
}
