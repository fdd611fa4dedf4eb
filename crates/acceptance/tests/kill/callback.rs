//! Callbacks that are killed.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::{Client, Demo, Sender};
use kernel::{Db, Random, Steps, db};
use tempfile::TempDir;

use crate::report::{Violation, kills_of_a_kind, miscount, report};

/// Readers who ask at the same time: enough to keep the server storing.
const READERS: u64 = 24;

/// Asks one question after another until the server is gone; what was answered to each.
async fn keep_asking(sender: &Sender, site: &Client, first: u64) -> Vec<(u64, Option<String>)> {
    let mut asked = Vec::new();
    for number in (first..).step_by(READERS.try_into().unwrap()) {
        let answer = sender.ask(site, number).await;
        let gone = answer.is_none();
        asked.push((number, answer));
        if gone {
            break;
        }
    }
    asked
}

/// All readers ask until the server is gone.
pub(crate) async fn ask_until_gone(sender: &Sender, site: &Client, first: u64) -> Vec<(u64, Option<String>)> {
    let readers = (0..READERS).map(|reader| keep_asking(sender, site, first + reader));
    futures::future::join_all(readers).await.into_iter().flatten().collect()
}

/// What was sent, each message with its answer in the end.
#[derive(Default)]
pub(crate) struct Sent {
    answers: HashMap<u64, String>,
    /// Messages that got another answer when they were repeated.
    changed: usize,
}

impl Sent {
    /// Sends everything again to the server that came back, as WeChat does.
    pub(crate) async fn repeat(&mut self, sender: &Sender, site: &Client, asked: Vec<(u64, Option<String>)>) {
        for (number, before) in asked {
            let again = sender.ask(site, number).await.expect("a running server answers");
            self.changed += usize::from(before.is_some_and(|before| before != again));
            self.answers.insert(number, again);
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.answers.len()
    }

    /// What is wrong with a data folder that took these messages and no others: every message must be stored once, and
    /// have had its effect once.
    pub(crate) async fn violations(self, data: &Path) -> Vec<Violation> {
        let sent = i64::try_from(self.answers.len()).unwrap();
        let stored = rows(data, "SELECT COUNT(*) FROM inbox WHERE openid LIKE 'oKill%'").await;
        let heard = rows(data, "SELECT COUNT(*) FROM event WHERE kind = 'consult.question-heard'").await;
        let stored = miscount(stored, sent, Violation::MessagesLost, Violation::MessagesDoubled);
        let heard = miscount(heard, sent, Violation::EffectsLost, Violation::EffectsDoubled);
        let changed = (self.changed > 0).then_some(Violation::AnsweredDifferently(self.changed));
        [changed, stored, heard].into_iter().flatten().collect()
    }
}

async fn rows(data: &Path, sql: &'static str) -> i64 {
    let db = Db::open_sqlite(&data.join("lantai.db"), &db::Options::default()).await.unwrap();
    let (count,) = db.read().await.unwrap().sql(sql).one::<(i64,)>().await.unwrap();
    db.close().await;
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_callback_loses_and_doubles_nothing() {
    let (folder, random) = (TempDir::new().unwrap(), Random::seeded(10));
    let steps = folder.path().join("steps");
    let data = folder.path().join("data");
    let mut hits = Vec::new();
    let mut sent = Sent::default();
    let mut next = 0_u64;
    for _ in 0..kills_of_a_kind() {
        let mut demo = Demo::start_with(&data, &["--steps", &steps.to_string_lossy()]).await;
        let (sender, site) = (demo.sender(), demo.site.clone());
        let awaited = if hits.len() % 2 == 0 { "inbox write" } else { "inbox commit" };
        let killer = async {
            let millis = 100 + random.below(200);
            tokio::time::sleep(Duration::from_millis(millis)).await;
            // Between two groups there is nothing to break: the kill waits for the next one to begin.
            let patience = Instant::now() + Duration::from_millis(50);
            while Instant::now() < patience && !Steps::last(&steps).is_ok_and(|step| step == awaited) {
                tokio::task::yield_now().await;
            }
            demo.server.kill();
            Steps::last(&steps).unwrap_or_default()
        };
        let (asked, step) = tokio::join!(ask_until_gone(&sender, &site, next), killer);
        hits.push(step);
        next += 1_000_000;
        let demo = Demo::start_with(&data, &[]).await;
        sent.repeat(&sender, &demo.site, asked).await;
    }
    assert!(sent.count() > 100, "only {} messages were sent", sent.count());
    assert_eq!(sent.violations(&data).await, []);
    report("callback", &hits, &["inbox write", "inbox commit"]);
}
