//! Callbacks that are killed.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::{Client, Demo};
use kernel::{Db, Random, Steps, db};
use serde_json::Value;
use tempfile::TempDir;
use wechat::Environment;
use wechat::callback::Mode;
use wechat::cipher::AesKey;
use wechat::push::{Push, Pusher};

use crate::report::{Violation, kills_of_a_kind, miscount, report};

struct Surroundings(Random, i64);

impl Environment for Surroundings {
    fn now(&self) -> i64 {
        self.1
    }
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

/// The demo's service account, as WeChat's side knows it, at one moment: a message that is repeated says the same.
pub(crate) struct Sender {
    pusher: Pusher,
    original_id: String,
    around: Surroundings,
}

impl Sender {
    pub(crate) fn new(addresses: &Value) -> Self {
        let accounts = addresses["accounts"].as_array().unwrap();
        let account = accounts.iter().find(|account| account["name"] == "demo").unwrap();
        let text = |name: &str| account[name].as_str().unwrap().to_owned();
        let key = AesKey::parse(&text("encoding_aes_key")).unwrap();
        let pusher = Pusher::sealed(&text("token"), &text("app_id"), Mode::Secure, key);
        let now = kernel::Clock::system().now().seconds();
        Self { pusher, original_id: text("original_id"), around: Surroundings(Random::seeded(3), now) }
    }

    fn question(&self, number: u64) -> Push {
        let openid = format!("oKill{:023}", number % 40);
        let clear = format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[开放时间]]></Content>\
             <MsgId>{}</MsgId></xml>",
            self.original_id,
            self.around.1,
            24_000_000_000_000_000 + number,
        );
        self.pusher.push_raw(&openid, &self.original_id, &clear, &self.around).unwrap()
    }

    /// Asks one question; what was answered, in clear, if the answer came whole.
    async fn ask(&self, site: &Client, number: u64) -> Option<String> {
        let push = self.question(number);
        let path = format!("/wechat/demo?{}", push.query);
        let answer = site.try_post(&path, push.body.into_bytes()).await.ok()?;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let reply = self.pusher.read_answer(&answer.body).expect("an answer WeChat can read");
        Some(format!("{:?}", reply.expect("an answer").reply))
    }
}

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
        let (sender, site) = (Sender::new(&demo.addresses), demo.site.clone());
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
