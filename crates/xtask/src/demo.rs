//! The demo: started by hand in place of this program, or for outside testers on ports of its own and ended by its process
//! id.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{cargo, target};
use crate::{Outcome, prepare};

/// Builds the program and becomes it, so that Ctrl+C reaches it alone. `LANTAI_DATA` says where its data stands.
pub(crate) fn run() -> Outcome {
    // Fetched once: whatever is newer than the last build is built in anew. Without it the demo is still a demo.
    if !prepare::has_viewer() && prepare::viewer().is_err() {
        println!("the deep zoom could not be fetched with npm: pictures of originals will be shown without it");
    }
    if !prepare::has_console() && prepare::console().is_err() {
        println!("the console could not be built with npm: the demo runs without it");
    }
    let data = std::env::var_os("LANTAI_DATA").unwrap_or_else(|| "data/demo".into());
    let mut demo = cargo(&["run", "--release", "--package", "lantai", "--", "demo", "--data"]);
    Err(demo.arg(data).exec().to_string())
}

/// A running demo; dropped, it ends.
pub(crate) struct Demo {
    child: Child,
    folder: TempDir,
    /// Base address of the readers' site.
    site: String,
    /// Base address of the sandbox.
    sandbox: String,
}

impl Demo {
    /// Starts the binary of a build profile and waits until it says it is ready.
    pub(crate) fn start(profile: &str) -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let binary = target().join(profile).join("lantai");
        let child = Command::new(&binary)
            .args(["demo", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        let mut demo = Self { child, folder, site: String::new(), sandbox: String::new() };
        let addresses = demo.addresses()?;
        let address = |name: &str| addresses.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        demo.site = address("site");
        demo.sandbox = address("sandbox");
        Ok(demo)
    }

    /// Tells a tester where both sides are.
    pub(crate) fn tell<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("LANTAI_E2E_SITE", &self.site)
            .env("LANTAI_E2E_SANDBOX", &self.sandbox)
            .env("LANTAI_E2E_SANDBOX_ACCOUNT", "demo")
            .env("LANTAI_E2E_ADDRESSES", self.addresses_file())
    }

    /// The file the demo writes when all of it is up.
    fn addresses_file(&self) -> PathBuf {
        self.folder.path().join("addresses.json")
    }

    fn addresses(&mut self) -> Result<Value, String> {
        let deadline = Instant::now() + Duration::from_mins(2);
        while Instant::now() < deadline {
            if let Ok(text) = fs::read_to_string(self.addresses_file())
                && let Ok(value) = serde_json::from_str(&text)
            {
                return Ok(value);
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the demo ended with {status} before it was ready"));
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Err("the demo was not ready within two minutes".to_owned())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
