//! Sign-in through WeChat (OAuth2, `snsapi_base`), for accounts that have it.

use std::time::Duration;

use account::Capability;
use kernel::{Code, PersonId, Problem, hex};
use sm3::{Digest, Sm3};
use web::{OwnPath, Session};
use wechat::client::Error;

use super::Identity;
use crate::store::{self, SignIn};

/// How long a reader may take at WeChat's page.
pub(crate) const LIFE_SECONDS: i64 = 10 * 60;
/// How often a second load of the return address looks whether the first one is done.
const LOOKS: u32 = 10;
/// The pause between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// What a visitor who wants to sign in is given.
pub(crate) enum Begun {
    /// Go to WeChat's page; the browser keeps the mark.
    AtWechat { address: String, mark: String },
    /// The account cannot sign anybody in: go on as you are.
    Unknown,
}

impl Identity {
    /// Begins a sign-in that is to end at `to`, for the browser with this mark, or a new one.
    pub(crate) async fn begin_sign_in(&self, account: &str, to: &OwnPath, mark: Option<&str>) -> kernel::Result<Begun> {
        let known = self.accounts.get(account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?;
        let Some(client) = self.clients.get(account).filter(|_| known.allows(Capability::WebSignIn)) else {
            return Ok(Begun::Unknown);
        };
        let random = &self.ground.random;
        let state = hex(&random.bytes::<32>());
        let mark = mark.map_or_else(|| hex(&random.bytes::<32>()), ToOwned::to_owned);
        let back = format!("{}/enter/{account}/return", self.site_base);
        let address = client.authorize_url(&back, &state).map_err(kernel::Error::internal)?;
        let new = SignIn {
            state: digest(&state),
            account: account.to_owned(),
            browser: digest(&mark),
            destination: to.as_str().to_owned(),
            begun_at: self.ground.clock.now(),
            code: None,
            person: None,
        };
        let mut tx = self.ground.db.begin().await?;
        store::begin_sign_in(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(Begun::AtWechat { address, mark })
    }

    /// Ends a sign-in: the session and the page it was for. Some clients load the return address twice; both loads of
    /// the same browser with the same code come to the same person (40029 and 40163 are never provoked).
    pub(crate) async fn end_sign_in(
        &self,
        account: &str,
        [state, code]: [&str; 2],
        mark: Option<&str>,
        present: Option<&Session>,
    ) -> kernel::Result<(Session, String)> {
        let state = digest(state);
        let code_digest = digest(code);
        let mut tx = self.ground.db.begin().await?;
        let sign_in = store::sign_in(&mut tx, &state).await?;
        let now = self.ground.clock.now();
        let fits = |sign_in: &SignIn| {
            sign_in.account == account
                && mark.is_some_and(|mark| digest(mark) == sign_in.browser)
                && (0..LIFE_SECONDS).contains(&now.seconds_since(sign_in.begun_at))
        };
        let sign_in = sign_in.filter(fits).ok_or_else(expired)?;
        let first = store::take_sign_in(&mut tx, &state, &code_digest).await?;
        tx.commit().await?;
        let person = if first {
            self.exchange(&sign_in, code).await?
        } else if sign_in.code.as_ref().is_none_or(|taken| *taken == code_digest) {
            self.await_first(&state).await?
        } else {
            return Err(expired().into());
        };
        let session = self.begin_session(person, present).await?;
        Ok((session, sign_in.destination))
    }

    /// Asks WeChat who came back with the code.
    async fn exchange(&self, sign_in: &SignIn, code: &str) -> kernel::Result<PersonId> {
        let client = self.clients.get(&sign_in.account).ok_or_else(expired)?;
        let answer = client.signed_in(code).await.map_err(|error| refused(&error))?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let new = self.ground.ids.make();
        let person = store::reader(&mut tx, [&sign_in.account, &answer.openid], new, now).await?;
        store::end_sign_in(&mut tx, &sign_in.state, person).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// The person the first load of the same return address found; it may still be asking.
    async fn await_first(&self, state: &str) -> kernel::Result<PersonId> {
        for _ in 0..LOOKS {
            let mut tx = self.ground.db.read().await?;
            if let Some(person) = store::sign_in(&mut tx, state).await?.and_then(|sign_in| sign_in.person) {
                return Ok(person);
            }
            drop(tx);
            tokio::time::sleep(LOOK).await;
        }
        Err(expired().into())
    }
}

fn digest(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

fn expired() -> Problem {
    Problem::new(Code::SignInNeeded, "登录").because("这次登录已经失效")
}

fn refused(error: &Error) -> kernel::Error {
    match error {
        Error::Snapshot => {
            Problem::new(Code::SignInNeeded, "登录").because("当前是预览页面，请点击页面下方的“使用完整服务”").into()
        }
        Error::Refused { .. } => {
            tracing::warn!(%error, "WeChat refused a sign-in");
            expired().into()
        }
        _ => {
            tracing::error!(%error, "a sign-in could not be finished");
            Problem::new(Code::Busy, "登录").because("暂时连不上微信").into()
        }
    }
}
