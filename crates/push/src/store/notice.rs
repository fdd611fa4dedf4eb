//! The rows of notices.

use account::notice::Purpose;
use kernel::{Id, Timestamp, Tx, db};

use crate::notice::{Attempts, Means, Stage, State, Unsent};

/// A notice as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) id: Id<Self>,
    pub(crate) account: String,
    /// Whom it is for, until it has ended.
    pub(crate) openid: Option<String>,
    pub(crate) purpose: Purpose,
    pub(crate) about: String,
    pub(crate) template: String,
    pub(crate) means: Means,
    pub(crate) state: State,
    pub(crate) msg_id: Option<String>,
    pub(crate) made_at: Timestamp,
}

/// A notice as the log shows it: nothing of it tells whom it was for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logged {
    /// What it told of.
    pub purpose: Purpose,
    /// Whether it was a trial.
    pub is_trial: bool,
    /// Its template's title.
    pub title: String,
    /// By which means it went out.
    pub means: Means,
    /// Where it stands.
    pub stage: Stage,
    /// Why, in words.
    pub told: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
}

/// How the subjects of trials begin.
pub(crate) const TRIAL: &str = "trial/";

#[derive(sqlx::FromRow)]
struct Columns {
    id: Id<Row>,
    account: String,
    openid: Option<String>,
    purpose: String,
    about: String,
    template: String,
    means: String,
    state: String,
    told: Option<String>,
    attempts: i64,
    first_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
    msg_id: Option<String>,
    made_at: Timestamp,
}

const COLUMNS: &str = "id, account, openid, purpose, about, template, means, state, told, attempts, first_at, last_at, \
    msg_id, made_at";

impl TryFrom<Columns> for Row {
    type Error = db::Error;

    fn try_from(row: Columns) -> db::Result<Self> {
        let bad = |column, value: &String| db::Error::bad_cell("notice", column, value);
        let name = Stage::named(&row.state).ok_or_else(|| bad("state", &row.state))?;
        let attempts = row.first_at.zip(row.last_at);
        let attempts = attempts.map(|(first_at, last_at)| Attempts { count: row.attempts, first_at, last_at });
        let told = row.told.unwrap_or_default();
        let state = match name {
            Stage::Waiting => State::Waiting,
            Stage::Sending => State::Sending(attempts.ok_or_else(|| bad("first_at", &row.state))?),
            Stage::Taken => State::Taken,
            Stage::Delivered => State::Delivered,
            Stage::Failed => State::Failed(told),
            Stage::Refused => State::Refused(told),
            Stage::Unknown => State::Unknown,
            Stage::Unsent => State::Unsent(told),
        };
        Ok(Self {
            id: row.id,
            account: row.account,
            openid: row.openid,
            purpose: Purpose::named(&row.purpose).ok_or_else(|| bad("purpose", &row.purpose))?,
            about: row.about,
            template: row.template,
            means: Means::named(&row.means).ok_or_else(|| bad("means", &row.means))?,
            state,
            msg_id: row.msg_id,
            made_at: row.made_at,
        })
    }
}

