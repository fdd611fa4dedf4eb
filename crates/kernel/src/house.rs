//! Single values of the house, and locks by name.

use crate::db::{Db, Result, Tx};
use crate::{Ground, Timestamp};

/// The value of a name, if it has one.
///
/// # Errors
/// If the database does not answer.
pub async fn value(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let row = tx.sql("SELECT value FROM house_value WHERE name = $1").bind(name.to_owned()).optional::<(String,)>();
    Ok(row.await?.map(|(value,)| value))
}

/// Gives a name its value, in place of the one it had.
///
/// # Errors
/// If the database does not answer.
pub async fn set_value(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    tx.sql(
        "INSERT INTO house_value (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name.to_owned())
    .bind(value.to_owned())
    .run()
    .await?;
    Ok(())
}

/// Keeps an alarm under a name, in place of the one before: now, and what a person is to look at.
///
/// # Errors
/// If the database does not answer.
pub async fn raise_alarm(ground: &Ground, name: &str, sentence: &str) -> Result<()> {
    let mut tx = ground.db.begin().await?;
    set_value(&mut tx, name, &format!("{} {sentence}", ground.clock.now().seconds())).await?;
    tx.commit().await
}

/// The last alarm under a name: when it was raised, and what to look at.
///
/// # Errors
/// If the database does not answer.
pub async fn last_alarm(db: &Db, name: &str) -> Result<Option<(Timestamp, String)>> {
    let kept = value(&mut db.read().await?, name).await?;
    Ok(kept.and_then(|kept| {
        let (seconds, sentence) = kept.split_once(' ')?;
        Some((Timestamp::from_seconds(seconds.parse().ok()?), sentence.to_owned()))
    }))
}

/// Holds a lock until the unit ends: others that ask for the same name wait. It is a row that is written without being
/// changed, so it works alike on both databases. The name must not be that of a value.
///
/// # Errors
/// If the database does not answer.
pub async fn hold(tx: &mut Tx, name: &'static str) -> Result<()> {
    tx.sql("INSERT INTO house_value (name, value) VALUES ($1, '') ON CONFLICT (name) DO UPDATE SET value = house_value.value")
        .bind(name)
        .run()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_value_is_kept_and_replaced() {
        testing::both(|db| async move {
            let mut tx = db.begin().await.unwrap();
            assert_eq!(value(&mut tx, "name").await.unwrap(), None);
            set_value(&mut tx, "name", "一").await.unwrap();
            set_value(&mut tx, "name", "二").await.unwrap();
            assert_eq!(value(&mut tx, "name").await.unwrap().as_deref(), Some("二"));
        })
        .await;
    }

    #[tokio::test]
    async fn a_held_name_makes_others_wait() {
        testing::both(|db| async move {
            let mut first = db.begin().await.unwrap();
            hold(&mut first, "lock").await.unwrap();
            let other = async {
                let mut second = db.begin().await.unwrap();
                hold(&mut second, "lock").await.unwrap();
                value(&mut second, "told").await.unwrap()
            };
            let mine = async {
                set_value(&mut first, "told", "done").await.unwrap();
                first.commit().await.unwrap();
            };
            let (told, ()) = tokio::join!(other, mine);
            assert_eq!(told.as_deref(), Some("done"));
        })
        .await;
    }
}
