//! The book of shares that is kept beside the ledger: who has one of which day or month, what was heard of pushes by hand, and
//! what went wrong.

use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;
use std::sync::Arc;

use kernel::{Id, Timestamp, Tx};

use super::counting::{Came, Counting, Send, Stretch, limit};
use crate::Plan;

/// What scripts came to.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Tally {
    pub(super) plans: i64,
    /// Approvals that were refused since nothing was left.
    pub(super) refused: i64,
    /// Calls that WeChat saw.
    pub(super) calls: i64,
    /// Pushes by hand.
    pub(super) by_hand: i64,
    /// Plans that were called after the end of their day or month.
    pub(super) late: i64,
    /// Days and months that were used to their end.
    pub(super) full: i64,
    /// Calls of which one too many was made since nobody had heard of a push by hand.
    pub(super) unheard: i64,
    /// Calls that were one too many, whatever was heard; and sends of an account beyond what it may, as WeChat counts.
    pub(super) over: i64,
    /// Shares that were given out though none was left.
    pub(super) oversold: i64,
    /// Approvals and calls that were kept back though there was room.
    pub(super) shut: i64,
    /// Plans of which the house says something else than WeChat, or that did not go out.
    pub(super) lost: i64,
    /// Days and months of which the house counts other shares as used than those of its plans.
    pub(super) miscounted: i64,
}

impl Tally {
    pub(super) fn is_sound(&self) -> bool {
        (self.over, self.oversold, self.shut, self.lost, self.miscounted) == (0, 0, 0, 0, 0)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.plans += more.plans;
        self.refused += more.refused;
        self.calls += more.calls;
        self.by_hand += more.by_hand;
        self.late += more.late;
        self.full += more.full;
        self.unheard += more.unheard;
        self.over += more.over;
        self.oversold += more.oversold;
        self.shut += more.shut;
        self.lost += more.lost;
        self.miscounted += more.miscounted;
    }
}

/// Where a plan stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stands {
    Planned,
    Trying,
    Unknown,
    /// It went out; whether its number is known.
    Out(bool),
    /// Nothing of it went out, and nothing will.
    Over,
}

/// A plan as the book has it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) id: Id<Plan>,
    /// What it was made from; empty once another was made from the same.
    pub(super) origin: String,
    pub(super) account: String,
    /// When it is to go out.
    pub(super) at: Timestamp,
    pub(super) stands: Stands,
    pub(super) tries: i64,
    pub(super) first_at: Timestamp,
    /// The days or months of which it has a share; the last one is that in which it goes out.
    pub(super) shares: Vec<Stretch>,
}

impl Made {
    /// Whether its share is one of another day or month.
    pub(super) fn is_late(&self, here: Stretch) -> bool {
        self.shares.last().is_some_and(|share| *share != here)
    }
}

/// A push that the ledger heard of: when, and by its end or by the count of its readers.
pub(super) struct Told {
    pub(super) push: Send,
    pub(super) within: Stretch,
    pub(super) by_end: bool,
}

/// The book.
pub(super) struct Book {
    pub(super) wechat: Arc<Counting>,
    pub(super) made: Vec<Made>,
    pub(super) told: Vec<Told>,
    /// The pushes by hand that were known when a share was last given out.
    known: HashMap<(String, Stretch), i64>,
    pub(super) tally: Tally,
}

impl Book {
    pub(super) fn new(wechat: Arc<Counting>) -> Self {
        Self { wechat, made: Vec::new(), told: Vec::new(), known: HashMap::new(), tally: Tally::default() }
    }

    /// The plans that stand so.
    pub(super) fn that(&self, stands: Stands) -> impl Iterator<Item = (usize, &Made)> {
        self.made.iter().enumerate().filter(move |(_, made)| made.stands == stands)
    }

    /// How many plans have a share of a day or month.
    fn holders(&self, account: &str, stretch: Stretch) -> i64 {
        let of_plan = |made: &Made| made.shares.iter().filter(|share| **share == stretch).count();
        number(self.made.iter().filter(|made| made.account == account).map(of_plan).sum())
    }

