//! Background work that shutdown waits for.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The background tasks of one running house: every one is told to stop and waited for.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Starts a task. It should end soon after [`Tasks::stopping`] completes.
    pub fn start(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(task);
    }

    /// Does something at once, and then again after each pause until the house is asked to stop. What is being done then is
    /// let end; what fails, the deed itself has to tell.
    pub fn every<F>(&self, pause: Duration, mut deed: impl FnMut() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stopping = self.stopping();
        self.start(async move {
            tokio::pin!(stopping);
            loop {
                deed().await;
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(pause) => {}
                }
            }
        });
    }

    /// Completes when the house is asked to stop.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        self.stop.clone().cancelled_owned()
    }

    /// Whether the house has been asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Asks every task to stop.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until every task has ended.
    pub async fn ended(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}
