//! Random plans of both kinds of accounts, at random moments and above all around the ends of days and months, with a clock
//! that moves from seconds to weeks and at times back, while WeChat loses calls and answers, people stop plans and send by
//! hand. Whether an account sends too often, or less than it may, is judged by what WeChat counts ([`Counting`]) and by a
//! book of shares that is kept beside the ledger.
//!
//! The number of plans is 10,000, or `$LANTAI_PUSH_PLANS`.

mod book;
mod counting;
mod moments;

use account::AccountKind;
use kernel::db::Options;
use kernel::testing::ground;
use kernel::{Code, Db, ManualClock, Random, Timestamp};
use tempfile::TempDir;
use wechat::wire::statistics::ArticleTotalDay;

use self::book::{Book, Made, Stands, Tally, Told, key};
use self::counting::{Counting, DAY, SERVICE, Stretch, Ways};
use super::storm_tests::emptied;
use super::tests::{Closed, Fault, wang};
use super::*;
use crate::{Answer, ContentHash, Counts};

/// Rounds of one script: a few plans are approved, and then things happen.
const ROUNDS: i64 = 20;
/// Scripts that share a database: the audit log of all of them would grow too long.
const SCRIPTS: usize = 100;
/// Databases that are worked on at once: most of the time goes by waiting for their threads.
const LANES: u64 = 4;
/// The senders, and the seconds by which the clocks of their hosts are wrong.
const SENDERS: [(&str, i64); 2] = [("one", DAY), ("two", -DAY)];
/// Turns in which everything is out.
const TURNS: i64 = 500;
/// For so long a plan that was not tried still goes out, and one that was is repeated.
const BEGUN_FOR: i64 = 30 * 60;
const TRIED_FOR: i64 = 20 * 3600;

#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
fn plans_wanted() -> i64 {
    std::env::var("LANTAI_PUSH_PLANS").ok().and_then(|number| number.parse().ok()).unwrap_or(10_000)
}

/// A ledger that counts wrongly: planted to see that the scripts find it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Design {
    Sound,
    /// Its days and months are those of Greenwich.
    Greenwich,
    /// What goes out after the end of its month uses that month alone.
    AsApproved,
    /// A share is given back twice.
    BackTwice,
    /// A share is never given back.
    NeverBack,
}

/// A house with two senders, its book and its WeChat.
struct Script {
    wechat: Arc<Counting>,
    senders: [Ledger; 2],
    hand: ManualClock,
    random: Random,
    design: Design,
    book: Book,
    _folder: TempDir,
}

impl Script {
    async fn new(db: Db, seed: u64, design: Design) -> Self {
        let (ground, hand) = ground(db);
        let random = Random::seeded(seed);
        let ahead = if design == Design::Greenwich { 8 * 3600 } else { 0 };
        let ways = Ways { takes_all: random.below(3) == 0, full_first: random.below(2) == 0, ahead };
        let wechat = Arc::new(Counting::new(hand.host_ahead(ahead), ways));
        let folder = quick_folder();
        let senders = SENDERS.map(|(name, ahead)| {
            let ground = Ground { clock: hand.host_ahead(ahead), ..ground.clone() };
            Ledger::new(ground, Epoch::new(folder.path().join(name), "hall"), wechat.clone(), Arc::new(Closed))
        });
        for sender in &senders {
            sender.thaw(&wang()).await.unwrap();
        }
        let book = Book::new(wechat.clone());
        Self { wechat, senders, hand, random, design, book, _folder: folder }
    }

    fn below(&self, bound: i64) -> i64 {
        i64::try_from(self.random.below(u64::try_from(bound).unwrap())).unwrap()
    }

    /// One of so many.
    fn any(&self, of: usize) -> usize {
        usize::try_from(self.below(i64::try_from(of).unwrap().max(1))).unwrap()
    }

    fn ledger(&self) -> &Ledger {
        &self.senders[self.any(2)]
    }

    fn now(&self) -> Timestamp {
        self.hand.host_ahead(0).now()
    }

    fn here(&self, account: &str) -> Stretch {
        self.wechat.stretch(account, self.now())
    }

