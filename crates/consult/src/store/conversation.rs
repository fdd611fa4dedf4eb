//! Conversations.

use kernel::db::{self, Dialect, Query};
use kernel::{Id, Timestamp, Tx};

use super::said;
use crate::conversation::{Channel, Conversation, State};

const COLUMNS: &str = "id, channel, account, openid, reader_name, state, assigned_to, topic, last_text, last_at, unread, \
    opened_at, waiting_since, closed_at, satisfaction, in_turn, escalated_at";

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<Conversation>,
    channel: String,
    account: Option<String>,
    openid: Option<String>,
    reader_name: String,
    state: String,
    assigned_to: Option<String>,
    topic: Option<String>,
    last_text: String,
    last_at: Timestamp,
    unread: i64,
    opened_at: Timestamp,
    waiting_since: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    satisfaction: Option<i64>,
    in_turn: bool,
    escalated_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Counted {
    total: Option<i64>,
    #[sqlx(flatten)]
    row: Row,
}

impl TryFrom<Row> for Conversation {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let bad = |column, value: &String| db::Error::bad_cell("conversation", column, value);
        Ok(Self {
            id: row.id,
            channel: Channel::named(&row.channel).ok_or_else(|| bad("channel", &row.channel))?,
            follower: row.account.zip(row.openid),
            reader_name: row.reader_name,
            state: State::named(&row.state).ok_or_else(|| bad("state", &row.state))?,
            assigned_to: row.assigned_to,
            topic: row.topic,
            last_text: row.last_text,
            last_at: row.last_at,
            unread: row.unread,
            opened_at: row.opened_at,
            waiting_since: row.waiting_since,
            closed_at: row.closed_at,
            satisfaction: row.satisfaction,
            in_turn: row.in_turn,
            escalated_at: row.escalated_at,
        })
    }
}

/// By what conversations are ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Column {
    /// Since when somebody waits for an answer; where nobody does, last either way.
    Waiting,
    /// When something was last said.
    Last,
}

/// Which conversations are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) state: Option<State>,
    /// Held by this member of staff.
    pub(crate) held_by: Option<String>,
    /// Not held by this member of staff.
    pub(crate) not_held_by: Option<String>,
    pub(crate) account: Option<String>,
    /// Part of something that was said lately, of the topic or of the reader's name.
    pub(crate) q: Option<String>,
    /// By what, and whether descending. If nothing is said, the last spoken in first; those who wait longest first where the
    /// waiting are asked for, and so the escalated ones before the others.
    pub(crate) order: Option<(Column, bool)>,
}

impl Wanted {
    const fn order(&self) -> &'static str {
        match (self.order, self.state) {
            (None, Some(State::Waiting)) => "waiting_since, id",
            (Some((Column::Waiting, false)), _) => "waiting_since NULLS LAST, id",
            (Some((Column::Waiting, true)), _) => "waiting_since DESC NULLS LAST, id DESC",
            (Some((Column::Last, false)), _) => "last_at, id",
            (None | Some((Column::Last, true)), _) => "last_at DESC, id DESC",
        }
    }

    fn sought(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|q| !q.is_empty())
    }

    /// The conditions that count, and what is bound to them: what is not asked for stands in no statement, so that an index
    /// can answer the rest.
    fn conditions(&self, dialect: Dialect) -> (String, Vec<String>) {
        let given = [
            ("state = ?", self.state.map(|state| state.name().to_owned())),
            ("assigned_to = ?", self.held_by.clone()),
            ("(assigned_to IS NULL OR assigned_to <> ?)", self.not_held_by.clone()),
            ("account = ?", self.account.clone()),
        ];
        let (mut conditions, mut bound) = (String::from("TRUE"), Vec::new());
        for (condition, value) in given {
            let Some(value) = value else { continue };
            bound.push(value);
            conditions = format!("{conditions} AND {}", condition.replace('?', &format!("${}", bound.len())));
        }
        if let Some(q) = self.sought() {
            bound.push(pattern(q));
            let named = "SELECT id FROM conversation WHERE topic LIKE ? ESCAPE '!' OR reader_name LIKE ? ESCAPE '!'";
            let mut found = named.replace('?', &format!("${}", bound.len()));
            if let Some(sought) = said::sought(dialect, q) {
                bound.push(sought);
                found = format!("{found} UNION {}", said::holding(dialect).replace('?', &format!("${}", bound.len())));
            }
            conditions = format!("{conditions} AND id IN ({found})");
        }
        (conditions, bound)
    }
}

