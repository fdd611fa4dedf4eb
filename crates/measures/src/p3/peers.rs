//! The servers compared, each its own process on a port of its own.

use std::process::Command;

use acceptance::Demo;
use measures::callback::Account;
use measures::peer::Peer;
use measures::{Outcome, constant, settings};
use serde_json::{Value, json};
use tempfile::TempDir;

/// One server.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    /// `host:port`.
    pub(crate) address: String,
    pub(crate) process: u32,
    /// How many requests a round sends it, so that each round takes a few seconds.
    pub(crate) requests: usize,
}

/// All of them, ended when dropped.
pub(crate) struct Peers {
    /// The account all of them serve: the demo's own.
    pub(crate) account: Account,
    all: Vec<Server>,
    _children: Vec<Peer>,
    _demo: Demo,
    _folder: TempDir,
}

impl Peers {
    /// Starts the four servers.
    pub(crate) fn start() -> Outcome<Self> {
        let folder = TempDir::new()?;
        let demo = tokio::runtime::Runtime::new()?.block_on(Demo::start(folder.path()));
        let accounts = demo.addresses.get("accounts").and_then(Value::as_array).into_iter().flatten();
        let mut accounts = accounts.filter(|account| account.get("name").and_then(Value::as_str) == Some("demo"));
        let account = Account::of(accounts.next().ok_or("the demo has no service account")?)?;
        let told = json!({
            "token": account.token,
            "app_id": account.app_id,
            "encoding_aes_key": account.encoding_aes_key,
        });
        let told = told.to_string();
        let node = Peer::start(|port| {
            let mut command = Command::new("node");
            command.arg(settings::root().join("bench/callback-node/server.js")).args([&port.to_string(), &told]);
            Ok(command)
        })?;
        let python = Peer::start(|port| {
            let mut command = Command::new(settings::python());
            command
                .args(["-m", "gunicorn", "-w", "2", "--log-level", "error", "-b"])
                .args([&format!("127.0.0.1:{port}"), "server:app"])
                .current_dir(settings::root().join("bench/callback-python"))
                .env("CALLBACK_SETTINGS", &told);
            Ok(command)
        })?;
        let constant = Peer::start(constant::command)?;
        let server =
            |name, peer: &Peer, requests| Server { name, address: peer.address.clone(), process: peer.id(), requests };
        let all = vec![
            Server {
                name: "lantai",
                address: demo.site.base().trim_start_matches("http://").to_owned(),
                process: demo.server.id(),
                requests: 60_000,
            },
            server("constant", &constant, 60_000),
            server("co-wechat", &node, 12_000),
            server("wechatpy", &python, 6_000),
        ];
        Ok(Self { account, all, _children: vec![constant, node, python], _demo: demo, _folder: folder })
    }

    /// The servers in the order of the table.
    pub(crate) fn all(&self) -> &[Server] {
        &self.all
    }
}
