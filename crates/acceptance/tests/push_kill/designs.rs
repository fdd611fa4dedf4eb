//! The designs that lose or double sends, killed where they go wrong.

use kernel::db::Dialect;

use crate::judge::Tally;
use crate::town::{LEASE, Town, until};

/// A push through a program with a fault that dies at a step, and through the next one that has the same fault.
async fn push_through(town: &mut Town, fault: Option<&str>, step: &str) -> Tally {
    let account = town.accounts[0].clone();
    let plan = [town.approve(&account).await];
    let fault: Vec<&str> = fault.map(|fault| vec!["--fault", fault]).unwrap_or_default();
    town.start(0, &[fault.as_slice(), &["--die-at", step]].concat());
    until("it dies", || !town.nodes[0].runs()).await;
    town.pass(LEASE).await;
    town.start(0, &fault);
    town.decided(&plan).await;
    town.nodes[0].server = None;
    town.pass(40 * 86_400).await;
    town.judged(&plan).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_the_designs_that_lose_or_double_a_push_are_caught() {
    let mut town = Town::new(Dialect::Sqlite, 1).await;
    let sound = Tally { plans: 1, taken: 1, ..Tally::default() };
    let doubled = Tally { plans: 1, taken: 2, twice: 1, ..Tally::default() };
    let lost = Tally { plans: 1, lost: 1, ..Tally::default() };
    for (fault, step, found) in [
        (None, "push call", sound),
        (None, "push answer", sound),
        (Some("push-sent-when-fetched"), "push call", lost),
        (Some("push-without-intent"), "push answer", doubled),
        (Some("push-new-keys"), "push answer", doubled),
    ] {
        assert_eq!(push_through(&mut town, fault, step).await, found, "{fault:?}");
    }
}
