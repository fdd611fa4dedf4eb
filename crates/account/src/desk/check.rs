//! Whether an account is connected, step by step, in words.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Problem, Result, Timestamp};
use serde_json::json;
use wechat::callback::Mode;
use wechat::client::Error;
use wechat::errcode::Errcode;

use super::Desk;
use crate::alarms::{open_alarm, reason};
use crate::sources::{Published, SourceRule, TRUSTED_SECONDS};
use crate::{Account, Capability, store};

/// How long deliveries are told as recent, in seconds.
const DAY_SECONDS: i64 = 86_400;

/// How a step came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepState {
    /// In order.
    Good,
    /// Somebody should look at it.
    Look,
    /// It does not work.
    Bad,
    /// It cannot be told from here.
    Open,
}

/// What a step found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub(crate) state: StepState,
    /// What was found, in a sentence.
    pub(crate) told: String,
    /// What to do next; empty if nothing.
    pub(crate) next: String,
    /// One by one, if it is about several things.
    pub(crate) lines: Vec<(StepState, String)>,
}

/// The steps after the first one: they look at what the house knows, and call nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CheckStep {
    /// Whether callbacks came.
    Callback,
    /// Whether they come in the mode that is set.
    Mode,
    /// What the account may do.
    Capabilities,
    /// Whether WeChat's addresses are known.
    Addresses,
    /// Whether WeChat reaches us.
    Reach,
}

impl Step {
    fn new(state: StepState, told: impl Into<String>, next: impl Into<String>) -> Self {
        Self { state, told: told.into(), next: next.into(), lines: Vec::new() }
    }
}

impl Desk {
    /// The first step: asks WeChat once for the account's token, and writes the check down.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown account; [`Code::Forbidden`]; the database's.
    pub(crate) async fn check(&self, actor: &Actor, account: &str) -> Result<Step> {
        self.known(actor, account)?;
        let object = format!("official-account/{account}");
        let action = "account.check";
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail: json!({}) };
        audit::alone(&self.ground, &line).await?;
        Ok(match self.client(account)?.check_secret().await {
            Ok(seconds) => Step::new(
                StepState::Good,
                format!("微信认得这个 AppID 和 AppSecret，给出了访问令牌，还有 {} 分钟有效。", seconds / 60),
                "",
            ),
            Err(error) => token_trouble(&error),
        })
    }

    /// One of the other steps.
    ///
    /// # Errors
    /// As [`Desk::check`].
    pub(crate) async fn look(&self, actor: &Actor, account: &str, step: CheckStep) -> Result<Step> {
        let account = self.known(actor, account)?;
        match step {
            CheckStep::Callback => self.look_at_callback(account).await,
            CheckStep::Mode => self.look_at_mode(account).await,
            CheckStep::Capabilities => Ok(capabilities(account)),
            CheckStep::Addresses => self.look_at_addresses(account).await,
            CheckStep::Reach => Ok(reach(self.site(), &self.callback_address(account.name()))),
        }
    }

    /// What a person must look at about an account, of the last day.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn recent_alarm(&self, account: &str) -> Result<Option<(Timestamp, String)>> {
        open_alarm(&self.ground, account).await
    }

    /// The address that is written into WeChat's console.
    pub(crate) fn callback_address(&self, account: &str) -> String {
        format!("{}/wechat/{account}", self.site())
    }

    async fn look_at_callback(&self, account: &Account) -> Result<Step> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.read().await?;
        let last = store::inbox::last(&mut tx, account.name()).await?;
        let recent = store::inbox::count(&mut tx, account.name(), now.plus_seconds(-DAY_SECONDS)).await?;
        drop(tx);
        let mut step = match last {
            Some(at) => Step::new(
                StepState::Good,
                format!("收到过微信的回调，最近一次在 {}，近 24 小时 {recent} 条。", at.local_text()),
                "",
            ),
            None => Step::new(
                StepState::Look,
                "近 30 天没有收到过微信的回调。",
                "请在公众平台“基本配置”里核对服务器地址（URL）、Token 和 EncodingAESKey，点“启用”，再用手机给公众号发一句话。",
            ),
        };
        let refused = self.inbox.figures().refusals();
        step.lines = refused
            .iter()
            .filter(|(_, count)| *count > 0)
            .filter_map(|(name, count)| {
                let what = refusal(name)?;
                Some((StepState::Look, format!("拒收 {count} 次：{what}")))
            })
            .collect();
        if !step.lines.is_empty() {
            step.told.push_str("服务启动以来有拒收的（各公众号合计）：");
        }
        Ok(step)
    }

    async fn look_at_mode(&self, account: &Account) -> Result<Step> {
        let mode = mode_label(account.settings.mode);
        let refused = |wanted: &str| {
            let all = self.inbox.figures().refusals();
            all.into_iter().find(|(name, _)| *name == wanted).map_or(0, |(_, count)| count)
        };
        let (downgraded, unreadable) = (refused("downgrade"), refused("cipher"));
        let last = store::inbox::last(&mut self.ground.db.read().await?, account.name()).await?;
        Ok(if downgraded > 0 {
            Step::new(
                StepState::Bad,
                format!("设置的是{mode}，但有 {downgraded} 次来的消息没有按这个方式加密，已经拒收。"),
                format!("请在公众平台“基本配置”里把消息加解密方式改成{mode}。"),
            )
        } else if unreadable > 0 {
            Step::new(
                StepState::Bad,
                format!("设置的是{mode}，但有 {unreadable} 次来的消息用现在的密钥打不开。"),
                "请核对两边的 EncodingAESKey 是否一致；在公众平台换过的，请点“更换 Token 与 EncodingAESKey”换成新的。",
            )
        } else if last.is_some() {
            Step::new(StepState::Good, format!("设置的是{mode}，收到的消息都按这个方式打开了。"), "")
        } else if account.settings.mode == Mode::Plain {
            Step::new(StepState::Look, format!("设置的是{mode}，消息不加密。"), "建议改用安全模式。")
        } else {
            Step::new(StepState::Open, format!("设置的是{mode}。还没有收到消息，不知道微信那边是否一致。"), "")
        })
    }

    async fn look_at_addresses(&self, account: &Account) -> Result<Step> {
        let rule = match account.settings.callback_addresses {
            SourceRule::Watch => "名单以外的来访只记录，不拒收",
            SourceRule::Require => "名单以外的来访会拒收",
        };
        let known = Published::load(&self.ground.db, account.name()).await?;
        let Some((fetched_at, count)) = known.map(|known| known.summary()) else {
            let told = format!("还没有取到微信公布的服务器地址名单（{rule}）。没有名单时不拒收任何来访。");
            return Ok(Step::new(StepState::Look, told, "访问令牌正常以后会自动取得，每天更新。"));
        };
        let told = format!("微信公布的服务器地址 {count} 项，{} 更新（{rule}）。", fetched_at.local_text());
        let is_fresh = self.ground.clock.now().seconds_since(fetched_at) <= TRUSTED_SECONDS;
        Ok(if is_fresh {
            Step::new(StepState::Good, told, "")
        } else {
            Step::new(StepState::Look, told, "名单超过三天没有更新，已不再用来拒收；请先看第一步的访问令牌是否正常。")
        })
    }
}

