//! Keeping staff accounts, and knowing who acts.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Result, Role, Tx};
use serde_json::{Value, json};

use crate::password::Password;
use crate::staff::{Staff, StaffName, StaffState};
use crate::store::entry;
use crate::store::staff::{self as store, NewStaff};

/// Who keeps accounts: a member of staff, or whoever may use the program on its machine.
#[derive(Clone, Copy, Debug)]
pub enum Keeper<'a> {
    /// A member of staff with [`Permission::KeepAccounts`].
    Staff(&'a Actor),
    /// The command line of the machine, which owns the database and its keys.
    Machine(&'a str),
}

impl Keeper<'_> {
    fn name(&self) -> Result<&str> {
        match self {
            Self::Staff(actor) => actor.must(Permission::KeepAccounts).map(|()| actor.name()),
            Self::Machine(name) => Ok(name),
        }
    }
}

/// The accounts of staff; cheap to clone.
#[derive(Clone, Debug)]
pub struct StaffAccounts {
    ground: Ground,
}

impl StaffAccounts {
    /// The accounts of a house.
    pub const fn new(ground: Ground) -> Self {
        Self { ground }
    }

    /// Makes an account.
    ///
    /// # Errors
    /// [`Code::Conflict`] if there is one of this name, [`Code::BadRequest`] without a role, [`Code::Forbidden`] if the
    /// keeper may not.
    pub async fn add(&self, keeper: Keeper<'_>, name: &StaffName, roles: &[Role], password: &Password) -> Result<()> {
        if roles.is_empty() {
            return Err(Problem::new(Code::BadRequest, account(name.written())).because("至少要有一个角色").into());
        }
        let digest = password.digest(&self.ground.random)?;
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.add-staff", (name.written(), json!({ "roles": words(roles) }))).await?;
        if store::of_name(&mut tx, name.key()).await?.is_some() {
            return Err(Problem::new(Code::Conflict, account(name.written())).because("已有同名的账号").into());
        }
        let id = self.ground.ids.make();
        store::add(&mut tx, NewStaff { id, name, password: digest }, self.ground.clock.now()).await?;
        store::set_roles(&mut tx, id, roles).await?;
        Ok(tx.commit().await?)
    }

    /// Gives an account exactly these roles.
    ///
    /// # Errors
    /// As [`StaffAccounts::add`]; [`Code::PathMissing`] if there is no such account.
    pub async fn set_roles(&self, keeper: Keeper<'_>, name: &str, roles: &[Role]) -> Result<()> {
        if roles.is_empty() {
            return Err(Problem::new(Code::BadRequest, account(name)).because("至少要有一个角色").into());
        }
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.set-roles", (name, json!({ "roles": words(roles) }))).await?;
        let staff = known(&mut tx, name).await?;
        store::hold(&mut tx, staff.id).await?;
        store::set_roles(&mut tx, staff.id, roles).await?;
        entry::delete_sessions_of(&mut tx, staff.id).await?;
        Ok(tx.commit().await?)
    }

