//! `lantai sandbox`: WeChat's side alone.

use std::process::ExitCode;
use std::sync::Arc;

use account::HouseEnvironment;
use kernel::{Clock, Code, Error, Problem, Random};
use sandbox::{Offset, Sandbox, SandboxSettings};

use crate::commands::say;
use crate::{cli, hall};

/// Serves the sandbox until the machine asks it to stop.
pub(crate) async fn run(options: cli::Sandbox) -> kernel::Result<ExitCode> {
    let environment = Arc::new(HouseEnvironment { clock: Clock::system(), random: Random::system() });
    let settings = SandboxSettings { data: options.data, strict: options.strict, ..SandboxSettings::default() };
    let sandbox = Sandbox::open(settings, environment, Offset::default())
        .map_err(|error| Problem::new(Code::FolderUnusable, "微信模拟器").because(error.to_string()))?;
    let listener = hall::listen(options.listen).await?;
    let address = listener.local_addr().map_err(Error::internal)?;
    say(format_args!("微信模拟器：http://{address}/"));
    for account in sandbox.accounts() {
        say(format_args!("  {:<24}{}  原始 ID {}", account.name, account.nickname, account.original_id));
        say(format_args!("    AppID {}  AppSecret {}", account.app_id, account.app_secret));
        say(format_args!("    Token {}  EncodingAESKey {}", account.token, account.encoding_aes_key));
    }
    sandbox.serve(listener, hall::asked_to_stop()).await.map_err(Error::internal)?;
    sandbox.close().await.map_err(Error::internal)?;
    Ok(ExitCode::SUCCESS)
}