fn pattern(q: &str) -> String {
    format!("%{}%", q.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// Conversations in the order that is wanted, and how many there are in all.
pub(crate) async fn list(
    tx: &mut Tx,
    wanted: &Wanted,
    (from, most): (i64, i64),
) -> db::Result<(Vec<Conversation>, i64)> {
    let order = wanted.order();
    let (conditions, bound) = wanted.conditions(tx.dialect());
    let (limit, offset) = (bound.len() + 1, bound.len() + 2);
    // A search is made once for both; what an index answers is not read to its end for a page of it.
    let total = if wanted.sought().is_some() { "count(*) OVER ()" } else { "NULL" };
    let query = tx.sql_assembled(format!(
        "SELECT CAST({total} AS BIGINT) AS total, {COLUMNS} FROM conversation WHERE {conditions} ORDER BY {order} \
         LIMIT ${limit} OFFSET ${offset}"
    ));
    let query = bound.iter().cloned().fold(query, Query::bind);
    let rows = query.bind(most).bind(from).all::<Counted>().await?;
    let total = if let Some(total) = rows.first().and_then(|row| row.total) {
        total
    } else {
        let query = tx.sql_assembled(format!("SELECT count(*) FROM conversation WHERE {conditions}"));
        bound.into_iter().fold(query, Query::bind).one::<(i64,)>().await?.0
    };
    let found = rows.into_iter().map(|counted| Conversation::try_from(counted.row)).collect::<db::Result<_>>()?;
    Ok((found, total))
}

/// Conversations begun by a moment, in the order of their ids: the first of those after one.
pub(crate) async fn after(
    tx: &mut Tx,
    wanted: &Wanted,
    (until, after): (Timestamp, Option<Id<Conversation>>),
    most: i64,
) -> db::Result<Vec<Conversation>> {
    let (conditions, bound) = wanted.conditions(tx.dialect());
    let [begun, last, limit] = [1, 2, 3].map(|place| bound.len() + place);
    let query = tx.sql_assembled(format!(
        "SELECT {COLUMNS} FROM conversation WHERE {conditions} AND opened_at <= ${begun} \
         AND (${last} IS NULL OR id > ${last}) ORDER BY id LIMIT ${limit}"
    ));
    let query = bound.into_iter().fold(query, Query::bind).bind(until).bind(after).bind(most);
    query.all::<Row>().await?.into_iter().map(Conversation::try_from).collect()
}

/// How many there are in each state, by who holds them.
pub(crate) async fn counts(tx: &mut Tx) -> db::Result<Vec<(State, Option<String>, i64)>> {
    let query = tx.sql("SELECT state, assigned_to, count(*) FROM conversation GROUP BY state, assigned_to");
    let rows = query.all::<(String, Option<String>, i64)>().await?;
    let known = |(state, held_by, count): (String, Option<String>, i64)| {
        let state = State::named(&state).ok_or_else(|| db::Error::bad_cell("conversation", "state", &state))?;
        Ok((state, held_by, count))
    };
    rows.into_iter().map(known).collect()
}

/// One conversation.
pub(crate) async fn one(tx: &mut Tx, id: Id<Conversation>) -> db::Result<Option<Conversation>> {
    let query = tx.sql_assembled(format!("SELECT {COLUMNS} FROM conversation WHERE id = $1"));
    query.bind(id).optional::<Row>().await?.map(Conversation::try_from).transpose()
}

/// The conversation of a follower that is not closed.
pub(crate) async fn open_of(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Option<Conversation>> {
    let query = tx.sql_assembled(format!(
        "SELECT {COLUMNS} FROM conversation WHERE account = $1 AND openid = $2 AND state <> 'closed'"
    ));
    let row = query.bind(account.to_owned()).bind(openid.to_owned()).optional::<Row>().await?;
    row.map(Conversation::try_from).transpose()
}

/// A follower's other conversations, the last one first.
pub(crate) async fn past_of(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    but: Id<Conversation>,
    most: i64,
) -> db::Result<Vec<Conversation>> {
    let query = tx.sql_assembled(format!(
        "SELECT {COLUMNS} FROM conversation WHERE account = $1 AND openid = $2 AND id <> $3 \
         ORDER BY opened_at DESC, id DESC LIMIT $4"
    ));
    let query = query.bind(account.to_owned()).bind(openid.to_owned()).bind(but).bind(most);
    query.all::<Row>().await?.into_iter().map(Conversation::try_from).collect()
}

/// A follower's conversations, the last one first.
pub(crate) async fn of(tx: &mut Tx, account: &str, openid: &str, most: i64) -> db::Result<Vec<Conversation>> {
    let query = tx.sql_assembled(format!(
        "SELECT {COLUMNS} FROM conversation WHERE account = $1 AND openid = $2 ORDER BY opened_at DESC, id DESC LIMIT $3"
    ));
    let query = query.bind(account.to_owned()).bind(openid.to_owned()).bind(most);
    query.all::<Row>().await?.into_iter().map(Conversation::try_from).collect()
}

/// Begins a conversation; `false` if its follower has one that is not closed.
pub(crate) async fn insert(tx: &mut Tx, new: &Conversation, now: Timestamp) -> db::Result<bool> {
    let (account, openid) = new.follower.clone().unzip();
    let inserted = tx
        .sql_assembled(format!(
            "INSERT INTO conversation ({COLUMNS}, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
             ON CONFLICT DO NOTHING"
        ))
        .bind(new.id)
        .bind(new.channel.name())
        .bind(account)
        .bind(openid)
        .bind(new.reader_name.clone())
        .bind(new.state.name())
        .bind(new.assigned_to.clone())
        .bind(new.topic.clone())
        .bind(new.last_text.clone())
        .bind(new.last_at)
        .bind(new.unread)
        .bind(new.opened_at)
        .bind(new.waiting_since)
        .bind(new.closed_at)
        .bind(new.satisfaction)
        .bind(new.in_turn)
        .bind(new.escalated_at)
        .bind(now)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// Writes what may change about a conversation.
pub(crate) async fn update(tx: &mut Tx, changed: &Conversation, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "UPDATE conversation SET reader_name = $2, state = $3, assigned_to = $4, topic = $5, last_text = $6, \
         last_at = $7, unread = $8, waiting_since = $9, closed_at = $10, satisfaction = $11, in_turn = $12, \
         escalated_at = $13, changed_at = $14 \
         WHERE id = $1",
    )
    .bind(changed.id)
    .bind(changed.reader_name.clone())
    .bind(changed.state.name())
    .bind(changed.assigned_to.clone())
    .bind(changed.topic.clone())
    .bind(changed.last_text.clone())
    .bind(changed.last_at)
    .bind(changed.unread)
    .bind(changed.waiting_since)
    .bind(changed.closed_at)
    .bind(changed.satisfaction)
    .bind(changed.in_turn)
    .bind(changed.escalated_at)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Holds a conversation for the rest of the unit.
pub(crate) async fn hold(tx: &mut Tx, id: Id<Conversation>) -> db::Result<()> {
    tx.sql("UPDATE conversation SET changed_at = changed_at WHERE id = $1").bind(id).run().await.map(drop)
}

/// Notes that something belonging to a conversation changed.
pub(crate) async fn touch(tx: &mut Tx, id: Id<Conversation>, now: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE conversation SET changed_at = $2 WHERE id = $1").bind(id).bind(now).run().await.map(drop)
}

/// Followers people talk with, or whom a reply waits for.
pub(crate) async fn talking(tx: &mut Tx) -> db::Result<Vec<(String, String)>> {
    tx.sql(
        "SELECT account, openid FROM conversation WHERE openid IS NOT NULL AND (state IN ('waiting', 'taken') \
         OR id IN (SELECT conversation FROM conversation_message WHERE delivery = 'waiting'))",
    )
    .all()
    .await
}

/// A conversation that changed, when it did, and when it was escalated.
type Changed = (Id<Conversation>, Timestamp, Option<Timestamp>);

/// Conversations that changed after a moment, the last change last.
pub(crate) async fn changed_since(tx: &mut Tx, since: Timestamp) -> db::Result<Vec<Changed>> {
    let query = tx.sql(
        "SELECT id, changed_at, escalated_at FROM conversation WHERE changed_at > $1 ORDER BY changed_at LIMIT 200",
    );
    query.bind(since).all().await
}

/// The moment of the last change.
pub(crate) async fn last_change(tx: &mut Tx) -> db::Result<Option<Timestamp>> {
    let (at,) = tx.sql("SELECT max(changed_at) FROM conversation").one::<(Option<Timestamp>,)>().await?;
    Ok(at)
}

/// How many conversations each member of staff holds.
pub(crate) async fn held(tx: &mut Tx) -> db::Result<Vec<(String, i64)>> {
    tx.sql(
        "SELECT assigned_to, count(*) FROM conversation WHERE state = 'taken' AND assigned_to IS NOT NULL \
         GROUP BY assigned_to ORDER BY assigned_to",
    )
    .all()
    .await
}

/// Conversations with people in which somebody waits for an answer, who waits longest first, or that a member of staff has:
/// at most 2,000.
pub(crate) async fn attended(tx: &mut Tx) -> db::Result<Vec<Conversation>> {
    let query = tx.sql_assembled(format!(
        "SELECT {COLUMNS} FROM conversation WHERE state = 'taken' OR (state = 'waiting' AND waiting_since IS NOT NULL) \
         ORDER BY waiting_since NULLS LAST, id LIMIT 2000"
    ));
    query.all::<Row>().await?.into_iter().map(Conversation::try_from).collect()
}

/// How many conversations are escalated, and still without an answer.
pub(crate) async fn escalated(tx: &mut Tx) -> db::Result<i64> {
    let query = tx.sql(
        "SELECT count(*) FROM conversation WHERE waiting_since IS NOT NULL AND escalated_at >= waiting_since \
         AND state IN ('waiting', 'taken')",
    );
    Ok(query.one::<(i64,)>().await?.0)
}

/// How many conversations were escalated since a moment.
pub(crate) async fn escalated_since(tx: &mut Tx, since: Timestamp) -> db::Result<i64> {
    let query = tx.sql("SELECT count(*) FROM conversation WHERE escalated_at >= $1");
    Ok(query.bind(since).one::<(i64,)>().await?.0)
}

/// Notes when somebody was first answered by a person.
pub(crate) async fn answered(tx: &mut Tx, id: Id<Conversation>, now: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE conversation SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL");
    query.bind(id).bind(now).run().await.map(drop)
}

/// The most moments that are read for figures.
const MOMENTS: i64 = 100_000;

/// When each of those began to wait and had the first answer of a person, who were answered since a moment; the last ones.
pub(crate) async fn answers(tx: &mut Tx, since: Timestamp) -> db::Result<Vec<(Timestamp, Timestamp)>> {
    let query = tx.sql(
        "SELECT opened_at, answered_at FROM conversation WHERE answered_at >= $1 AND channel = 'wechat' \
         ORDER BY answered_at DESC LIMIT $2",
    );
    query.bind(since).bind(MOMENTS).all().await
}

/// When conversations ended that people had answered, since a moment; the last ones.
pub(crate) async fn resolved(tx: &mut Tx, since: Timestamp) -> db::Result<Vec<Timestamp>> {
    let query = tx.sql(
        "SELECT closed_at FROM conversation WHERE closed_at >= $1 AND answered_at IS NOT NULL \
         ORDER BY closed_at DESC LIMIT $2",
    );
    let rows = query.bind(since).bind(MOMENTS).all::<(Timestamp,)>().await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// Forgets the conversations of a follower.
pub(crate) async fn forget(tx: &mut Tx, account: &str, openid: &str) -> db::Result<()> {
    let query = tx.sql("DELETE FROM conversation WHERE account = $1 AND openid = $2");
    query.bind(account.to_owned()).bind(openid.to_owned()).run().await.map(drop)
}
