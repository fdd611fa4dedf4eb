//! What befalls a house that pushes: WeChat loses calls and answers, the database and the file beside it fail at any call,
//! senders are killed at any await and stopped for twenty minutes, clocks disagree by two days. A checker reads WeChat's own
//! record.
//!
//! The number of faults on each database is 200, or `$LANTAI_PUSH_FAULTS`.

use std::ops::AddAssign;

use account::AccountKind;
use futures::FutureExt;
use kernel::testing::{both, sqlite};
use kernel::{Db, Random, leases};

use super::tests::{Closed, Fault, NODE, Stage, WeChat, killed, wang};
use super::*;
use crate::{Answer, Counts, Period, REPEATED_FOR};

/// The polls in which everything ends.
const ENOUGH: u64 = 10_000;
/// Plans of one storm.
const PLANS: u64 = 40;
/// The senders.
const NAMES: [&str; 2] = ["one", "two"];

#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
fn faults_wanted() -> u64 {
    std::env::var("LANTAI_PUSH_FAULTS").ok().and_then(|number| number.parse().ok()).unwrap_or(200)
}

/// A ledger that was tried before and loses or doubles sends (ADR 0022), as far as its calls differ: planted to see that
/// the storm finds it.
#[derive(Clone, Copy, Debug)]
enum Design {
    /// A: what was fetched counts as sent, whatever became of it.
    SentWhenFetched,
    /// B: what was sent is written down after it; there is no key.
    WithoutKey,
    /// C: every attempt has a key of its own.
    NewKeys,
}

struct Unsound {
    wechat: Arc<WeChat>,
    design: Design,
    random: Random,
}

impl Post for Unsound {
    fn submit<'a>(&'a self, call: &'a Outgoing) -> BoxFuture<'a, std::result::Result<Submitted, Error>> {
        async move {
            let client_id = match self.design {
                Design::SentWhenFetched => call.client_id.clone(),
                // To WeChat a call without a key is one it never saw.
                Design::WithoutKey | Design::NewKeys => ClientMessageId::parse(&self.random.hex16()).unwrap(),
            };
            let submitted = self.wechat.submit(&Outgoing { client_id, ..call.clone() }).await;
            match (self.design, submitted) {
                (Design::SentWhenFetched, Err(_)) => Ok(Submitted { msg_id: None, msg_data_id: None, repeated: false }),
                // Without a key nothing that failed is known to have been sent: -1 and a cut are failures like others.
                (Design::WithoutKey, Err(_)) => Err(Error::Unknown("failed".to_owned())),
                (_, submitted) => submitted,
            }
        }
        .boxed()
    }

    fn ended<'a>(&'a self, account: &'a str, msg_id: &'a str) -> BoxFuture<'a, std::result::Result<MassStatus, Error>> {
        self.wechat.ended(account, msg_id)
    }
}

/// What a storm came to.
#[derive(Clone, Copy, Default, Debug)]
struct Tally {
    plans: u64,
    /// Calls that WeChat saw.
    calls: u64,
    /// What struck: at WeChat, in the database, in the file, and senders that were stopped.
    faults: u64,
    kills: u64,
    /// Simulated.
    hours: i64,
    /// Plans that reached their readers more than once.
    twice: u64,
    /// Plans of which the house says something else than WeChat.
    lost: u64,
    /// Sends beyond what an account may send in a month.
    over: i64,
    /// Moments at which two senders held the lease.
    two_at_once: u64,
    /// Plans that a person is asked about.
    shown: u64,
    /// How often a person had to let pushing go on.
    thawed: u64,
}

impl Tally {
    const fn struck(&self) -> u64 {
        self.faults + self.kills
    }

    fn is_sound(&self) -> bool {
        (self.twice, self.lost, self.two_at_once, self.over) == (0, 0, 0, 0)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.plans += more.plans;
        self.calls += more.calls;
        self.faults += more.faults;
        self.kills += more.kills;
        self.hours += more.hours;
        self.twice += more.twice;
        self.lost += more.lost;
        self.over += more.over;
        self.two_at_once += more.two_at_once;
        self.shown += more.shown;
        self.thawed += more.thawed;
    }
}

/// A house with two senders, whose hosts' clocks stand a day before and after the database's.
struct Storm {
    stage: Stage,
    senders: [Ledger; 2],
    random: Random,
    tally: Tally,
    seconds: i64,
}

