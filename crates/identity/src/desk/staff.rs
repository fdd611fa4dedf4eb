//! Keeping staff accounts, and knowing who acts.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Result, Role, Timestamp, Tx};
use serde_json::{Value, json};

use super::tries;
use crate::lockout::{Counted, WINDOW_SECONDS};
use crate::password::Password;
use crate::second_factor::SecondFactor;
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

/// Whether an account may hold several of the three administrators' roles (三员分立, GB/T 22239-2019 8.1.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Separation {
    /// None may.
    Required,
    /// In a house of one to three people one may; every time it is written down, and staff see who does.
    SmallHouse,
}

/// The accounts of staff; cheap to clone.
#[derive(Clone, Debug)]
pub struct StaffAccounts {
    pub(super) ground: Ground,
    pub(super) separation: Separation,
}

/// An account as its keepers see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffOverview {
    /// The account.
    pub staff: Staff,
    /// Whether it has a second factor.
    pub second_factor: bool,
    /// When it last came in.
    pub last_sign_in: Option<Timestamp>,
    /// Whether tries are no longer looked at, from somewhere it came in before or from elsewhere.
    pub locked: bool,
}

impl StaffAccounts {
    /// The accounts of a house.
    pub const fn new(ground: Ground, separation: Separation) -> Self {
        Self { ground, separation }
    }

    /// The roles an account may have together, and what is written down about them.
    ///
    /// # Errors
    /// [`Code::BadRequest`] without a role; [`Code::Conflict`] for several administrators' roles where they are separated.
    fn together(&self, name: &str, roles: &[Role]) -> Result<Value> {
        if roles.is_empty() {
            return Err(Problem::new(Code::BadRequest, account(name)).because("至少要有一个角色").into());
        }
        let administrators = Role::administrators(roles);
        let is_doubled = administrators.len() > 1;
        if is_doubled && self.separation == Separation::Required {
            let labels: Vec<&str> = administrators.into_iter().map(Role::label).collect();
            let why = format!(
                "{}不能由一个账号兼任（三员分立）；只有一至三人的小馆，可在设置 [staff] 中把 separation 改为 small-house",
                labels.join("、")
            );
            return Err(Problem::new(Code::Conflict, account(name)).because(why).into());
        }
        let mut detail = json!({ "roles": words(roles) });
        if let (true, Some(detail)) = (is_doubled, detail.as_object_mut()) {
            detail.insert("doubled".to_owned(), words(&administrators).into());
        }
        Ok(detail)
    }

    /// Makes an account.
    ///
    /// # Errors
    /// [`Code::Conflict`] if there is one of this name, [`Code::BadRequest`] without a role, [`Code::Forbidden`] if the
    /// keeper may not.
    pub async fn add(&self, keeper: Keeper<'_>, name: &StaffName, roles: &[Role], password: &Password) -> Result<()> {
        let detail = self.together(name.written(), roles)?;
        let digest = password.digest(&self.ground.random)?;
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.add-staff", (name.written(), detail)).await?;
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
    /// As [`StaffAccounts::add`]; [`Code::NoSuchStaff`] if there is no such account.
    pub async fn set_roles(&self, keeper: Keeper<'_>, name: &str, roles: &[Role]) -> Result<()> {
        let detail = self.together(name, roles)?;
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.set-roles", (name, detail)).await?;
        let staff = known(&mut tx, name).await?;
        not_oneself(keeper, &staff, "不能更改自己的角色，请由另一位安全管理员办理")?;
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
        not_oneself(keeper, &staff, "不能停用自己的账号，请由另一位安全管理员办理")?;
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
        not_of_an_administrator(keeper, &staff)?;
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

    /// The names of those who may do something, as the accounts stand in a unit; who is switched off may do nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn able(tx: &mut Tx, permission: Permission) -> kernel::db::Result<Vec<String>> {
        let is_able = |staff: &Staff| staff.state == StaffState::Active && staff.actor().may(permission);
        Ok(store::all(tx).await?.into_iter().filter(is_able).map(|staff| staff.name).collect())
    }

    /// The member of staff of this name, to act.
    ///
    /// # Errors
    /// [`Code::NoSuchStaff`] if there is none, [`Code::Forbidden`] if the account was switched off.
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
        not_of_an_administrator(keeper, &staff)?;
        store::hold(&mut tx, staff.id).await?;
        entry::remove_factor(&mut tx, staff.id).await?;
        entry::delete_sessions_of(&mut tx, staff.id).await?;
        Ok(tx.commit().await?)
    }

