//! What every use case is given.

use crate::{Clock, Db, Ids, Metrics, Random, Secrets, Steps, Tasks};

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
    /// The keys of the house.
    pub secrets: Secrets,
    /// Background work that shutdown waits for.
    pub tasks: Tasks,
    /// Figures for whoever watches.
    pub metrics: Metrics,
    /// Where its work stands, for the fault tests.
    pub steps: Steps,
}

impl Ground {
    /// The ground over a database, a clock, a source of chance and the keys.
    pub fn new(db: Db, clock: Clock, random: Random, secrets: Secrets) -> Self {
        let ids = Ids::new(clock.clone(), random.clone());
        Self {
            db,
            clock,
            random,
            ids,
            secrets,
            tasks: Tasks::default(),
            metrics: Metrics::default(),
            steps: Steps::default(),
        }
    }
}