impl Storm {
    async fn over(stage: Stage, seed: u64) -> Self {
        let sender = |(name, ahead): (&str, i64)| {
            let ledger = &stage.ledger;
            let ground = Ground { clock: stage.hand.host_ahead(ahead), ..ledger.ground.clone() };
            let epoch = Epoch::new(stage.folder.path().join(name), "hall");
            Ledger::new(ground, epoch, ledger.post.clone(), Arc::new(Closed))
        };
        let [one, two] = NAMES;
        let senders = [(one, 86_400), (two, -86_400)].map(sender);
        for sender in &senders {
            sender.thaw(&wang()).await.unwrap();
        }
        Self { stage, senders, random: Random::seeded(seed), tally: Tally::default(), seconds: 0 }
    }

    fn pass(&mut self, seconds: i64) {
        self.stage.pass(seconds);
        self.seconds += seconds;
    }

    fn below(&self, limit: u64) -> u64 {
        self.random.below(limit)
    }

    /// One turn of one of the senders, with whatever befalls it.
    async fn turn(&mut self) {
        let weather = match self.below(12) {
            0 => Fault::Lost,
            1 => Fault::Cut,
            2 => Fault::BusyAfter,
            3 => Fault::BusyBefore,
            4 => Fault::Refused,
            5 => Fault::Hangs(false),
            6 => Fault::Hangs(true),
            _ => Fault::None,
        };
        self.stage.wechat.then(weather);
        let which = usize::from(self.below(2) == 0);
        let sender = self.senders[which].clone();
        match self.below(12) {
            0 | 1 => {
                sender.ground.db.fault.arm(usize::try_from(self.below(30)).unwrap(), self.below(2) == 0);
                self.let_send(which, ENOUGH).await;
                self.tally.faults += u64::from(sender.ground.db.fault.disarm());
            }
            2 => {
                let blocking = self.stage.folder.path().join(NAMES[which]).with_extension("new");
                std::fs::create_dir(&blocking).unwrap();
                self.tally.faults += u64::from(self.let_send(which, ENOUGH).await.is_some_and(|sent| sent.is_err()));
                std::fs::remove_dir(&blocking).unwrap();
            }
            3..=5 => {
                let polls = self.below(60);
                let is_killed = self.let_send(which, polls).await.is_none();
                self.tally.kills += u64::from(is_killed);
            }
            6 => self.stop_and_go(which).await,
            _ => drop(self.let_send(which, ENOUGH).await),
        }
        if self.below(2) == 0
            && let Some((account, number)) = self.stage.wechat.untold()
        {
            self.hear_end(&account, &number).await;
        }
        self.pass(if self.below(25) == 0 { REPEATED_FOR } else { 61 });
    }

    /// A sender does what is due, for so many polls at most. Where pushing stands still a person lets it go on.
    async fn let_send(&mut self, which: usize, polls: u64) -> Option<Result<Sent>> {
        let (sender, name) = (self.senders[which].clone(), NAMES[which]);
        let sent = killed(sender.send_next(name), polls).await;
        // Whoever hangs is killed.
        self.tally.kills += u64::from(sent.is_none() && polls == ENOUGH);
        if let Some(Ok(Sent::Frozen(_))) = &sent {
            sender.thaw(&wang()).await.unwrap();
            self.tally.thawed += 1;
        }
        sent
    }

    /// A sender is stopped for up to twenty minutes before its call and after it, and the other one takes its turn.
    async fn stop_and_go(&mut self, which: usize) {
        let sender = self.senders[which].clone();
        let Ok(send::Turn::Call(attempt)) = sender.begin_attempt(NAMES[which]).await else { return };
        sender.epoch.write(&attempt.node, attempt.number).unwrap();
        self.tally.faults += 1;
        self.others_turn(&attempt, 1 - which).await;
        let Some(submitted) = killed(sender.post.submit(&attempt.outgoing), ENOUGH).await else { return };
        self.others_turn(&attempt, 1 - which).await;
        sender.note(&attempt, Answer::of(submitted), None).await.unwrap();
    }

    async fn others_turn(&mut self, attempt: &send::Attempt, other: usize) {
        let seconds = i64::try_from(self.below(1200)).unwrap();
        self.pass(seconds);
        let (other, name) = (self.senders[other].clone(), NAMES[other]);
        let sent = killed(other.send_next(name), ENOUGH).await;
        let mut tx = other.ground.db.begin().await.unwrap();
        let still = leases::holds(&mut tx, &other.ground.clock, &attempt.lease).await.unwrap();
        self.tally.two_at_once += u64::from(still && matches!(sent, Some(Ok(Sent::Call(_)))));
    }

