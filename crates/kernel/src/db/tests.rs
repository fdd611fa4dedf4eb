use std::time::Duration;

use sqlx::types::Json;

use super::*;
use crate::testing::{self, MONDAY_MORNING};
use crate::{Id, Timestamp};

async fn write(db: &Db, text: &'static str) -> Result<u64> {
    let mut tx = db.begin().await?;
    let touched = tx.sql(text).run().await?;
    tx.commit().await?;
    Ok(touched)
}

#[tokio::test]
async fn our_types_come_back_as_they_went_in() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let id: Id<()> = ground.ids.make();
        let before_the_epoch = Timestamp::from_micros(-1_234_567);
        let payload = serde_json::json!({"text": "档号", "number": 12, "list": [true, null]});
        let mut tx = ground.db.begin().await.unwrap();
        tx.sql(
            "INSERT INTO job (id, kind, payload, state, run_at, attempts, fence, leased_until, created_at) \
             VALUES ($1, 'x', $2, 'waiting', $3, 1, 2, $4, $5)",
        )
        .bind(id)
        .bind(Json(payload.clone()))
        .bind(before_the_epoch)
        .bind(None::<Timestamp>)
        .bind(MONDAY_MORNING)
        .run()
        .await
        .unwrap();
        let row = tx
            .sql("SELECT id, payload, run_at, leased_until, created_at, attempts > 0 FROM job WHERE id = $1")
            .bind(id)
            .one::<(Id<()>, Json<serde_json::Value>, Timestamp, Option<Timestamp>, Timestamp, bool)>()
            .await
            .unwrap();
        assert_eq!(row, (id, Json(payload), before_the_epoch, None, MONDAY_MORNING, true));
    })
    .await;
}

