//! Kills at moments of chance.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kernel::Random;
use kernel::db::Dialect;

use crate::judge::Tally;
use crate::town::{LEASE, Node, Town};

/// Plans that go out between two kills.
const AT_ONCE: usize = 2;
/// After so many plans those that wait for their turn get it: a plan has half an hour, and each kill takes three minutes.
const REST: usize = 10;
/// What an account may send in a month.
const A_MONTH: usize = 4;

#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
fn kills() -> usize {
    std::env::var("LANTAI_PUSH_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(5)
}

/// WeChat loses 3 % of the calls, cuts the answer of 3 % off, answers 2 % that it took with -1 and refuses 3 %.
async fn hostile(town: &Town, random: &Random) -> usize {
    let fault = match random.below(100) {
        0..3 => "send_lost",
        3..6 => "send_cut",
        6..8 => "send_minus_one",
        8..11 => "45028",
        _ => return 0,
    };
    town.fault(fault).await;
    1
}

/// Where a sender is awaited: before its file is written, while WeChat is asked, and before the answer is noted.
const AWAITED: [&str; 3] = ["push intent", "push call", "push answer"];

/// Kills a server some time after one began to send, if it can be at a step of sending: where it was.
async fn kill_one(town: &mut Town, random: &Random, awaited: &str) -> String {
    let patience = Instant::now() + Duration::from_secs(30);
    let at = |town: &Town, is_it: &dyn Fn(&str) -> bool| town.nodes.iter().position(|node| is_it(&node.step()));
    while at(town, &|step| step.starts_with("push")).is_none() {
        assert!(Instant::now() < patience, "nobody sends: {}", town.logs());
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(random.below(100))).await;
    // Between two calls there is nothing to break: the kill waits for the next one.
    let patience = Instant::now() + Duration::from_millis(100);
    while Instant::now() < patience && at(town, &|step| step == awaited).is_none() {
        tokio::task::yield_now().await;
    }
    let which = at(town, &|step| step == awaited).or_else(|| at(town, &|step| step.starts_with("push"))).unwrap();
    let mut server = town.nodes[which].server.take().unwrap();
    assert!(server.runs(), "it ended by itself: {}", town.logs());
    server.kill();
    town.nodes[which].step()
}

async fn storm(dialect: Dialect, seed: u64) {
    let (random, wanted) = (Random::seeded(seed), kills());
    let accounts = (wanted * AT_ONCE).div_ceil(A_MONTH).clamp(1, 25);
    let mut town = Town::new(dialect, accounts).await;
    let (mut tally, mut faults) = (Tally::default(), 0);
    let mut hits: BTreeMap<String, usize> = BTreeMap::new();
    while hits.values().sum::<usize>() < wanted {
        let mut plans = Vec::new();
        while plans.len() + AT_ONCE <= accounts * A_MONTH && hits.values().sum::<usize>() < wanted {
            town.nodes.iter().for_each(Node::forget_step);
            for _ in 0..AT_ONCE {
                faults += hostile(&town, &random).await;
                let account = town.accounts[plans.len() / A_MONTH].clone();
                plans.push(town.approve(&account).await);
            }
            town.start_all().await;
            let awaited = AWAITED[hits.values().sum::<usize>() % AWAITED.len()];
            *hits.entry(kill_one(&mut town, &random, awaited).await).or_default() += 1;
            town.pass(LEASE).await;
            if plans.len() % REST == 0 {
                town.tried(&plans).await;
            }
        }
        town.decided(&plans).await;
        let found = town.judged(&plans).await;
        assert_eq!((found.twice, found.lost), (0, 0), "{found:?}");
        tally += found;
        let killed: usize = hits.values().sum();
        println!("{dialect:?}: {killed} kills, {faults} faults: {tally:?}");
        // The next month.
        town.pass(32 * 86_400).await;
    }
    println!("{dialect:?}: the kills hit {hits:?}");
    let inside: usize = AWAITED.iter().filter_map(|step| hits.get(*step)).sum();
    // Where a handful of kills hit is chance.
    assert!(wanted < 50 || inside * 10 >= wanted * 6, "only {inside} of {wanted} kills hit {AWAITED:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_a_killed_sender_on_sqlite_sends_nothing_twice_and_loses_nothing() {
    storm(Dialect::Sqlite, 13).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_p08_of_two_senders_on_postgresql_that_are_killed_nothing_is_sent_twice_or_lost() {
    storm(Dialect::Postgres, 14).await;
}
