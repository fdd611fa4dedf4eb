//! What has to be tidied away now and then.

use std::time::Duration;

use kernel::Ground;

/// The pause between two rounds.
const PAUSE: Duration = Duration::from_hours(1);

/// Forgets sessions, tickets and sign-ins whose time is over: at once, and then every hour until the house stops.
pub(super) fn tidy(ground: &Ground, sessions: web::Sessions, readers: identity::Identity) {
    let tasks = ground.tasks.clone();
    let stopping = ground.tasks.stopping();
    tasks.start(async move {
        tokio::pin!(stopping);
        loop {
            for swept in [sessions.sweep().await, readers.sweep().await] {
                if let Err(error) = swept {
                    tracing::warn!(%error, "what has ended could not be tidied away");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = &mut stopping => return,
            }
        }
    });
}
