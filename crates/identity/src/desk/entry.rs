//! Letting staff in: password, second factor, sessions, and the lock after failures.

mod proof;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Error, Ground, Id, Problem, Random, Result, Tx};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use web::{HouseBook, SessionToken};

use super::staff::NOBODYS;
use super::tries;
use crate::lockout::{Counted, WINDOW_SECONDS};
use crate::password::{self, Password};
use crate::second_factor::{RECOVERY_CODES, RecoveryCode, SecondFactor};
use crate::staff::{Staff, StaffName, StaffState};
use crate::staff_session::{IDLE_SECONDS, StaffSession, Stage, TOUCH_SECONDS, WHOLE_SECONDS};
use crate::store::{entry as store, staff};

/// Digests of passwords worked out at the same time: each takes 19 MB and a core.
const HASHING: usize = 2;
/// How long a try waits for its turn at that.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a network stays known to an account, in seconds.
const KNOWN_SECONDS: i64 = 180 * 86_400;
/// Tries for accounts that are not there that one network gets into the audit log, within half an hour.
const TOLD: i64 = 5;

/// The entrance of staff; cheap to clone.
#[derive(Clone, Debug)]
pub struct Entrance {
    ground: Ground,
    /// As authenticators list it.
    house: HouseBook,
    second_factor: SecondFactorRule,
    hashing: Arc<Semaphore>,
}

/// Whether everybody has to have a second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactorRule {
    /// Who has none sets one up at the next sign-in (GB/T 22239-2019 8.1.4.1 d).
    Required,
    /// Who has one gives it.
    Optional,
}

/// What comes after the password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Nothing: the member of staff is in.
    Nothing,
    /// A code of the second factor.
    Code,
    /// Setting a second factor up.
    SetUp,
}

/// Somebody who has come in, wholly or half.
#[derive(Clone, Debug)]
pub struct Present {
    /// The secret of the session.
    pub token: SessionToken,
    /// Who it is.
    pub actor: Actor,
    /// How far they have come in.
    pub stage: Stage,
    /// Whether they proved a short while ago who they are.
    pub is_proved: bool,
    staff: Id<Staff>,
}

/// A second factor that is being set up: to be shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in groups of four, to be typed.
    pub secret: String,
    /// `otpauth://totp/…`, to be shown as a picture.
    pub address: String,
}

impl Enrolment {
    /// The address as a QR code, an SVG document.
    ///
    /// # Errors
    /// Only by a fault of ours.
    pub fn picture(&self) -> Result<String> {
        let code = qrcode::QrCode::new(&self.address).map_err(Error::internal)?;
        Ok(code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(240, 240).build())
    }
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// A try that was counted and may be looked at.
struct Tried {
    /// What it was counted by, as keyed hashes.
    subjects: Vec<(Counted, String)>,
    /// The account, if there is one.
    name: Option<String>,
    /// How many tries the network has made lately.
    of_network: i64,
}

impl Entrance {
    /// The entrance of a house.
    pub fn new(ground: Ground, house: impl Into<HouseBook>, second_factor: SecondFactorRule) -> Self {
        let hashing = Arc::new(Semaphore::new(HASHING));
        Self { ground, house: house.into(), second_factor, hashing }
    }

    /// The house, as authenticators list it.
    pub(crate) fn institution(&self) -> String {
        self.house.now().name.clone()
    }

    /// Where salts come from.
    pub(crate) fn random(&self) -> Random {
        self.ground.random.clone()
    }

    /// Begins a session for whoever knows the password of an account. Who is not there, is switched off or typed another
    /// password takes the same time and gets the same answer.
    ///
    /// # Errors
    /// [`Code::SignInRefused`]; [`Code::LockedOut`] after too many failures; the database's.
    pub async fn sign_in(&self, name: &str, password: &str, from: IpAddr) -> Result<(SessionToken, Next)> {
        let named = StaffName::parse(name).ok();
        let key = named.as_ref().map_or("", StaffName::key);
        let mut tx = self.ground.db.begin().await?;
        let found = staff::of_name(&mut tx, key).await?.filter(|staff| staff.state == StaffState::Active);
        let tried = self.tried(tx, key, found.as_ref(), from).await?;
        let digest = match &found {
            Some(found) => staff::password(&mut self.ground.db.read().await?, found.id).await?,
            None => NOBODYS.to_owned(),
        };
        let known = self.is_password(password, digest.clone()).await?;
        let why = "账号或口令不对";
        let Some(found) = found.filter(|_| known) else { return Err(self.refused(&tried, why).await) };
        let mut tx = self.ground.db.begin().await?;
        // Working the digest out took a while: what was true before must still be.
        staff::hold(&mut tx, found.id).await?;
        let is_same = staff::password(&mut tx, found.id).await? == digest;
        let still = staff::of_id(&mut tx, found.id).await?.filter(|staff| staff.state == StaffState::Active && is_same);
        let Some(found) = still else {
            // Writing the failure down is a unit of its own, and SQLite has one writer.
            drop(tx);
            return Err(self.refused(&tried, why).await);
        };
        let factor = store::factor(&mut tx, found.id).await?.filter(|factor| factor.confirmed);
        let next = match (factor, self.second_factor) {
            (Some(_), _) => Next::Code,
            (None, SecondFactorRule::Required) => Next::SetUp,
            (None, SecondFactorRule::Optional) => Next::Nothing,
        };
        let stage = if next == Next::Nothing { Stage::Whole } else { Stage::Password };
        let token = self.begin(&mut tx, &found, stage, &tried).await?;
        tx.commit().await?;
        Ok((token, next))
    }

