//! The ticket of the JS-SDK (reference §12.2).

use serde_json::json;

use super::Call;
use crate::fail::{Answer, Fail, Outcome};

/// The ticket with its remaining seconds; the same one until its last five minutes.
pub(super) fn ticket(call: &mut Call<'_>) -> Outcome {
    if !matches!(call.query.get("type"), "jsapi" | "wx_card") {
        return Err(Fail::new(40097));
    }
    let now = call.now;
    let kept = call.account.jsapi.take().filter(|(_, until)| until.saturating_sub(now) > 300);
    let (ticket, until) = kept.unwrap_or_else(|| (call.random.id(86), now.saturating_add(7200)));
    call.account.jsapi = Some((ticket.clone(), until));
    let expires_in = until.saturating_sub(now);
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": expires_in})))
}
