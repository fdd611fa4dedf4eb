//! A house that pushes, with its servers and WeChat's side.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use acceptance::{Platform, Reader, Server, lantai_faulty};
use account::AccountKind;
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::testing::Cluster;
use kernel::{Actor, Clock, Db, Ground, Id, Random, Role, Secrets, Steps, db};
use push::{Audience, Content, ContentHash, Draft, Epoch, Ledger, OpenRecords, Outgoing, Plan, Post, Sender, Whom};
use serde_json::json;
use tempfile::TempDir;
use wechat::client::{Error, MassStatus, Submitted};

/// Longer than a sender keeps its lease, in seconds.
pub(crate) const LEASE: i64 = 181;

/// The office approves and sends nothing.
struct NoPost;

impl Post for NoPost {
    fn submit<'a>(&'a self, _: &'a Outgoing) -> BoxFuture<'a, Result<Submitted, Error>> {
        std::future::ready(Err(Error::Argument("the office sends nothing"))).boxed()
    }

    fn ended<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<MassStatus, Error>> {
        std::future::ready(Err(Error::Argument("the office asks nothing"))).boxed()
    }
}

/// A server of the house, with its folder.
pub(crate) struct Node {
    pub(crate) folder: PathBuf,
    pub(crate) server: Option<Server>,
}

impl Node {
    fn steps(&self) -> PathBuf {
        self.folder.with_extension("steps")
    }

    /// The step its server is in, or was in when it was killed.
    pub(crate) fn step(&self) -> String {
        Steps::last(&self.steps()).unwrap_or_default()
    }

    /// Forgets the step: what is told next is new.
    pub(crate) fn forget_step(&self) {
        std::fs::write(self.steps(), "waits\n").unwrap();
    }

    pub(crate) fn runs(&mut self) -> bool {
        self.server.as_mut().is_some_and(Server::runs)
    }
}

pub(crate) struct Town {
    pub(crate) folder: TempDir,
    pub(crate) platform: Platform,
    pub(crate) office: Ledger,
    pub(crate) nodes: Vec<Node>,
    pub(crate) accounts: Vec<String>,
    offset: Arc<AtomicI64>,
    made: usize,
}

impl Town {
    /// A house with so many accounts, on SQLite with one server or on PostgreSQL with two.
    pub(crate) async fn new(dialect: db::Dialect, accounts: usize) -> Self {
        let folder = TempDir::new().unwrap();
        let platform = Platform::start(&folder.path().join("platform")).await;
        let mut names = Vec::new();
        let mut sections = String::new();
        let mut first = None;
        for number in 0..accounts {
            let name = format!("a{number}");
            let account = platform.account(&name, &json!({})).await;
            Reader::follow(&platform.client, &name).await;
            sections += &first.as_ref().map_or_else(String::new, |_| platform.section(&account));
            first.get_or_insert(account);
            names.push(name);
        }
        let (node_names, address) = match dialect {
            db::Dialect::Sqlite => (["one"].as_slice(), format!("sqlite:{}/one/lantai.db", folder.path().display())),
            db::Dialect::Postgres => (["one", "two"].as_slice(), Cluster::shared().await.database_address().await),
        };
        if dialect == db::Dialect::Postgres {
            writeln!(sections, "[database]\nurl = \"{address}\"").unwrap();
        }
        let settings = platform.settings(first.as_ref().unwrap(), &sections);
        let mut nodes = Vec::new();
        for name in node_names {
            let node = folder.path().join(name);
            std::fs::create_dir(&node).unwrap();
            std::fs::write(node.join("lantai.toml"), &settings).unwrap();
            nodes.push(Node { folder: node, server: None });
        }
        let offset = Arc::new(AtomicI64::new(0));
        let (clock, random) = (Clock::shifted(Arc::clone(&offset)), Random::system());
        let secrets = Secrets::fresh(&random);
        let db = Db::open(&address, &db::Options::default()).await.unwrap();
        let ground = Ground::new(db, clock, random, secrets);
        let office = |node: &Path| {
            let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
            let epoch = Epoch::new(node.join("push-epoch.json"), host.trim());
            Ledger::new(ground.clone(), epoch, Arc::new(NoPost), Arc::new(OpenRecords))
        };
        for node in &nodes {
            office(&node.folder).thaw(&director()).await.unwrap();
        }
        let office = office(&nodes[0].folder);
        let town = Self { folder, platform, office, nodes, accounts: names, offset, made: 0 };
        town.pass(0).await;
        town
    }

