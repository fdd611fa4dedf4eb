//! What pushes do in the background.

use account::notice::Notice;
use kernel::jobs::Worker;

use crate::desk::FetchCounts;
use crate::{Noticing, Results};

/// Teaches a worker the jobs of pushes.
#[must_use]
pub fn jobs(worker: Worker, results: &Results, noticing: &Noticing) -> Worker {
    let (results, noticing) = (results.clone(), noticing.clone());
    let worker = worker.on(move |job: FetchCounts, _| {
        let results = results.clone();
        async move { results.fetch(&job.account).await }
    });
    worker.on(move |notice: Notice, claim| {
        let noticing = noticing.clone();
        async move { noticing.send(&notice, &claim).await }
    })
}