    /// Gives an account a second factor whose secret is handed over at once, in base32: for a demo or a training, where
    /// nobody is asked to prove that it arrived.
    ///
    /// # Errors
    /// As [`StaffAccounts::set_roles`]; [`Code::Conflict`] if it has one.
    pub async fn give_second_factor(&self, keeper: Keeper<'_>, name: &StaffName) -> Result<String> {
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.set-second-factor", (name.written(), Value::Null)).await?;
        let staff = known(&mut tx, name.written()).await?;
        let factor = SecondFactor::made(&self.ground.random, "", &staff.name)?;
        let sealed = factor.sealed(&self.ground, staff.id)?;
        let given = entry::put_factor(&mut tx, staff.id, sealed.clone()).await?
            && entry::confirm_factor(&mut tx, staff.id, &sealed, 0).await?;
        if !given {
            return Err(Problem::new(Code::Conflict, account(name.written())).because("已有动态码").into());
        }
        tx.commit().await?;
        Ok(factor.written().replace(' ', ""))
    }

    /// Lets an account try again before the half hour is over: from elsewhere, and from where it came in before.
    ///
    /// # Errors
    /// As [`StaffAccounts::set_roles`].
    pub async fn remove_lock(&self, keeper: Keeper<'_>, name: &str) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, keeper, "identity.remove-lock", (name, Value::Null)).await?;
        let staff = known(&mut tx, name).await?;
        for (_, subject) in self.subjects(&mut tx, &staff).await? {
            entry::forget_tries(&mut tx, &subject).await?;
        }
        Ok(tx.commit().await?)
    }

