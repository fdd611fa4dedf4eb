//! Turning tickets and sign-ins into sessions.

mod entry;
mod first_start;
mod personal_lists;
mod sign_in;
mod staff;
mod tries;

pub use entry::{Enrolment, Entrance, Next, Present, SecondFactorRule};
pub use first_start::FirstStart;
pub use personal_lists::PersonalLists;
pub(crate) use personal_lists::{Fetch, Listed};
pub(crate) use sign_in::{Begun, LIFE_SECONDS as SIGN_IN_SECONDS};
pub use staff::{Keeper, Separation, StaffAccounts, StaffOverview};

use account::{Accounts, Capability, Clients};
use axum::http::HeaderMap;
use kernel::{Ground, PersonId};
use web::{Session, Sessions, Strength};

use crate::store;
use crate::ticket::Ticket;

/// Who is at the door; cheap to clone.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) ground: Ground,
    pub(crate) accounts: Accounts,
    pub(crate) clients: Clients,
    pub(crate) sessions: Sessions,
    pub(crate) site_base: String,
}

/// A reader who is recognised.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Their session.
    pub session: Session,
    /// The followers they are: names of accounts with openids, at least one.
    pub followers: Vec<(String, String)>,
}

impl Identity {
    /// The desk of a house whose pages are under `site_base`, `scheme://host[:port]`.
    pub fn new(ground: Ground, accounts: Accounts, clients: Clients, sessions: Sessions, site_base: &str) -> Self {
        let site_base = site_base.trim_end_matches('/').to_owned();
        Self { ground, accounts, clients, sessions, site_base }
    }

    /// The session a ticket gives: none if the ticket is not good, or was used before by somebody who is not `present`.
    /// A link that was passed on still opens its page, but signs nobody in.
    pub async fn admit(&self, text: &str, present: Option<&Session>) -> kernel::Result<Option<Session>> {
        let now = self.ground.clock.now();
        let Some(ticket) = Ticket::open(&self.ground.secrets, text, now) else { return Ok(None) };
        if self.accounts.get(&ticket.account).is_none() {
            return Ok(None);
        }
        let mut tx = self.ground.db.begin().await?;
        let first = store::use_ticket(&mut tx, &ticket.number, ticket.expires_at).await?;
        let person = store::reader(&mut tx, [&ticket.account, &ticket.openid], self.ground.ids.make(), now).await?;
        tx.commit().await?;
        if present.and_then(Session::person) == Some(person) || !first {
            return Ok(None);
        }
        self.begin_session(person, present).await.map(Some)
    }

    /// A session for a known follower: the visitor's own one under a new token, or a new one.
    async fn begin_session(&self, person: PersonId, present: Option<&Session>) -> kernel::Result<Session> {
        match present.filter(|session| session.person().is_none()) {
            Some(anonymous) => self.sessions.step_up(anonymous, person, Strength::Known).await,
            None => self.sessions.start(Some(person), Strength::Known).await,
        }
    }

    /// The followers a person is: names of accounts with openids.
    pub async fn openids(&self, person: PersonId) -> kernel::Result<Vec<(String, String)>> {
        let mut tx = self.ground.db.read().await?;
        Ok(store::openids(&mut tx, person).await?)
    }

    /// The reader a request comes from: their session and the followers they are. None for whoever is not recognised.
    ///
    /// # Errors
    /// The database's.
    pub async fn reader(&self, headers: &HeaderMap) -> kernel::Result<Option<Reader>> {
        let Some(session) = self.sessions.find(headers).await? else { return Ok(None) };
        let Some(person) = session.person() else { return Ok(None) };
        let followers = self.openids(person).await?;
        Ok((!followers.is_empty()).then_some(Reader { session, followers }))
    }

    /// The address at which a reader who is inside WeChat is recognised and led on to one of our paths; none if no account
    /// may sign readers in. `path` needs no escaping.
    pub fn way_in(&self, path: &str) -> Option<String> {
        let account = self.accounts.iter().find(|account| account.allows(Capability::WebSignIn))?;
        Some(format!("/enter/{}?to={path}", account.name()))
    }

    /// Deletes what is left of tickets and sign-ins that ended a day ago; for a daily job.
    pub async fn sweep(&self) -> kernel::Result<u64> {
        let mut tx = self.ground.db.begin().await?;
        let swept = store::sweep(&mut tx, self.ground.clock.now().plus_seconds(-86_400)).await?;
        tx.commit().await?;
        Ok(swept)
    }
}