    /// What its servers wrote, for a test that fails.
    pub(crate) fn logs(&self) -> String {
        let log = |node: &Node| std::fs::read_to_string(node.folder.with_extension("log")).unwrap_or_default();
        self.nodes.iter().map(log).collect()
    }

    fn clock(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Moves WeChat's clock and the house's.
    pub(crate) async fn pass(&self, seconds: i64) {
        let moved = self.platform.client.post("/_sandbox/clock", &json!({ "advance_seconds": seconds })).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
        let offset = self.offset.fetch_add(seconds * 1_000_000, Ordering::Relaxed) + seconds * 1_000_000;
        let file = std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(self.clock()).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &offset.to_le_bytes(), 0).unwrap();
    }

    /// Lets a fault strike the next mass send.
    pub(crate) async fn fault(&self, name: &str) {
        let set = json!({ "name": name, "count": 1, "path": "/cgi-bin/message/mass/sendall" });
        let set = self.platform.client.post("/_sandbox/faults", &set).await;
        assert_eq!(set.status, 200, "{}", set.body);
    }

    /// A text to everybody who follows an account, approved now.
    pub(crate) async fn approve(&mut self, account: &str) -> (String, Id<Plan>) {
        self.made += 1;
        let text = format!("第 {} 号通知", self.made);
        let content = Content::Text { text: text.clone() };
        let draft = Draft {
            origin: text.clone(),
            seen: ContentHash::of(&content),
            content,
            articles: Vec::new(),
            audience: Audience::Everyone,
            whom: Whom { told: "全部关注者".to_owned(), people: None },
            authors: vec!["li".to_owned()],
            scheduled_at: Clock::shifted(Arc::clone(&self.offset)).now(),
            again: false,
            instead_of: None,
        };
        let (account, kind) = (account.to_owned(), AccountKind::Service);
        let sender = Sender { account, kind, by_tag: true, by_list: false };
        (text, self.office.approve(&director(), &sender, draft).await.unwrap())
    }

    /// Starts a server of the house on whatever its last one left.
    pub(crate) fn start(&mut self, which: usize, more: &[&str]) {
        let clock = self.clock();
        let keys = self.nodes[0].folder.join("keys");
        let node = &mut self.nodes[which];
        if which > 0 && !node.folder.join("keys").try_exists().unwrap() {
            std::fs::copy(keys, node.folder.join("keys")).unwrap();
        }
        node.forget_step();
        let [data, steps, clock] =
            [&node.folder, &node.steps(), &clock].map(|path| path.to_string_lossy().into_owned());
        let arguments = ["serve", "--data", &data, "--steps", &steps, "--clock", &clock];
        let log = node.folder.with_extension("log");
        let server = Server::start_program(&lantai_faulty(), &[&arguments, more].concat(), &log);
        node.server = Some(server);
    }

    /// Starts those that do not run. The first one of a house makes its keys, and the others wait for them.
    pub(crate) async fn start_all(&mut self) {
        for which in 0..self.nodes.len() {
            if !self.nodes[which].runs() {
                self.start(which, &[]);
            }
            let keys = self.nodes[0].folder.join("keys");
            until("the keys are made", || keys.try_exists().unwrap()).await;
        }
    }
}

/// Waits for something for a minute at most.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) fn director() -> Actor {
    Actor::new("wang", vec![Role::Director])
}
