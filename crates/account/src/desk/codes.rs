//! QR codes that carry a scene, as staff make them.

use std::collections::HashMap;

use kernel::{Actor, Code as Kind, Day, Problem, Result, Timestamp};
use serde_json::json;
use wechat::client::Error;

use super::Desk;
use crate::Capability;
use crate::alarms::reason;
use crate::store::scene::{self as store, Brought, Code};

/// The longest life of a temporary code, in days (reference page "生成带参数的二维码").
pub(crate) const LONGEST_DAYS: i64 = 30;
/// The most permanent codes of an account (the same page).
pub(crate) const MOST_PERMANENT: usize = 100_000;
/// The longest scene, in characters (the same page), and the longest name.
const LONGEST: usize = 64;
const LONGEST_NAME: usize = 30;
/// How many days are told day by day, today the last of them.
pub(crate) const DAYS: i64 = 30;

/// What a code is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CodePurpose {
    /// 服务台.
    Desk,
    /// 海报.
    Poster,
    /// 展览.
    Exhibition,
    /// 其他.
    Other,
}

impl CodePurpose {
    /// The word stored in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Poster => "poster",
            Self::Exhibition => "exhibition",
            Self::Other => "other",
        }
    }

    pub(crate) fn parse(name: &str) -> Self {
        let all = [Self::Desk, Self::Poster, Self::Exhibition];
        all.into_iter().find(|purpose| purpose.name() == name).unwrap_or(Self::Other)
    }
}

/// A code as staff ask for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
    pub(crate) scene: String,
    pub(crate) name: String,
    pub(crate) purpose: CodePurpose,
    /// How many days it lives; none: it is permanent.
    pub(crate) days: Option<i64>,
}

/// A code and what it brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Counted {
    pub(crate) code: Code,
    /// In all.
    pub(crate) total: Brought,
    /// Of each of the last [`DAYS`] days, today the last of them.
    pub(crate) days: Vec<(Day, Brought)>,
}

impl Desk {
    /// The codes that staff made for an account, the newest first, with what they brought.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown account; [`Kind::Forbidden`]; the database's.
    pub(crate) async fn codes(&self, actor: &Actor, account: &str) -> Result<Vec<Counted>> {
        self.known(actor, account)?;
        let first = self.ground.clock.now().day().plus(1 - DAYS);
        let mut tx = self.ground.db.read().await?;
        let made = store::made(&mut tx, account).await?;
        let totals: HashMap<String, Brought> = store::totals(&mut tx, account).await?.into_iter().collect();
        let days = store::days(&mut tx, account, first).await?;
        let days: HashMap<(String, String), Brought> =
            days.into_iter().map(|(scene, day, brought)| ((scene, day), brought)).collect();
        let counted = |code: Code| {
            let of = |day: Day| days.get(&(code.scene.clone(), day.to_string())).copied().unwrap_or_default();
            let days = (0..DAYS).map(|number| first.plus(number)).map(|day| (day, of(day))).collect();
            Counted { total: totals.get(&code.scene).copied().unwrap_or_default(), days, code }
        };
        Ok(made.into_iter().map(counted).collect())
    }

    /// Makes a code. A scene whose code ended or is not listed any longer may be used again.
    ///
    /// # Errors
    /// As [`Desk::codes`]; [`Kind::BadRequest`] for what does not fit or WeChat does not take, and if there is a code
    /// of this scene, [`Kind::Busy`] if WeChat cannot be reached.
    pub(crate) async fn make_code(&self, actor: &Actor, account: &str, wanted: &Wanted) -> Result<()> {
        self.known(actor, account)?;
        let client = self.able(account, Capability::SceneCodes)?;
        fits(wanted)?;
        let now = self.ground.clock.now();
        let made = store::made(&mut self.ground.db.read().await?, account).await?;
        if made.iter().any(|code| code.scene == wanted.scene && is_in_use(code, now)) {
            let why = "已有这个场景值的二维码，请换一个场景值；原来的不用了，先停用它";
            return Err(about(&wanted.scene, Kind::BadRequest, why).into());
        }
        let seconds = wanted.days.map(|days| days * 86_400);
        let answer = match seconds {
            Some(seconds) => client.create_scene(&wanted.scene, seconds).await,
            None => client.create_permanent_scene(&wanted.scene).await,
        };
        let answer = answer.map_err(|error| refused(&wanted.scene, &error))?;
        let code = Code {
            scene: wanted.scene.clone(),
            name: wanted.name.clone(),
            purpose: wanted.purpose.name().to_owned(),
            ticket: answer.ticket,
            url: answer.url,
            expires_at: seconds.map(|seconds| now.plus_seconds(seconds)),
            made_at: now,
            made_by: actor.name().to_owned(),
            retired_at: None,
        };
        let detail = json!({ "scene": wanted.scene, "name": wanted.name, "days": wanted.days });
        let mut tx = self.begin(actor, ("account.make-code", account), detail).await?;
        store::put(&mut tx, account, &code).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a code off the list, or puts it there again. The code itself works on.
    ///
    /// # Errors
    /// As [`Desk::codes`]; [`Kind::NotFound`] if it is not there.
    pub(crate) async fn retire_code(
        &self,
        actor: &Actor,
        (account, scene): (&str, &str),
        is_retired: bool,
    ) -> Result<()> {
        self.known(actor, account)?;
        let detail = json!({ "scene": scene, "retired": is_retired });
        let mut tx = self.begin(actor, ("account.retire-code", account), detail).await?;
        let at = is_retired.then(|| self.ground.clock.now());
        if !store::retire(&mut tx, (account, scene), at).await? {
            return Err(Problem::new(Kind::NotFound, format!("二维码 {scene}")).into());
        }
        Ok(tx.commit().await?)
    }
}

fn is_in_use(code: &Code, now: Timestamp) -> bool {
    code.retired_at.is_none() && code.expires_at.is_none_or(|end| end > now)
}

fn fits(wanted: &Wanted) -> std::result::Result<(), Problem> {
    let length = wanted.scene.chars().count();
    let is_plain = wanted.scene.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    let why = if !(1..=LONGEST).contains(&length) || !is_plain {
        "场景值用 1 至 64 个字母、数字、汉字或 - _ . ，中间没有空格"
    } else if wanted.name.is_empty() || wanted.name.chars().count() > LONGEST_NAME {
        "名称应为 1 至 30 字"
    } else if wanted.days.is_some_and(|days| !(1..=LONGEST_DAYS).contains(&days)) {
        "临时二维码的期限应在 1 至 30 天之间"
    } else {
        return Ok(());
    };
    Err(about(&wanted.scene, Kind::BadRequest, why))
}

fn refused(scene: &str, error: &Error) -> Problem {
    match error {
        Error::Refused { code: wechat::errcode::Errcode(45029), .. } => {
            about(scene, Kind::BadRequest, "永久二维码已满 100,000 个，微信不再给了；请改用临时二维码")
        }
        Error::Refused { code, .. } => {
            let why = if code.needs_operator() { reason(*code) } else { "请把错误码告诉系统管理员" };
            about(scene, Kind::BadRequest, &format!("微信没有给二维码（{code}）：{why}"))
        }
        Error::Argument(_) => about(scene, Kind::BadRequest, "微信不收这样的场景值或期限"),
        _ => about(scene, Kind::Busy, "没有连上微信，二维码没有做成"),
    }
}

fn about(scene: &str, kind: Kind, why: &str) -> Problem {
    let short: String = scene.chars().take(20).collect();
    Problem::new(kind, format!("二维码“{short}”")).because(why)
}
