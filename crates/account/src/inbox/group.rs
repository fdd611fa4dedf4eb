//! The group commit: one task stores the deliveries of the moment together.
//!
//! A commit costs a flush of the disk, whether it holds one delivery or sixty; so the deliveries that arrive while one
//! transaction runs wait for the next and share it. Nothing waits longer than that: a lone delivery is stored at once.

use std::collections::{BTreeMap, HashMap};

use kernel::{Ground, Tx, db};
use tokio::sync::{mpsc, oneshot};

use crate::dialogue::{Deed, act};
use crate::jobs::order_forgetting;
use crate::store::follower::{self, Seen};
use crate::store::inbox::{self, NewRow};
use crate::store::late;

/// Deliveries stored in one transaction at most: about 3 ms of writing, far below the 100 ms a transaction may take.
const MOST: usize = 128;
/// Deliveries that may wait. When so many do, new ones are not taken and WeChat repeats them.
const WAITING: usize = 4096;

/// A delivery to be stored.
#[derive(Debug)]
pub(super) struct Delivery {
    /// Its row.
    pub(super) row: NewRow,
    /// What it tells about the follower.
    pub(super) follower: Follower,
    /// What else happens in the transaction if it is new.
    pub(super) deeds: Vec<Deed>,
}

/// What a delivery tells about its sender.
#[derive(Debug)]
pub(super) enum Follower {
    /// Not about a follower: the account's own events.
    None,
    /// The follower did something.
    Seen(Seen),
    /// The follower left and is to be forgotten.
    Left,
}

/// What became of a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Stored {
    /// It was new and is durable now.
    New,
    /// It was known; this is the answer stored then: clear XML, empty for a bare `success`.
    Known(String),
}

#[derive(Debug)]
struct Waiting {
    delivery: Delivery,
    tell: oneshot::Sender<Stored>,
}

/// The way to the task.
#[derive(Clone, Debug)]
pub(super) struct Group(mpsc::Sender<Waiting>);

impl Group {
    /// Starts the task; it ends when the house stops and every delivery taken is dealt with.
    pub(super) fn start(ground: &Ground) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        ground.tasks.start(run(ground.clone(), receiver));
        Self(sender)
    }

    /// Stores a delivery. `None`: it could not be stored, and nothing of it was.
    pub(super) async fn store(&self, delivery: Delivery) -> Option<Stored> {
        let (tell, told) = oneshot::channel();
        self.0.try_send(Waiting { delivery, tell }).ok()?;
        told.await.ok()
    }
}

async fn run(ground: Ground, mut receiver: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(MOST);
    let stopping = ground.tasks.stopping();
    tokio::pin!(stopping);
    loop {
        let taken = tokio::select! {
            biased;
            taken = receiver.recv_many(&mut batch, MOST) => taken,
            () = &mut stopping, if !receiver.is_closed() => {
                // Connections are drained before the tasks are told to stop; what is queued is still stored.
                receiver.close();
                continue;
            }
        };
        if taken == 0 {
            return;
        }
        store_batch(&ground, std::mem::take(&mut batch)).await;
        batch.reserve(MOST);
    }
}

/// Stores a batch. While the database is locked it is tried again for as long as somebody waits for the outcome; a
/// delivery that makes the batch fail for another reason fails alone.
async fn store_batch(ground: &Ground, mut batch: Vec<Waiting>) {
    loop {
        batch.retain(|waiting| !waiting.tell.is_closed());
        if batch.is_empty() {
            return;
        }
        match write(ground, &batch).await {
            Ok(outcomes) => {
                for (waiting, stored) in batch.into_iter().zip(outcomes) {
                    // Whoever no longer listens gets the stored answer with the next delivery.
                    let _gone = waiting.tell.send(stored);
                }
                return;
            }
            Err(error) if error.is_busy() => {
                tracing::warn!(%error, deliveries = batch.len(), "the inbox waits for the database");
                tokio::task::yield_now().await;
            }
            Err(error) if batch.len() == 1 => {
                tracing::error!(%error, "a delivery could not be stored");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "storing deliveries one by one");
                for waiting in batch {
                    Box::pin(store_batch(ground, vec![waiting])).await;
                }
                return;
            }
        }
    }
}

