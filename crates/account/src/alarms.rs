//! What a person must look at about an account's API: said in the log, counted, and kept for `lantai doctor`.

use kernel::{Db, Ground, Timestamp, house};
use wechat::client::Alarm;
use wechat::errcode::Errcode;

/// The last alarm of an account: when it was raised, and what to do.
pub async fn last_alarm(db: &Db, account: &str) -> kernel::Result<Option<(Timestamp, String)>> {
    Ok(house::last_alarm(db, &name(account)).await?)
}

/// The name of the alarm that is about no single account.
const ALL: &str = "account.alarm-of-all";

/// Keeps an alarm about what all accounts share, in place of the one before.
///
/// # Errors
/// The database's.
pub async fn raise_alarm_of_all(ground: &Ground, sentence: &str) -> kernel::Result<()> {
    Ok(house::raise_alarm(ground, ALL, sentence).await?)
}

/// The last alarm about what all accounts share.
///
/// # Errors
/// The database's.
pub async fn last_alarm_of_all(db: &Db) -> kernel::Result<Option<(Timestamp, String)>> {
    Ok(house::last_alarm(db, ALL).await?)
}

/// How long an alarm counts as open, in seconds: who is asked every day raises it anew while it lasts.
const OPEN_SECONDS: i64 = 86_400;

/// The alarm of an account that is open, else that of all accounts.
pub(crate) async fn open_alarm(ground: &Ground, account: &str) -> kernel::Result<Option<(Timestamp, String)>> {
    let now = ground.clock.now();
    let is_open = |(at, _): &(Timestamp, String)| now.seconds_since(*at) < OPEN_SECONDS;
    match last_alarm(&ground.db, account).await?.filter(is_open) {
        None => Ok(last_alarm_of_all(&ground.db).await?.filter(is_open)),
        own => Ok(own),
    }
}

/// What the API client of an account tells its alarms.
pub(crate) fn watch(ground: &Ground, account: &str) -> impl Fn(&Alarm) + Send + Sync + 'static {
    let help = "What a person must look at about WeChat's API.";
    let counter =
        |kind| ground.metrics.counter("lantai_wechat_alarms_total", help, &[("account", account), ("kind", kind)]);
    let (stale, refused) = (counter("stale-tokens"), counter("refused"));
    let (ground, account) = (ground.clone(), account.to_owned());
    move |alarm: &Alarm| {
        let sentence = sentence(alarm);
        match alarm {
            Alarm::StaleTokens => stale.increment(),
            Alarm::Refused { .. } => refused.increment(),
        }
        tracing::error!(account, ?alarm, "{sentence}");
        ground.tasks.start(keep(ground.clone(), account.clone(), sentence));
    }
}

async fn keep(ground: Ground, account: String, sentence: String) {
    if let Err(error) = house::raise_alarm(&ground, &name(&account), &sentence).await {
        tracing::warn!(%error, "an alarm could not be kept");
    }
}

fn name(account: &str) -> String {
    format!("account.alarm.{account}")
}

fn sentence(alarm: &Alarm) -> String {
    match alarm {
        Alarm::StaleTokens => {
            "访问令牌十分钟内三次失效：多半另有软件用同一个 AppID 取令牌，请停用它，或让它改用 stable_token".to_owned()
        }
        Alarm::Refused { path, code } => {
            format!("接口 {path} 报 {code}：{}", reason(*code))
        }
    }
}

/// What a code that needs a person asks of them.
pub(crate) fn reason(code: Errcode) -> &'static str {
    match code {
        Errcode(40001 | 40013 | 40125 | 40243) => "AppID 或 AppSecret 不对，或已冻结，请在公众平台“基本配置”里核对",
        Errcode(40164 | 89503) => "服务器的 IP 不在白名单，请在公众平台“基本配置”里添加",
        Errcode(50002) => "账号被限制，请登录公众平台查看通知",
        _ => "账号没有这项接口权限，请在公众平台“接口权限”里查看，并核对设置里的 kind 和 verified",
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};

    use super::*;

    #[tokio::test]
    async fn t05_t10_an_alarm_is_counted_and_kept_with_what_to_do() {
        both(|db| async move {
            let (ground, hand) = ground(db.clone());
            let tell = watch(&ground, "demo");
            assert_eq!(last_alarm(&db, "demo").await.unwrap(), None);
            tell(&Alarm::StaleTokens);
            ground.tasks.ended().await;
            let (at, told) = last_alarm(&db, "demo").await.unwrap().unwrap();
            assert_eq!(at, ground.clock.now());
            assert!(told.contains("stable_token"), "{told}");

            hand.advance(60);
            tell(&Alarm::Refused { path: "/cgi-bin/menu/create".into(), code: Errcode(40164) });
            ground.tasks.ended().await;
            let (_, told) = last_alarm(&db, "demo").await.unwrap().unwrap();
            assert!(
                told.contains("/cgi-bin/menu/create") && told.contains("40164") && told.contains("白名单"),
                "{told}"
            );
            assert_eq!(last_alarm(&db, "demo-sub").await.unwrap(), None);
            let figures = ground.metrics.render();
            for kind in ["stale-tokens", "refused"] {
                let line = format!("lantai_wechat_alarms_total{{account=\"demo\",kind=\"{kind}\"}} 1");
                assert!(figures.contains(&line), "{figures}");
            }
        })
        .await;
    }
}