    /// Lets somebody wholly in who has given the password and now gives a code, or a recovery code: under a new token.
    ///
    /// # Errors
    /// [`Code::SignInRefused`], also for a code that was taken before; [`Code::LockedOut`]; the database's.
    pub async fn give_code(&self, present: &Present, code: &str, from: IpAddr) -> Result<SessionToken> {
        if present.stage == Stage::Whole {
            return Err(Problem::new(Code::Conflict, "登录").because("已经登录").into());
        }
        let tried = self.tried_by(present, from).await?;
        let mut tx = self.ground.db.begin().await?;
        let found = self.held(&mut tx, present).await?;
        if !self.takes(&mut tx, &found, code).await? {
            drop(tx);
            return Err(self.refused(&tried, "动态码不对，或者已经用过").await);
        }
        let token = self.step_up(&mut tx, present, &found, &tried).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Gives somebody without a second factor a secret.
    ///
    /// # Errors
    /// [`Code::Conflict`] if they have one: the security administrator takes it away first; the database's.
    pub async fn set_up(&self, present: &Present) -> Result<Enrolment> {
        let mut tx = self.ground.db.begin().await?;
        let found = self.held(&mut tx, present).await?;
        let factor = SecondFactor::made(&self.ground.random, &self.institution(), &found.name)?;
        let sealed = factor.sealed(&self.ground, found.id)?;
        if !store::put_factor(&mut tx, found.id, sealed).await? {
            let why = "已有动态码；要换设备，请安全管理员先解除";
            return Err(Problem::new(Code::Conflict, "动态码").because(why).into());
        }
        tx.commit().await?;
        Ok(Enrolment { secret: factor.written(), address: factor.address()? })
    }

    /// Takes the first code of a secret: from now on it is asked for. The recovery codes are shown once.
    ///
    /// # Errors
    /// [`Code::SignInRefused`] for another code; [`Code::Conflict`] as [`Entrance::set_up`]; the database's.
    pub async fn confirm(
        &self,
        present: &Present,
        code: &str,
        from: IpAddr,
    ) -> Result<(SessionToken, Vec<RecoveryCode>)> {
        let tried = self.tried_by(present, from).await?;
        let mut tx = self.ground.db.begin().await?;
        let found = self.held(&mut tx, present).await?;
        let row = store::factor(&mut tx, found.id).await?;
        let step = match &row {
            Some(row) => self.factor(&found, &row.secret)?.step(code, self.ground.clock.now()),
            None => None,
        };
        let proved = match (&row, step) {
            (Some(row), Some(step)) => store::confirm_factor(&mut tx, found.id, &row.secret, step).await?,
            _ => false,
        };
        if !proved {
            drop(tx);
            return Err(self.refused(&tried, "动态码不对").await);
        }
        let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES).map(|_| RecoveryCode::made(&self.ground.random)).collect();
        let hashes = codes.iter().map(|code| self.ground.secrets.lookup(RECOVERY, &of_code(found.id, code)));
        store::put_recovery_codes(&mut tx, found.id, &hashes.collect::<Result<Vec<_>>>()?).await?;
        self.note(&mut tx, &found.name, "identity.set-second-factor").await?;
        let token = self.step_up(&mut tx, present, &found, &tried).await?;
        // A session from before, perhaps somebody else's, does not outlive the second factor.
        store::delete_sessions_but(&mut tx, found.id, &token.digest()).await?;
        tx.commit().await?;
        Ok((token, codes))
    }