/// One transaction for a batch; the outcomes are in its order.
async fn write(ground: &Ground, batch: &[Waiting]) -> db::Result<Vec<Stored>> {
    // The same message may be in the batch twice: the first one counts. Keys are sorted, so that two servers storing
    // the same repeated deliveries take their locks in one order.
    let mut firsts: BTreeMap<&str, &Delivery> = BTreeMap::new();
    for waiting in batch {
        firsts.entry(&waiting.delivery.row.key).or_insert(&waiting.delivery);
    }
    let mut known = HashMap::new();
    while !write_new(ground, firsts.values().filter(|first| !known.contains_key(&first.row.key))).await? {
        // Somebody has stored one of them before; whoever it was has committed.
        let keys: Vec<_> = firsts.keys().copied().collect();
        known = inbox::answers(&mut ground.db.read().await?, &keys).await?;
    }
    Ok(outcomes(batch, &known))
}

/// Stores deliveries with all they do. `false`: nothing was stored, because one of them is known.
async fn write_new<'a>(ground: &Ground, new: impl Iterator<Item = &'a &'a Delivery>) -> db::Result<bool> {
    let new: Vec<&Delivery> = new.copied().collect();
    if new.is_empty() {
        return Ok(true);
    }
    let rows: Vec<_> = new.iter().map(|delivery| &delivery.row).collect();
    let mut tx = ground.db.begin().await?;
    ground.steps.at("inbox write");
    #[cfg(feature = "planted-faults")]
    super::planted::make_room(ground, &mut tx, &rows).await?;
    if !inbox::insert(&mut tx, &rows).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    record_followers(ground, &mut tx, &new).await?;
    let deeds = new.iter().flat_map(|delivery| &delivery.deeds);
    #[cfg(feature = "planted-faults")]
    let deeds = super::planted::with_commit(ground, deeds);
    act(&mut tx, deeds).await?;
    ground.steps.at("inbox commit");
    tx.commit().await?;
    ground.steps.at("inbox done");
    #[cfg(feature = "planted-faults")]
    super::planted::after_commit(ground, new.iter().copied()).await?;
    Ok(true)
}

fn outcomes(batch: &[Waiting], known: &HashMap<String, String>) -> Vec<Stored> {
    let mut firsts: HashMap<&str, &str> = HashMap::with_capacity(batch.len());
    let mut stored = Vec::with_capacity(batch.len());
    for Waiting { delivery: Delivery { row, .. }, .. } in batch {
        let key = row.key.as_str();
        let answer = known.get(key).map(String::as_str).or_else(|| firsts.get(key).copied());
        stored.push(answer.map_or(Stored::New, |answer| Stored::Known(answer.to_owned())));
        firsts.entry(key).or_insert(&row.answer);
    }
    stored
}

/// Brings the followers up to date with the new deliveries; who left in this batch and came back is new.
async fn record_followers(ground: &Ground, tx: &mut Tx, new: &[&Delivery]) -> db::Result<()> {
    let mut seen: BTreeMap<(&str, &str), Seen> = BTreeMap::new();
    for Delivery { row, follower, .. } in new {
        let person = (row.account.as_str(), row.openid.as_str());
        match follower {
            Follower::None => {}
            Follower::Seen(now) => {
                seen.entry(person).and_modify(|before| before.merge(now.clone())).or_insert_with(|| now.clone());
            }
            Follower::Left => {
                seen.remove(&person);
                follower::forget(tx, person.0, person.1, row.received_at).await?;
                late::forget_person(tx, person.0, person.1).await?;
                order_forgetting(tx, ground, row.received_at).await?;
            }
        }
    }
    let seen: Vec<_> = seen.into_values().collect();
    follower::record(tx, &seen).await
}
