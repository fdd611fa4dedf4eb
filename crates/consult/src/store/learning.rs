//! What is learned from what readers ask.

use kernel::{Day, Timestamp, Tx, db};

/// Adds to how many questions were answered in a way on a day.
pub(crate) async fn count(tx: &mut Tx, day: Day, answered: &str, questions: i64) -> db::Result<()> {
    tx.sql(
        "INSERT INTO consultation_day (day, answered, questions) VALUES ($1, $2, $3) \
         ON CONFLICT (day, answered) DO UPDATE SET questions = consultation_day.questions + excluded.questions",
    )
    .bind(day.to_string())
    .bind(answered.to_owned())
    .bind(questions)
    .run()
    .await
    .map(drop)
}

/// How many questions were answered in which way since a day.
pub(crate) async fn days(tx: &mut Tx, since: Day) -> db::Result<Vec<(String, String, i64)>> {
    let query = tx.sql("SELECT day, answered, questions FROM consultation_day WHERE day >= $1 ORDER BY day, answered");
    query.bind(since.to_string()).all().await
}

/// Notes a question that had no answer.
pub(crate) async fn miss(tx: &mut Tx, (key, text): (&str, &str), asked: i64, at: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO unanswered_question (key, text, asked, last_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (key) DO UPDATE SET asked = unanswered_question.asked + excluded.asked, \
         last_at = excluded.last_at, dismissed_at = NULL",
    )
    .bind(key.to_owned())
    .bind(text.to_owned())
    .bind(asked)
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// Questions without an answer that nobody laid aside, the most asked first.
pub(crate) async fn missed(tx: &mut Tx, most: i64) -> db::Result<Vec<(String, i64, Timestamp)>> {
    let query = tx.sql(
        "SELECT text, asked, last_at FROM unanswered_question WHERE dismissed_at IS NULL \
         ORDER BY asked DESC, last_at DESC, key LIMIT $1",
    );
    query.bind(most).all().await
}

/// Lays a question aside; `false` if it is not there.
pub(crate) async fn dismiss(tx: &mut Tx, key: &str, now: Timestamp) -> db::Result<bool> {
    let query = tx.sql("UPDATE unanswered_question SET dismissed_at = $2 WHERE key = $1 AND dismissed_at IS NULL");
    Ok(query.bind(key.to_owned()).bind(now).run().await? > 0)
}

/// Forgets questions that were last asked before a moment: at most so many, and how many they were.
pub(crate) async fn forget_before(tx: &mut Tx, before: Timestamp, most: i64) -> db::Result<u64> {
    let query = tx.sql(
        "DELETE FROM unanswered_question WHERE key IN \
         (SELECT key FROM unanswered_question WHERE last_at < $1 LIMIT $2)",
    );
    query.bind(before).bind(most).run().await
}
