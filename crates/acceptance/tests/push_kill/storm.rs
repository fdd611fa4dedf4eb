//! Kills at moments of chance.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kernel::Random;
use kernel::db::Dialect;

use crate::judge::Tally;
use crate::town::{LEASE, Node, Town};

/// Plans that go out between two kills.
const AT_ONCE: usize = 2;
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

/// Kills a server soon after it began to send, and otherwise one of them: where it was.
async fn kill_one(town: &mut Town, random: &Random) -> String {
    let patience = Instant::now() + Duration::from_secs(4);
    let mut sending = None;
    while sending.is_none() && Instant::now() < patience {
        sending = town.nodes.iter().position(|node| node.step().starts_with("push"));
        tokio::task::yield_now().await;
    }
    let count = u64::try_from(town.nodes.len()).unwrap();
    let which = sending.unwrap_or_else(|| usize::try_from(random.below(count)).unwrap());
    tokio::time::sleep(Duration::from_micros(random.below(30_000))).await;
    let node = &mut town.nodes[which];
    let mut server = node.server.take().unwrap();
    assert!(server.runs(), "it ended by itself");
    server.kill();
    node.step()
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
            *hits.entry(kill_one(&mut town, &random).await).or_default() += 1;
            town.pass(LEASE).await;
        }
        town.decided(&plans).await;
        let found = town.judged(&plans).await;
        assert_eq!((found.twice, found.lost), (0, 0), "{found:?}");
        tally += found;
        // The next month.
        town.pass(32 * 86_400).await;
    }
    println!("{dialect:?}: {wanted} kills, {faults} faults: {tally:?}");
    println!("{dialect:?}: the kills hit {hits:?}");
    let inside: usize = hits.iter().filter(|(step, _)| step.starts_with("push")).map(|(_, hits)| hits).sum();
    assert!(inside * 10 >= wanted * 6, "only {inside} of {wanted} kills hit a sender at work");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_a_killed_sender_on_sqlite_sends_nothing_twice_and_loses_nothing() {
    storm(Dialect::Sqlite, 13).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_p08_of_two_senders_on_postgresql_that_are_killed_nothing_is_sent_twice_or_lost() {
    storm(Dialect::Postgres, 14).await;
}
