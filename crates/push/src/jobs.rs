//! What pushes do in the background.

use kernel::jobs::Worker;

use crate::Results;
use crate::desk::FetchCounts;

/// Teaches a worker the jobs of pushes.
#[must_use]
pub fn jobs(worker: Worker, results: &Results) -> Worker {
    let results = results.clone();
    worker.on(move |job: FetchCounts, _| {
        let results = results.clone();
        async move { results.fetch(&job.account).await }
    })
}
