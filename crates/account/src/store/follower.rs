//! Followers and their customer-service windows.

use std::collections::{HashMap, HashSet};

use kernel::db::{self, values};
use kernel::{Day, Timestamp, Tx};

use super::MOST_ROWS;
use crate::Segment;
use crate::window::{Interaction, Window, Windows};

/// What one or more deliveries of a follower change about them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Seen {
    /// The account's name.
    pub(crate) account: String,
    /// The follower.
    pub(crate) openid: String,
    /// When they were last heard of.
    pub(crate) at: Timestamp,
    /// When they followed, if they just did.
    pub(crate) followed_at: Option<Timestamp>,
    /// The scene of the code they scanned, if they did.
    pub(crate) scene: Option<String>,
    /// When they last sent a message, if they did.
    pub(crate) message_at: Option<Timestamp>,
    /// When they last followed, scanned or tapped, if they did.
    pub(crate) act_at: Option<Timestamp>,
}

impl Seen {
    /// Takes in a later sighting of the same follower.
    pub(crate) fn merge(&mut self, later: Self) {
        self.at = self.at.max(later.at);
        self.followed_at = later.followed_at.or(self.followed_at);
        self.scene = later.scene.or_else(|| self.scene.take());
        self.message_at = later.message_at.max(self.message_at);
        self.act_at = later.act_at.max(self.act_at);
    }
}

/// How fine the times of followers are, in seconds. Who writes several times within a minute opens the same window: it
/// is not written anew, which would cost each message a page of the database.
const FINE: i64 = 60;

/// Records sightings, at most one per follower. A message within a minute of the last one changes nothing, unless the
/// window was used meanwhile: the window of 48 hours is taken as up to a minute shorter than it is.
pub(crate) async fn record(tx: &mut Tx, seen: &[Seen]) -> db::Result<()> {
    for slice in seen.chunks(MOST_ROWS) {
        let values = values(tx, slice.len(), 7);
        let recently = slice.len() * 7 + 1;
        let mut query = tx.sql_assembled(format!(
            "INSERT INTO follower (account, openid, followed_at, scene, last_seen_at, message_window_at, \
             act_window_at) VALUES {values} \
             ON CONFLICT (account, openid) DO UPDATE SET \
             followed_at = coalesce(excluded.followed_at, follower.followed_at), \
             scene = coalesce(excluded.scene, follower.scene), \
             last_seen_at = excluded.last_seen_at, \
             message_window_at = coalesce(excluded.message_window_at, follower.message_window_at), \
             message_window_used = CASE WHEN excluded.message_window_at IS NULL THEN follower.message_window_used ELSE 0 END, \
             act_window_at = coalesce(excluded.act_window_at, follower.act_window_at), \
             act_window_used = CASE WHEN excluded.act_window_at IS NULL THEN follower.act_window_used ELSE 0 END \
             WHERE follower.last_seen_at < ${recently} OR excluded.followed_at IS NOT NULL OR excluded.scene IS NOT NULL \
             OR excluded.act_window_at IS NOT NULL OR (excluded.message_window_at IS NOT NULL \
             AND (follower.message_window_used > 0 OR coalesce(follower.message_window_at < ${recently}, TRUE)))"
        ));
        for one in slice {
            query = query
                .bind(one.account.clone())
                .bind(one.openid.clone())
                .bind(one.followed_at)
                .bind(one.scene.clone())
                .bind(one.at)
                .bind(one.message_at)
                .bind(one.act_at);
        }
        let last = slice.iter().map(|one| one.at).max().unwrap_or_default();
        query.bind(last.plus_seconds(-FINE)).run().await?;
    }
    Ok(())
}

/// The windows of a follower; none if we know nothing of them.
pub(crate) async fn windows(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Windows> {
    let reader = (account.to_owned(), openid.to_owned());
    Ok(windows_of(tx, &[reader]).await?.into_values().next().unwrap_or_default())
}

/// The windows of followers; those we know nothing of are left out.
pub(crate) async fn windows_of(
    tx: &mut Tx,
    readers: &[(String, String)],
) -> db::Result<HashMap<(String, String), Windows>> {
    type Row = (String, String, Option<Timestamp>, i64, Option<Timestamp>, i64);
    let window = |at: Option<Timestamp>, used| at.map(|opened_at| Window { opened_at, used });
    let mut found = HashMap::new();
    for slice in readers.chunks(MOST_ROWS) {
        let readers = values(tx, slice.len(), 2);
        let mut query = tx.sql_assembled(format!(
            "SELECT account, openid, message_window_at, message_window_used, act_window_at, act_window_used \
             FROM follower WHERE (account, openid) IN (VALUES {readers})"
        ));
        for (account, openid) in slice {
            query = query.bind(account.clone()).bind(openid.clone());
        }
        for (account, openid, message_at, message_used, act_at, act_used) in query.all::<Row>().await? {
            let windows = Windows { message: window(message_at, message_used), act: window(act_at, act_used) };
            found.insert((account, openid), windows);
        }
    }
    Ok(found)
}

/// When a follower followed, if they do, and the codes they scanned, the last first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// When they followed.
    pub followed_at: Option<Timestamp>,
    /// When they scanned a code, and the name that staff gave it, else its scene.
    pub scans: Vec<(Timestamp, String)>,
}

