//! Listening in the background: what has happened is taken in a little later, each event once.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use super::{Heard, heard_up_to, next};
use crate::{Ground, Result, Tx};

/// Events that are taken in at once: a few milliseconds of writing, which callbacks wait for.
const AT_ONCE: i64 = 100;
/// How often one listens.
const LOOK: Duration = Duration::from_secs(5);

/// Who takes events in.
pub trait Listener: Clone + Send + Sync + 'static {
    /// The name under which it hears: `service.what-it-keeps`.
    const NAME: &'static str;

    /// The house.
    fn ground(&self) -> &Ground;

    /// Takes events in, in the unit in which they are noted as heard.
    fn take_in(&self, tx: &mut Tx, heard: Vec<Heard>) -> impl Future<Output = Result<()>> + Send;

    /// Takes in the next events; how many there were.
    ///
    /// # Errors
    /// The database's; then nothing was taken in.
    fn listen(&self) -> impl Future<Output = Result<i64>> + Send {
        async {
            let mut tx = self.ground().db.begin().await?;
            let heard = next(&mut tx, Self::NAME, AT_ONCE).await?;
            let Some(last) = heard.last().map(|event| event.position) else { return Ok(0) };
            let count = i64::try_from(heard.len()).unwrap_or(AT_ONCE);
            self.take_in(&mut tx, heard).await?;
            heard_up_to(&mut tx, Self::NAME, last).await?;
            tx.commit().await?;
            Ok(count)
        }
    }

    /// Listens every few seconds until the house stops.
    fn keep_listening(&self) {
        let (here, stopping) = (self.clone(), self.ground().tasks.stopping());
        self.ground().tasks.start(async move {
            tokio::pin!(stopping);
            loop {
                let begun = Instant::now();
                let rest = match here.listen().await {
                    // There is more: the database is left to the callbacks for as long as it was held, and no longer.
                    Ok(heard) if heard == AT_ONCE => begun.elapsed(),
                    Ok(_) => LOOK,
                    Err(error) => {
                        tracing::warn!(%error, listener = Self::NAME, "events cannot be taken in");
                        LOOK
                    }
                };
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(rest) => {}
                }
            }
        });
    }
}
