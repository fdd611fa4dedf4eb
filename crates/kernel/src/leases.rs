//! Leases: who does a thing that only one node may do at a time, and until when.

use crate::db::Result;
use crate::{Clock, Timestamp, Tx, database_now};

/// The right to do a named thing until a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    /// The thing.
    pub name: String,
    /// A number that grows with every change of hands. What the holder writes should carry it or check
    /// [`holds`] in the same unit.
    pub fence: i64,
    /// The moment it ends unless it is taken again before.
    pub until: Timestamp,
    holder: String,
}

/// Takes a lease for so many seconds, or renews one that this holder has. `None`: somebody else has it.
///
/// # Errors
/// If the database does not answer.
pub async fn take(tx: &mut Tx, clock: &Clock, name: &str, holder: &str, seconds: i64) -> Result<Option<Lease>> {
    let now = database_now(tx, clock).await?;
    let until = now.plus_seconds(seconds);
    // A lease that ran out changes hands even if the same holder takes it back: meanwhile it was nobody's.
    let row = tx
        .sql(
            "INSERT INTO lease (name, holder, fence, until) VALUES ($1, $2, 1, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, \
             fence = lease.fence + CASE WHEN lease.until > $4 THEN 0 ELSE 1 END \
             WHERE lease.until <= $4 OR lease.holder = excluded.holder \
             RETURNING fence",
        )
        .bind(name.to_owned())
        .bind(holder.to_owned())
        .bind(until)
        .bind(now)
        .optional::<(i64,)>()
        .await?;
    Ok(row.map(|(fence,)| Lease { name: name.to_owned(), fence, until, holder: holder.to_owned() }))
}

/// Whether a lease still holds, asked in the unit that writes what it allows.
///
/// # Errors
/// If the database does not answer.
pub async fn holds(tx: &mut Tx, clock: &Clock, lease: &Lease) -> Result<bool> {
    let now = database_now(tx, clock).await?;
    let row = tx
        .sql("SELECT fence FROM lease WHERE name = $1 AND fence = $2 AND until > $3")
        .bind(lease.name.clone())
        .bind(lease.fence)
        .bind(now)
        .optional::<(i64,)>()
        .await?;
    Ok(row.is_some())
}

/// Gives a lease back before its time, so that nobody has to wait for its end.
///
/// # Errors
/// If the database does not answer.
pub async fn release(tx: &mut Tx, clock: &Clock, lease: &Lease) -> Result<()> {
    let now = database_now(tx, clock).await?;
    tx.sql("UPDATE lease SET until = $3 WHERE name = $1 AND fence = $2 AND holder = $4 AND until > $3")
        .bind(lease.name.clone())
        .bind(lease.fence)
        .bind(now)
        .bind(lease.holder.clone())
        .run()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn one_holder_at_a_time_and_a_new_fence_for_each() {
        testing::both(|db| async move {
            let (ground, hand) = testing::ground(db);
            let take = async |holder: &str| {
                let mut tx = ground.db.begin().await.unwrap();
                let lease = take(&mut tx, &ground.clock, "token", holder, 30).await.unwrap();
                tx.commit().await.unwrap();
                lease
            };
            let first = take("a").await.unwrap();
            assert_eq!(take("b").await, None);
            hand.advance(20);
            let renewed = take("a").await.unwrap();
            assert_eq!((renewed.fence, renewed.until), (first.fence, first.until.plus_seconds(20)));

            hand.advance(30);
            let second = take("b").await.unwrap();
            assert!(second.fence > renewed.fence);
            let mut tx = ground.db.begin().await.unwrap();
            assert!(!holds(&mut tx, &ground.clock, &renewed).await.unwrap());
            assert!(holds(&mut tx, &ground.clock, &second).await.unwrap());
            // A stale holder cannot give away what is no longer its own.
            release(&mut tx, &ground.clock, &renewed).await.unwrap();
            assert!(holds(&mut tx, &ground.clock, &second).await.unwrap());
            release(&mut tx, &ground.clock, &second).await.unwrap();
            tx.commit().await.unwrap();
            assert!(take("a").await.unwrap().fence > second.fence);
        })
        .await;
    }

    #[tokio::test]
    async fn a_lease_that_ran_out_gets_a_new_fence_even_for_its_old_holder() {
        testing::both(|db| async move {
            let (ground, hand) = testing::ground(db);
            let mut tx = ground.db.begin().await.unwrap();
            let first = take(&mut tx, &ground.clock, "token", "a", 30).await.unwrap().unwrap();
            hand.advance(30);
            assert!(!holds(&mut tx, &ground.clock, &first).await.unwrap());
            let second = take(&mut tx, &ground.clock, "token", "a", 30).await.unwrap().unwrap();
            assert_eq!(second.fence, first.fence + 1);
        })
        .await;
    }
}