pub(super) fn token_trouble(error: &Error) -> Step {
    let (told, next) = match error {
        Error::Refused { code: code @ Errcode(40164), message } => {
            let ip = whitelisted(message).map_or_else(|| "本服务器的出口 IP".to_owned(), |ip| format!("IP {ip}"));
            let next = format!("请在公众平台“基本配置—IP 白名单”里加上{ip}，几分钟后再检查。");
            (format!("微信拒绝了：{ip} 不在白名单里（{code}）。"), next)
        }
        Error::Refused { code: code @ Errcode(40013), .. } => {
            (format!("微信不认得这个 AppID（{code}）。"), "请系统管理员核对设置文件里的 app_id。".to_owned())
        }
        Error::Refused { code: code @ Errcode(40001 | 40125), .. } => (
            format!("AppSecret 不对（{code}）。"),
            "在公众平台重置过的，请点“更换 AppSecret”换成新的；没有重置过的，请核对。".to_owned(),
        ),
        Error::Refused { code: code @ Errcode(40243), .. } => {
            (format!("AppSecret 已被冻结（{code}）。"), "请在公众平台“基本配置”里解冻。".to_owned())
        }
        Error::Refused { code: code @ Errcode(89503 | 89501 | 89502 | 89506 | 89507), .. } => (
            format!("这台服务器调用接口还要公众号的管理员确认（{code}）。"),
            "请公众号管理员在微信里确认；被拒绝过的，过一天再试。".to_owned(),
        ),
        Error::Refused { code, .. } if code.needs_operator() => {
            (format!("微信拒绝了（{code}）。"), format!("{}。", reason(*code)))
        }
        Error::Refused { code: code @ Errcode(45009 | 45011), .. } => (
            format!("今天调用得太多，微信暂时不给（{code}）。"),
            "请明天再检查；并查看是否有别的软件在用同一个 AppID。".to_owned(),
        ),
        Error::Paused { .. } => ("今天的次数已用完，暂时不再去取。".to_owned(), "请明天再检查。".to_owned()),
        Error::Refused { code, .. } => {
            (format!("微信返回错误码 {code}。"), "请过几分钟再试；还是这样，请把错误码告诉系统管理员。".to_owned())
        }
        _ => (
            "没有连上微信的接口。".to_owned(),
            "请系统管理员查看服务器能否访问外网、域名解析和防火墙，以及设置里的 api_base。".to_owned(),
        ),
    };
    Step::new(StepState::Bad, told, next)
}

