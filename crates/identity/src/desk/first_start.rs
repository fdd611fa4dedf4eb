//! The first account of a house: made with a token that is printed where the program starts (A25). There is no password
//! that a house comes with.

use kernel::audit::{self, Line, Outcome};
use kernel::{Code, Ground, Problem, Result, Role, house};
use serde_json::json;

use crate::password::{self, Password};
use crate::staff::StaffName;
use crate::store::staff::{self as store, NewStaff};

/// The value of the house that holds the digest of the token and when it was made.
const NAME: &str = "identity.first-start";
/// What is held while the first account is made.
const HELD: &str = "identity.first-start.lock";
/// How long a token holds, in seconds.
const LIFE_SECONDS: i64 = 24 * 3600;

/// Who may make the first account of a house; cheap to clone.
#[derive(Clone, Debug)]
pub struct FirstStart {
    ground: Ground,
}

impl FirstStart {
    /// The first start of a house.
    pub const fn new(ground: Ground) -> Self {
        Self { ground }
    }

    /// Makes a token, to be shown where the program was started and nowhere else, in place of the one before; none if the
    /// house has accounts.
    ///
    /// # Errors
    /// The database's.
    pub async fn offer(&self) -> Result<Option<String>> {
        let mut tx = self.ground.db.begin().await?;
        if !store::all(&mut tx).await?.is_empty() {
            return Ok(None);
        }
        let token = Password::made(&self.ground.random);
        let value = format!("{} {}", self.ground.clock.now().seconds(), token.digest(&self.ground.random)?);
        house::set_value(&mut tx, NAME, &value).await?;
        tx.commit().await?;
        Ok(Some(token.reveal().to_owned()))
    }

    /// Whether the first account is still to be made.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_open(&self) -> Result<bool> {
        let mut tx = self.ground.db.read().await?;
        let is_offered = house::value(&mut tx, NAME).await?.is_some_and(|value| !value.is_empty());
        Ok(is_offered && store::all(&mut tx).await?.is_empty())
    }

    /// Makes the first account, a security administrator, who then makes the others. The token is good once.
    ///
    /// # Errors
    /// [`Code::NotFound`] if the house has accounts; [`Code::SignInRefused`] for a wrong token or one that is over.
    pub async fn take(&self, token: &str, name: &StaffName, password: &Password) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        house::hold(&mut tx, HELD).await?;
        let held = house::value(&mut tx, NAME).await?.unwrap_or_default();
        if held.is_empty() || !store::all(&mut tx).await?.is_empty() {
            return Err(Problem::new(Code::NotFound, "首次设置").into());
        }
        let now = self.ground.clock.now();
        let (at, kept) = held.split_once(' ').unwrap_or_default();
        let is_fresh = at.parse::<i64>().is_ok_and(|at| (0..LIFE_SECONDS).contains(&(now.seconds() - at)));
        if !is_fresh || !password::is_password(token.trim(), kept)? {
            let why = "启动口令不对，或已过 24 小时；重新启动服务会显示新的";
            return Err(Problem::new(Code::SignInRefused, "首次设置").because(why).into());
        }
        let roles = [Role::SecurityAdministrator];
        let object = format!("staff/{}", name.written());
        let detail = json!({ "roles": roles.map(Role::name) });
        let (action, outcome) = ("identity.add-staff", Outcome::Done);
        let line = Line { actor: "首次设置", action, object: &object, outcome, detail };
        audit::privileged(&mut tx, now, &line).await?;
        let id = self.ground.ids.make();
        let password = password.digest(&self.ground.random)?;
        store::add(&mut tx, NewStaff { id, name, password }, now).await?;
        store::set_roles(&mut tx, id, &roles).await?;
        house::set_value(&mut tx, NAME, "").await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};

    use super::*;
    use crate::{Separation, StaffAccounts};

    fn code(error: &kernel::Error) -> Code {
        error.shown().code()
    }

    #[tokio::test]
    async fn a25_the_first_account_is_made_once_with_the_token_of_this_start() {
        both(|db| async {
            let (ground, hand) = ground(db);
            let first = FirstStart::new(ground.clone());
            let (name, other) = (StaffName::parse("王莉").unwrap(), StaffName::parse("李四").unwrap());
            let password = Password::made(&ground.random);
            assert!(!first.is_open().await.unwrap());
            assert_eq!(code(&first.take("", &name, &password).await.unwrap_err()), Code::NotFound);
            let before = first.offer().await.unwrap().unwrap();
            let token = first.offer().await.unwrap().unwrap();
            assert!(first.is_open().await.unwrap() && before != token);
            for wrong in [before.as_str(), "", "x"] {
                assert_eq!(code(&first.take(wrong, &name, &password).await.unwrap_err()), Code::SignInRefused);
            }
            hand.advance(LIFE_SECONDS);
            assert_eq!(code(&first.take(&token, &name, &password).await.unwrap_err()), Code::SignInRefused, "over");
            let token = first.offer().await.unwrap().unwrap();
            let (one, two) = tokio::join!(first.take(&token, &name, &password), first.take(&token, &other, &password));
            assert!(one.is_ok() != two.is_ok(), "good once: {one:?} {two:?}");
            let accounts = StaffAccounts::new(ground.clone(), Separation::Required).all().await.unwrap();
            assert_eq!((accounts.len(), accounts[0].roles.as_slice()), (1, &[Role::SecurityAdministrator][..]));
            assert!(!first.is_open().await.unwrap());
            assert_eq!(first.offer().await.unwrap(), None, "a house with accounts has no first start");
            assert_eq!(code(&first.take(&token, &other, &password).await.unwrap_err()), Code::NotFound);
            let kept = house::value(&mut ground.db.read().await.unwrap(), NAME).await.unwrap();
            assert_eq!(kept.as_deref(), Some(""));
        })
        .await;
    }
}
