//! Changing an account's secrets while the house runs (T18).

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Problem, Result, Timestamp};
use serde_json::json;
use wechat::cipher::AesKey;

use super::Desk;
use super::check::token_trouble;
use crate::Account;
use crate::callbacks::OVERLAP_SECONDS;
use crate::secrets::CallbackSecrets;
use crate::store::secret::{self as store, Kept, Kind};
use crate::store::token;

/// The characters of an app secret, at least and at most: WeChat's have 32.
const SECRET_LEAST: usize = 16;
const SECRET_MOST: usize = 128;
/// The letters and digits of a Token, at least and at most, says the form of WeChat's console.
const TOKEN_LEAST: usize = 3;
const TOKEN_MOST: usize = 32;
/// The characters of an `EncodingAESKey`.
const KEY_LENGTH: usize = 43;

/// Where a secret stands. Of the secret itself nothing is told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Standing {
    /// When it was last changed in the console, and by whom; none: never.
    pub(crate) changed: Option<(Timestamp, String)>,
    /// Whether the console's is in force; else the settings file's is.
    pub(crate) is_of_console: bool,
    /// Until when the one before is accepted too.
    pub(crate) overlap_until: Option<Timestamp>,
}

impl Desk {
    /// Takes over the secrets that staff changed, and goes on doing so until the house stops.
    ///
    /// # Errors
    /// The database's; if a secret does not open with the house's key.
    pub async fn keep_secrets_fresh(&self) -> Result<()> {
        self.secrets.refresh().await?;
        self.secrets.keep_fresh();
        Ok(())
    }

    /// How the app secret and the callback's secrets of an account stand.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn secrets(&self, account: &str) -> Result<[Standing; 2]> {
        let now = self.ground.clock.now();
        let all = store::all(&mut self.ground.db.read().await?).await?;
        let standing = |kind| {
            let kept = all.iter().find(|kept| kept.account == account && kept.kind == kind);
            kept.map_or_else(Standing::default, |kept| Standing {
                changed: Some((kept.changed_at, kept.changed_by.clone())),
                is_of_console: kept.sealed.is_some(),
                overlap_until: kept.previous.as_ref().map(|(_, until)| *until).filter(|until| *until > now),
            })
        };
        Ok([standing(Kind::AppSecret), standing(Kind::Callback)])
    }

    /// Changes the app secret, once WeChat has taken it.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what is none, or what WeChat refuses; [`Code::Busy`] if WeChat cannot be asked;
    /// [`Code::NotFound`], [`Code::Forbidden`]; the database's.
    pub(crate) async fn change_app_secret(&self, actor: &Actor, account: &str, secret: &str) -> Result<()> {
        let account = self.known(actor, account)?;
        let secret = secret.trim();
        let is_written = secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_written || !(SECRET_LEAST..=SECRET_MOST).contains(&secret.len()) {
            let why = "格式不对，应是公众平台给出的 32 位字母和数字，请重新复制";
            return Err(Problem::new(Code::BadRequest, "AppSecret").because(why).into());
        }
        let held = self.kept_secret(account, Kind::AppSecret).await?;
        if self.secrets.app_secret(account, held.as_ref())? == secret {
            return Err(Problem::new(Code::BadRequest, "AppSecret").because("与正在用的相同，没有改动").into());
        }
        self.ask_wechat(actor, account, secret).await?;
        let sealed = self.secrets.sealed(account.name(), Kind::AppSecret, secret.as_bytes())?;
        self.keep_secret(actor, account, (Kind::AppSecret, Some(sealed)), None).await
    }

    /// Changes Token and `EncodingAESKey`. What is signed with those before is accepted until the first delivery with the
    /// new ones, for a day at most.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what is none; [`Code::NotFound`], [`Code::Forbidden`]; the database's.
    pub(crate) async fn change_callback(&self, actor: &Actor, account: &str, new: CallbackSecrets) -> Result<()> {
        let account = self.known(actor, account)?;
        fits(account, &new)?;
        let held = self.kept_secret(account, Kind::Callback).await?;
        let before = self.secrets.callback_secrets(account, held.as_ref())?;
        if before == new {
            let about = "Token 和 EncodingAESKey";
            return Err(Problem::new(Code::BadRequest, about).because("与正在用的相同，没有改动").into());
        }
        let seal = |secrets: &CallbackSecrets| {
            let plain = serde_json::to_vec(secrets).map_err(kernel::Error::internal)?;
            self.secrets.sealed(account.name(), Kind::Callback, &plain)
        };
        let (sealed, before) = (seal(&new)?, seal(&before)?);
        self.keep_secret(actor, account, (Kind::Callback, Some(sealed)), Some(before)).await
    }

    /// Goes back to what the settings file says.
    ///
    /// # Errors
    /// [`Code::NotYet`] if that is in force; as [`Desk::change_app_secret`].
    pub(crate) async fn restore_secret(&self, actor: &Actor, account: &str, kind: Kind) -> Result<()> {
        let account = self.known(actor, account)?;
        let Some(held) = self.kept_secret(account, kind).await?.filter(|held| held.sealed.is_some()) else {
            let about = format!("公众号 {}", account.name());
            return Err(Problem::new(Code::NotYet, about).because("现在用的就是设置文件里的").into());
        };
        let before = match kind {
            Kind::AppSecret => {
                self.ask_wechat(actor, account, &self.secrets.app_secret(account, None)?).await?;
                None
            }
            Kind::Callback => held.sealed,
        };
        self.keep_secret(actor, account, (kind, None), before).await
    }

    async fn kept_secret(&self, account: &Account, kind: Kind) -> Result<Option<Kept>> {
        let all = store::all(&mut self.ground.db.read().await?).await?;
        Ok(all.into_iter().find(|kept| kept.account == account.name() && kept.kind == kind))
    }

    /// Asks WeChat for a token with a secret that is not in force yet; what is refused is written down.
    async fn ask_wechat(&self, actor: &Actor, account: &Account, secret: &str) -> Result<()> {
        let Err(error) = self.client(account.name())?.check_other_secret(secret).await else { return Ok(()) };
        let object = format!("official-account/{}", account.name());
        let detail = json!({ "secret": Kind::AppSecret.name(), "error": error.code().map(|code| code.0) });
        let action = "account.change-secret";
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Refused, detail };
        audit::alone(&self.ground, &line).await?;
        let (kind, told) = match error.code() {
            Some(code) if matches!(code.0, 40001 | 40125) => (
                Code::BadRequest,
                format!("微信说这个 AppSecret 不对（{code}），没有更换，原来的照常使用；请到公众平台重新复制"),
            ),
            Some(_) => {
                let step = token_trouble(&error);
                (Code::BadRequest, format!("{}没有更换。{}", step.told, step.next.trim_end_matches('。')))
            }
            None => (Code::Busy, "没有连上微信，不能核对，所以没有更换".to_owned()),
        };
        Err(Problem::new(kind, "AppSecret").because(told).into())
    }

    async fn keep_secret(
        &self,
        actor: &Actor,
        account: &Account,
        (kind, sealed): (Kind, Option<String>),
        before: Option<String>,
    ) -> Result<()> {
        let now = self.ground.clock.now();
        let source = if sealed.is_some() { "console" } else { "settings" };
        let detail = json!({ "secret": kind.name(), "source": source });
        let mut tx = self.begin(actor, ("account.change-secret", account.name()), detail).await?;
        let kept = Kept {
            account: account.name().to_owned(),
            kind,
            sealed,
            changed_at: now,
            changed_by: actor.name().to_owned(),
            previous: before.map(|before| (before, now.plus_seconds(OVERLAP_SECONDS))),
        };
        store::put(&mut tx, kept).await?;
        if kind == Kind::AppSecret {
            token::forget(&mut tx, &account.settings.app_id).await?;
        }
        tx.commit().await?;
        self.secrets.refresh().await
    }
}