    /// Nothing of a plan went out: its share comes back.
    async fn over(&mut self, plan: usize) {
        self.book.made[plan].stands = Stands::Over;
        let period = self.book.made[plan].shares.pop().map(key).unwrap_or_default();
        let text = match self.design {
            Design::BackTwice => {
                "UPDATE push_quota SET used = used - 1 WHERE account = $1 AND period = $2 AND used > 0"
            }
            Design::NeverBack => "UPDATE push_quota SET used = used + 1 WHERE account = $1 AND period = $2",
            _ => return,
        };
        let mut tx = self.ledger().ground.db.begin().await.unwrap();
        tx.sql(text).bind(self.book.made[plan].account.clone()).bind(period).run().await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn approve(&mut self) {
        let kind = if self.below(2) == 0 { AccountKind::Service } else { AccountKind::Subscription };
        let is_service = kind == AccountKind::Service;
        let account = format!("{}-{}", if is_service { SERVICE } else { "subscription" }, self.below(2));
        let content = Content::Text { text: self.book.made.len().to_string() };
        let audience = match self.below(8) {
            0 => Audience::Tag(7),
            1 if is_service => Audience::List(vec!["a".to_owned(), "b".to_owned()]),
            _ => Audience::Everyone,
        };
        let takes_share = !matches!(audience, Audience::List(_));
        // One that came to nothing is approved again.
        let over = self.book.made.iter().rposition(|made| made.stands == Stands::Over && !made.origin.is_empty());
        let again = over.filter(|_| self.below(6) == 0);
        let origin = again.map(|plan| std::mem::take(&mut self.book.made[plan].origin));
        let draft = Draft {
            articles: Vec::new(),
            origin: origin.unwrap_or_else(|| format!("draft-{}", self.book.tally.plans + self.book.tally.refused)),
            seen: ContentHash::of(&content),
            content,
            audience,
            whom: Whom { told: "全部关注者".to_owned(), people: None },
            authors: vec!["li".to_owned()],
            scheduled_at: self.moment(),
            again: false,
            instead_of: again.map(|plan| self.book.made[plan].id),
        };
        let (at, origin) = (draft.scheduled_at, draft.origin.clone());
        let sender = Sender { account: account.clone(), kind, by_tag: true, by_list: is_service };
        let stretch = self.wechat.stretch(&account, at);
        match self.ledger().approve(&wang(), &sender, draft.clone()).await {
            Ok(id) => {
                let (stands, shares, first_at) = (Stands::Planned, Vec::new(), at);
                self.book.made.push(Made { id, origin, account, at, stands, tries: 0, first_at, shares });
                self.book.tally.plans += 1;
                if takes_share {
                    self.book.given(self.book.made.len() - 1, stretch);
                }
                if self.below(8) == 0 {
                    assert_eq!(self.ledger().approve(&wang(), &sender, draft).await.unwrap(), id);
                }
            }
            Err(error) => {
                let told = error.shown();
                assert!(told.code() == Code::Conflict && told.sentence().contains("用完"), "{told}");
                self.book.tally.refused += 1;
                self.book.none_given(&account, stretch);
            }
        }
    }

    /// A sender does what is next. `false`: nothing was.
    async fn turn(&mut self, which: usize, fault: Fault) -> bool {
        if self.design == Design::AsApproved {
            self.forget_periods().await;
        }
        self.wechat.then(fault);
        let (sender, wechat) = (self.senders[which].clone(), self.wechat.clone());
        let sent = tokio::select! {
            sent = sender.send_next(SENDERS[which].0) => Some(sent.unwrap()),
            // It is killed.
            () = wechat.hung.notified() => None,
        };
        let answer = match &sent {
            Some(Sent::Call(answer)) => answer.clone(),
            _ => Answer::Unclear,
        };
        match (self.wechat.call(), sent) {
            (Some((plan, came)), Some(Sent::Call(_)) | None) => {
                self.book.called(plan, (came, self.now()));
                self.answered(plan, answer).await;
            }
            (None, Some(Sent::Nothing)) => return false,
            (None, Some(Sent::Kept(_) | Sent::Unknown)) => self.kept_back().await,
            other => unreachable!("{other:?}"),
        }
        true
    }

    /// This was answered to a call.
    async fn answered(&mut self, plan: usize, answer: Answer) {
        let made = &mut self.book.made[plan];
        match answer {
            Answer::Taken(_) => made.stands = Stands::Out(true),
            Answer::Unclear => made.stands = Stands::Trying,
            Answer::Refused(_) if made.tries > 1 => made.stands = Stands::Unknown,
            Answer::Refused(_) => self.over(plan).await,
        }
    }

    /// Something was not sent, or is not sent again: there must be a reason.
    async fn kept_back(&mut self) {
        let now = self.now();
        for plan in 0..self.book.made.len() {
            let made = &self.book.made[plan];
            let (stands, account, here) = (made.stands, made.account.clone(), self.here(&made.account));
            if !matches!(stands, Stands::Planned | Stands::Trying) {
                continue;
            }
            let kept = self.senders[0].plan(made.id).await.unwrap().unwrap();
            let is_late = made.is_late(here);
            let since_first = now.seconds_since(made.first_at);
            match (stands, &kept.calls[0].1) {
                (Stands::Planned, Call::Withdrawn) => {
                    let is_expired = kept.state == PlanState::Expired;
                    self.book.tally.shut += i64::from(is_expired && now.seconds_since(made.at) <= BEGUN_FOR);
                    self.book.tally.shut += i64::from(!is_expired && !is_late);
                    if !is_expired {
                        self.book.none_given(&account, here);
                    }
                    self.over(plan).await;
                }
                (Stands::Trying, Call::Unknown(_)) => {
                    self.book.made[plan].stands = Stands::Unknown;
                    if (0..TRIED_FOR).contains(&since_first) {
                        self.book.tally.shut += i64::from(!is_late);
                        self.book.none_given(&account, here);
                    }
                }
                _ => {}
            }
        }
    }

    /// A plan that stands so, by chance.
    fn one_that(&self, stands: Stands) -> Option<usize> {
        let some: Vec<usize> = self.book.that(stands).map(|(plan, _)| plan).collect();
        some.get(self.any(some.len())).copied()
    }

    async fn stop(&mut self) {
        let stands = if self.below(4) == 0 { Stands::Trying } else { Stands::Planned };
        let Some(plan) = self.one_that(stands) else { return };
        let stopped = self.ledger().stop(&wang(), self.book.made[plan].id).await.unwrap();
        assert_eq!(stopped.withdrawn, usize::from(stands == Stands::Planned));
        if stands == Stands::Planned {
            self.over(plan).await;
        }
    }

    /// A person who looks at WeChat's console says whether a plan went out.
    async fn decide(&mut self) {
        let Some(plan) = self.one_that(Stands::Unknown) else { return };
        let was_sent = self.wechat.times(plan) > 0;
        self.ledger().decide(&wang(), self.book.made[plan].id, 1, was_sent).await.unwrap();
        if was_sent {
            self.book.made[plan].stands = Stands::Out(false);
        } else {
            self.over(plan).await;
        }
    }

    fn push_by_hand(&mut self) {
        let account = format!("{}-{}", if self.below(2) == 0 { SERVICE } else { "subscription" }, self.below(2));
        self.book.tally.by_hand += i64::from(self.wechat.by_hand(&account));
    }

    /// WeChat tells how a push ended, or how one that was made by hand is read.
    async fn tell(&mut self) {
        let Some(push) = self.wechat.untold(self.any(1000)) else { return };
        let account = push.account.clone();
        let by_end = push.plan.is_some() || self.below(4) > 0;
        let within = if by_end { self.here(&account) } else { self.wechat.stretch(&account, push.at) };
        let ground = &self.senders[0].ground;
        let mut tx = ground.db.begin().await.unwrap();
        if by_end {
            let counts = Counts { total: 2, filtered: 2, sent: 2, failed: 0 };
            let (msg_id, status) = (push.number.to_string(), "send success".to_owned());
            let ended = Ended { msg_id, status, counts, addresses: vec![] };
            after::take_end(&mut tx, &account, ended.clone(), self.now()).await.unwrap();
            after::take_end(&mut tx, &account, ended, self.now().plus_seconds(DAY)).await.unwrap();
        } else {
            let read = ArticleTotalDay::default();
            let article = (account.as_str(), push.number, 1);
            store::reading::keep(&mut tx, article, self.wechat.day(push.at), &read).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.book.told.push(Told { push, within, by_end });
    }
}

impl Script {
    fn weather(&self) -> Fault {
        match self.below(14) {
            0 => Fault::Lost,
            1 => Fault::Cut,
            2 => Fault::BusyAfter,
            3 => Fault::BusyBefore,
            4 => Fault::Refused,
            5 => Fault::Hangs(self.below(2) == 0),
            _ => Fault::None,
        }
    }

    /// As if what goes out used the day or month in which it does, and took nothing of it.
    async fn forget_periods(&self) {
        let mut tx = self.senders[0].ground.db.begin().await.unwrap();
        for made in self.book.made.iter().filter(|made| matches!(made.stands, Stands::Planned | Stands::Trying)) {
            if made.at <= self.now() {
                let text = "UPDATE push_plan SET period = $2 WHERE id = $1 AND period <> ''";
                tx.sql(text).bind(made.id).bind(key(self.here(&made.account))).run().await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    fn is_due(&self) -> bool {
        let now = self.now();
        let mut planned = self.book.that(Stands::Planned);
        planned.any(|(_, made)| made.at <= now) || self.book.that(Stands::Trying).next().is_some()
    }

    async fn happen(&mut self) {
        match self.below(12) {
            0 => self.stop().await,
            1 => self.push_by_hand(),
            2 | 3 => self.tell().await,
            4 => self.decide().await,
            _ if self.is_due() || self.below(8) == 0 => drop(self.turn(self.any(2), self.weather()).await),
            _ => {}
        }
    }

    /// Nothing goes wrong any more: what is planned goes out at its time, unless there is no room.
    async fn clear(&mut self) {
        for _ in 0..TURNS {
            let now = self.now();
            let again = self.book.that(Stands::Trying).next().map(|_| now.plus_seconds(BEGUN_FOR));
            let planned = self.book.that(Stands::Planned).map(|(_, made)| made.at).min();
            let Some(to) = again.into_iter().chain(planned).min() else { break };
            self.hand.advance(to.seconds_since(now).max(0));
            // Where time went back one of them has the lease for longer.
            while self.turn(0, Fault::None).await || self.turn(1, Fault::None).await {}
            let now = self.now();
            let is_stuck = self.book.that(Stands::Planned).any(|(_, made)| made.at <= now);
            if is_stuck {
                break;
            }
        }
    }
}

/// Runs a script.
async fn script(db: &Db, seed: u64, design: Design) -> Tally {
    let mut script = Script::new(db.clone(), seed, design).await;
    script.begin();
    for _ in 0..ROUNDS {
        for _ in 0..=script.below(3) {
            script.approve().await;
        }
        for _ in 0..=script.below(8) {
            script.pass();
            script.happen().await;
        }
    }
    script.clear().await;
    script.book.judge(&mut db.read().await.unwrap()).await;
    emptied(db).await;
    script.book.tally
}

/// A folder in memory where there is one: nothing here outlives a failing machine.
fn quick_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

async fn quick_sqlite() -> (TempDir, Db) {
    let folder = quick_folder();
    let options = Options { readers: 1, ..Options::default() };
    let db = Db::open_sqlite(&folder.path().join("db"), &options).await.unwrap();
    (folder, db)
}

/// Runs one in so many scripts until there are enough plans.
async fn lane(number: u64, plans: i64) -> Tally {
    let mut tally = Tally::default();
    let mut seeds = (20_261_130 + number..).step_by(usize::try_from(LANES).unwrap());
    while tally.plans < plans {
        let (_folder, db) = quick_sqlite().await;
        for seed in seeds.by_ref().take(SCRIPTS) {
            let found = script(&db, seed, Design::Sound).await;
            assert!(found.is_sound(), "seed {seed}: {found:?}");
            tally += found;
            if tally.plans >= plans {
                break;
            }
        }
        db.close().await;
    }
    tally
}

#[tokio::test]
async fn p11_p12_p13_p14_over_random_plans_and_clocks_no_account_sends_too_often_or_less_than_it_may() {
    let plans = plans_wanted() / i64::try_from(LANES).unwrap() + 1;
    let lanes = futures::future::join_all((0..LANES).map(|number| lane(number, plans))).await;
    let mut tally = Tally::default();
    for found in lanes {
        tally += found;
    }
    println!("{tally:?}");
    assert!(tally.full > 0 && tally.refused > 0, "nothing was used to its end: {tally:?}");
}

#[tokio::test]
async fn p11_p12_the_scripts_find_a_ledger_that_counts_wrongly() {
    for design in [Design::Greenwich, Design::AsApproved, Design::BackTwice, Design::NeverBack] {
        let (_folder, db) = quick_sqlite().await;
        let mut tally = Tally::default();
        for seed in 0..20 {
            tally += script(&db, 20_261_130 + seed, design).await;
        }
        println!("{design:?}: {tally:?}");
        let is_found = match design {
            Design::NeverBack => tally.shut > 0,
            _ => tally.over > 0,
        };
        assert!(is_found, "{design:?}: {tally:?}");
    }
}
