//! The rows of what reviewers said about drafts.

use kernel::{Id, Timestamp, Tx, db};

use crate::draft::{Comment, Draft, Hand, Spot};

#[derive(sqlx::FromRow)]
struct Columns {
    id: Id<Comment>,
    version: i64,
    article: Option<i64>,
    block: Option<i64>,
    about: String,
    text: String,
    author: String,
    said_at: Timestamp,
    resolved_by: Option<String>,
    resolved_at: Option<Timestamp>,
}

/// Writes a comment.
pub(crate) async fn insert(tx: &mut Tx, draft: Id<Draft>, comment: &Comment) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_draft_comment (id, draft, version, article, block, about, text, author, said_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(comment.id)
    .bind(draft)
    .bind(comment.version)
    .bind(comment.spot.article)
    .bind(comment.spot.block)
    .bind(comment.about.clone())
    .bind(comment.text.clone())
    .bind(comment.said.by.clone())
    .bind(comment.said.at)
    .run()
    .await
    .map(drop)
}

/// The comments on a draft, in the order they were made.
pub(crate) async fn all(tx: &mut Tx, draft: Id<Draft>) -> db::Result<Vec<Comment>> {
    let rows = tx
        .sql(
            "SELECT id, version, article, block, about, text, author, said_at, resolved_by, resolved_at \
             FROM push_draft_comment WHERE draft = $1 ORDER BY id",
        )
        .bind(draft)
        .all::<Columns>()
        .await?;
    Ok(rows.into_iter().map(Columns::comment).collect())
}

/// Notes that a comment is resolved, or is not. `false` if it is gone.
pub(crate) async fn resolve(tx: &mut Tx, (draft, id): (Id<Draft>, Id<Comment>), by: Option<&Hand>) -> db::Result<bool> {
    let query = tx.sql("UPDATE push_draft_comment SET resolved_by = $3, resolved_at = $4 WHERE draft = $1 AND id = $2");
    let query = query.bind(draft).bind(id).bind(by.map(|hand| hand.by.clone())).bind(by.map(|hand| hand.at));
    Ok(query.run().await? == 1)
}

impl Columns {
    fn comment(self) -> Comment {
        Comment {
            id: self.id,
            version: self.version,
            spot: Spot { article: self.article, block: self.block },
            about: self.about,
            text: self.text,
            said: Hand { by: self.author, at: self.said_at },
            resolved: self.resolved_by.zip(self.resolved_at).map(|(by, at)| Hand { by, at }),
        }
    }
}