/// How many scans are kept of a follower.
const SCANS: i64 = 20;

/// Notes that a follower scanned a code; the oldest scans go.
pub(crate) async fn scanned(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    scene: &str,
    at: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO follower_scan (account, openid, scanned_at, scene) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(at)
    .bind(scene.to_owned())
    .run()
    .await?;
    tx.sql(
        "DELETE FROM follower_scan WHERE account = $1 AND openid = $2 AND scanned_at NOT IN (SELECT scanned_at \
         FROM follower_scan WHERE account = $1 AND openid = $2 ORDER BY scanned_at DESC LIMIT $3)",
    )
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(SCANS)
    .run()
    .await
    .map(drop)
}

/// How a follower came.
///
/// # Errors
/// The database's.
pub async fn came(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Came> {
    let query = tx.sql("SELECT followed_at FROM follower WHERE account = $1 AND openid = $2");
    let row = query.bind(account.to_owned()).bind(openid.to_owned()).optional::<(Option<Timestamp>,)>().await?;
    let query = tx.sql(
        "SELECT scan.scanned_at, coalesce(code.name, scan.scene) FROM follower_scan AS scan LEFT JOIN scene_code AS code \
         ON code.account = scan.account AND code.scene = scan.scene WHERE scan.account = $1 AND scan.openid = $2 \
         ORDER BY scan.scanned_at DESC",
    );
    let scans = query.bind(account.to_owned()).bind(openid.to_owned()).all().await?;
    Ok(Came { followed_at: row.and_then(|(at,)| at), scans })
}

/// The scene of the code by which a follower last came, if they did.
///
/// # Errors
/// The database's.
pub async fn scene(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Option<String>> {
    let query = tx.sql("SELECT scene FROM follower WHERE account = $1 AND openid = $2");
    let row = query.bind(account.to_owned()).bind(openid.to_owned()).optional::<(Option<String>,)>().await?;
    Ok(row.and_then(|(scene,)| scene))
}

/// Whether a follower takes pushes by list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Takes {
    /// Yes, as long as they did not switch them off.
    Pushes,
    /// They switched them off.
    None,
}

impl Takes {
    const fn off(self) -> &'static str {
        match self {
            Self::Pushes => "IS NULL",
            Self::None => "IS NOT NULL",
        }
    }
}

/// Who meets the conditions of a segment and takes pushes by list, or does not; its values are bound from `$2` on.
const IN_SEGMENT: &str = "account = $1 AND pushes_off_at {off} AND ($2 IS NULL OR followed_at >= $2) \
    AND ($3 IS NULL OR followed_at < $3) AND ($4 IS NULL OR last_seen_at >= $4) AND ($5 IS NULL OR last_seen_at < $5) \
    AND ($6 IS NULL OR scene = $6)";

fn in_segment<'t>(tx: &'t mut Tx, what: &str, account: &str, (segment, takes): (&Segment, Takes)) -> db::Query<'t> {
    let begins = |day: Option<Day>| day.map(Day::begins);
    let ends = |day: Option<Day>| day.map(|day| day.plus(1).begins());
    tx.sql_assembled(what.replace("{segment}", &IN_SEGMENT.replace("{off}", takes.off())))
        .bind(account.to_owned())
        .bind(begins(segment.followed_from))
        .bind(ends(segment.followed_to))
        .bind(begins(segment.seen_from))
        .bind(ends(segment.seen_to))
        .bind(segment.scene.clone())
}

/// How many followers of an account meet the conditions of a segment, and take pushes by list or do not.
pub(crate) async fn count_of(tx: &mut Tx, account: &str, segment: (&Segment, Takes)) -> db::Result<i64> {
    let query = in_segment(tx, "SELECT count(*) FROM follower WHERE {segment}", account, segment);
    Ok(query.one::<(i64,)>().await?.0)
}

/// The openids of a segment in their order, behind one of them; at most so many.
pub(crate) async fn openids_of(
    tx: &mut Tx,
    account: &str,
    segment: &Segment,
    (behind, most): (&str, i64),
) -> db::Result<Vec<String>> {
    let what = "SELECT openid FROM follower WHERE {segment} AND openid > $7 ORDER BY openid LIMIT $8";
    let query = in_segment(tx, what, account, (segment, Takes::Pushes)).bind(behind.to_owned()).bind(most);
    Ok(query.all::<(String,)>().await?.into_iter().map(|(openid,)| openid).collect())
}

/// Openids that are looked for in one statement.
const LOOKED_FOR: usize = 500;

/// Which of these openids follow an account, as far as it is known.
///
/// # Errors
/// The database's.
pub async fn following(tx: &mut Tx, account: &str, openids: &[String]) -> db::Result<HashSet<String>> {
    among(tx, account, openids, "").await
}

/// Which of these openids take no pushes by list.
///
/// # Errors
/// The database's.
pub async fn pushes_off(tx: &mut Tx, account: &str, openids: &[String]) -> db::Result<HashSet<String>> {
    among(tx, account, openids, "AND pushes_off_at IS NOT NULL").await
}