    /// Gives whoever is wholly in another password. All sessions of the account end, this one too.
    ///
    /// # Errors
    /// [`Code::SignInRefused`] if the old one is wrong; [`Code::LockedOut`]; [`Code::BadRequest`] if both are the same;
    /// the database's.
    pub async fn change_password(&self, present: &Present, old: &str, new: &Password, from: IpAddr) -> Result<()> {
        if old == new.reveal() {
            return Err(Problem::new(Code::BadRequest, "新口令").because("与现在的口令相同").into());
        }
        let (tried, held) = self.given_anew(present, old, from).await?;
        let digest = new.digest(&self.ground.random)?;
        let mut tx = self.ground.db.begin().await?;
        let found = self.with_password(&mut tx, present, &held).await?;
        self.note(&mut tx, &found.name, "identity.change-password").await?;
        staff::set_password(&mut tx, found.id, digest, self.ground.clock.now()).await?;
        for (_, subject) in &tried.subjects {
            store::take_try_back(&mut tx, subject).await?;
        }
        store::delete_sessions_of(&mut tx, found.id).await?;
        Ok(tx.commit().await?)
    }

    /// Who has come in with a token; nobody if its session ended, or the account was switched off.
    ///
    /// # Errors
    /// The database's.
    pub async fn present(&self, token: SessionToken) -> Result<Option<Present>> {
        self.found(token, true).await
    }

    /// As [`Entrance::present`], for what a page asks by itself: it does not count as a use of the session.
    ///
    /// # Errors
    /// The database's.
    pub async fn present_unseen(&self, token: SessionToken) -> Result<Option<Present>> {
        self.found(token, false).await
    }

    async fn found(&self, token: SessionToken, is_use: bool) -> Result<Option<Present>> {
        let (digest, now) = (token.digest(), self.ground.clock.now());
        let mut tx = self.ground.db.read().await?;
        let Some(session) = store::session(&mut tx, &digest).await? else { return Ok(None) };
        let found = staff::of_id(&mut tx, session.staff).await?.filter(|found| found.state == StaffState::Active);
        drop(tx);
        let Some(found) = found.filter(|_| session.runs(now)) else {
            self.end(&token).await?;
            return Ok(None);
        };
        let is_touched = is_use && session.stage == Stage::Whole;
        if is_touched && now.seconds_since(session.seen) >= TOUCH_SECONDS {
            let mut tx = self.ground.db.begin().await?;
            store::touch_session(&mut tx, &digest, now).await?;
            tx.commit().await?;
        }
        let is_proved = session.is_proved(now);
        Ok(Some(Present { token, actor: found.actor(), stage: session.stage, is_proved, staff: found.id }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(&self, token: &SessionToken) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        store::delete_session(&mut tx, &token.digest()).await?;
        Ok(tx.commit().await?)
    }

    /// Removes what has ended. Returns how many rows there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn sweep(&self) -> Result<u64> {
        let ago = |seconds: i64| self.ground.clock.now().plus_seconds(-seconds);
        let mut tx = self.ground.db.begin().await?;
        let ends = [WHOLE_SECONDS, IDLE_SECONDS, WINDOW_SECONDS, KNOWN_SECONDS].map(ago);
        let swept = store::sweep(&mut tx, ends).await?;
        tx.commit().await?;
        Ok(swept)
    }
}

impl Entrance {
    /// Counts a try in a unit of its own, before anything is looked at.
    async fn tried(&self, mut tx: Tx, key: &str, found: Option<&Staff>, from: IpAddr) -> Result<Tried> {
        let secrets = &self.ground.secrets;
        let network = tries::of_network(secrets, from)?;
        let is_known = match found {
            Some(found) => store::knows_network(&mut tx, found.id, &network).await?,
            None => false,
        };
        let mut subjects =
            vec![(Counted::AccountFromNetwork, tries::of_pair(secrets, key, &network)?), (Counted::Network, network)];
        if !is_known {
            subjects.push((Counted::AccountFromElsewhere, tries::of_account(secrets, key)?));
        }
        let now = self.ground.clock.now();
        let mut of_network = 0;
        for (counted, subject) in &subjects {
            let moments = [now, now.plus_seconds(-WINDOW_SECONDS)];
            let count = store::count_try(&mut tx, subject, counted.most(), moments).await?;
            if count > counted.most() {
                // What is not looked at does not count for the others.
                tx.commit().await?;
                return Err(Problem::new(Code::LockedOut, "登录").into());
            }
            if *counted == Counted::Network {
                of_network = count;
            }
        }
        tx.commit().await?;
        Ok(Tried { subjects, name: found.map(|found| found.name.clone()), of_network })
    }

    async fn tried_by(&self, present: &Present, from: IpAddr) -> Result<Tried> {
        let mut tx = self.ground.db.begin().await?;
        let found = self.held(&mut tx, present).await?;
        let key = StaffName::parse(&found.name).map(|name| name.key().to_owned()).unwrap_or_default();
        self.tried(tx, &key, Some(&found), from).await
    }