    /// All accounts as their keepers see them, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn overview(&self) -> Result<Vec<StaffOverview>> {
        let mut tx = self.ground.db.read().await?;
        let since = self.ground.clock.now().plus_seconds(-WINDOW_SECONDS);
        let mut overview = Vec::new();
        for staff in store::all(&mut tx).await? {
            let second_factor = entry::factor(&mut tx, staff.id).await?.is_some_and(|factor| factor.confirmed);
            let last_sign_in = entry::last_sign_in(&mut tx, staff.id).await?;
            let mut locked = false;
            for (counted, subject) in self.subjects(&mut tx, &staff).await? {
                locked |= entry::tries(&mut tx, &subject, since).await? >= counted.most();
            }
            overview.push(StaffOverview { staff, second_factor, last_sign_in, locked });
        }
        Ok(overview)
    }

    /// What tries to come into an account are counted by, as far as it is known.
    async fn subjects(&self, tx: &mut Tx, staff: &Staff) -> Result<Vec<(Counted, String)>> {
        let key = StaffName::parse(&staff.name).map(|name| name.key().to_owned()).unwrap_or_default();
        let secrets = &self.ground.secrets;
        let mut subjects = vec![(Counted::AccountFromElsewhere, tries::of_account(secrets, &key)?)];
        for network in entry::networks(tx, staff.id).await? {
            subjects.push((Counted::AccountFromNetwork, tries::of_pair(secrets, &key, &network)?));
        }
        Ok(subjects)
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

/// Refuses a keeper's act on the own account: whoever gives rights does not give them to themselves.
fn not_oneself(keeper: Keeper<'_>, staff: &Staff, why: &str) -> Result<()> {
    match keeper {
        Keeper::Staff(actor) if actor.name() == staff.name => {
            Err(Problem::new(Code::Conflict, account(&staff.name)).because(why).into())
        }
        Keeper::Staff(_) | Keeper::Machine(_) => Ok(()),
    }
}

/// Refuses to let one person alone into another administrator's account (A26): it takes the keeper, who asks for it, and
/// whoever runs the machine, who does it there.
fn not_of_an_administrator(keeper: Keeper<'_>, staff: &Staff) -> Result<()> {
    match keeper {
        Keeper::Staff(actor) if actor.name() != staff.name && !Role::administrators(&staff.roles).is_empty() => {
            let why = "是管理员账号，口令和动态码须两人办理：请系统管理员在服务器上重设，您在场核对";
            Err(Problem::new(Code::Forbidden, account(&staff.name)).because(why).into())
        }
        Keeper::Staff(_) | Keeper::Machine(_) => Ok(()),
    }
}

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
    found.ok_or_else(|| Problem::new(Code::NoSuchStaff, account(name)).into())
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
            let accounts = StaffAccounts::new(ground.clone(), Separation::Required);
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

            let oneself = accounts.set_state(Keeper::Staff(&keeper), "王莉", StaffState::Disabled).await.unwrap_err();
            assert_eq!(code(&oneself), Some(Code::Conflict));
            let oneself = accounts.set_roles(Keeper::Staff(&keeper), "王莉", &[Role::Director]).await.unwrap_err();
            assert_eq!(code(&oneself), Some(Code::Conflict));
            accounts.set_state(machine, "王莉", StaffState::Disabled).await.unwrap();
            assert_eq!(code(&accounts.actor("王莉").await.unwrap_err()), Some(Code::Forbidden));
            assert_eq!(code(&accounts.actor("李四").await.unwrap_err()), Some(Code::NoSuchStaff));
            assert_eq!(accounts.all().await.unwrap().len(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a26_no_keeper_alone_gets_into_another_administrator_s_account() {
        both(|db| async {
            let (ground, _hand) = ground(db);
            let accounts = StaffAccounts::new(ground.clone(), Separation::Required);
            let machine = Keeper::Machine("命令行");
            let password = Password::made(&ground.random);
            for (name, role) in [
                ("王莉", Role::SecurityAdministrator),
                ("赵审", Role::Auditor),
                ("钱系", Role::SystemAdministrator),
                ("孙档", Role::Archivist),
            ] {
                accounts.add(machine, &StaffName::parse(name).unwrap(), &[role], &password).await.unwrap();
            }
            let actor = accounts.actor("王莉").await.unwrap();
            let keeper = Keeper::Staff(&actor);
            for name in ["赵审", "钱系"] {
                let refused = accounts.set_password(keeper, name, &password).await.unwrap_err();
                assert!(
                    code(&refused) == Some(Code::Forbidden) && refused.to_string().contains("两人办理"),
                    "{refused}"
                );
                assert_eq!(
                    code(&accounts.remove_second_factor(keeper, name).await.unwrap_err()),
                    Some(Code::Forbidden)
                );
                accounts.set_password(machine, name, &password).await.unwrap();
            }
            accounts.set_password(keeper, "孙档", &password).await.unwrap();
            accounts.set_password(keeper, "王莉", &password).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn a14_no_account_holds_two_of_the_three_administrators_but_in_a_small_house() {
        both(|db| async {
            let (ground, _hand) = ground(db);
            let machine = Keeper::Machine("命令行");
            let (name, password) = (StaffName::parse("王莉").unwrap(), Password::made(&ground.random));
            let two = [Role::SystemAdministrator, Role::SecurityAdministrator, Role::Archivist];
            let separated = StaffAccounts::new(ground.clone(), Separation::Required);
            let refused = separated.add(machine, &name, &two, &password).await.unwrap_err();
            assert!(refused.to_string().contains("系统管理员、安全管理员不能由一个账号兼任"), "{refused}");
            separated.add(machine, &name, &[Role::Archivist], &password).await.unwrap();
            assert_eq!(code(&separated.set_roles(machine, "王莉", &two).await.unwrap_err()), Some(Code::Conflict));

            let small = StaffAccounts::new(ground.clone(), Separation::SmallHouse);
            small.set_roles(machine, "王莉", &two).await.unwrap();
            let mut tx = ground.db.read().await.unwrap();
            let lines = audit::read(&mut tx, &audit::Filter::default(), 1).await.unwrap();
            assert_eq!(lines[0].detail["doubled"], json!(["system-administrator", "security-administrator"]));
            assert_eq!(small.overview().await.unwrap()[0].staff.roles.len(), 3);
        })
        .await;
    }

    #[test]
    fn nobodys_digest_is_one_no_password_has() {
        assert!(!password::is_password("", NOBODYS).unwrap());
        assert!(!password::is_password("a password 1", NOBODYS).unwrap());
    }
}
