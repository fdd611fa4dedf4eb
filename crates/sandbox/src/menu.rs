//! Custom menus and their limits (reference §3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fail::Fail;

/// A menu for some followers only.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Conditional {
    pub(crate) menuid: u64,
    pub(crate) button: Value,
    pub(crate) matchrule: Value,
}

/// The default menu and the conditional ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Menus {
    pub(crate) default: Option<Value>,
    pub(crate) conditional: Vec<Conditional>,
}

impl Menus {
    /// The buttons a follower with these tags sees; of the conditional menus the latest that fits wins.
    pub(crate) fn shown_to(&self, tags: &[u64]) -> Option<&Value> {
        let fits = |menu: &&Conditional| {
            let tag = menu.matchrule.get("tag_id").or_else(|| menu.matchrule.get("group_id"));
            let wanted = tag.and_then(|tag| tag.as_u64().or_else(|| tag.as_str()?.parse().ok()));
            // The phone of the sandbox is platform 3, other.
            let platform = menu.matchrule.get("client_platform_type").and_then(Value::as_str).unwrap_or("3");
            wanted.is_none_or(|tag| tags.contains(&tag)) && matches!(platform, "" | "3")
        };
        self.conditional.iter().rev().find(fits).map(|menu| &menu.button).or(self.default.as_ref())
    }
}

/// The buttons of `{button: […]}` as they are kept, unchecked.
pub(crate) fn buttons_of(menu: &Value) -> Option<Value> {
    menu.get("button").map(normalised)
}

/// Every button with the `sub_button` list that `menu/get` answers.
pub(crate) fn normalised(buttons: &Value) -> Value {
    let Some(list) = buttons.as_array() else { return buttons.clone() };
    let filled = list.iter().map(|button| {
        let mut button = button.clone();
        if let Some(fields) = button.as_object_mut() {
            let below = fields.get("sub_button").map_or_else(|| json!([]), normalised);
            fields.insert("sub_button".to_owned(), below);
        }
        button
    });
    Value::Array(filled.collect())
}

/// The hosts that buttons of both levels link to.
pub(crate) fn hosts_of<'a>(menus: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    let buttons = menus.filter_map(Value::as_array).flatten();
    let below = |button: &'a Value| button.get("sub_button").and_then(Value::as_array).into_iter().flatten();
    let all = buttons.flat_map(|button| std::iter::once(button).chain(below(button)));
    all.filter_map(|button| url::Url::parse(text(button, "url")).ok()?.host_str().map(str::to_owned)).collect()
}

/// The codes of a level: count, type, name, key, url.
struct Codes {
    kind: i64,
    name: i64,
    key: i64,
    url: i64,
}

const TOP: Codes = Codes { kind: 40017, name: 40018, key: 40019, url: 40020 };
const BELOW: Codes = Codes { kind: 40024, name: 40025, key: 40026, url: 40027 };

/// Checks `{button: […]}` and returns the buttons as they are kept.
pub(crate) fn check(menu: &Value, strict: bool) -> Result<Value, Fail> {
    let buttons = menu.get("button").and_then(Value::as_array).ok_or_else(|| Fail::new(40016))?;
    if buttons.is_empty() || buttons.len() > 3 {
        return Err(Fail::new(40016));
    }
    for button in buttons {
        // 16 bytes by the page; 20 and more are accepted by the platform in community reports.
        check_name(button, if strict { 16 } else { 24 }, &TOP)?;
        let below = button.get("sub_button").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if below.is_empty() {
            check_action(button, &TOP)?;
        } else if below.len() > 5 {
            return Err(Fail::new(40023));
        }
        for inner in below {
            check_name(inner, 60, &BELOW)?;
            if inner.get("sub_button").and_then(Value::as_array).is_some_and(|list| !list.is_empty()) {
                return Err(Fail::new(40022));
            }
            check_action(inner, &BELOW)?;
        }
    }
    Ok(normalised(&Value::Array(buttons.clone())))
}