    async fn hear_end(&self, account: &str, number: &str) {
        let counts = Counts { total: 1, filtered: 1, sent: 1, failed: 0 };
        let status = "send success".to_owned();
        let ended = Ended { msg_id: number.to_owned(), status, counts, addresses: vec![] };
        self.stage.ledger.ended(account, ended).await.unwrap();
    }

    /// Nothing goes wrong any more: what is due goes out.
    async fn clear(&mut self) {
        self.stage.wechat.calm();
        for turn in 0..2 * PLANS {
            self.pass(61);
            self.let_send(usize::from(turn % 2 == 0), ENOUGH).await.unwrap().unwrap();
        }
    }

    /// What WeChat's record and the house's say about the plans.
    async fn judge(&mut self, plans: &[(Content, Id<Plan>)]) {
        for (content, id) in plans {
            let times = self.stage.wechat.reached(content);
            let is_right = match self.stage.call(*id).await {
                Call::Accepted { .. } | Call::Finished { .. } => times == 1,
                Call::Refused(_) => times == 0,
                Call::Withdrawn => {
                    self.tally.shown += 1;
                    times == 0
                }
                Call::Unknown(_) => {
                    self.tally.shown += 1;
                    times <= 1
                }
                Call::Planned | Call::Submitting(_) => false,
            };
            self.tally.twice += u64::from(times > 1);
            self.tally.lost += u64::from(!is_right && times < 2);
        }
        self.tally.plans += u64::try_from(plans.len()).unwrap();
        let (calls, faults) = self.stage.wechat.calls();
        self.tally.calls += calls;
        self.tally.faults += faults;
        self.tally.hours += self.seconds / 3600;
        self.tally.over += self.stage.wechat.over(Period::of(AccountKind::Service, self.stage.now()).limit());
    }
}

/// Sends plans through a storm.
async fn storm(stage: Stage, seed: u64) -> Tally {
    let mut storm = Storm::over(stage, seed).await;
    let mut plans = Vec::new();
    // Every other storm goes over the end of a month.
    storm.stage.pass(i64::try_from(seed % 2).unwrap() * 27 * 86_400);
    for number in 0..PLANS {
        let draft = storm.stage.draft(&format!("计划 {seed} {number}"));
        let scheduled_at = draft.scheduled_at.plus_seconds(i64::try_from(storm.below(3)).unwrap() * 60);
        let draft = Draft { scheduled_at, ..draft };
        let few = format!("account-{}", storm.below(PLANS / 5));
        let sender = |account| Sender { account, ..Stage::sender(AccountKind::Service) };
        let ledger = &storm.stage.ledger;
        let id = match ledger.approve(&wang(), &sender(few), draft.clone()).await {
            Ok(id) => id,
            // Its four of the month are planned: another account.
            Err(_) => ledger.approve(&wang(), &sender(format!("other-{number}")), draft.clone()).await.unwrap(),
        };
        plans.push((draft.content, id));
        for _ in 0..4 {
            storm.turn().await;
        }
    }
    storm.clear().await;
    storm.judge(&plans).await;
    storm.tally
}