/// Switches pushes by list off for a follower, or on again.
///
/// # Errors
/// The database's.
pub async fn switch_pushes(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    off_since: Option<Timestamp>,
) -> db::Result<()> {
    let query = tx.sql("UPDATE follower SET pushes_off_at = $3 WHERE account = $1 AND openid = $2");
    query.bind(account.to_owned()).bind(openid.to_owned()).bind(off_since).run().await.map(drop)
}

async fn among(tx: &mut Tx, account: &str, openids: &[String], condition: &str) -> db::Result<HashSet<String>> {
    let mut found = HashSet::new();
    for slice in openids.chunks(LOOKED_FOR) {
        let values = values(tx, slice.len(), 1);
        let last = slice.len() + 1;
        let text =
            format!("SELECT openid FROM follower WHERE openid IN (VALUES {values}) AND account = ${last} {condition}");
        let query = slice.iter().fold(tx.sql_assembled(text), |query, openid| query.bind(openid.clone()));
        let rows: Vec<(String,)> = query.bind(account.to_owned()).all().await?;
        found.extend(rows.into_iter().map(|(openid,)| openid));
    }
    Ok(found)
}

/// The followers of an account who were heard of since a moment, the last first, and when.
///
/// # Errors
/// The database's.
pub async fn seen_since(
    tx: &mut Tx,
    account: &str,
    since: Timestamp,
    most: i64,
) -> db::Result<Vec<(String, Timestamp)>> {
    let query = tx.sql(
        "SELECT openid, last_seen_at FROM follower WHERE account = $1 AND last_seen_at >= $2 \
         ORDER BY last_seen_at DESC, openid LIMIT $3",
    );
    query.bind(account.to_owned()).bind(since).bind(most).all().await
}

/// The scenes whose codes staff named, and the names.
///
/// # Errors
/// The database's.
pub async fn scenes(tx: &mut Tx, account: &str) -> db::Result<Vec<(String, String)>> {
    let query =
        tx.sql("SELECT scene, name FROM scene_code WHERE account = $1 AND name IS NOT NULL ORDER BY name, scene");
    query.bind(account.to_owned()).all().await
}

/// Counts one message against a window.
pub(crate) async fn count_sent(tx: &mut Tx, account: &str, openid: &str, window: Interaction) -> db::Result<()> {
    let text = match window {
        Interaction::Message => {
            "UPDATE follower SET message_window_used = message_window_used + 1 WHERE account = $1 AND openid = $2"
        }
        Interaction::Act => {
            "UPDATE follower SET act_window_used = act_window_used + 1 WHERE account = $1 AND openid = $2"
        }
    };
    tx.sql(text).bind(account.to_owned()).bind(openid.to_owned()).run().await?;
    Ok(())
}

/// Counts one message against the window it may be sent in now; none if no window is open.
pub(crate) async fn spend(tx: &mut Tx, account: &str, openid: &str, now: Timestamp) -> db::Result<Option<Interaction>> {
    let window = windows(tx, account, openid).await?.open_at(now);
    if let Some(window) = window {
        count_sent(tx, account, openid, window).await?;
    }
    Ok(window)
}

/// Takes one message back that was counted and never left the house.
pub(crate) async fn count_back(tx: &mut Tx, account: &str, openid: &str, window: Interaction) -> db::Result<()> {
    let text = match window {
        Interaction::Message => {
            "UPDATE follower SET message_window_used = message_window_used - 1 \
             WHERE account = $1 AND openid = $2 AND message_window_used > 0"
        }
        Interaction::Act => {
            "UPDATE follower SET act_window_used = act_window_used - 1 \
             WHERE account = $1 AND openid = $2 AND act_window_used > 0"
        }
    };
    tx.sql(text).bind(account.to_owned()).bind(openid.to_owned()).run().await?;
    Ok(())
}

/// Forgets a follower who left, and notes that what they sent is to be forgotten too.
pub(crate) async fn forget(tx: &mut Tx, account: &str, openid: &str, at: Timestamp) -> db::Result<()> {
    for text in [
        "DELETE FROM follower WHERE account = $1 AND openid = $2",
        "DELETE FROM follower_scan WHERE account = $1 AND openid = $2",
    ] {
        tx.sql(text).bind(account.to_owned()).bind(openid.to_owned()).run().await?;
    }
    tx.sql(
        "INSERT INTO leaver (account, openid, left_at) VALUES ($1, $2, $3) \
         ON CONFLICT (account, openid) DO UPDATE SET left_at = excluded.left_at",
    )
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(at)
    .run()
    .await?;
    Ok(())
}

/// Takes those who left up to a moment off the list, since what they sent is forgotten; whether others are left.
pub(crate) async fn forgotten(tx: &mut Tx, up_to: Timestamp) -> db::Result<bool> {
    tx.sql("DELETE FROM leaver WHERE left_at <= $1").bind(up_to).run().await?;
    let (left,) = tx.sql("SELECT EXISTS (SELECT 1 FROM leaver)").one::<(bool,)>().await?;
    Ok(left)
}
