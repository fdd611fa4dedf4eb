//! The rows of drafts and their versions.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::draft::{Body, Draft, DraftState, Hand, Kind, Version};

#[derive(sqlx::FromRow)]
struct Columns {
    id: Id<Draft>,
    account: String,
    kind: String,
    title: String,
    state: String,
    version: i64,
    saves: i64,
    created_by: String,
    created_at: Timestamp,
    changed_by: String,
    changed_at: Timestamp,
    moved_by: String,
    moved_at: Timestamp,
    reason: Option<String>,
}

impl Columns {
    fn draft(self) -> db::Result<Draft> {
        let bad = |column, value: &str| db::Error::bad_cell("push_draft", column, &value);
        Ok(Draft {
            id: self.id,
            account: self.account,
            kind: Kind::named(&self.kind).ok_or_else(|| bad("kind", &self.kind))?,
            title: self.title,
            state: DraftState::named(&self.state).ok_or_else(|| bad("state", &self.state))?,
            version: self.version,
            saves: self.saves,
            created: Hand { by: self.created_by, at: self.created_at },
            changed: Hand { by: self.changed_by, at: self.changed_at },
            moved: Hand { by: self.moved_by, at: self.moved_at },
            reason: self.reason,
        })
    }
}

/// Writes a new draft, without its version.
pub(crate) async fn insert(tx: &mut Tx, draft: &Draft) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_draft (id, account, kind, title, state, version, saves, created_by, created_at, changed_by, \
         changed_at, moved_by, moved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(draft.id)
    .bind(draft.account.clone())
    .bind(draft.kind.name())
    .bind(draft.title.clone())
    .bind(draft.state.name())
    .bind(draft.version)
    .bind(draft.saves)
    .bind(draft.created.by.clone())
    .bind(draft.created.at)
    .bind(draft.changed.by.clone())
    .bind(draft.changed.at)
    .bind(draft.moved.by.clone())
    .bind(draft.moved.at)
    .run()
    .await
    .map(drop)
}

/// A draft.
pub(crate) async fn find(tx: &mut Tx, id: Id<Draft>) -> db::Result<Option<Draft>> {
    let row = tx
        .sql(
            "SELECT id, account, kind, title, state, version, saves, created_by, created_at, changed_by, changed_at, \
             moved_by, moved_at, reason FROM push_draft WHERE id = $1",
        )
        .bind(id)
        .optional::<Columns>()
        .await?;
    row.map(Columns::draft).transpose()
}

/// All drafts, those changed last first.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Draft>> {
    let rows = tx
        .sql(
            "SELECT id, account, kind, title, state, version, saves, created_by, created_at, changed_by, changed_at, \
             moved_by, moved_at, reason FROM push_draft ORDER BY changed_at DESC, id DESC",
        )
        .all::<Columns>()
        .await?;
    rows.into_iter().map(Columns::draft).collect()
}

/// Notes a save.
pub(crate) async fn saved(tx: &mut Tx, draft: &Draft) -> db::Result<()> {
    tx.sql(
        "UPDATE push_draft SET account = $2, title = $3, version = $4, saves = $5, changed_by = $6, changed_at = $7 \
         WHERE id = $1",
    )
    .bind(draft.id)
    .bind(draft.account.clone())
    .bind(draft.title.clone())
    .bind(draft.version)
    .bind(draft.saves)
    .bind(draft.changed.by.clone())
    .bind(draft.changed.at)
    .run()
    .await
    .map(drop)
}

/// Notes where a draft stands now.
pub(crate) async fn moved(tx: &mut Tx, draft: &Draft) -> db::Result<()> {
    tx.sql("UPDATE push_draft SET state = $2, moved_by = $3, moved_at = $4, reason = $5 WHERE id = $1")
        .bind(draft.id)
        .bind(draft.state.name())
        .bind(draft.moved.by.clone())
        .bind(draft.moved.at)
        .bind(draft.reason.clone())
        .run()
        .await
        .map(drop)
}

/// Writes a version, anew if it is there.
pub(crate) async fn put_version(tx: &mut Tx, draft: Id<Draft>, version: &Version) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_draft_version (draft, number, body, digest, author, began_at, saved_at, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (draft, number) DO UPDATE SET body = excluded.body, \
         digest = excluded.digest, saved_at = excluded.saved_at",
    )
    .bind(draft)
    .bind(version.number)
    .bind(Json(version.body.clone()))
    .bind(version.digest.clone())
    .bind(version.author.clone())
    .bind(version.began_at)
    .bind(version.saved_at)
    .bind(version.sealed)
    .run()
    .await
    .map(drop)
}

