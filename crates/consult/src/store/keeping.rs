//! What is removed when its time is over.

use kernel::{Timestamp, Tx, db};

/// Removes conversations that only the account answered, last spoken in before a moment: at most so many, and how many
/// they were.
pub(crate) async fn remove_unattended(tx: &mut Tx, before: Timestamp, most: i64) -> db::Result<u64> {
    let query = tx.sql(
        "DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE state = 'bot' \
         AND answered_at IS NULL AND last_at < $1 LIMIT $2)",
    );
    query.bind(before).bind(most).run().await
}

/// Removes conversations that people answered or wrote down and that ended, or went back to the account, before a moment:
/// at most so many, and how many they were.
pub(crate) async fn remove_ended(tx: &mut Tx, before: Timestamp, most: i64) -> db::Result<u64> {
    let query = tx.sql(
        "DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE (state = 'closed' AND closed_at < $1) \
         OR (state = 'bot' AND answered_at IS NOT NULL AND last_at < $1) LIMIT $2)",
    );
    query.bind(before).bind(most).run().await
}
