//! A real installation: `lantai serve` on settings of its own, connected to a `lantai sandbox` as if that were WeChat.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{log_beside, said_beside};
use crate::{Client, Server};

/// The least that the settings must say about an institution.
pub const HOUSE: &str = r#"
[house]
name = "临溪县档案馆"
code = "435999"
address = "临溪县人民路 1 号"
telephone = "0000-0000000"
complaint_authority = "临溪县档案局"
complaint_telephone = "0000-0000001"
"#;

/// The address readers use; links in the chat begin with it. Tests go to the server behind it.
pub const PUBLIC_URL: &str = "https://archives.example";

/// WeChat's side in a process of its own.
#[derive(Debug)]
pub struct Platform {
    /// The process.
    pub server: Server,
    /// Its address.
    pub client: Client,
}

impl Platform {
    /// Starts a sandbox that keeps its state in memory; what it says goes to a file beside `folder`.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start(folder: &Path) -> Self {
        let log = folder.with_extension("sandbox.log");
        let mut server = Server::start(&["sandbox", "--listen", "127.0.0.1:0"], &log);
        let printed = said_beside(&log);
        let address = said(&mut server, &printed, |line| {
            let (_, rest) = line.split_once("http://")?;
            Some(format!("http://{}", rest.trim_end_matches('/')))
        });
        Self { client: Client::new(&address.await), server }
    }

    /// Registers an account, or changes it; the answer is the account with its ids and keys.
    pub async fn account(&self, name: &str, more: &Value) -> Value {
        let mut wanted = json!({"name": name, "kind": "service", "verified": true});
        if let (Some(wanted), Some(more)) = (wanted.as_object_mut(), more.as_object()) {
            wanted.extend(more.clone());
        }
        self.client.post("/_sandbox/accounts", &wanted).await.json()
    }

    /// The settings of a house with this account, on ports of its own, with more sections below.
    pub fn settings(&self, account: &Value, more: &str) -> String {
        let account = self.section(account);
        format!("[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"{PUBLIC_URL}\"\n{HOUSE}\n{account}\n{more}")
    }

    /// The section of the settings that says what an account is.
    pub fn section(&self, account: &Value) -> String {
        let text = |name: &str| account.get(name).and_then(Value::as_str).unwrap_or_default();
        let keys = ["kind", "original_id", "app_id", "app_secret", "token", "encoding_aes_key", "mode"];
        let keys: Vec<String> = keys.iter().map(|key| format!("{key} = \"{}\"\n", text(key))).collect();
        let (name, base) = (text("name"), self.client.base());
        format!("[accounts.{name}]\nverified = true\napi_base = \"{base}\"\n{}\n", keys.concat())
    }
}

/// A running `lantai serve`.
#[derive(Debug)]
pub struct Serving {
    /// The process.
    pub server: Server,
    /// Its address.
    pub site: Client,
}

impl Serving {
    /// Starts the server on a folder with its settings and waits until it is ready.
    ///
    /// # Panics
    /// If it is not ready within two minutes.
    pub async fn start(folder: &Path) -> Self {
        let log = log_beside(folder);
        let mut server = Server::start(&["serve", "--data", &folder.to_string_lossy()], &log);
        let address = said(&mut server, &log, |line| {
            let line: Value = serde_json::from_str(line).ok()?;
            Some(format!("http://{}", line.get("address")?.as_str()?))
        });
        let site = Client::new(&address.await);
        let ready = site.get("/readyz", &[]).await;
        assert_eq!(ready.status, 200, "{}", ready.body);
        Self { server, site }
    }
}

/// Waits until a server says what is looked for.
async fn said(server: &mut Server, log: &Path, find: impl Fn(&str) -> Option<String>) -> String {
    let deadline = Instant::now() + Duration::from_mins(2);
    loop {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        // A line that is still being written is read the next time.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        if let Some(found) = whole.lines().find_map(&find) {
            return found;
        }
        assert!(server.runs() && Instant::now() < deadline, "the server did not start: {text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