#[tokio::test]
async fn errors_have_their_kinds() {
    testing::both(|db| async move {
        let kind = async |text: &'static str| write(&db, text).await.unwrap_err().kind();
        write(&db, "INSERT INTO house_value (name, value) VALUES ('a', 'b')").await.unwrap();
        assert_eq!(kind("INSERT INTO house_value (name, value) VALUES ('a', 'c')").await, Kind::Unique);
        assert_eq!(
            kind("INSERT INTO audit_seal (position, sequence, digest) VALUES (1, 99, 'x')").await,
            Kind::ForeignKey
        );
        assert_eq!(kind("INSERT INTO house_value (name, value) VALUES ('b', NULL)").await, Kind::Check);
        assert_eq!(kind("SELECT nothing FROM nowhere").await, Kind::Other);
        let mut tx = db.read().await.unwrap();
        let missing = tx.sql("SELECT value FROM house_value WHERE name = 'c'").one::<(String,)>().await.unwrap_err();
        assert_eq!(missing.kind(), Kind::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_reading_unit_refuses_to_write_and_sees_one_moment() {
    testing::both(|db| async move {
        let mut tx = db.read().await.unwrap();
        let count = "SELECT count(*) FROM house_value";
        let (before,) = tx.sql(count).one::<(i64,)>().await.unwrap();
        write(&db, "INSERT INTO house_value (name, value) VALUES ('a', 'b')").await.unwrap();
        assert_eq!(tx.sql(count).one::<(i64,)>().await.unwrap(), (before,));
        assert!(tx.sql("INSERT INTO house_value (name, value) VALUES ('c', 'd')").run().await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_glance_reads_what_was_committed_and_refuses_to_write() {
    testing::both(|db| async move {
        write(&db, "INSERT INTO house_value (name, value) VALUES ('a', 'b')").await.unwrap();
        let mut tx = db.glance().await.unwrap();
        let (found,) = tx.sql("SELECT value FROM house_value WHERE name = 'a'").one::<(String,)>().await.unwrap();
        assert_eq!(found, "b");
        drop(tx);
        let mut tx = db.glance().await.unwrap();
        assert!(tx.sql("INSERT INTO house_value (name, value) VALUES ('c', 'd')").run().await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_dropped_unit_leaves_nothing() {
    testing::both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        tx.sql("INSERT INTO house_value (name, value) VALUES ('a', 'b')").run().await.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.sql("SELECT count(*) FROM house_value").one::<(i64,)>().await.unwrap(), (0,));
    })
    .await;
}

/// Polls a future so often at most and drops it then; none if it was dropped.
async fn dropped_after<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// A database with few connections, all of which are asked for at once: one that was left in a bad state is among them.
async fn few_connections() -> (tempfile::TempDir, [(Db, usize); 2]) {
    let options = Options { readers: 1, ..Options::default() };
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Db::open_sqlite(&folder.path().join("db"), &options).await.unwrap();
    let address = testing::Cluster::shared().await.database_address().await;
    let postgres = Db::open_postgres(&address, &options).await.unwrap();
    (folder, [(sqlite, 1), (postgres, 5)])
}

/// Waits until every connection that was given back is in its pool: then each poll comes to the same point each time.
async fn settled(db: &Db) {
    if let Pools::Postgres(pool) = &db.pools {
        while u32::try_from(pool.num_idle()).unwrap() < pool.size() {
            tokio::task::yield_now().await;
        }
    }
}

/// Writes in so many units at once.
async fn write_at_once(db: &Db, units: usize, name: &str) -> Result<()> {
    let mut begun = Vec::new();
    for unit in 0..units {
        let mut tx = db.begin().await?;
        tx.sql("INSERT INTO house_value (name, value) VALUES ($1, 'b')").bind(format!("{name} {unit}")).run().await?;
        begun.push(tx);
    }
    for tx in begun {
        tx.commit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn whoever_gives_up_while_a_unit_begins_leaves_its_connection_clean() {
    let (_folder, databases) = few_connections().await;
    for (db, connections) in databases {
        // A wake that brings nothing moves the points at which it is dropped: several rounds come to all of them.
        for round in 0..6 {
            for polls in 0.. {
                settled(&db).await;
                let read = dropped_after(db.read(), polls).await.is_some();
                settled(&db).await;
                let begun = dropped_after(db.begin(), polls).await.is_some();
                let written = write_at_once(&db, connections, &format!("{round} {polls}")).await;
                written.unwrap_or_else(|error| panic!("dropped after {polls} polls: {error}"));
                if read && begun {
                    break;
                }
            }
        }
        db.close().await;
    }
}

/// The driver by itself does not: without this fault the way in which units begin is not needed.
#[tokio::test]
async fn the_driver_leaves_a_connection_in_the_unit_whose_beginning_was_given_up() {
    let (_folder, [_, (db, connections)]) = few_connections().await;
    let Pools::Postgres(pool) = &db.pools else { unreachable!("the second is on PostgreSQL") };
    for round in 0..40 {
        for polls in 0.. {
            settled(&db).await;
            let begun = dropped_after(pool.begin_with("BEGIN READ ONLY"), polls).await.is_some();
            if write_at_once(&db, connections, &format!("{round} {polls}")).await.is_err() {
                return;
            }
            if begun {
                break;
            }
        }
    }
    panic!("no unit was refused");
}

#[tokio::test]
async fn many_writers_lose_no_update() {
    testing::both(|db| async move {
        write(&db, "INSERT INTO house_value (name, value) VALUES ('count', '0')").await.unwrap();
        let one = |_| async {
            for _ in 0..10 {
                let mut tx = db.begin().await.unwrap();
                crate::house::hold(&mut tx, "counting").await.unwrap();
                let count: i64 = crate::house::value(&mut tx, "count").await.unwrap().unwrap().parse().unwrap();
                crate::house::set_value(&mut tx, "count", &(count + 1).to_string()).await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        futures::future::join_all((0..12).map(one)).await;
        let mut tx = db.read().await.unwrap();
        assert_eq!(crate::house::value(&mut tx, "count").await.unwrap().as_deref(), Some("120"));
    })
    .await;
}

#[tokio::test]
async fn r10_when_connections_are_used_up_the_answer_is_busy() {
    let hurried = Options { readers: 1, wait: Duration::from_millis(500) };
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Db::open_sqlite(&folder.path().join("db"), &hurried).await.unwrap();
    let address = testing::Cluster::shared().await.database_address().await;
    let postgres = Db::open_postgres(&address, &hurried).await.unwrap();
    for db in [sqlite, postgres] {
        let mut held = Vec::new();
        let refused = loop {
            match db.begin().await {
                Ok(tx) => held.push(tx),
                Err(error) => break error,
            }
        };
        assert!(refused.is_busy() && !held.is_empty(), "{refused}");
    }
}

#[test]
fn placeholders_are_numbered_row_by_row() {
    assert_eq!(placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    assert_eq!(placeholders(0, 3), "");
}

#[tokio::test]
async fn values_are_written_as_each_database_binds_them() {
    testing::both(|db| async move {
        let wanted = match db.dialect() {
            Dialect::Sqlite => "(?, ?), (?, ?)",
            Dialect::Postgres => "($1, $2), ($3, $4)",
        };
        assert_eq!(values(&db.read().await.unwrap(), 2, 2), wanted);
    })
    .await;
}

/// Two processes write to one file: one long unit after the other here, short ones there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_writes_long_units_lets_others_have_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let busy = Db::open_sqlite(&path, &Options::default()).await.unwrap();
    let other = Db::open_sqlite(&path, &Options::default()).await.unwrap();
    let (units, turns) = (std::sync::atomic::AtomicU32::new(0), 12);
    let long = async {
        loop {
            let tx = busy.begin().await.unwrap();
            // As long as a chunk of an import takes.
            tokio::time::sleep(Duration::from_millis(40)).await;
            tx.commit().await.unwrap();
            units.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    };
    let short = async {
        for _ in 0..turns {
            other.begin().await.unwrap().commit().await.unwrap();
        }
    };
    tokio::select! {
        () = long => {}
        () = short => {}
    }
    let units = units.into_inner();
    assert!(units <= 3 * turns, "{turns} turns took {units} units of the other");
}
