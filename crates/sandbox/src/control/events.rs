//! Word of changes as server-sent events: a number that grows; whoever hears it fetches what it shows.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{Stream, unfold};

use crate::Sandbox;

/// One event at once and one after every change, until the sandbox closes.
pub(super) async fn stream(State(sandbox): State<Sandbox>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = sandbox.changes();
    let stop = sandbox.inner.stop.clone();
    let stream = unfold((changes, stop, true), async |(mut changes, stop, first)| {
        if !first {
            tokio::select! {
                () = stop.cancelled() => return None,
                heard = changes.changed() => heard.ok()?,
            }
        }
        let number = *changes.borrow_and_update();
        Some((Ok(Event::default().data(number.to_string())), (changes, stop, false)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
