//! The rows of articles that went out.

use std::fmt::Write as _;

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::article::Article;
use crate::sent_article::{quoted, words};
use crate::visit::Tag;
use crate::{Plan, SentArticle};

/// Keeps the articles of a plan and of what it was made from, unseen until they are sent.
pub(crate) async fn keep(
    tx: &mut Tx,
    (plan, origin): (Id<Plan>, Option<&str>),
    account: &str,
    articles: &[(String, Article)],
) -> db::Result<()> {
    for (position, (id, article)) in (1_i64..).zip(articles) {
        tx.sql(
            "INSERT INTO push_article (id, plan, position, account, title, article, words, tag) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.clone())
        .bind(plan)
        .bind(position)
        .bind(account.to_owned())
        .bind(article.title.clone())
        .bind(Json(article.clone()))
        .bind(words(article))
        .bind(origin.map(|origin| Tag::of(origin, position).as_str().to_owned()))
        .run()
        .await?;
        for record in quoted([article].into_iter()) {
            let text = "INSERT INTO push_article_record (record, article) VALUES ($1, $2)";
            tx.sql(text).bind(record.id).bind(id.clone()).run().await?;
        }
    }
    Ok(())
}

/// Notes that a call of a plan was taken: its articles are seen from now on, and counted under this key of WeChat's, if it
/// said one.
pub(crate) async fn sent(
    tx: &mut Tx,
    (plan, account): (Id<Plan>, &str),
    msg_data_id: Option<i64>,
    at: Timestamp,
) -> db::Result<()> {
    let text = "UPDATE push_article SET sent_at = $2 WHERE plan = $1 AND sent_at IS NULL";
    tx.sql(text).bind(plan).bind(at).run().await?;
    if let Some(key) = msg_data_id {
        let text =
            "INSERT INTO push_article_key (account, msg_data_id, plan) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        tx.sql(text).bind(account.to_owned()).bind(key).bind(plan).run().await?;
    }
    shown_once(tx, plan, at).await
}

/// Where the same version was published and pushed, the site shows the one that was pushed.
async fn shown_once(tx: &mut Tx, plan: Id<Plan>, at: Timestamp) -> db::Result<()> {
    tx.sql(
        "UPDATE push_article SET hidden_at = $2 WHERE sent_at IS NOT NULL AND hidden_at IS NULL AND plan IN \
         (SELECT b.id FROM push_plan b JOIN push_plan p ON b.origin = p.origin || '+publication' \
         JOIN push_article a ON a.plan = p.id WHERE a.sent_at IS NOT NULL AND a.hidden_at IS NULL \
         AND (p.id = $1 OR b.id = $1))",
    )
    .bind(plan)
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// Notes that a call of a plan reached nobody: where no other did either, its articles are not seen.
pub(crate) async fn reached_nobody(tx: &mut Tx, plan: Id<Plan>) -> db::Result<()> {
    tx.sql(
        "UPDATE push_article SET sent_at = NULL WHERE plan = $1 AND NOT EXISTS \
         (SELECT 1 FROM push_call c WHERE c.plan = $1 AND (c.state = 'accepted' OR c.sent > 0))",
    )
    .bind(plan)
    .run()
    .await?;
    Ok(())
}

/// Takes an article off the site or puts it back. `false`: there is none that was sent.
pub(crate) async fn hide(tx: &mut Tx, id: &str, at: Option<Timestamp>) -> db::Result<bool> {
    let query = tx.sql("UPDATE push_article SET hidden_at = $2 WHERE id = $1 AND sent_at IS NOT NULL");
    Ok(query.bind(id.to_owned()).bind(at).run().await? == 1)
}

/// Takes the articles of a plan off the site.
pub(crate) async fn hide_plan(tx: &mut Tx, plan: Id<Plan>, at: Timestamp) -> db::Result<()> {
    let text = "UPDATE push_article SET hidden_at = $2 WHERE plan = $1 AND hidden_at IS NULL";
    tx.sql(text).bind(plan).bind(at).run().await?;
    Ok(())
}

/// The articles on the site that quote a record.
pub(crate) async fn quoting(tx: &mut Tx, record: &str) -> db::Result<Vec<SentArticle>> {
    let text = format!(
        "SELECT a.id, a.account, a.article, a.sent_at FROM push_article_record r JOIN push_article a ON a.id = r.article \
         WHERE r.record = $1 AND {SEEN}"
    );
    let rows: Vec<Columns> = tx.sql_assembled(text).bind(record.to_owned()).all().await?;
    Ok(rows.into_iter().map(read).collect())
}

/// An article that was sent, on the site or not.
pub(crate) async fn any(tx: &mut Tx, id: &str) -> db::Result<Option<SentArticle>> {
    let text = "SELECT id, account, article, sent_at FROM push_article WHERE id = $1 AND sent_at IS NOT NULL";
    Ok(tx.sql(text).bind(id.to_owned()).optional::<Columns>().await?.map(read))
}

type Columns = (String, String, Json<Article>, Timestamp);

fn read((id, account, Json(article), sent_at): Columns) -> SentArticle {
    SentArticle { id, account, article, sent_at }
}

/// What everybody may see.
const SEEN: &str = "sent_at IS NOT NULL AND hidden_at IS NULL";

/// An article that everybody may see.
pub(crate) async fn find(tx: &mut Tx, id: &str) -> db::Result<Option<SentArticle>> {
    let text = format!("SELECT id, account, article, sent_at FROM push_article WHERE id = $1 AND {SEEN}");
    Ok(tx.sql_assembled(text).bind(id.to_owned()).optional::<Columns>().await?.map(read))
}

/// Articles that everybody may see and that hold each of some words, the newest first, and how many there are.
pub(crate) async fn list(
    tx: &mut Tx,
    words: &[String],
    offset: i64,
    count: i64,
) -> db::Result<(Vec<SentArticle>, i64)> {
    let mut holds = String::new();
    for at in 1..=words.len() {
        // A string takes whatever is written into it.
        let _ = write!(holds, " AND words LIKE ${at} ESCAPE '!'");
    }
    let counted = tx.sql_assembled(format!("SELECT count(*) FROM push_article WHERE {SEEN}{holds}"));
    let (total,) = bound(counted, words).one().await?;
    let (first, second) = (words.len() + 1, words.len() + 2);
    let text = format!(
        "SELECT id, account, article, sent_at FROM push_article WHERE {SEEN}{holds} \
         ORDER BY sent_at DESC, position LIMIT ${first} OFFSET ${second}"
    );
    let rows: Vec<Columns> = bound(tx.sql_assembled(text), words).bind(count).bind(offset).all().await?;
    Ok((rows.into_iter().map(read).collect(), total))
}

/// The articles that everybody may see and that quote a record, the newest first.
pub(crate) async fn of_record(tx: &mut Tx, record: &str, most: i64) -> db::Result<Vec<(String, String)>> {
    let text = format!(
        "SELECT a.id, a.title FROM push_article_record r JOIN push_article a ON a.id = r.article \
         WHERE r.record = $1 AND {SEEN} ORDER BY a.sent_at DESC, a.position LIMIT $2"
    );
    tx.sql_assembled(text).bind(record.to_owned()).bind(most).all().await
}

fn bound<'c>(query: db::Query<'c>, words: &[String]) -> db::Query<'c> {
    words.iter().fold(query, |query, word| query.bind(pattern(word)))
}

/// A pattern that holds a word as it is.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for char in word.chars() {
        if matches!(char, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}
