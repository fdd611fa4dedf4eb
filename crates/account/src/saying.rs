//! Saying something to a follower outside an answer: within the window they opened, counted before it is sent.

use std::collections::HashMap;

use kernel::{Ground, Timestamp, Tx, db};
use wechat::client::Error;
use wechat::wire::custom::{CustomContent, CustomMessage};

use crate::{Accounts, Capability, Clients, Interaction, Windows, store};

/// What became of something that was to be said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// WeChat took it.
    Sent,
    /// No window is open, or all messages of it are used, or the account may not write first: it has to wait for the
    /// follower.
    NoWindow,
    /// WeChat refused it for good: its code.
    Refused(i64),
    /// It may or may not have arrived.
    Unknown,
    /// It did not leave the house; it may be tried again.
    NotSent,
}

/// WeChat's codes for a window that is closed or used up (customer-service message page).
const CLOSED: [i64; 2] = [45015, 45047];

/// The mouth of the house in its accounts; cheap to clone.
#[derive(Clone, Debug)]
pub struct Mouth {
    ground: Ground,
    accounts: Accounts,
    clients: Clients,
}

impl Mouth {
    /// The mouth of these accounts.
    pub const fn new(ground: Ground, accounts: Accounts, clients: Clients) -> Self {
        Self { ground, accounts, clients }
    }

    /// Says something to a follower. The window is counted before the call: one that broke off is not sent again by
    /// itself.
    ///
    /// # Errors
    /// The database's.
    pub async fn say(&self, account: &str, openid: &str, content: CustomContent) -> kernel::Result<Said> {
        let found = self.accounts.get(account).filter(|found| found.allows(Capability::ServiceMessages));
        let (Some(_), Some(client)) = (found, self.clients.get(account)) else { return Ok(Said::NoWindow) };
        let mut tx = self.ground.db.begin().await?;
        let spent = store::follower::spend(&mut tx, account, openid, self.ground.clock.now()).await?;
        let Some(window) = spent else { return Ok(Said::NoWindow) };
        tx.commit().await?;
        let message = CustomMessage { touser: openid.to_owned(), content, customservice: None };
        Ok(match client.send_custom(&message).await {
            Ok(()) => Said::Sent,
            Err(Error::Refused { code, .. }) if CLOSED.contains(&code.0) => Said::NoWindow,
            Err(Error::Refused { code, .. }) => Said::Refused(code.0),
            Err(Error::NotSent(why)) => {
                tracing::warn!(account, why, "a reply could not be sent");
                let mut tx = self.ground.db.begin().await?;
                store::follower::count_back(&mut tx, account, openid, window).await?;
                tx.commit().await?;
                Said::NotSent
            }
            Err(error) => {
                tracing::warn!(account, %error, "it is unclear whether a reply was sent");
                Said::Unknown
            }
        })
    }

    /// Whether an account may write to followers within their windows.
    pub fn may_write(&self, account: &str) -> bool {
        self.accounts.get(account).is_some_and(|found| found.allows(Capability::ServiceMessages))
    }
}

/// The windows that are open now, taken together: what opened the one that ends last, how many messages are left in all,
/// and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenWindow {
    /// What opened it.
    pub kind: Interaction,
    /// Messages that may still be sent.
    pub left: i64,
    /// Its end.
    pub until: Timestamp,
}

/// The windows of a follower that are open; none if none is.
///
/// # Errors
/// The database's.
pub async fn open_window(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    now: Timestamp,
) -> db::Result<Option<OpenWindow>> {
    Ok(together(store::follower::windows(tx, account, openid).await?, now))
}

/// As [`open_window`], of several readers; who has none is left out.
///
/// # Errors
/// The database's.
pub async fn open_windows(
    tx: &mut Tx,
    readers: &[(String, String)],
    now: Timestamp,
) -> db::Result<HashMap<(String, String), OpenWindow>> {
    let all = store::follower::windows_of(tx, readers).await?;
    Ok(all.into_iter().filter_map(|(reader, windows)| Some((reader, together(windows, now)?))).collect())
}

fn together(windows: Windows, now: Timestamp) -> Option<OpenWindow> {
    let open = windows.open(now).map(|(kind, window)| {
        let limits = kind.limits();
        let left = i64::from(limits.messages).saturating_sub(window.used);
        OpenWindow { kind, left, until: window.opened_at.plus_seconds(limits.seconds) }
    });
    open.reduce(|one, other| {
        let last = if other.until < one.until { one } else { other };
        OpenWindow { left: one.left.saturating_add(other.left), ..last }
    })
}

/// A delivery that was kept: what a reader said, and the answer as it was sent (clear XML).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recent {
    /// When.
    pub at: Timestamp,
    /// What, without personal data.
    pub text: String,
    /// The answer's XML; empty for none.
    pub answer: String,
}

/// The last texts of a follower since a moment, oldest first. It walks over all deliveries since then: the moment has to
/// be a recent one.
///
/// # Errors
/// The database's.
pub async fn recent(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    since: Timestamp,
    most: i64,
) -> db::Result<Vec<Recent>> {
    let mut rows = store::inbox::recent(tx, (account, openid), since, most).await?;
    rows.reverse();
    Ok(rows)
}
