//! Remembering a visitor between requests.
//!
//! The browser holds a random token in a cookie, the database a digest of it. A new token is given at every step up
//! (binding, verification), so that one planted beforehand is worth nothing. Idle 30 minutes or 8 hours in all end a
//! session, counted on the server by the house's clock.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use kernel::{Code, Ground, PersonId, Problem, Random, Timestamp, Tx, db};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::cookie;
use crate::store::{self, SessionRow};

const IDLE_SECONDS: i64 = 30 * 60;
const WHOLE_SECONDS: i64 = 8 * 3600;
/// The last visit is written down at most this often: reading a page should not cost a write.
const TOUCH_SECONDS: i64 = 60;

/// How well the visitor is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Strength {
    /// Not at all: the session only guards a form.
    Anonymous,
    /// As a follower of the account or a registered reader.
    Known,
    /// By a verified identity.
    Verified,
}

impl Strength {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Known => "known",
            Self::Verified => "verified",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Anonymous, Self::Known, Self::Verified].into_iter().find(|strength| strength.name() == text)
    }
}

/// The secret in the cookie: 32 random bytes in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl SessionToken {
    /// A token nobody has thought of.
    pub fn new(random: &Random) -> Self {
        Self(hex(&random.bytes::<32>()))
    }

    /// Reads a token as a cookie has it.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// What is kept of it.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(&self.0))
    }

    /// The token itself, for the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The proof that a form came from a page of this session, for a hidden field or a header.
    pub fn form_token(&self, random: &Random) -> String {
        let salt = hex(&random.bytes::<8>());
        let mark = self.mark(&salt);
        format!("{salt}.{mark}")
    }

    /// Whether this is such a proof.
    pub fn made(&self, form_token: &str) -> bool {
        let marked = |(salt, mark): (&str, &str)| bool::from(self.mark(salt).as_bytes().ct_eq(mark.as_bytes()));
        form_token.split_once('.').is_some_and(marked)
    }

    /// A mark for forms under a fresh salt: the same page never holds the same bytes twice, so that compression
    /// beside reflected text gives nothing away.
    fn mark(&self, salt: &str) -> String {
        hex(&Sha256::new().chain_update("lantai form\0").chain_update(salt).chain_update(&self.0).finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A visitor's session as it was found or begun.
#[derive(Clone, Debug)]
pub struct Session {
    token: SessionToken,
    row: SessionRow,
}

impl Session {
    /// The person, if known.
    pub const fn person(&self) -> Option<PersonId> {
        self.row.person
    }

    /// How well the visitor is known.
    pub const fn strength(&self) -> Strength {
        self.row.strength
    }

    /// The proof that a form came from a page of this session, for a hidden field.
    pub fn form_token(&self, random: &Random) -> String {
        self.token.form_token(random)
    }

    /// Whether a form came from a page of this session: its hidden field, and the `Origin` if the browser sent one.
    pub fn check_form(&self, headers: &HeaderMap, form_token: &str) -> Result<(), Problem> {
        let genuine = self.token.made(form_token) && is_own_origin(headers);
        if genuine { Ok(()) } else { Err(Problem::new(Code::FormExpired, "这张表单")) }
    }
}

/// Whether a form came from a page of this site. A request without `Origin` was not sent by a page of another one: every
/// browser since 2020 sends it with a form.
pub fn is_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    from.is_some() && from == host
}

/// The sessions of the house; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    ground: Ground,
    secure: bool,
}

impl Sessions {
    /// The sessions kept in this database. `secure` says that readers come over https: the cookie is then
    /// `__Host-lantai` and never travels in the clear.
    pub fn new(ground: Ground, secure: bool) -> Self {
        Self { ground, secure }
    }