/// The address that WeChat names in `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist`.
fn whitelisted(message: &str) -> Option<std::net::IpAddr> {
    let mut words = message.split_whitespace().skip_while(|word| *word != "ip");
    words.nth(1)?.trim_end_matches(',').parse().ok()
}

/// What a mode is called.
pub(crate) const fn mode_label(mode: Mode) -> &'static str {
    match mode {
        Mode::Plain => "明文模式",
        Mode::Compatible => "兼容模式",
        Mode::Secure => "安全模式",
    }
}

/// What a kind of refusal means; nothing for what no account brings about.
fn refusal(name: &str) -> Option<&'static str> {
    Some(match name {
        "signature" => "签名不对，多半是两边的 Token 不一致，也可能是别人在试探",
        "downgrade" => "没有按设置的方式加密",
        "cipher" => "用现在的 EncodingAESKey 打不开",
        "message" => "打开以后不是微信的消息",
        "time" => "时间相差太多，请核对服务器的时钟",
        "address" => "来自微信公布的地址以外",
        "account" => "地址里的公众号名字不对",
        "size" | "encoding" | "query" => "不是微信会发的请求",
        _ => return None,
    })
}

fn capabilities(account: &Account) -> Step {
    let standing = account.settings.standing;
    let lines: Vec<(StepState, String)> = Capability::ALL
        .into_iter()
        .map(|capability| match standing.lacks(capability) {
            None => (StepState::Good, capability.label().to_owned()),
            Some(why) => (StepState::Open, format!("{}：{why}", capability.label())),
        })
        .collect();
    let granted = lines.iter().filter(|(state, _)| *state == StepState::Good).count();
    let told = format!(
        "按设置文件里写的类型和认证情况，{} 项功能里能用 {granted} 项。在微信那边变了的，请系统管理员改设置。",
        lines.len()
    );
    Step { lines, ..Step::new(StepState::Good, told, "") }
}

/// What can be said about whether WeChat reaches us, without asking anybody outside.
fn reach(site: &str, callback: &str) -> Step {
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    let has_port =
        host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok_and(|port| port != 80 && port != 443));
    let is_local = host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
    let open = "从里面看不出微信能不能打开回调地址。";
    let next = format!("请在公众平台“基本配置”里填 {callback} 并点“提交”：微信会当场来访，通过了就说明打得开。");
    if is_local || has_port {
        let told = format!("{open}现在的网址是 {site}：微信只访问外网能打开的 80 和 443 端口（演示环境除外）。");
        return Step::new(StepState::Look, told, next);
    }
    Step::new(StepState::Open, open, next)
}

impl CheckStep {
    /// The step of a word in an address.
    ///
    /// # Errors
    /// [`Code::NotFound`] for any other word.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, Problem> {
        Ok(match text {
            "callback" => Self::Callback,
            "mode" => Self::Mode,
            "capabilities" => Self::Capabilities,
            "addresses" => Self::Addresses,
            "reach" => Self::Reach,
            _ => return Err(Problem::new(Code::NotFound, "这一步检查")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_wechat_names_is_told_and_no_other_text() {
        let message = "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1-2-3".to_owned();
        let step = token_trouble(&Error::Refused { code: Errcode(40164), message });
        assert!(step.told.contains("IP 203.0.113.9 ") && step.next.contains("IP 203.0.113.9，"), "{step:?}");
        assert_eq!(whitelisted("invalid ip <script>"), None);
        let without = token_trouble(&Error::Refused { code: Errcode(40164), message: String::new() });
        assert!(without.next.contains("出口 IP"), "{without:?}");
    }

    #[test]
    fn every_way_in_which_a_token_is_refused_has_a_next_step_and_shows_no_foreign_text() {
        for code in Errcode::all().map(|(code, _)| code) {
            let step = token_trouble(&Error::Refused { code, message: "foreign text".into() });
            assert!(!step.next.is_empty() && !step.told.contains("foreign"), "{step:?}");
        }
        assert!(token_trouble(&Error::NotSent("dns".into())).next.contains("外网"));
    }

    #[test]
    fn what_wechat_cannot_reach_is_said_and_nothing_is_promised() {
        let state = |site: &str| reach(site, "x").state;
        assert_eq!(state("https://archives.example"), StepState::Open);
        assert_eq!(state("https://archives.example:443"), StepState::Open);
        assert_eq!(state("https://archives.example:8443"), StepState::Look);
        assert_eq!(state("http://127.0.0.1:8080"), StepState::Look);
    }
}
