//! What every use case is given.

use crate::{Clock, Db, Ids, Random, Tasks};

/// The ground of one house: its database, time, chance and background tasks; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// New ids.
    pub ids: Ids,
    /// Background work that shutdown waits for.
    pub tasks: Tasks,
}

impl Ground {
    /// The ground over a database, a clock and a source of chance.
    pub fn new(db: Db, clock: Clock, random: Random) -> Self {
        let ids = Ids::new(clock.clone(), random.clone());
        Self { db, clock, random, ids, tasks: Tasks::default() }
    }
}