    /// Writes a failure down and says what whoever tried is told. What is no account's name is not repeated: it may be a
    /// password typed into the wrong field; and a flood of such tries does not fill the log.
    async fn refused(&self, tried: &Tried, why: &str) -> Error {
        let written = async {
            if tried.name.is_none() && tried.of_network > TOLD {
                return Ok(());
            }
            let object = format!("staff/{}", tried.name.as_deref().unwrap_or("?"));
            let (actor, action) = ("nobody", "identity.sign-in");
            let line =
                Line { actor, action, object: &object, outcome: Outcome::Refused, detail: json!({ "why": why }) };
            audit::alone(&self.ground, &line).await
        };
        match written.await {
            Ok(()) => Problem::new(Code::SignInRefused, "登录").because(why).into(),
            Err(error) => error,
        }
    }

    /// Writes down that somebody who is in tried what they may not do (A13).
    ///
    /// # Errors
    /// [`Code::AuditUnavailable`].
    pub(crate) async fn note_refused(&self, actor: &Actor, act: &str) -> Result<()> {
        let (action, object) = ("staff.overstep", format!("staff/{}", actor.name()));
        let detail = json!({ "act": act });
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Refused, detail };
        audit::alone(&self.ground, &line).await
    }

    async fn is_password(&self, password: &str, digest: String) -> Result<bool> {
        let turn = tokio::time::timeout(PATIENCE, self.hashing.clone().acquire_owned());
        let turn = turn.await.map_err(|_| Problem::new(Code::Busy, "登录"))?.map_err(Error::internal)?;
        let password = password.to_owned();
        let checked = tokio::task::spawn_blocking(move || {
            // Whoever hung up meanwhile still holds the turn until the work is done.
            let is_password = password::is_password(&password, &digest);
            drop(turn);
            is_password
        });
        checked.await.map_err(Error::internal)?
    }

    /// Begins a session; whoever is wholly in is known on this network from here on.
    async fn begin(&self, tx: &mut Tx, found: &Staff, stage: Stage, tried: &Tried) -> Result<SessionToken> {
        let now = self.ground.clock.now();
        let token = SessionToken::new(&self.ground.random);
        let session = StaffSession { staff: found.id, stage, started: now, seen: now };
        store::insert_session(tx, token.digest(), &session).await?;
        for (counted, subject) in &tried.subjects {
            match (counted, stage) {
                (Counted::AccountFromNetwork, Stage::Whole) => store::forget_tries(tx, subject).await?,
                _ => store::take_try_back(tx, subject).await?,
            }
            if *counted == Counted::Network && stage == Stage::Whole {
                store::note_network(tx, found.id, subject, now).await?;
            }
        }
        if stage == Stage::Whole {
            self.note(tx, &found.name, "identity.sign-in").await?;
        }
        Ok(token)
    }

    /// A session wholly in, under a new token; the old one is worth nothing from here on.
    async fn step_up(&self, tx: &mut Tx, present: &Present, found: &Staff, tried: &Tried) -> Result<SessionToken> {
        if !store::delete_session(tx, &present.token.digest()).await? {
            return Err(Problem::new(Code::SignInRefused, "登录").because("这次登录已经结束").into());
        }
        self.begin(tx, found, Stage::Whole, tried).await
    }

    /// The account of a session, held for the rest of the unit.
    async fn held(&self, tx: &mut Tx, present: &Present) -> Result<Staff> {
        staff::hold(tx, present.staff).await?;
        let found = staff::of_id(tx, present.staff).await?.filter(|found| found.state == StaffState::Active);
        found.ok_or_else(|| Problem::new(Code::SignInRefused, "登录").because("账号已停用").into())
    }

    /// Whether a code of the present step, or a recovery code, is taken.
    async fn takes(&self, tx: &mut Tx, found: &Staff, code: &str) -> Result<bool> {
        let Some(row) = store::factor(tx, found.id).await?.filter(|row| row.confirmed) else { return Ok(false) };
        if let Some(step) = self.factor(found, &row.secret)?.step(code, self.ground.clock.now()) {
            return Ok(store::take_step(tx, found.id, step).await?);
        }
        let Some(code) = RecoveryCode::parse(code) else { return Ok(false) };
        let hashes = self.ground.secrets.lookups(RECOVERY, &of_code(found.id, &code));
        Ok(store::take_recovery_code(tx, found.id, &hashes).await?)
    }

    fn factor(&self, found: &Staff, sealed: &str) -> Result<SecondFactor> {
        SecondFactor::opened(&self.ground, found.id, sealed, (&self.institution(), &found.name))
    }

    async fn note(&self, tx: &mut Tx, name: &str, action: &str) -> Result<()> {
        let object = format!("staff/{name}");
        let line = Line { actor: name, action, object: &object, outcome: Outcome::Done, detail: Value::Null };
        audit::privileged(tx, self.ground.clock.now(), &line).await
    }
}

/// The purpose of keyed hashes.
const RECOVERY: &str = "staff-recovery";

fn of_code(staff: Id<Staff>, code: &RecoveryCode) -> String {
    format!("{}/{}", staff.uuid(), code.bare())
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