/// Whether Token and `EncodingAESKey` can be those of an account.
fn fits(account: &Account, new: &CallbackSecrets) -> Result<(), Problem> {
    let bad = |about: &str, why: &str| Err(Problem::new(Code::BadRequest, about).because(why));
    let is_token = new.token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_token || !(TOKEN_LEAST..=TOKEN_MOST).contains(&new.token.len()) {
        return bad("Token", "应是 3 至 32 位字母和数字，与公众平台“基本配置”里填的一致");
    }
    match &new.encoding_aes_key {
        Some(key) if key.len() != KEY_LENGTH || AesKey::parse(key).is_err() => {
            bad("EncodingAESKey", "应是 43 位字母和数字，与公众平台“基本配置”里的一致")
        }
        None if account.settings.mode != wechat::callback::Mode::Plain => {
            bad("EncodingAESKey", "没有填写，兼容模式和安全模式都需要它")
        }
        _ => Ok(()),
    }
}

/// Where the secrets of the accounts come from, account by account, for `lantai doctor`.
///
/// # Errors
/// The database's.
pub async fn secret_sources(db: &kernel::Db, accounts: &crate::Accounts) -> Result<Vec<(String, String)>> {
    let all = store::all(&mut db.read().await?).await?;
    let source = |account: &str, kind| {
        let kept = all.iter().find(|kept| kept.account == account && kept.kind == kind);
        kept.filter(|kept| kept.sealed.is_some())
            .map_or_else(|| "设置文件".to_owned(), |kept| format!("管理后台（{} 更换）", kept.changed_at.local_text()))
    };
    let told = |account: &std::sync::Arc<Account>| {
        let name = account.name();
        let (secret, callback) = (source(name, Kind::AppSecret), source(name, Kind::Callback));
        (name.to_owned(), format!("AppSecret 来自{secret}，Token 与 EncodingAESKey 来自{callback}"))
    };
    Ok(accounts.iter().map(told).collect())
}
