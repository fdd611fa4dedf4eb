//! `lantai doctor`: whether the installation is in order.

use std::process::ExitCode;
use std::time::Duration;

use catalogue::{Held, Indexes};
use consult::{AnswersDesk, Endpoint, Rulebook};
use kernel::{Ground, Timestamp};
use web::HouseDesk;

use crate::cli::Place;
use crate::commands::say;
use crate::hall;
use crate::installation::Installation;
use crate::settings::Configured;

/// How often indexes that differ are looked at, and the pause between two looks.
const LOOKS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(500);

/// How long an alarm of WeChat's API is shown, in seconds.
const ALARM_SECONDS: i64 = 86_400;

/// Checks the settings, the database, both indexes and the audit log against each other, and whether WeChat's API
/// or the pages' count raised alarms lately, and whether questions are found by their meaning, one line each.
pub(crate) async fn run(place: &Place) -> kernel::Result<ExitCode> {
    let Installation { configured, ground } = Installation::open_existing(place).await?;
    let indexes = hall::indexes(&configured)?;
    let (held, open, staff) = caught_up(&ground, &indexes).await?;
    let strangers = catalogue::strangers(&ground.db, &configured.house.code).await?;
    let audit = kernel::audit::verify(&ground.db, &ground.secrets).await?;
    let belong = match strangers {
        0 => "全部属于本馆".to_owned(),
        others => format!("其中 {others} 条的档案馆代码与设置中的 {} 不同", configured.house.code),
    };
    let kept = HouseDesk::open(ground.clone(), configured.house.clone()).await?;
    let (fit, settings) = settings(&configured, &kept.book().now().name);
    let mut checks = vec![
        ("设置", fit, settings),
        ("数据库", strangers == 0, format!("{} 条著录，公开 {} 条，{belong}", held.all, held.open)),
        ("公开索引", open == held.open, format!("{open} 条")),
        ("全部索引", staff == held.all, format!("{staff} 条")),
        ("审计", audit.is_whole(), audit.to_string()),
    ];
    let lately = |alarm: Option<(Timestamp, String)>| {
        let recent = alarm.filter(|(at, _)| ground.clock.now().seconds_since(*at) < ALARM_SECONDS);
        let told = recent.as_ref().map(|(at, sentence)| format!("{} {sentence}", at.local_text()));
        (recent.is_none(), told.unwrap_or_else(|| "近一天没有告警".to_owned()))
    };
    for account in configured.accounts.iter() {
        let (good, told) = lately(account::last_alarm(&ground.db, account.name()).await?);
        checks.push(("微信接口", good, format!("{} {told}", account.name())));
    }
    for (account, told) in account::secret_sources(&ground.db, &configured.accounts).await? {
        checks.push(("公众号密钥", true, format!("{account} {told}")));
    }
    checks.push(by_meaning(&configured, &ground).await?);
    let (good, told) = lately(account::last_alarm_of_all(&ground.db).await?);
    checks.push(("公众号", good, told));
    let (good, told) = lately(web::last_pages_alarm(&ground.db).await?);
    checks.push(("目录翻看", good, told));
    for (what, good, told) in &checks {
        say(format_args!("{}  {what}：{told}", if *good { "正常" } else { "异常" }));
    }
    if checks.iter().all(|(_, good, _)| *good) {
        return Ok(ExitCode::SUCCESS);
    }
    say("索引与数据库不一致时，请运行 lantai reindex；馆代码改过时，请改回，或在新的数据目录里重新导入。");
    Ok(ExitCode::FAILURE)
}

/// Whether questions are found by their meaning, and whether what places them answers.
async fn by_meaning(configured: &Configured, ground: &Ground) -> kernel::Result<(&'static str, bool, String)> {
    const WHAT: &str = "按意思找";
    let Some(endpoint) = Endpoint::new(ground, &configured.embedding)? else {
        return Ok((WHAT, true, "没有启用，常见问题只按字面找".to_owned()));
    };
    let tried = endpoint.try_out().await;
    let rulebook = Rulebook::with(ground.db.clone(), configured.house.clone(), Some(endpoint)).await?;
    let meaning = AnswersDesk::new(ground.clone(), rulebook).meaning();
    let held = meaning.map_or_else(String::new, |held| {
        format!("模型 {}，{} 种问法已备好 {} 种", held.model, held.wordings, held.ready)
    });
    Ok(match tried {
        Ok(numbers) => (WHAT, true, format!("已启用，{held}，向量服务应答正常（每个 {numbers} 维）")),
        Err(why) => (WHAT, false, format!("已启用，{held}，但向量服务{why}")),
    })
}

/// What the database holds and the indexes hold. A running server follows the database within a second: what differs is
/// looked at again before it counts.
async fn caught_up(ground: &Ground, indexes: &Indexes) -> kernel::Result<(Held, u64, u64)> {
    let mut looks = 1;
    loop {
        indexes.refresh()?;
        let held = catalogue::counts(&ground.db).await?;
        let (open, staff) = indexes.sizes();
        if (open, staff) == (held.open, held.all) || looks == LOOKS {
            return Ok((held, open, staff));
        }
        looks += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether the settings will do, and what they say. A folder that only takes in records needs none yet.
fn settings(configured: &Configured, name: &str) -> (bool, String) {
    match configured.must_be_complete() {
        Ok(()) => (true, format!("{name}，公众号 {} 个", configured.accounts.iter().count())),
        Err(_) if configured.is_unnamed() => {
            (true, "还没有，可以先导入；启动服务之前请用 lantai config sample 打印一份来填写".to_owned())
        }
        Err(problem) => (false, problem.to_string()),
    }
}