/// Empties the ledger: each storm has its own.
pub(super) async fn emptied(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for text in [
        "DELETE FROM push_epoch",
        "DELETE FROM push_call",
        "DELETE FROM push_end",
        "DELETE FROM push_plan",
        "DELETE FROM push_quota",
        "DELETE FROM push_reading",
        "DELETE FROM lease",
    ] {
        tx.sql(text).run().await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn p01_p09_p10_through_faults_kills_and_clocks_nothing_is_sent_twice_or_lost() {
    both(|db| async move {
        let mut tally = Tally::default();
        for seed in 0.. {
            let found = storm(Stage::new(db.clone()), 20_261_130 + seed).await;
            assert!(found.is_sound(), "seed {seed}: {found:?}");
            tally += found;
            if tally.struck() >= faults_wanted() {
                break;
            }
            emptied(&db).await;
        }
        println!("{:?}, {} faults and kills: {tally:?}", db.dialect(), tally.struck());
    })
    .await;
}

#[tokio::test]
async fn p01_the_storm_finds_the_designs_that_lose_or_double() {
    for design in [Design::SentWhenFetched, Design::WithoutKey, Design::NewKeys] {
        let (_folder, db) = sqlite().await;
        let unsound = |wechat| Arc::new(Unsound { wechat, design, random: Random::seeded(7) });
        let tally = storm(Stage::by(db, unsound), 20_261_130).await;
        println!("{design:?}: {tally:?}");
        let is_caught = match design {
            Design::SentWhenFetched => tally.lost > 0,
            Design::WithoutKey | Design::NewKeys => tally.twice > 0,
        };
        assert!(is_caught, "{design:?}: {tally:?}");
    }
}

/// In which way the n-th call of a push fails.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// The database fails, a commit before it does anything.
    Database,
    /// The database fails, a commit once it is done.
    DatabaseAfter,
    /// Everybody is killed at the n-th await.
    Killed,
}

/// A push from its approval to its end, in which the n-th call fails; it is approved again, sent and heard of again, as
/// happens after a restart. Whether the call was reached.
async fn push_with(stage: &Stage, way: Way, number: usize) -> bool {
    let sender = Sender { account: format!("{way:?}-{number}"), ..Stage::sender(AccountKind::Service) };
    let draft = stage.draft(&format!("{way:?} {number}"));
    let content = draft.content.clone();
    let whole = async || -> Result<Id<Plan>> {
        let id = stage.ledger.approve(&wang(), &sender, draft.clone()).await?;
        stage.ledger.send_next(NODE).await?;
        if let Some((account, number)) = stage.wechat.untold() {
            let counts = Counts { total: 1, filtered: 1, sent: 1, failed: 0 };
            let status = "send success".to_owned();
            let ended = Ended { msg_id: number.clone(), status, counts, addresses: vec![] };
            stage.ledger.ended(&account, ended).await?;
        }
        Ok(id)
    };
    let fault = &stage.ledger.ground.db.fault;
    let is_reached = match way {
        Way::Database | Way::DatabaseAfter => {
            fault.arm(number, matches!(way, Way::DatabaseAfter));
            let outcome = whole().await;
            let is_reached = fault.disarm();
            assert_eq!(outcome.is_err(), is_reached, "{way:?} {number}: what failed is told");
            is_reached
        }
        Way::Killed => killed(whole(), u64::try_from(number).unwrap()).await.is_none(),
    };
    stage.pass(61);
    let id = whole().await.unwrap();
    stage.pass(61);
    whole().await.unwrap();
    let call = stage.call(id).await;
    assert!(matches!(call, Call::Accepted { .. } | Call::Finished { .. }), "{way:?} {number}: {call:?}");
    assert_eq!(stage.wechat.reached(&content), 1, "{way:?} {number}");
    let used = stage.ledger.used(&sender, stage.now()).await.unwrap();
    assert_eq!(used.0, 1, "{way:?} {number}: its share is taken once");
    is_reached
}

#[tokio::test]
async fn p01_p02_p03_whichever_call_of_a_push_fails_it_goes_out_once() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        for (way, least) in [(Way::Database, 25), (Way::DatabaseAfter, 25), (Way::Killed, 10)] {
            let mut points = 0;
            while push_with(&stage, way, points).await {
                points += 1;
            }
            println!("{:?}, {way:?}: {points} points", db.dialect());
            assert!(points >= least, "{way:?}: only {points} points");
        }
    })
    .await;
}

#[tokio::test]
async fn p01_p03_whatever_two_answers_a_push_gets_it_goes_out_once_or_a_person_is_asked() {
    const WEATHERS: [Fault; 8] = [
        Fault::None,
        Fault::Lost,
        Fault::Cut,
        Fault::BusyAfter,
        Fault::BusyBefore,
        Fault::Refused,
        Fault::Hangs(false),
        Fault::Hangs(true),
    ];
    both(|db| async move {
        let stage = Stage::new(db);
        for (at, first) in WEATHERS.iter().enumerate() {
            for second in &WEATHERS {
                let sender = Sender { account: format!("{first:?}-{second:?}"), ..Stage::sender(AccountKind::Service) };
                let draft = stage.draft(&format!("{at} {second:?}"));
                let content = draft.content.clone();
                let id = stage.ledger.approve(&wang(), &sender, draft).await.unwrap();
                for fault in [*first, *second, Fault::None, Fault::None] {
                    stage.wechat.calm();
                    stage.wechat.then(fault);
                    drop(killed(stage.ledger.send_next(NODE), ENOUGH).await);
                    stage.pass(241);
                }
                let (call, times) = (stage.call(id).await, stage.wechat.reached(&content));
                let is_right = match call {
                    Call::Accepted { .. } => times == 1,
                    Call::Refused(_) => times == 0 && *first == Fault::Refused,
                    Call::Unknown(_) => times <= 1 && *second == Fault::Refused,
                    _ => false,
                };
                assert!(is_right, "{first:?}, then {second:?}: {call:?}, {times} times");
            }
        }
    })
    .await;
}
