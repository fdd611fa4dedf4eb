//! Addresses, the network check, and what the console's automatic replies are set to (reference §1.9).

use serde::Deserialize;
use serde_json::json;

use super::Call;
use crate::fail::{Answer, Fail, Outcome, put};

/// Where pushes come from.
pub(super) fn callback_ip(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::Json(json!({"ip_list": ["127.0.0.1"]})))
}

/// Where the API is.
pub(super) fn api_ip(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::Json(json!({"ip_list": ["127.0.0.1"]})))
}

/// The check of the callback's address, as far as a sandbox can have one.
pub(super) fn check(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct Request {
        #[serde(default)]
        action: String,
        #[serde(default)]
        check_operator: String,
    }
    let request: Request = call.json()?;
    let (dns, ping) = match request.action.as_str() {
        "all" => (true, true),
        "dns" => (true, false),
        "ping" => (false, true),
        _ => return Err(Fail::new(40202)),
    };
    if !matches!(request.check_operator.as_str(), "DEFAULT" | "CHINANET" | "UNICOM" | "CAP") {
        return Err(Fail::new(40203));
    }
    let host = url::Url::parse(&call.account.settings.callback_url);
    let host = host.ok().and_then(|url| url.host_str().map(str::to_owned)).ok_or_else(|| Fail::new(40201))?;
    let mut answer = json!({});
    if dns {
        put(&mut answer, "dns", json!([{"ip": host, "real_operator": request.check_operator}]));
    }
    if ping {
        let operator = &request.check_operator;
        put(
            &mut answer,
            "ping",
            json!([{"ip": host, "from_operator": operator, "package_loss": "0%", "time": "1.000ms"}]),
        );
    }
    Ok(Answer::Json(answer))
}

/// The automatic replies set in the platform's console; both off unless the account's settings say otherwise.
pub(super) fn autoreply(call: &mut Call<'_>) -> Outcome {
    let none = || json!({"is_add_friend_reply_open": 0, "is_autoreply_open": 0});
    Ok(Answer::Json(call.account.settings.autoreply.clone().unwrap_or_else(none)))
}
