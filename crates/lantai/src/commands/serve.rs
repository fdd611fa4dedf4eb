//! `lantai serve`: the hall, open to the public.

use std::process::ExitCode;

use identity::FirstStart;
use kernel::Error;

use crate::cli;
use crate::commands::say;
use crate::hall::{self, Hall};
use crate::installation::{Installation, configured};

/// Serves until the machine asks it to stop.
pub(crate) async fn run(options: &cli::Serve) -> kernel::Result<ExitCode> {
    let configured = configured(&options.place, [])?;
    configured.must_be_complete()?;
    let _held = configured.folder.lock_server()?;
    let listener = hall::listen(configured.server.listen).await?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let site = configured.server.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    // Paths are put behind it.
    let site = site.trim_end_matches('/');
    let clock = options.watched.clock().map_err(Error::internal)?;
    let mut installation = Installation::with(configured, clock).await?;
    installation.ground.steps = options.watched.steps().map_err(Error::internal)?;
    let hall = Box::pin(Hall::open(installation, site)).await?;
    hall::furnish(&hall, site).await?;
    if let Some(token) = FirstStart::new(hall.ground.clone()).offer().await? {
        say(format_args!(
            "还没有工作人员账号。请在浏览器里打开 {site}/console/first-start 建立第一个（安全管理员），启动口令：{token}\n\
             启动口令只显示在这里，24 小时内有效，用过即废；重新启动服务会换一个。"
        ));
    }
    hall.serve(listener).await.map(|()| ExitCode::SUCCESS)
}
