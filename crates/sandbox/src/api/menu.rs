//! Custom menus (reference §3).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Call};
use crate::fail::{Answer, Fail, Outcome};
use crate::menu::{Conditional, check, hosts_of};

/// The id of the default menu beside conditional ones.
const DEFAULT_ID: u64 = 208_396_938;

/// Hosts that all conditional menus together may link to.
const LINKED_HOSTS: usize = 3;

/// Sets the default menu.
pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let menu = raw_menu(call)?;
    call.account.menus.default = Some(check(&menu, call.strict)?);
    Ok(Answer::ok())
}

/// The default and the conditional menus; 46003 if there is none.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let menus = &call.account.menus;
    let button = menus.default.as_ref().ok_or_else(|| Fail::new(46003))?;
    let mut answer = json!({"menu": {"button": button}});
    if !menus.conditional.is_empty() {
        let newest_first = menus.conditional.iter().rev();
        let shown =
            newest_first.map(|menu| json!({"button": menu.button, "matchrule": menu.matchrule, "menuid": menu.menuid}));
        let shown: Vec<Value> = shown.collect();
        answer = json!({"menu": {"button": button, "menuid": DEFAULT_ID}, "conditionalmenu": shown});
    }
    Ok(Answer::Json(answer))
}

/// Deletes the default menu and every conditional one.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    call.account.menus.default = None;
    call.account.menus.conditional.clear();
    Ok(Answer::ok())
}

/// Adds a menu for some followers: 65303 without a default menu, 65304 without a rule, 65320 for matching that was
/// withdrawn, 65316 for links to more than three hosts.
pub(super) fn add_conditional(call: &mut Call<'_>) -> Outcome {
    let menu = raw_menu(call)?;
    if call.account.menus.default.is_none() {
        return Err(Fail::new(65303));
    }
    let rule = menu.get("matchrule").and_then(Value::as_object).ok_or_else(|| Fail::new(65304))?;
    let is_set = |name: &str| rule.get(name).is_some_and(|value| value != "" && !value.is_null());
    if ["sex", "country", "province", "city", "language"].into_iter().any(is_set) {
        return Err(Fail::new(65320));
    }
    if !["tag_id", "group_id", "client_platform_type"].into_iter().any(is_set) {
        return Err(Fail::new(65304));
    }
    let matchrule = Value::Object(rule.clone());
    let button = check(&menu, call.strict)?;
    let conditional = call.account.menus.conditional.iter().map(|menu| &menu.button);
    if hosts_of(conditional.chain([&button])).len() > LINKED_HOSTS {
        return Err(Fail::new(65316));
    }
    let menuid = 400_000_000 + call.account.next();
    call.account.menus.conditional.push(Conditional { menuid, button, matchrule });
    // The documentation shows the id as a string here and as a number in menu/get.
    Ok(Answer::Json(json!({"menuid": menuid.to_string()})))
}

/// Deletes one conditional menu.
pub(super) fn delete_conditional(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let menuid = request.get("menuid").and_then(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok()));
    let menus = &mut call.account.menus.conditional;
    let before = menus.len();
    menus.retain(|menu| Some(menu.menuid) != menuid);
    if menus.len() == before { Err(Fail::new(65301)) } else { Ok(Answer::ok()) }
}

/// The menu a follower sees; 65315 for somebody who does not follow.
pub(super) fn try_match(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct Request {
        user_id: String,
    }
    let request: Request = call.json()?;
    let follower = call.account.subscribed(&request.user_id).ok_or_else(|| Fail::new(65315))?;
    let tags = follower.tags.clone();
    let button = call.account.menus.shown_to(&tags).ok_or_else(|| Fail::new(46003))?;
    Ok(Answer::Json(json!({"button": button})))
}

/// The menu in the console's form, where `sub_button` is an object with a list.
pub(super) fn current(call: &mut Call<'_>) -> Outcome {
    let Some(buttons) = call.account.menus.default.as_ref().and_then(Value::as_array) else {
        return Ok(Answer::Json(json!({"is_menu_open": 0})));
    };
    let shown = buttons.iter().map(|button| {
        let mut button = button.clone();
        if let Some(fields) = button.as_object_mut() {
            let below = fields.remove("sub_button").unwrap_or_else(|| json!([]));
            if below.as_array().is_some_and(|list| !list.is_empty()) {
                let inner = below.as_array().into_iter().flatten().map(without_list);
                fields.insert("sub_button".to_owned(), json!({"list": inner.collect::<Vec<_>>()}));
            }
        }
        button
    });
    let shown: Vec<Value> = shown.collect();
    Ok(Answer::Json(json!({"is_menu_open": 1, "selfmenu_info": {"button": shown}})))
}

fn without_list(button: &Value) -> Value {
    let mut button = button.clone();
    if let Some(fields) = button.as_object_mut() {
        fields.remove("sub_button");
    }
    button
}

/// The body as JSON; text written as `\uXXXX` would be shown literally and is refused in the strict reading (40033).
fn raw_menu(call: &Call<'_>) -> Result<Value, Fail> {
    let menu = call.json()?;
    let escaped = |body: &Body| matches!(body, Body::Bytes(bytes) if bytes.windows(2).any(|pair| pair == b"\\u"));
    if call.strict && escaped(call.body) { Err(Fail::new(40033)) } else { Ok(menu) }
}
