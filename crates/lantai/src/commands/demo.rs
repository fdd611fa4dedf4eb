//! `lantai demo`: both sides in one process, on sample holdings.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::ExitCode;
use std::sync::Arc;

use account::HouseEnvironment;
use kernel::{Clock, Code, Error, Folder, Problem, Random};
use sandbox::{Offset, Sandbox, SandboxSettings};

use crate::cli::{self, Place};
use crate::commands::say;
use crate::demo::{account_overlay, addresses, engage, furnish, sandbox_accounts, settings_text};
use crate::hall::{self, Hall};
use crate::installation::{Installation, configured};
use crate::settings::FILE;

/// Serves both sides until the machine asks it to stop.
pub(crate) async fn run(options: &cli::Demo) -> kernel::Result<ExitCode> {
    let folder = Folder::open(&options.data)?;
    let _held = folder.lock_server()?;
    let site_listener = hall::listen(options.listen).await?;
    let sandbox_listener = hall::listen(options.sandbox_listen).await?;
    let site = format!("http://{}", site_listener.local_addr().map_err(Error::internal)?);
    let platform = format!("http://{}", sandbox_listener.local_addr().map_err(Error::internal)?);
    write_settings(&folder)?;

    let place = Place { data: Some(options.data.clone()), config: None };
    let configured = configured(&place, account_overlay(&site, &platform))?;
    let accounts = sandbox_accounts(&configured.settings, &site)?;
    let offset = Offset::default();
    let environment = Arc::new(HouseEnvironment { clock: Clock::system(), random: Random::system() });
    let settings = SandboxSettings {
        accounts: accounts.clone(),
        data: Some(folder.join("sandbox")),
        ..SandboxSettings::default()
    };
    let sandbox = Sandbox::open(settings, environment, offset.clone())
        .map_err(|error| Problem::new(Code::FolderUnusable, "微信模拟器").because(error.to_string()))?;

    let mut installation = Installation::with(configured, Clock::shifted(offset.0)).await?;
    installation.ground.steps = options.watched.steps().map_err(Error::internal)?;
    let hall = Box::pin(Hall::open(installation, &site)).await?;
    engage(&hall.ground, &folder).await?;
    furnish(&hall, &site).await?;
    let served = {
        let sandbox = sandbox.clone();
        let stopping = hall.tasks().stopping();
        hall.tasks().start(async move {
            if let Err(error) = sandbox.serve(sandbox_listener, stopping).await {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        let said = addresses(&accounts, &site, &platform);
        write_whole(&folder, "addresses.json", &format!("{said:#}\n"))?;
        print_table(&said);
        hall.serve(site_listener).await
    };
    sandbox.close().await.map_err(Error::internal)?;
    served.map(|()| ExitCode::SUCCESS)
}

/// Writes the settings of a new demo; an earlier start's stay.
fn write_settings(folder: &Folder) -> kernel::Result<()> {
    let path = folder.join(FILE);
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => file.write_all(settings_text(&Random::system()).as_bytes()).map_err(Error::internal),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Writes a file so that whoever reads it reads all of it.
fn write_whole(folder: &Folder, name: &str, text: &str) -> kernel::Result<()> {
    let unfinished = folder.join(format!("{name}.tmp"));
    std::fs::write(&unfinished, text).map_err(Error::internal)?;
    std::fs::rename(&unfinished, folder.join(name)).map_err(Error::internal)
}

fn print_table(addresses: &serde_json::Value) {
    let text = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    say("\n兰台演示已就绪（演示数据：临溪县为虚构）\n");
    say(format_args!("  手机（微信模拟器）   {}", text(addresses, "sandbox")));
    say(format_args!("  读者网站             {}\n", text(addresses, "site")));
    for account in addresses["accounts"].as_array().into_iter().flatten() {
        say(format_args!("  公众号 {:<10} {}", text(account, "name"), text(account, "callback")));
        say(format_args!("    AppID {}  AppSecret {}", text(account, "app_id"), text(account, "app_secret")));
        say(format_args!("    Token {}  EncodingAESKey {}", text(account, "token"), text(account, "encoding_aes_key")));
    }
    say("\n按 Ctrl+C 停止。数据保留，下次启动接着用。");
}
