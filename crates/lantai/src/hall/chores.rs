//! What has to be tidied away, or written down, now and then.

use std::sync::Arc;
use std::time::Duration;

use catalogue::Catalogue;
use consult::Cabinet;
use kernel::{Blobs, Ground};
use push::Materials;

/// The pause between two rounds.
const PAUSE: Duration = Duration::from_hours(1);

/// How often the catalogue learns what it does not look up for each question, and what was asked in vain is written down.
const MINUTE: Duration = Duration::from_mins(1);

/// Lets the catalogue know places by all their names, and writes down what readers asked for in vain: every minute, and
/// once more when the house stops.
pub(super) fn tend(ground: &Ground, catalogue: &Catalogue) {
    let (ground, catalogue) = (ground.clone(), catalogue.clone());
    let tasks = ground.tasks.clone();
    let stopping = tasks.stopping();
    tasks.start(async move {
        tokio::pin!(stopping);
        let mut is_open = true;
        while is_open {
            if let Err(error) = catalogue.refresh_places().await {
                tracing::warn!(%error, "the names of places could not be read");
            }
            tokio::select! {
                () = tokio::time::sleep(MINUTE) => {}
                () = &mut stopping => is_open = false,
            }
            if let Err(error) = catalogue.write_gaps(ground.clock.now()).await {
                tracing::warn!(%error, "what readers asked in vain could not be written down");
            }
        }
    });
}

/// A file that was not written to its end by now never will be (U26).
const UNFINISHED_SECONDS: i64 = 86_400;

/// What forgets whose time is over.
pub(super) struct Forgetful {
    pub(super) sessions: web::Sessions,
    pub(super) readers: identity::Identity,
    pub(super) staff: identity::Entrance,
    /// Where originals lie, what readers sent, and materials.
    pub(super) stores: (Blobs, Cabinet, Materials),
}

/// Forgets sessions, tickets and sign-ins whose time is over, and files whose writing was broken off: at once, and then
/// every hour until the house stops.
pub(super) fn tidy(ground: &Ground, forgetful: Forgetful) {
    let (forgetful, clock) = (Arc::new(forgetful), ground.clock.clone());
    ground.tasks.every(PAUSE, move || {
        let (forgetful, clock) = (Arc::clone(&forgetful), clock.clone());
        async move {
            let Forgetful { sessions, readers, staff, stores: (originals, received, materials) } = &*forgetful;
            let before = clock.now().plus_seconds(-UNFINISHED_SECONDS);
            let unfinished =
                [originals.sweep(before).await, received.sweep(before).await, materials.sweep(before).await];
            let over = [sessions.sweep().await, readers.sweep().await, staff.sweep().await];
            for swept in over.into_iter().chain(unfinished) {
                if let Err(error) = swept {
                    tracing::warn!(%error, "what has ended could not be tidied away");
                }
            }
        }
    });
}
