//! `lantai serve`: the hall, open to the public.

use std::process::ExitCode;

use identity::FirstStart;
use kernel::{Clock, Error};

use crate::cli::Place;
use crate::commands::say;
use crate::hall::{self, Hall};
use crate::installation::{Installation, configured};

/// Serves until the machine asks it to stop.
pub(crate) async fn run(place: &Place) -> kernel::Result<ExitCode> {
    let configured = configured(place, [])?;
    configured.must_be_complete()?;
    let _held = configured.folder.lock_server()?;
    let listener = hall::listen(configured.server.listen).await?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let site = configured.server.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    // Paths are put behind it.
    let site = site.trim_end_matches('/');
    let installation = Installation::with(configured, Clock::system()).await?;
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