    /// Switches an account off or on again.
    ///
    /// # Errors
    /// As [`StaffAccounts::set_roles`].
    pub async fn set_state(&self, keeper: Keeper<'_>, name: &str, state: StaffState) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.set-state", (name, json!({ "state": state.name() }))).await?;
        let staff = known(&mut tx, name).await?;
        store::set_state(&mut tx, staff.id, state, self.ground.clock.now()).await?;
        entry::delete_sessions_of(&mut tx, staff.id).await?;
        Ok(tx.commit().await?)
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// As [`StaffAccounts::set_roles`].
    pub async fn set_password(&self, keeper: Keeper<'_>, name: &str, password: &Password) -> Result<()> {
        let digest = password.digest(&self.ground.random)?;
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.set-password", (name, Value::Null)).await?;
        let staff = known(&mut tx, name).await?;
        store::set_password(&mut tx, staff.id, digest, self.ground.clock.now()).await?;
        entry::delete_sessions_of(&mut tx, staff.id).await?;
        Ok(tx.commit().await?)
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn all(&self) -> Result<Vec<Staff>> {
        Ok(store::all(&mut self.ground.db.read().await?).await?)
    }

    /// The member of staff of this name, to act.
    ///
    /// # Errors
    /// [`Code::PathMissing`] if there is none, [`Code::Forbidden`] if the account was switched off.
    pub async fn actor(&self, name: &str) -> Result<Actor> {
        let staff = known(&mut self.ground.db.read().await?, name).await?;
        match staff.state {
            StaffState::Active => Ok(staff.actor()),
            StaffState::Disabled => Err(Problem::new(Code::Forbidden, account(name)).because("账号已停用").into()),
        }
    }

    /// Takes the second factor of an account away: who lost the device and the recovery codes sets up a new one.
    ///
    /// # Errors
    /// As [`StaffAccounts::set_roles`].
    pub async fn remove_second_factor(&self, keeper: Keeper<'_>, name: &str) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.remove-second-factor", (name, Value::Null)).await?;
        let staff = known(&mut tx, name).await?;
        store::hold(&mut tx, staff.id).await?;
        entry::remove_factor(&mut tx, staff.id).await?;
        entry::delete_sessions_of(&mut tx, staff.id).await?;
        Ok(tx.commit().await?)
    }

    async fn note(&self, tx: &mut Tx, keeper: Keeper<'_>, action: &str, (name, detail): (&str, Value)) -> Result<()> {
        let object = format!("staff/{name}");
        let line = Line { actor: keeper.name()?, action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(tx, self.ground.clock.now(), &line).await
    }
}

/// A digest that no password has, as costly as a true one.
pub(super) const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn account(name: &str) -> String {
    format!("账号 {name}")
}

fn words(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}

async fn known(tx: &mut Tx, name: &str) -> Result<Staff> {
    let found = match StaffName::parse(name) {
        Ok(name) => store::of_name(tx, name.key()).await?,
        Err(_) => None,
    };
    let why = "没有这个账号；用 lantai staff list 查看已有的，用 lantai staff add 添加";
    found.ok_or_else(|| Problem::new(Code::PathMissing, account(name)).because(why).into())
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};

    use super::*;
    use crate::password;

    fn code(error: &kernel::Error) -> Option<Code> {
        match error {
            kernel::Error::Problem(problem) => Some(problem.code()),
            _ => None,
        }
    }

    #[tokio::test]
    async fn accounts_are_kept_on_both_databases() {
        both(|db| async {
            let (ground, _hand) = ground(db);
            let accounts = StaffAccounts::new(ground.clone());
            let machine = Keeper::Machine("命令行");
            let (name, password) = (StaffName::parse("王莉").unwrap(), Password::made(&ground.random));
            accounts.add(machine, &name, &[Role::Director, Role::Archivist], &password).await.unwrap();
            let twice = accounts.add(machine, &name, &[Role::Editor], &password).await.unwrap_err();
            assert_eq!(code(&twice), Some(Code::Conflict));

            let actor = accounts.actor("王莉").await.unwrap();
            assert_eq!(actor.roles(), [Role::Archivist, Role::Director]);

            let refused = accounts.set_roles(Keeper::Staff(&actor), "王莉", &[Role::Auditor]).await.unwrap_err();
            assert_eq!(code(&refused), Some(Code::Forbidden));
            accounts.set_roles(machine, "王莉", &[Role::SecurityAdministrator]).await.unwrap();
            let keeper = accounts.actor("王莉").await.unwrap();
            let other = Password::made(&ground.random);
            accounts.set_password(Keeper::Staff(&keeper), "王莉", &other).await.unwrap();

            accounts.set_state(Keeper::Staff(&keeper), "王莉", StaffState::Disabled).await.unwrap();
            assert_eq!(code(&accounts.actor("王莉").await.unwrap_err()), Some(Code::Forbidden));
            assert_eq!(code(&accounts.actor("李四").await.unwrap_err()), Some(Code::PathMissing));
            assert_eq!(accounts.all().await.unwrap().len(), 1);
        })
        .await;
    }

    #[test]
    fn nobodys_digest_is_one_no_password_has() {
        assert!(!password::is_password("", NOBODYS).unwrap());
        assert!(!password::is_password("a password 1", NOBODYS).unwrap());
    }
}
