//! `/healthz`, `/readyz` and `/metrics`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use catalogue::Indexes;
use kernel::Ground;

use super::Hall;

#[derive(Clone)]
struct Health {
    ground: Ground,
    indexes: Indexes,
    ready: Arc<AtomicBool>,
}

pub(super) fn routes(hall: &Hall) -> Router {
    let health = Health { ground: hall.ground.clone(), indexes: hall.indexes.clone(), ready: Arc::clone(&hall.ready) };
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

/// Ready when everything is up and the database answers. WeChat being out of reach does not count: readers still read.
async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    let answers = async { health.ground.db.read().await?.sql("SELECT CAST(1 AS BIGINT)").one::<(i64,)>().await };
    let is_up = health.ready.load(Ordering::Acquire) && answers.await.is_ok();
    if is_up { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
}

/// Figures for the machine's own watch; nobody else is told. What a proxy on this machine hands on comes from elsewhere.
async fn metrics(
    State(health): State<Health>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let handed_on = ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| headers.contains_key(*name));
    if handed_on || !peer.ip().to_canonical().is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let size = |records: u64| i64::try_from(records).unwrap_or(i64::MAX);
    let (open, staff) = health.indexes.sizes();
    let records = |index: &str| {
        health.ground.metrics.gauge("lantai_index_records", "Records in a search index.", &[("index", index)])
    };
    records("open").set(size(open));
    records("staff").set(size(staff));
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], health.ground.metrics.render()).into_response()
}
