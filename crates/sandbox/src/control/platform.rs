//! Clock, faults and the log of deliveries.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Given, Refusal};
use crate::Sandbox;
use crate::clock::written;
use crate::delivery::Delivery;
use crate::fault::{Armed, Fault};
use crate::world::Request;

/// The time as the platform has it.
pub(super) async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(moment(&sandbox))
}

fn moment(sandbox: &Sandbox) -> Value {
    let now = sandbox.inner.clock.now();
    json!({
        "now": now,
        "written": written(now),
        "offset_seconds": sandbox.inner.clock.offset.micros().div_euclid(1_000_000),
        "strict": sandbox.is_strict(),
    })
}

#[derive(Deserialize)]
pub(super) struct Advance {
    advance_seconds: i64,
}

/// Moves the clock; backwards only as far as the real time.
pub(super) async fn advance(
    State(sandbox): State<Sandbox>,
    Given(wanted): Given<Advance>,
) -> Result<Json<Value>, Refusal> {
    const CENTURY: i64 = 100 * 366 * 86_400;
    let offset = &sandbox.inner.clock.offset;
    let after = offset.micros().div_euclid(1_000_000).saturating_add(wanted.advance_seconds);
    if !(0..=CENTURY).contains(&after) {
        return Err(Refusal::bad("时钟只能在真实时间之后的一百年内移动"));
    }
    offset.advance(wanted.advance_seconds);
    sandbox.change(|_, _| ());
    // What became due is done when the answer comes; its events are on their way.
    drop(sandbox.finish_due());
    Ok(Json(moment(&sandbox)))
}

/// Which reading holds where the platform's pages leave a doubt.
#[derive(Serialize, Deserialize)]
pub(super) struct Strictness {
    strict: bool,
}

/// Whether the narrower reading holds.
pub(super) async fn strictness(State(sandbox): State<Sandbox>) -> Json<Strictness> {
    Json(Strictness { strict: sandbox.is_strict() })
}

/// Takes the narrower reading from now on, or the wider one.
pub(super) async fn set_strictness(
    State(sandbox): State<Sandbox>,
    Given(wanted): Given<Strictness>,
) -> Json<Strictness> {
    sandbox.change(|world, _| world.strict = wanted.strict);
    Json(wanted)
}

/// Which faults are on and which there are.
pub(super) async fn faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(faults_of(&sandbox))
}

fn faults_of(sandbox: &Sandbox) -> Value {
    let known: Vec<Value> = Fault::named().map(|(name, label)| json!({"name": name, "label": label})).collect();
    json!({"on": sandbox.look(|world, _| json!(world.faults.left())), "known": known})
}

#[derive(Deserialize)]
pub(super) struct Switch {
    name: Value,
    #[serde(default = "once")]
    count: u32,
    #[serde(default)]
    after: u32,
    #[serde(default)]
    path: String,
}

const fn once() -> u32 {
    1
}

/// Lets a fault strike the next `count` times (1 if not said) once `after` occasions passed, calls of the API only of
/// `path`; 0 switches it off.
pub(super) async fn set_fault(
    State(sandbox): State<Sandbox>,
    Given(wanted): Given<Switch>,
) -> Result<Json<Value>, Refusal> {
    let name = wanted.name.as_str().map_or_else(|| wanted.name.to_string(), str::to_owned);
    let fault = Fault::parse(&name).ok_or_else(|| Refusal::bad(format!("没有名为“{name}”的故障")))?;
    let armed = Armed { count: wanted.count, after: wanted.after, path: wanted.path };
    sandbox.change(|world, _| world.faults.set(fault, armed));
    Ok(Json(faults_of(&sandbox)))
}

#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    account: String,
    openid: String,
    after: u64,
    limit: usize,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { account: String::new(), openid: String::new(), after: 0, limit: usize::MAX }
    }
}

/// The log of deliveries, oldest first; of `limit` the newest.
pub(super) async fn deliveries(State(sandbox): State<Sandbox>, Query(wanted): Query<Wanted>) -> Json<Vec<Delivery>> {
    Json(sandbox.look(|world, _| {
        let fits = |delivery: &&Delivery| {
            (wanted.account.is_empty() || delivery.account == wanted.account)
                && (wanted.openid.is_empty() || delivery.openid == wanted.openid)
                && delivery.id > wanted.after
        };
        let mut found: Vec<Delivery> = world.deliveries.iter().rev().filter(fits).take(wanted.limit).cloned().collect();
        found.reverse();
        found
    }))
}

/// The last calls of the API, oldest first.
pub(super) async fn requests(State(sandbox): State<Sandbox>) -> Json<Vec<Request>> {
    const SHOWN: usize = 60;
    Json(sandbox.look(|world, _| {
        let skipped = world.requests.len().saturating_sub(SHOWN);
        world.requests.iter().skip(skipped).cloned().collect()
    }))
}
