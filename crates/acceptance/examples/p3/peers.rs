//! The servers compared, each its own process on a port of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use acceptance::Server;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The account all of them serve: the demo's own.
pub(crate) struct Account {
    pub(crate) token: String,
    pub(crate) app_id: String,
    pub(crate) original_id: String,
    pub(crate) encoding_aes_key: String,
    /// The present time in Unix seconds.
    pub(crate) now: i64,
}

/// One server.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) address: String,
    pub(crate) process: u32,
    /// How many requests a round sends it, so that each round takes a few seconds.
    pub(crate) requests: usize,
}

/// All of them, ended when dropped.
pub(crate) struct Peers {
    pub(crate) account: Account,
    all: Vec<Peer>,
    children: Vec<Child>,
    demo: Server,
    _folder: TempDir,
}

impl Peers {
    /// Starts the four servers.
    pub(crate) fn start() -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let data = folder.path().to_string_lossy().into_owned();
        let arguments = ["demo", "--data", &data, "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"];
        let demo = Server::start(&arguments, &folder.path().with_extension("log"));
        let addresses = wait_for_addresses(folder.path())?;
        let account = account(&addresses)?;
        let site = addresses.get("site").and_then(Value::as_str).unwrap_or_default();
        let mut all = Self { account, all: Vec::new(), children: Vec::new(), demo, _folder: folder };
        let process = all.demo.id();
        let address = site.trim_start_matches("http://").to_owned();
        all.all.push(Peer { name: "lantai", address, process, requests: 60_000 });
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        all.add("constant", 60_000, |port, _| {
            let mut command = Command::new(own);
            command.arg("constant").arg(port.to_string());
            command
        })?;
        all.add("co-wechat", 12_000, |port, settings| {
            let mut command = Command::new("node");
            let arguments = [port.to_string(), settings.to_string()];
            command.arg(root().join("bench/callback-node/server.js")).args(arguments);
            command
        })?;
        all.add("wechatpy", 6_000, |port, settings| {
            let mut command = Command::new(python());
            command
                .args(["-m", "gunicorn", "-w", "2", "--log-level", "error", "-b"])
                .args([&format!("127.0.0.1:{port}"), "server:app"])
                .current_dir(root().join("bench/callback-python"))
                .env("CALLBACK_SETTINGS", settings.to_string());
            command
        })?;
        Ok(all)
    }

    /// The servers in the order of the table.
    pub(crate) fn all(&self) -> &[Peer] {
        &self.all
    }

    fn add(
        &mut self,
        name: &'static str,
        requests: usize,
        command: impl FnOnce(u16, &Value) -> Command,
    ) -> Result<(), String> {
        let port = free_port()?;
        let settings = json!({
            "token": self.account.token,
            "app_id": self.account.app_id,
            "encoding_aes_key": self.account.encoding_aes_key,
        });
        let child =
            command(port, &settings).stdout(Stdio::null()).spawn().map_err(|error| format!("{name}: {error}"))?;
        let process = child.id();
        self.children.push(child);
        let address = format!("127.0.0.1:{port}");
        wait_for_port(&address, name)?;
        self.all.push(Peer { name, address, process, requests });
        Ok(())
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Their own children end with them on SIGTERM; SIGKILL would leave those behind.
            if let Ok(id) = i32::try_from(child.id()) {
                let _gone = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
            }
            drop(child.wait());
        }
    }
}

/// The constant answer: the same framework, nothing done.
pub(crate) fn serve_constant() -> Result<(), String> {
    let port = std::env::args().nth(2).and_then(|port| port.parse::<u16>().ok()).ok_or("a port is needed")?;
    let body = format!("<xml><Encrypt>{}</Encrypt></xml>", "A".repeat(380));
    let app = axum::Router::new().route("/wechat/demo", axum::routing::post(async move |_: axum::body::Bytes| body));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime
        .block_on(async {
            let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
            axum::serve(listener, app).await
        })
        .map_err(|error| error.to_string())
}

fn account(addresses: &Value) -> Result<Account, String> {
    let accounts = addresses.get("accounts").and_then(Value::as_array).ok_or("addresses.json names no accounts")?;
    let demo = accounts.iter().find(|account| account.get("name").and_then(Value::as_str) == Some("demo"));
    let text = |name: &str| {
        let value = demo.and_then(|demo| demo.get(name)).and_then(Value::as_str);
        value.map(str::to_owned).ok_or(format!("addresses.json gives no {name}"))
    };
    Ok(Account {
        token: text("token")?,
        app_id: text("app_id")?,
        original_id: text("original_id")?,
        encoding_aes_key: text("encoding_aes_key")?,
        now: kernel::Clock::system().now().seconds(),
    })
}

fn wait_for_addresses(folder: &Path) -> Result<Value, String> {
    let file = folder.join("addresses.json");
    let found = wait(|| fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str(&text).ok()));
    found.ok_or("the demo did not start".to_owned())
}

fn wait_for_port(address: &str, name: &str) -> Result<(), String> {
    wait(|| TcpStream::connect(address).ok()).map(drop).ok_or(format!("{name} did not start"))
}

fn wait<T>(mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + Duration::from_mins(1);
    while Instant::now() < deadline {
        if let Some(found) = ready() {
            return Some(found);
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    None
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Python that the bench chore prepared.
#[expect(clippy::disallowed_methods, reason = "the chore that starts this bench names the Python it prepared")]
fn python() -> String {
    std::env::var("LANTAI_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}
