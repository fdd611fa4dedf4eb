//! The real binary, run as a server and ended by its process id.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::{Client, Sender, lantai};

/// A server process; dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts the binary with arguments; what it logs goes to a file and what it prints to one beside, for the test that waits for
    /// it or fails.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(arguments: &[&str], log: &Path) -> Self {
        Self::start_program(&lantai(), arguments, log)
    }

    /// The same with another program.
    ///
    /// # Panics
    /// As [`Server::start`].
    #[expect(clippy::expect_used, reason = "a test helper: without the binary there is nothing to test")]
    pub fn start_program(program: &Path, arguments: &[&str], log: &Path) -> Self {
        let said = std::fs::File::create(said_beside(log)).expect("a file for what it says");
        let log = std::fs::File::create(log).expect("a log file");
        let child = Command::new(program).args(arguments).stdout(said).stderr(log).spawn();
        Self { child: child.expect("the binary starts") }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once, as a power cut would.
    pub fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks the process to end.
    pub fn ask_to_stop(&self) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            // It may have ended by itself already.
            let _gone = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
    }

    /// Asks the process to end and waits; its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.ask_to_stop();
        self.child.wait().ok().and_then(|status| status.code())
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A demo on a folder: both sides on ports of their own.
#[derive(Debug)]
pub struct Demo {
    /// The process.
    pub server: Server,
    /// What `addresses.json` says.
    pub addresses: Value,
    /// The readers' site.
    pub site: Client,
    /// WeChat's side.
    pub sandbox: Client,
}

impl Demo {
    /// WeChat's servers as its service account meets them.
    ///
    /// # Panics
    /// If the demo has no such account.
    #[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
    pub fn sender(&self) -> Sender {
        let accounts = self.addresses.get("accounts").and_then(Value::as_array).expect("accounts");
        let is_service = |account: &&Value| account.get("name").and_then(Value::as_str) == Some("demo");
        Sender::new(accounts.iter().find(is_service).expect("the service account"))
    }

    /// Starts a demo on a folder and waits until it is ready.
    ///
    /// # Panics
    /// If it ends, or is not ready within two minutes.
    pub async fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[]).await
    }

    /// The same with more arguments.
    ///
    /// # Panics
    /// As [`Demo::start`].
    pub async fn start_with(folder: &Path, more: &[&str]) -> Self {
        Self::start_program(&lantai(), folder, more).await
    }

    /// The same with another program.
    ///
    /// # Panics
    /// As [`Demo::start`].
    pub async fn start_program(program: &Path, folder: &Path, more: &[&str]) -> Self {
        let file = folder.join("addresses.json");
        drop(std::fs::remove_file(&file));
        let data = folder.to_string_lossy().into_owned();
        let log = log_beside(folder);
        let arguments = ["demo", "--data", &data, "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"];
        let mut server = Server::start_program(program, &[&arguments, more].concat(), &log);
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Ok(addresses) = serde_json::from_str::<Value>(&text) {
                let client = |name: &str| Client::new(addresses.get(name).and_then(Value::as_str).unwrap_or_default());
                let demo = Self { server, site: client("site"), sandbox: client("sandbox"), addresses };
                if demo.site.try_get("/readyz").await.is_ok_and(|answer| answer.status == 200) {
                    return demo;
                }
                server = demo.server;
            }
            let waits = server.runs() && Instant::now() < deadline;
            assert!(waits, "the demo did not start: {}", std::fs::read_to_string(&log).unwrap_or_default());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The file beside a log that takes what the program prints.
pub(crate) fn said_beside(log: &Path) -> PathBuf {
    log.with_extension("said")
}

/// A log file beside a data folder, so that tests that count the folder's bytes do not count it.
pub(crate) fn log_beside(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}
