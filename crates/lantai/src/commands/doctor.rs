//! `lantai doctor`: whether the installation is in order.

use std::process::ExitCode;

use crate::cli::Place;
use crate::hall;
use crate::installation::Installation;

/// How long an alarm of WeChat's API is shown, in seconds.
const ALARM_SECONDS: i64 = 86_400;

/// Checks the database, both indexes and the audit log against each other, and whether WeChat's API raised
/// alarms lately, one line each.
pub(crate) async fn run(place: &Place) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(place).await?;
    let ground = &installation.ground;
    let indexes = hall::indexes(&installation.configured)?;
    let held = catalogue::counts(&ground.db).await?;
    let (open, staff) = indexes.sizes();
    let audit = kernel::audit::verify(&ground.db, &ground.secrets).await?;
    let mut checks = vec![
        ("数据库", true, format!("{} 条著录，其中公开 {} 条", held.all, held.open)),
        ("公开索引", open == held.open, format!("{open} 条")),
        ("全部索引", staff == held.all, format!("{staff} 条")),
        ("审计日志", audit.is_whole(), audit.to_string()),
    ];
    for account in installation.configured.accounts.iter() {
        let alarm = account::last_alarm(&ground.db, account.name()).await?;
        let recent = alarm.filter(|(at, _)| ground.clock.now().seconds_since(*at) < ALARM_SECONDS);
        let told = recent
            .as_ref()
            .map_or_else(|| "近一天没有告警".to_owned(), |(at, sentence)| format!("{} {sentence}", at.local_text()));
        checks.push(("微信接口", recent.is_none(), format!("{} {told}", account.name())));
    }
    for (what, good, told) in &checks {
        println!("{}  {what}：{told}", if *good { "正常" } else { "异常" });
    }
    if checks.iter().all(|(_, good, _)| *good) {
        return Ok(ExitCode::SUCCESS);
    }
    println!("索引与数据库不一致时，请运行 lantai reindex。");
    Ok(ExitCode::FAILURE)
}