/// Keeps a new notice. `false`: what it tells of is told already.
pub(crate) async fn insert(tx: &mut Tx, row: &Row) -> db::Result<bool> {
    let inserted = tx
        .sql(
            "INSERT INTO notice (id, account, openid, purpose, about, template, means, state, attempts, made_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8) ON CONFLICT (account, purpose, about) DO NOTHING",
        )
        .bind(row.id)
        .bind(row.account.clone())
        .bind(row.openid.clone())
        .bind(row.purpose.name())
        .bind(row.about.clone())
        .bind(row.template.clone())
        .bind(row.means.name())
        .bind(row.made_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// Writes where a notice stands; whom it is for is forgotten once nothing more will be heard of it.
pub(crate) async fn put(tx: &mut Tx, row: &Row) -> db::Result<()> {
    let attempts = if let State::Sending(attempts) = &row.state { Some(attempts) } else { None };
    let openid = if row.has_ended() { None } else { row.openid.clone() };
    tx.sql(
        "UPDATE notice SET openid = $2, state = $3, told = $4, attempts = COALESCE($5, attempts), \
         first_at = COALESCE($6, first_at), last_at = COALESCE($7, last_at), msg_id = $8 WHERE id = $1",
    )
    .bind(row.id)
    .bind(openid)
    .bind(row.state.stage().name())
    .bind(row.state.told())
    .bind(attempts.map(|attempts| attempts.count))
    .bind(attempts.map(|attempts| attempts.first_at))
    .bind(attempts.map(|attempts| attempts.last_at))
    .bind(row.msg_id.clone())
    .run()
    .await
    .map(drop)
}

impl Row {
    /// Whether nothing more will be heard of it: nobody tells how a one-time message ended.
    fn has_ended(&self) -> bool {
        match self.state {
            State::Delivered | State::Failed(_) | State::Refused(_) | State::Unsent(_) => true,
            State::Taken => self.means == Means::OneTime,
            State::Waiting | State::Sending(_) | State::Unknown => false,
        }
    }
}

/// The notice that tells of something. Whoever else would change it waits until the unit ends.
pub(crate) async fn find(tx: &mut Tx, (account, purpose, about): (&str, Purpose, &str)) -> db::Result<Option<Row>> {
    let row: Option<Columns> = tx
        .sql_assembled(format!(
            "UPDATE notice SET attempts = attempts WHERE account = $1 AND purpose = $2 AND about = $3 \
             RETURNING {COLUMNS}"
        ))
        .bind(account.to_owned())
        .bind(purpose.name())
        .bind(about.to_owned())
        .optional()
        .await?;
    row.map(Row::try_from).transpose()
}

/// The notice to a follower that an end is of: the one WeChat gave this number, else the oldest by this means (and
/// template, where it is told) of which no number and no end is known.
pub(crate) async fn of_end(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    (means, template): (Means, Option<&str>),
    msg_id: &str,
) -> db::Result<Option<Row>> {
    let row: Option<Columns> = tx
        .sql_assembled(format!(
            "UPDATE notice SET attempts = attempts WHERE id = (SELECT id FROM notice \
             WHERE account = $1 AND openid = $2 AND means = $3 AND ($4 IS NULL OR template = $4) \
             AND (msg_id = $5 OR (msg_id IS NULL AND state IN ('sending', 'taken', 'unknown'))) \
             ORDER BY msg_id NULLS LAST, made_at, id LIMIT 1) RETURNING {COLUMNS}"
        ))
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(means.name())
        .bind(template.map(str::to_owned))
        .bind(msg_id.to_owned())
        .optional()
        .await?;
    row.map(Row::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct LoggedColumns {
    purpose: String,
    about: String,
    title: String,
    means: String,
    state: String,
    told: Option<String>,
    made_at: Timestamp,
}

impl TryFrom<LoggedColumns> for Logged {
    type Error = db::Error;

    fn try_from(row: LoggedColumns) -> db::Result<Self> {
        let bad = |column, value: &String| db::Error::bad_cell("notice", column, value);
        Ok(Self {
            purpose: Purpose::named(&row.purpose).ok_or_else(|| bad("purpose", &row.purpose))?,
            is_trial: row.about.starts_with(TRIAL),
            title: row.title,
            means: Means::named(&row.means).ok_or_else(|| bad("means", &row.means))?,
            stage: Stage::named(&row.state).ok_or_else(|| bad("state", &row.state))?,
            told: row.told,
            made_at: row.made_at,
        })
    }
}

/// Which notices of the log are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Those that tell of this.
    pub purpose: Option<Purpose>,
    /// Those that stand here.
    pub stage: Option<Stage>,
}

/// A page of the log of an account, the newest first, and how many there are.
pub(crate) async fn log(
    tx: &mut Tx,
    account: &str,
    wanted: &Wanted,
    (size, offset): (i64, i64),
) -> db::Result<(Vec<Logged>, i64)> {
    const CHOSEN: &str = "notice.account = $1 AND ($2 IS NULL OR purpose = $2) AND ($3 IS NULL OR state = $3)";
    let (purpose, stage) = (wanted.purpose.map(Purpose::name), wanted.stage.map(Stage::name));
    let count = tx.sql_assembled(format!("SELECT count(*) FROM notice WHERE {CHOSEN}"));
    let (total,): (i64,) = count.bind(account.to_owned()).bind(purpose).bind(stage).one().await?;
    let rows: Vec<LoggedColumns> = tx
        .sql_assembled(format!(
            "SELECT purpose, about, COALESCE(notice_template.title, '') AS title, notice.means, state, told, made_at FROM notice \
             LEFT JOIN notice_template ON notice_template.account = notice.account \
             AND notice_template.id = notice.template WHERE {CHOSEN} ORDER BY made_at DESC, notice.id DESC \
             LIMIT $4 OFFSET $5"
        ))
        .bind(account.to_owned())
        .bind(purpose)
        .bind(stage)
        .bind(size)
        .bind(offset)
        .all()
        .await?;
    Ok((rows.into_iter().map(Logged::try_from).collect::<db::Result<_>>()?, total))
}

/// Gives up what has not left the house since before `late`, forgets whom notices were for of which nothing more was heard
/// since then, and notices made before `old`.
pub(crate) async fn sweep(tx: &mut Tx, late: Timestamp, old: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE notice SET state = 'unsent', told = $2 WHERE state = 'waiting' AND made_at < $1")
        .bind(late)
        .bind(Unsent::TooLate.told())
        .run()
        .await?;
    tx.sql("UPDATE notice SET state = 'unknown' WHERE state = 'sending' AND made_at < $1").bind(late).run().await?;
    tx.sql("UPDATE notice SET openid = NULL WHERE openid IS NOT NULL AND made_at < $1").bind(late).run().await?;
    tx.sql("DELETE FROM notice WHERE made_at < $1").bind(old).run().await.map(drop)
}