    const fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-lantai" } else { "lantai" }
    }

    /// The session of a request, if it has one that still runs.
    pub async fn find(&self, headers: &HeaderMap) -> kernel::Result<Option<Session>> {
        let Some(token) = cookie(headers, self.cookie_name()).and_then(SessionToken::parse) else { return Ok(None) };
        let mut read = self.ground.db.read().await?;
        let row = store::session(&mut read, &token.digest()).await?;
        read.rollback().await?;
        let Some(row) = row else { return Ok(None) };
        let now = self.ground.clock.now();
        if now.seconds_since(row.seen) >= IDLE_SECONDS || now.seconds_since(row.started) >= WHOLE_SECONDS {
            self.delete(&row.digest).await?;
            return Ok(None);
        }
        if now.seconds_since(row.seen) >= TOUCH_SECONDS {
            let mut tx = self.ground.db.begin().await?;
            store::touch_session(&mut tx, &row.digest, now).await?;
            tx.commit().await?;
        }
        Ok(Some(Session { token, row }))
    }

    /// Begins a session.
    pub async fn start(&self, person: Option<PersonId>, strength: Strength) -> kernel::Result<Session> {
        let now = self.ground.clock.now();
        let session = self.made(person, strength, now);
        let mut tx = self.ground.db.begin().await?;
        store::insert_session(&mut tx, &session.row).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Continues a session as somebody better known, under a new token; the old one is worth nothing from here on.
    /// The eight hours go on from where a known visitor's session began. A session that ended meanwhile is refused.
    pub async fn step_up(&self, old: &Session, person: PersonId, strength: Strength) -> kernel::Result<Session> {
        let now = self.ground.clock.now();
        let started = if old.strength() == Strength::Anonymous { now } else { old.row.started };
        let mut session = self.made(Some(person), strength, now);
        session.row.started = started;
        let mut tx = self.ground.db.begin().await?;
        if !store::delete_session(&mut tx, &old.row.digest).await? {
            return Err(Problem::new(Code::SignInNeeded, "这次访问").into());
        }
        store::insert_session(&mut tx, &session.row).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Ends a session.
    pub async fn end(&self, session: &Session) -> kernel::Result<()> {
        self.delete(&session.row.digest).await
    }

    /// Ends all sessions of a person: a role changed, an account was closed. Returns how many there were.
    pub async fn end_all_of(&self, person: PersonId) -> kernel::Result<u64> {
        let mut tx = self.ground.db.begin().await?;
        let ended = Self::end_within(&mut tx, person).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The same within the transaction of what makes it necessary.
    pub async fn end_within(tx: &mut Tx, person: PersonId) -> db::Result<u64> {
        store::delete_sessions_of(tx, person).await
    }

    /// Removes the rows of sessions that ran out. Returns how many there were.
    pub async fn sweep(&self) -> kernel::Result<u64> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let (started, seen) = (now.plus_seconds(-WHOLE_SECONDS), now.plus_seconds(-IDLE_SECONDS));
        let swept = store::delete_sessions_before(&mut tx, started, seen).await?;
        tx.commit().await?;
        Ok(swept)
    }

    /// The `Set-Cookie` that gives the browser its token.
    pub fn cookie(&self, session: &Session) -> kernel::Result<HeaderValue> {
        self.set_cookie(&session.token.0, WHOLE_SECONDS)
    }

    /// The `Set-Cookie` that takes the token away.
    pub fn no_cookie(&self) -> kernel::Result<HeaderValue> {
        self.set_cookie("", 0)
    }

    fn set_cookie(&self, value: &str, seconds: i64) -> kernel::Result<HeaderValue> {
        let (name, secure) = (self.cookie_name(), if self.secure { "; Secure" } else { "" });
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(text).map_err(kernel::Error::internal)
    }

    fn made(&self, person: Option<PersonId>, strength: Strength, now: Timestamp) -> Session {
        let token = SessionToken::new(&self.ground.random);
        let row = SessionRow { digest: token.digest(), person, strength, started: now, seen: now };
        Session { token, row }
    }

    async fn delete(&self, digest: &str) -> kernel::Result<()> {
        let mut tx = self.ground.db.begin().await?;
        store::delete_session(&mut tx, digest).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use kernel::testing::{both, ground, sqlite};
    use kernel::{Db, ManualClock};

    use super::*;

    fn house(db: Db, secure: bool) -> (Sessions, ManualClock) {
        let (ground, hand) = ground(db);
        (Sessions::new(ground, secure), hand)
    }

    fn sent(sessions: &Sessions, session: &Session) -> HeaderMap {
        let set = sessions.cookie(session).unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[tokio::test]
    async fn a08_the_cookie_is_bound_to_the_host() {
        let (_folder, db) = sqlite().await;
        let (sessions, _) = house(db, true);
        let session = sessions.start(None, Strength::Anonymous).await.unwrap();
        let cookie = sessions.cookie(&session).unwrap();
        let text = cookie.to_str().unwrap();
        assert!(text.starts_with("__Host-lantai="), "{text}");
        for flag in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(text.split("; ").any(|part| part == flag), "{flag} in {text}");
        }
        assert!(!text.contains("Domain"));
    }

    #[tokio::test]
    async fn a06_every_step_up_gives_a_new_token_and_kills_the_old() {
        both(|db| async move {
            let (sessions, _) = house(db, false);
            let person = sessions.ground.ids.make();
            let first = sessions.start(None, Strength::Anonymous).await.unwrap();
            let known = sessions.step_up(&first, person, Strength::Known).await.unwrap();
            let verified = sessions.step_up(&known, person, Strength::Verified).await.unwrap();
            for old in [&first, &known] {
                assert!(sessions.find(&sent(&sessions, old)).await.unwrap().is_none());
                assert!(sessions.step_up(old, person, Strength::Verified).await.is_err());
            }
            let found = sessions.find(&sent(&sessions, &verified)).await.unwrap().unwrap();
            assert_eq!((found.person(), found.strength()), (Some(person), Strength::Verified));
        })
        .await;
    }

    #[tokio::test]
    async fn a06_a_token_the_server_did_not_give_is_no_session() {
        both(|db| async move {
            let (sessions, _) = house(db, false);
            for planted in ["a".repeat(64), "A".repeat(64), String::new(), "x".to_owned()] {
                let headers = HeaderMap::from_iter([(COOKIE, format!("lantai={planted}").parse().unwrap())]);
                assert!(sessions.find(&headers).await.unwrap().is_none(), "{planted}");
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a09_idle_and_absolute_ends_are_kept_on_the_server() {
        both(|db| async move {
            let (sessions, hand) = house(db, false);
            let idle = sessions.start(None, Strength::Anonymous).await.unwrap();
            hand.advance(IDLE_SECONDS);
            assert!(sessions.find(&sent(&sessions, &idle)).await.unwrap().is_none());

            let busy = sessions.start(None, Strength::Anonymous).await.unwrap();
            for _ in 0..16 {
                assert!(sessions.find(&sent(&sessions, &busy)).await.unwrap().is_some());
                hand.advance(IDLE_SECONDS - 1);
            }
            hand.advance(16);
            assert!(sessions.find(&sent(&sessions, &busy)).await.unwrap().is_none(), "eight hours are over");
        })
        .await;
    }

    #[tokio::test]
    async fn ended_and_run_out_sessions_leave_no_row() {
        both(|db| async move {
            let (sessions, hand) = house(db, false);
            let person = sessions.ground.ids.make();
            let one = sessions.start(Some(person), Strength::Known).await.unwrap();
            let two = sessions.start(Some(person), Strength::Known).await.unwrap();
            let ended = sessions.start(None, Strength::Anonymous).await.unwrap();
            sessions.end(&ended).await.unwrap();
            assert_eq!(sessions.end_all_of(person).await.unwrap(), 2);
            for session in [&one, &two, &ended] {
                assert!(sessions.find(&sent(&sessions, session)).await.unwrap().is_none());
            }
            sessions.start(None, Strength::Anonymous).await.unwrap();
            assert_eq!(sessions.sweep().await.unwrap(), 0);
            hand.advance(IDLE_SECONDS);
            assert_eq!(sessions.sweep().await.unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a10_a_form_needs_the_token_of_its_own_session_and_origin() {
        both(|db| async move {
            let (sessions, _) = house(db, false);
            let mine = sessions.start(None, Strength::Anonymous).await.unwrap();
            let other = sessions.start(None, Strength::Anonymous).await.unwrap();
            let random = Random::seeded(9);
            let token = mine.form_token(&random);
            assert_ne!(token, mine.form_token(&random), "never the same bytes twice");
            let from = |origin: Option<&str>| {
                let mut headers = HeaderMap::from_iter([(HOST, "hall.example:8080".parse().unwrap())]);
                if let Some(origin) = origin {
                    headers.insert(ORIGIN, origin.parse().unwrap());
                }
                headers
            };
            assert!(mine.check_form(&from(None), &token).is_ok());
            assert!(mine.check_form(&from(Some("http://hall.example:8080")), &token).is_ok());
            for origin in ["null", "http://evil.example", "http://hall.example", "http://hall.example:8080.evil"] {
                assert!(mine.check_form(&from(Some(origin)), &token).is_err(), "{origin}");
            }
            for wrong in ["", ".", "a.b", &other.form_token(&random)] {
                assert!(mine.check_form(&from(None), wrong).is_err(), "{wrong}");
            }
        })
        .await;
    }
}
