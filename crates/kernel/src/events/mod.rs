//! Events: what a service tells the others, written in the unit in which it happened.
//!
//! A listener has a watermark of its own and hears every event once, in order, as long as it handles them in the unit
//! in which it asked for them. The order is given to events after they were committed: in PostgreSQL a unit that began
//! early may commit late, and a watermark over the numbers given at writing would pass its event by.
//!
//! The payloads are here, one file for each service that speaks. A payload that is changed so that older readers would
//! misunderstand it gets the next version.

mod account;
mod catalogue;
mod consult;
mod listening;

pub use account::SceneScanned;
pub use catalogue::{RecordsChanged, RecordsClosed};
pub use consult::{Answered, QuestionHeard};
pub use listening::Listener;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use sqlx::types::Json;

use crate::db::{Result, values};
use crate::{Timestamp, Tx, house};

/// The lock under which events get their positions.
const PLACING: &str = "events.placing";

/// Events written by one statement at most: there are as many texts, and each is prepared once.
const MOST_ROWS: usize = 64;

/// A kind of event.
pub trait Event: Serialize + DeserializeOwned + Send {
    /// Its name: `service.what-happened`.
    const KIND: &'static str;
    /// The version of its payload.
    const VERSION: i64;
}

/// An event as a listener hears it.
#[derive(Clone, PartialEq, Debug)]
pub struct Heard {
    /// Its place in the order that all listeners share.
    pub position: i64,
    /// What kind it is.
    pub kind: String,
    /// When it happened.
    pub happened_at: Timestamp,
    version: i64,
    payload: Value,
}

impl Heard {
    /// The event, if it is of this kind and a version this program knows. A listener passes over the others.
    pub fn read<E: Event>(&self) -> Option<E> {
        (self.kind == E::KIND && self.version == E::VERSION).then(|| E::deserialize(&self.payload).ok()).flatten()
    }
}

/// An event ready to be written, with others or alone.
#[derive(Clone, Debug)]
pub struct Told {
    kind: &'static str,
    version: i64,
    payload: Box<RawValue>,
    happened_at: Timestamp,
}

impl Told {
    /// What happened, when.
    ///
    /// # Errors
    /// If the payload cannot be written as JSON.
    pub fn new<E: Event>(now: Timestamp, event: &E) -> Result<Self> {
        let payload = to_raw_value(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        Ok(Self { kind: E::KIND, version: E::VERSION, payload, happened_at: now })
    }
}

/// Writes an event in the caller's unit.
///
/// # Errors
/// If the database does not take it.
pub async fn tell<E: Event>(tx: &mut Tx, now: Timestamp, event: &E) -> Result<()> {
    tell_all(tx, &[Told::new(now, event)?]).await
}

/// Writes several events in the caller's unit, many in one statement: a statement costs more than a row.
///
/// # Errors
/// If the database does not take them.
pub async fn tell_all(tx: &mut Tx, told: &[Told]) -> Result<()> {
    for some in told.chunks(MOST_ROWS) {
        let values = values(tx, some.len(), 4);
        let mut query =
            tx.sql_assembled(format!("INSERT INTO event (kind, version, payload, happened_at) VALUES {values}"));
        for Told { kind, version, payload, happened_at } in some {
            query = query.bind(*kind).bind(*version).bind(Json(payload.clone())).bind(*happened_at);
        }
        query.run().await?;
    }
    Ok(())
}

/// The next events for a listener, at most so many, in a unit that writes. Others who listen under the same name wait
/// until the unit ends.
///
/// # Errors
/// If the database does not answer.
pub async fn next(tx: &mut Tx, listener: &str, most: i64) -> Result<Vec<Heard>> {
    let (heard,) = tx
        .sql(
            "INSERT INTO event_listener (name, heard) VALUES ($1, 0) \
             ON CONFLICT (name) DO UPDATE SET heard = event_listener.heard RETURNING heard",
        )
        .bind(listener.to_owned())
        .one::<(i64,)>()
        .await?;
    let mut rows = placed(tx, heard, most).await?;
    if i64::try_from(rows.len()).is_ok_and(|count| count < most) && place(tx, most).await? {
        rows = placed(tx, heard, most).await?;
    }
    let heard = rows.into_iter().map(|(position, kind, version, Json(payload), happened_at)| Heard {
        position,
        kind,
        happened_at,
        version,
        payload,
    });
    Ok(heard.collect())
}

/// A row of an event that has its position.
type Placed = (i64, String, i64, Json<Value>, Timestamp);

/// The events behind a position, at most so many.
async fn placed(tx: &mut Tx, heard: i64, most: i64) -> Result<Vec<Placed>> {
    tx.sql(
        "SELECT position, kind, version, payload, happened_at FROM event WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(heard)
    .bind(most)
    .all::<Placed>()
    .await
}

/// Notes how far a listener has come, in the unit in which it handled the events.
///
/// # Errors
/// If the database does not answer.
pub async fn heard_up_to(tx: &mut Tx, listener: &str, position: i64) -> Result<()> {
    tx.sql("UPDATE event_listener SET heard = $2 WHERE name = $1 AND heard < $2")
        .bind(listener.to_owned())
        .bind(position)
        .run()
        .await?;
    Ok(())
}

/// Gives committed events that have none their positions, at most so many; whether there were any.
async fn place(tx: &mut Tx, most: i64) -> Result<bool> {
    let waiting = tx.sql("SELECT sequence FROM event WHERE position IS NULL LIMIT 1").optional::<(i64,)>().await?;
    if waiting.is_none() {
        return Ok(false);
    }
    house::hold(tx, PLACING).await?;
    tx.sql(
        "UPDATE event SET position = placed.position FROM ( \
         SELECT sequence, (SELECT COALESCE(max(position), 0) FROM event) + row_number() OVER (ORDER BY sequence) \
         AS position FROM event WHERE sequence IN \
         (SELECT sequence FROM event WHERE position IS NULL ORDER BY sequence LIMIT $1) \
         ) AS placed WHERE event.sequence = placed.sequence",
    )
    .bind(most)
    .run()
    .await?;
    Ok(true)
}

#[cfg(test)]
mod tests;