/// Notes that reviewers see a version: it is not written anew.
pub(crate) async fn seal(tx: &mut Tx, draft: Id<Draft>, number: i64) -> db::Result<()> {
    let query = tx.sql("UPDATE push_draft_version SET sealed = $3 WHERE draft = $1 AND number = $2");
    query.bind(draft).bind(number).bind(true).run().await.map(drop)
}

/// A version.
pub(crate) async fn version(tx: &mut Tx, draft: Id<Draft>, number: i64) -> db::Result<Option<Version>> {
    type Row = (i64, Json<Body>, String, String, Timestamp, Timestamp, bool);
    let row = tx
        .sql(
            "SELECT number, body, digest, author, began_at, saved_at, sealed FROM push_draft_version \
             WHERE draft = $1 AND number = $2",
        )
        .bind(draft)
        .bind(number)
        .optional::<Row>()
        .await?;
    Ok(row.map(|(number, Json(body), digest, author, began_at, saved_at, sealed)| Version {
        number,
        body,
        digest,
        author,
        began_at,
        saved_at,
        sealed,
    }))
}

/// The versions of a draft without what they say, the newest first: number, author, first and last save, and whether
/// reviewers have seen it.
pub(crate) async fn versions(
    tx: &mut Tx,
    draft: Id<Draft>,
) -> db::Result<Vec<(i64, String, Timestamp, Timestamp, bool)>> {
    let query = tx.sql(
        "SELECT number, author, began_at, saved_at, sealed FROM push_draft_version WHERE draft = $1 \
         ORDER BY number DESC",
    );
    query.bind(draft).all().await
}

/// Everybody who wrote a version, by name.
pub(crate) async fn authors(tx: &mut Tx, draft: Id<Draft>) -> db::Result<Vec<String>> {
    let query = tx.sql("SELECT DISTINCT author FROM push_draft_version WHERE draft = $1 ORDER BY author");
    Ok(query.bind(draft).all::<(String,)>().await?.into_iter().map(|(author,)| author).collect())
}

/// How many drafts wait for somebody: those in review of which they wrote no version, and those that were returned of which
/// they did.
pub(crate) async fn waiting(tx: &mut Tx, name: &str) -> db::Result<(i64, i64)> {
    let in_review = tx.sql(
        "SELECT count(*) FROM push_draft WHERE state = 'in_review' \
         AND id NOT IN (SELECT draft FROM push_draft_version WHERE author = $1)",
    );
    let (in_review,) = in_review.bind(name.to_owned()).one::<(i64,)>().await?;
    let returned = tx.sql(
        "SELECT count(*) FROM push_draft WHERE state = 'returned' \
         AND id IN (SELECT draft FROM push_draft_version WHERE author = $1)",
    );
    let (returned,) = returned.bind(name.to_owned()).one::<(i64,)>().await?;
    Ok((in_review, returned))
}

/// Notes which records the newest version quotes.
pub(crate) async fn put_records(tx: &mut Tx, draft: Id<Draft>, body: &Body) -> db::Result<()> {
    tx.sql("DELETE FROM push_draft_record WHERE draft = $1").bind(draft).run().await?;
    for record in body.quoted() {
        tx.sql("INSERT INTO push_draft_record (draft, record) VALUES ($1, $2) ON CONFLICT (draft, record) DO NOTHING")
            .bind(draft)
            .bind(record.id.clone())
            .run()
            .await?;
    }
    Ok(())
}

/// The drafts whose newest version quotes a record.
pub(crate) async fn quoting(tx: &mut Tx, record: &str) -> db::Result<Vec<Id<Draft>>> {
    let query = tx.sql("SELECT draft FROM push_draft_record WHERE record = $1 ORDER BY draft");
    Ok(query.bind(record.to_owned()).all::<(Id<Draft>,)>().await?.into_iter().map(|(draft,)| draft).collect())
}

/// Removes what was discarded before a moment; which drafts.
pub(crate) async fn remove_discarded(tx: &mut Tx, before: Timestamp) -> db::Result<Vec<Id<Draft>>> {
    let text = "SELECT id FROM push_draft WHERE state = 'discarded' AND moved_at < $1";
    let ids: Vec<(Id<Draft>,)> = tx.sql(text).bind(before).all().await?;
    for part in [
        "DELETE FROM push_draft_version WHERE draft IN \
         (SELECT id FROM push_draft WHERE state = 'discarded' AND moved_at < $1)",
        "DELETE FROM push_draft_comment WHERE draft IN \
         (SELECT id FROM push_draft WHERE state = 'discarded' AND moved_at < $1)",
        "DELETE FROM push_draft_record WHERE draft IN \
         (SELECT id FROM push_draft WHERE state = 'discarded' AND moved_at < $1)",
    ] {
        tx.sql(part).bind(before).run().await?;
    }
    tx.sql("DELETE FROM push_draft WHERE state = 'discarded' AND moved_at < $1").bind(before).run().await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