fn text<'a>(button: &'a Value, name: &str) -> &'a str {
    button.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn check_name(button: &Value, limit: usize, codes: &Codes) -> Result<(), Fail> {
    let name = text(button, "name");
    if name.is_empty() || name.len() > limit { Err(Fail::new(codes.name)) } else { Ok(()) }
}

fn check_action(button: &Value, codes: &Codes) -> Result<(), Fail> {
    let key = || {
        let key = text(button, "key");
        if key.is_empty() || key.len() > 128 { Err(Fail::new(codes.key)) } else { Ok(()) }
    };
    let url = || {
        let url = text(button, "url");
        let good = url.starts_with("http://") || url.starts_with("https://");
        if !good || url.len() > 1024 { Err(Fail::new(codes.url)) } else { Ok(()) }
    };
    match text(button, "type") {
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album" | "pic_weixin"
        | "location_select" => key(),
        "view" => url(),
        "miniprogram" => {
            url()?;
            if text(button, "appid").is_empty() { Err(Fail::new(codes.kind)) } else { Ok(()) }
        }
        "media_id" | "view_limited" => {
            if text(button, "media_id").is_empty() {
                Err(Fail::new(40007))
            } else {
                Ok(())
            }
        }
        "article_id" | "article_view_limited" => {
            if text(button, "article_id").is_empty() {
                Err(Fail::new(53600))
            } else {
                Ok(())
            }
        }
        _ => Err(Fail::new(codes.kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Conditional, Menus, check};
    use serde_json::{Value, json};

    fn code(menu: &Value) -> i64 {
        check(menu, true).map_or_else(|fail| fail.code, |_| 0)
    }

    fn click(name: &str) -> Value {
        json!({"type": "click", "name": name, "key": "K"})
    }

    #[test]
    fn limits_have_the_codes_of_the_reference() {
        let sub = |button: Value| json!({"button": [{"name": "上", "sub_button": [button]}]});
        let many = |n: usize| (0..n).map(|_| click("查")).collect::<Vec<_>>();
        for (menu, expected) in [
            (json!({"button": many(3)}), 0),
            (json!({"button": many(4)}), 40016),
            (json!({"button": []}), 40016),
            (json!({}), 40016),
            (json!({"button": [click("十六字节的名字太长")]}), 40018),
            (json!({"button": [click("")]}), 40018),
            (json!({"button": [{"type": "touch", "name": "a", "key": "k"}]}), 40017),
            (json!({"button": [{"type": "click", "name": "a"}]}), 40019),
            (json!({"button": [{"type": "click", "name": "a", "key": "k".repeat(129)}]}), 40019),
            (json!({"button": [{"type": "view", "name": "a", "url": "ftp://x"}]}), 40020),
            (json!({"button": [{"type": "view", "name": "a", "url": format!("http://{}", "x".repeat(1024))}]}), 40020),
            (json!({"button": [{"name": "上", "sub_button": many(5)}]}), 0),
            (json!({"button": [{"name": "上", "sub_button": many(6)}]}), 40023),
            (sub(click(&"长".repeat(21))), 40025),
            (sub(json!({"type": "x", "name": "a"})), 40024),
            (sub(json!({"type": "click", "name": "a"})), 40026),
            (sub(json!({"type": "view", "name": "a"})), 40027),
            (sub(json!({"name": "a", "sub_button": [click("深")]})), 40022),
        ] {
            assert_eq!(code(&menu), expected, "{menu}");
        }
    }

    #[test]
    fn leaves_get_an_empty_list_and_the_latest_fitting_menu_wins() {
        let kept = check(&json!({"button": [click("查")]}), true).unwrap();
        assert_eq!(kept[0]["sub_button"], json!([]));
        let of = |n: u64, tag: u64| Conditional { menuid: n, button: json!([n]), matchrule: json!({"tag_id": tag}) };
        let menus = Menus { default: Some(json!([0])), conditional: vec![of(1, 100), of(2, 100), of(3, 101)] };
        assert_eq!(menus.shown_to(&[100]), Some(&json!([2])));
        assert_eq!(menus.shown_to(&[]), Some(&json!([0])));
    }
}
