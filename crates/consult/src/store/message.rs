//! What was said in conversations.

use kernel::{Id, Timestamp, Tx, db};

use super::{file, said};
use crate::conversation::{Conversation, Delivery, Message, Speaker};

const COLUMNS: &str = "id, conversation, said_at, speaker, staff, kind, text, url, delivery, told, client_key, \
    from_site";
/// The same with what was sent along.
const SHOWN: &str = "said.id, said.conversation, said.said_at, said.speaker, said.staff, said.kind, said.text, said.url, \
    said.delivery, said.told, said.client_key, said.from_site";
const FROM: &str = "conversation_message AS said LEFT JOIN conversation_file AS file ON file.message = said.id";

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<Message>,
    conversation: Id<Conversation>,
    said_at: Timestamp,
    speaker: String,
    staff: Option<String>,
    kind: String,
    text: String,
    url: Option<String>,
    delivery: Option<String>,
    told: Option<String>,
    client_key: Option<String>,
    from_site: bool,
    #[sqlx(flatten)]
    file: file::Row,
}

impl TryFrom<Row> for Message {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let bad = |column, value: &String| db::Error::bad_cell("conversation_message", column, value);
        let delivery = row.delivery.as_ref().map(|name| Delivery::named(name).ok_or_else(|| bad("delivery", name)));
        Ok(Self {
            id: row.id,
            conversation: row.conversation,
            at: row.said_at,
            speaker: Speaker::named(&row.speaker).ok_or_else(|| bad("speaker", &row.speaker))?,
            staff: row.staff,
            kind: row.kind,
            text: row.text,
            url: row.url,
            delivery: delivery.transpose()?,
            told: row.told,
            client_key: row.client_key,
            from_site: row.from_site,
            file: row.file.file()?,
        })
    }
}

/// The beginning of a query for messages.
fn select() -> String {
    format!("SELECT {SHOWN}, {} FROM {FROM}", file::COLUMNS)
}

/// Adds a message with what was sent along; `false` if one with its key is there.
pub(crate) async fn insert(tx: &mut Tx, message: &Message) -> db::Result<bool> {
    let inserted = tx
        .sql_assembled(format!(
            "INSERT INTO conversation_message ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT DO NOTHING"
        ))
        .bind(message.id)
        .bind(message.conversation)
        .bind(message.at)
        .bind(message.speaker.name())
        .bind(message.staff.clone())
        .bind(message.kind.clone())
        .bind(message.text.clone())
        .bind(message.url.clone())
        .bind(message.delivery.map(Delivery::name))
        .bind(message.told.clone())
        .bind(message.client_key.clone())
        .bind(message.from_site)
        .run()
        .await?;
    if inserted == 1 {
        said::put(tx, message.id, &message.text).await?;
        if let Some(sent) = &message.file {
            file::insert(tx, message, sent).await?;
        }
    }
    Ok(inserted == 1)
}

/// The message with a key.
pub(crate) async fn of_key(tx: &mut Tx, key: &str) -> db::Result<Option<Message>> {
    let query = tx.sql_assembled(format!("{} WHERE said.client_key = $1", select()));
    query.bind(key.to_owned()).optional::<Row>().await?.map(Message::try_from).transpose()
}

/// One message.
pub(crate) async fn one(tx: &mut Tx, id: Id<Message>) -> db::Result<Option<Message>> {
    let query = tx.sql_assembled(format!("{} WHERE said.id = $1", select()));
    query.bind(id).optional::<Row>().await?.map(Message::try_from).transpose()
}

/// The last messages of a conversation before one, oldest first; the last of all if none is given.
pub(crate) async fn of(
    tx: &mut Tx,
    conversation: Id<Conversation>,
    before: Option<Id<Message>>,
    most: i64,
) -> db::Result<Vec<Message>> {
    let rows = tx
        .sql_assembled(format!(
            "{} WHERE said.conversation = $1 AND ($2 IS NULL \
             OR (said.said_at, said.id) < (SELECT said_at, id FROM conversation_message WHERE id = $2)) \
             ORDER BY said.said_at DESC, said.id DESC LIMIT $3",
            select()
        ))
        .bind(conversation)
        .bind(before)
        .bind(most)
        .all::<Row>()
        .await?;
    rows.into_iter().rev().map(Message::try_from).collect()
}

/// Replies that wait for a follower, in whichever conversation, oldest first.
pub(crate) async fn waiting(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Vec<Message>> {
    let rows = tx
        .sql_assembled(format!(
            "{} WHERE said.delivery = 'waiting' AND said.conversation IN \
             (SELECT id FROM conversation WHERE account = $1 AND openid = $2) ORDER BY said.said_at, said.id",
            select()
        ))
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .all::<Row>()
        .await?;
    rows.into_iter().map(Message::try_from).collect()
}

/// Brings a reply from one state to the next; `false` if it was in another.
pub(crate) async fn deliver(
    tx: &mut Tx,
    id: Id<Message>,
    (from, to): (Delivery, Delivery),
    told: Option<&str>,
) -> db::Result<bool> {
    let query = tx.sql("UPDATE conversation_message SET delivery = $3, told = $4 WHERE id = $1 AND delivery = $2");
    let query = query.bind(id).bind(from.name()).bind(to.name()).bind(told.map(str::to_owned));
    Ok(query.run().await? == 1)
}

/// How many messages a follower wrote on the site since a moment.
pub(crate) async fn from_site(tx: &mut Tx, (account, openid): (&str, &str), since: Timestamp) -> db::Result<i64> {
    let query = tx.sql(
        "SELECT count(*) FROM conversation_message WHERE from_site AND said_at >= $3 AND conversation IN \
         (SELECT id FROM conversation WHERE account = $1 AND openid = $2)",
    );
    let (count,) = query.bind(account.to_owned()).bind(openid.to_owned()).bind(since).one::<(i64,)>().await?;
    Ok(count)
}
