//! How content readers are.

use kernel::{Id, Timestamp, Tx, db};

use crate::conversation::Conversation;

/// Whether a reader may be asked about a conversation once it has ended: a person answered, and it was neither asked nor
/// told before.
pub(crate) async fn may_ask(tx: &mut Tx, id: Id<Conversation>) -> db::Result<bool> {
    let query = tx.sql(
        "SELECT count(*) FROM conversation WHERE id = $1 AND answered_at IS NOT NULL AND satisfaction IS NULL \
         AND satisfaction_asked_at IS NULL",
    );
    let (count,) = query.bind(id).one::<(i64,)>().await?;
    Ok(count == 1)
}

/// Whether a reader may say how content they are: it has ended, a person answered, and they have not said it.
pub(crate) async fn may_rate(tx: &mut Tx, id: Id<Conversation>) -> db::Result<bool> {
    let query = tx.sql(
        "SELECT count(*) FROM conversation WHERE id = $1 AND state = 'closed' AND answered_at IS NOT NULL \
         AND satisfaction IS NULL",
    );
    let (count,) = query.bind(id).one::<(i64,)>().await?;
    Ok(count == 1)
}

/// Notes that a reader is asked about a conversation that has ended; `false` if they are not to be.
pub(crate) async fn ask(tx: &mut Tx, id: Id<Conversation>, now: Timestamp) -> db::Result<bool> {
    let query = tx.sql(
        "UPDATE conversation SET satisfaction_asked_at = $2 WHERE id = $1 AND state = 'closed' \
         AND answered_at IS NOT NULL AND satisfaction IS NULL AND satisfaction_asked_at IS NULL",
    );
    Ok(query.bind(id).bind(now).run().await? == 1)
}

/// The question did not reach the reader: what they say is no answer to it.
pub(crate) async fn not_asked(tx: &mut Tx, id: Id<Conversation>) -> db::Result<()> {
    let query = tx.sql("UPDATE conversation SET satisfaction_asked_at = NULL WHERE id = $1 AND satisfaction IS NULL");
    query.bind(id).run().await.map(drop)
}

/// The conversation about which a follower was asked last since a moment, if they have not answered.
pub(crate) async fn asked_since(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    since: Timestamp,
) -> db::Result<Option<Id<Conversation>>> {
    let query = tx.sql(
        "SELECT id FROM conversation WHERE account = $1 AND openid = $2 AND state = 'closed' \
         AND satisfaction IS NULL AND satisfaction_asked_at > $3 ORDER BY satisfaction_asked_at DESC LIMIT 1",
    );
    let row = query.bind(account.to_owned()).bind(openid.to_owned()).bind(since);
    Ok(row.optional::<(Id<Conversation>,)>().await?.map(|(id,)| id))
}

/// Keeps what a reader says about a conversation; `false` if they said it before, it has not ended, or no person
/// answered.
pub(crate) async fn rate(tx: &mut Tx, id: Id<Conversation>, points: i64, now: Timestamp) -> db::Result<bool> {
    let query = tx.sql(
        "UPDATE conversation SET satisfaction = $2, satisfaction_asked_at = coalesce(satisfaction_asked_at, $3) \
         WHERE id = $1 AND state = 'closed' AND answered_at IS NOT NULL AND satisfaction IS NULL",
    );
    Ok(query.bind(id).bind(points).bind(now).run().await? == 1)
}