    /// How many pushes by hand the ledger knows of for certain, and at most: an end that it was told may be that of a call
    /// of which it has no number.
    fn heard(&self, account: &str, stretch: Stretch) -> (i64, i64) {
        let told = |by_end| {
            let of_stretch = move |told: &&Told| (told.by_end, told.within) == (by_end, stretch);
            self.told.iter().filter(of_stretch).map(|told| &told.push).filter(|push| push.account == account)
        };
        let by_hand = |push: &&Send| push.plan.is_none();
        let unnumbered = |push: &&Send| push.plan.is_none_or(|plan| self.made[plan].stands != Stands::Out(true));
        let in_doubt = |made: &&Made| {
            let is_in_doubt = matches!(made.stands, Stands::Trying | Stands::Unknown | Stands::Out(false));
            is_in_doubt && made.account == account && self.wechat.stretch(account, made.at) == stretch
        };
        let certain = told(true).filter(by_hand).count();
        let in_doubt = self.made.iter().filter(in_doubt).count();
        let read = told(false).count();
        let at_most = told(true).filter(unnumbered).count();
        (number(certain.saturating_sub(in_doubt).max(read)), number(at_most.max(read)))
    }

    /// A share was given out.
    pub(super) fn given(&mut self, plan: usize, stretch: Stretch) {
        let account = self.made[plan].account.clone();
        self.made[plan].shares.push(stretch);
        let (heard, _) = self.heard(&account, stretch);
        self.tally.oversold += i64::from(self.holders(&account, stretch) + heard > limit(&account));
        self.known.insert((account, stretch), heard);
    }

    /// None was given: there must be none.
    pub(super) fn none_given(&mut self, account: &str, stretch: Stretch) {
        let (_, heard) = self.heard(account, stretch);
        self.tally.shut += i64::from(self.holders(account, stretch) + heard < limit(account));
    }

    /// A call of a plan was made, and this became of it.
    pub(super) fn called(&mut self, plan: usize, (came, now): (Came, Timestamp)) {
        self.tally.calls += 1;
        let made = &mut self.made[plan];
        let account = made.account.clone();
        let here = self.wechat.stretch(&account, now);
        let is_first = made.tries == 0;
        made.tries += 1;
        if is_first {
            made.first_at = now;
        }
        if made.is_late(here) {
            // What was tried before the end of its day or month may have gone out then.
            if is_first {
                made.shares.pop();
            }
            self.tally.late += 1;
            self.given(plan, here);
        }
        if came == Came::TooMany {
            let known = self.known.get(&(account.clone(), here)).copied().unwrap_or_default();
            let is_unheard = self.wechat.count(&account, here).by_hand > known;
            self.tally.unheard += i64::from(is_unheard);
            self.tally.over += i64::from(!is_unheard);
        }
    }

    /// What WeChat's record, the house's and the book say in the end.
    pub(super) async fn judge(&mut self, tx: &mut Tx) {
        let calls: Vec<(Id<Plan>, String)> = tx.sql("SELECT plan, state FROM push_call").all().await.unwrap();
        let calls: BTreeMap<_, String> = calls.into_iter().map(|(plan, state)| (plan.uuid(), state)).collect();
        for (plan, made) in self.made.iter().enumerate() {
            let times = self.wechat.times(plan);
            let is_right = match (calls[&made.id.uuid()].as_str(), made.stands) {
                ("accepted" | "finished", Stands::Out(_)) => times == 1,
                ("refused" | "withdrawn", Stands::Over) => times == 0,
                ("unknown", Stands::Unknown) => times <= 1,
                _ => false,
            };
            self.tally.lost += i64::from(!is_right);
        }
        let mut held = BTreeMap::new();
        for made in &self.made {
            for share in &made.shares {
                *held.entry((made.account.clone(), key(*share))).or_insert(0) += 1;
            }
        }
        let rows = tx.sql("SELECT account, period, used FROM push_quota WHERE used > 0").all::<(String, String, i64)>();
        let used = rows.await.unwrap().into_iter().map(|(account, period, used)| ((account, period), used));
        let used: BTreeMap<_, i64> = used.collect();
        let extra = used.iter().filter(|(stretch, used)| held.get(*stretch) != Some(*used)).count();
        let missing = held.keys().filter(|stretch| !used.contains_key(*stretch)).count();
        self.tally.miscounted += number(extra + missing);
        let (full, over) = self.wechat.full();
        self.tally.full += full;
        self.tally.over += over;
    }
}

/// The word by which the ledger keeps a day or month.
pub(super) fn key((year, month, day): Stretch) -> String {
    if day == 0 { format!("{year:04}-{month:02}") } else { format!("{year:04}-{month:02}-{day:02}") }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}
