//! The designs of a ledger that lose or double sends (ADR 0022), for the fault tests to catch.

use kernel::planted::Fault;
use kernel::{Ground, Timestamp};
use wechat::client::ClientMessageId;

use super::send::Attempt;
use crate::Call;
use crate::store::call::Row;

/// What is written down before the socket is opened: what the sound ledger writes, that it was sent (design A), or nothing
/// (design B).
pub(super) fn written(ground: &Ground, before: &Row, tried: &Call, now: Timestamp) -> Row {
    let call = if ground.steps.planted(Fault::PushSentWhenFetched) {
        Call::Accepted { msg_id: None, at: now }
    } else if ground.steps.planted(Fault::PushWithoutIntent) {
        before.call.clone()
    } else {
        tried.clone()
    };
    Row { call, ..before.clone() }
}

/// The key under which an attempt goes out: one of its own in the designs B and C.
pub(super) fn key(ground: &Ground, key: ClientMessageId) -> ClientMessageId {
    let has_own = ground.steps.planted(Fault::PushWithoutIntent) || ground.steps.planted(Fault::PushNewKeys);
    if has_own { ClientMessageId::parse(&ground.random.hex16()).unwrap_or(key) } else { key }
}

/// Design B learns of an attempt when its answer comes.
pub(super) fn remember(ground: &Ground, row: &mut Row, attempt: &Attempt) {
    if ground.steps.planted(Fault::PushWithoutIntent) {
        row.call = attempt.row.call.clone();
    }
}
