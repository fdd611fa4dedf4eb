//! Custom menus: what WeChat takes, in words (reference page "自定义菜单").
//!
//! A button that leads to a page of our own site holds its path, `/search`. It becomes a whole address when the menu is
//! published, so a menu follows the site to another address.

use wechat::wire::menu::{Button, Menu};

/// Buttons at the top, and below one of them.
pub(crate) const MOST: usize = 3;
/// Buttons below one of the top.
pub(crate) const MOST_BELOW: usize = 5;
/// The longest name at the top and below, in bytes.
const NAME_BYTES: [usize; 2] = [16, 60];
/// What phones show of a name, in characters.
const NAME_SHOWN: [usize; 2] = [4, 8];
/// The longest key, in bytes.
const KEY_BYTES: usize = 128;
/// The longest address, in bytes.
const URL_BYTES: usize = 1024;

/// Something a menu key sets off, and what staff call it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MenuKey {
    /// The key.
    pub key: String,
    /// What answers it.
    pub label: String,
}

/// A part of a button.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MenuField {
    /// The button as a whole, or the menu.
    Whole,
    /// Its text.
    Name,
    /// The key of `click`.
    Key,
    /// The address.
    Url,
    /// The mini program.
    Appid,
    /// The page of the mini program.
    Pagepath,
}

/// What does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// Which button of the top, from 0; none: the menu itself.
    pub(crate) column: Option<usize>,
    /// Which one below it.
    pub(crate) entry: Option<usize>,
    /// Which part of it.
    pub(crate) field: MenuField,
    /// Why, in words.
    pub(crate) told: String,
    /// WeChat takes it all the same.
    pub(crate) is_hint: bool,
}

/// The button that is looked at, and what was found so far.
struct Look<'a> {
    site: &'a str,
    keys: &'a [MenuKey],
    column: Option<usize>,
    entry: Option<usize>,
    found: Vec<Fault>,
}

/// All that does not fit in a menu of a site whose dialogues know these keys. What has no fault but hints is taken by WeChat.
pub(crate) fn faults(menu: &Menu, site: &str, keys: &[MenuKey]) -> Vec<Fault> {
    let mut look = Look { site, keys, column: None, entry: None, found: Vec::new() };
    if menu.button.is_empty() || menu.button.len() > MOST {
        look.say(MenuField::Whole, format!("菜单要有 1 至 {MOST} 个一级按钮"));
    }
    for (column, button) in menu.button.iter().enumerate() {
        look.column = Some(column);
        look.entry = None;
        look.name(button, 0);
        if button.sub_button.is_empty() {
            look.act(button);
        } else if button.sub_button.len() > MOST_BELOW {
            look.say(MenuField::Whole, format!("下面最多 {MOST_BELOW} 个子按钮"));
        }
        for (entry, inner) in button.sub_button.iter().enumerate() {
            look.entry = Some(entry);
            look.name(inner, 1);
            look.act(inner);
            if !inner.sub_button.is_empty() {
                look.say(MenuField::Whole, "子按钮下面不能再有按钮".to_owned());
            }
        }
    }
    look.found
}

impl Look<'_> {
    fn note(&mut self, field: MenuField, told: String, is_hint: bool) {
        self.found.push(Fault { column: self.column, entry: self.entry, field, told, is_hint });
    }

    fn say(&mut self, field: MenuField, told: String) {
        self.note(field, told, false);
    }

    fn hint(&mut self, field: MenuField, told: String) {
        self.note(field, told, true);
    }

    fn name(&mut self, button: &Button, level: usize) {
        let name = &button.name;
        let limit = |limits: [usize; 2]| limits.get(level).copied().unwrap_or_default();
        let (most, shown) = (limit(NAME_BYTES), limit(NAME_SHOWN));
        if name.trim().is_empty() {
            self.say(MenuField::Name, "请写按钮的名字".to_owned());
        } else if name.len() > most {
            let told = format!(
                "名字太长：最多约 {} 个汉字，字母、数字和半角符号三个算一个汉字；现在相当于 {} 个",
                most / 3,
                name.len().div_ceil(3)
            );
            self.say(MenuField::Name, told);
        } else if !is_plain(name) {
            self.say(MenuField::Name, "名字里有微信不收的符号（换行、反斜线等），请删去".to_owned());
        } else if width(name) > shown * 2 {
            self.hint(MenuField::Name, format!("手机上一般只显示前 {shown} 个汉字，后面的可能看不到"));
        }
    }

    fn act(&mut self, button: &Button) {
        match button.kind.as_deref() {
            Some("click") => self.key(button.key.as_deref().unwrap_or_default()),
            Some("view") => self.url(button, "请选本站页面，或填网址"),
            Some("miniprogram") => {
                self.url(button, "请填备用网址");
                let appid = button.appid.as_deref().unwrap_or_default();
                let is_id = appid.starts_with("wx") && (4..=64).contains(&appid.len());
                if !is_id || !appid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    self.say(MenuField::Appid, "请填小程序的 AppID，wx 开头，在小程序后台“开发设置”里".to_owned());
                }
                let path = button.pagepath.as_deref().unwrap_or_default();
                if path.len() > URL_BYTES || !is_plain(path) {
                    self.say(MenuField::Pagepath, "小程序页面的路径太长，或有微信不收的符号".to_owned());
                }
            }
            _ => self.say(MenuField::Whole, "请选点了以后做什么".to_owned()),
        }
    }

    fn key(&mut self, key: &str) {
        if key.is_empty() {
            self.say(MenuField::Key, "请选由哪条规则答复".to_owned());
        } else if key.len() > KEY_BYTES || !is_plain(key) {
            self.say(MenuField::Key, format!("菜单键太长（最多 {KEY_BYTES} 字节），或有微信不收的符号"));
        } else if !self.keys.iter().any(|known| known.key == key) {
            let told = format!("现在没有规则答复菜单键“{key}”，读者点了会没有回音：请到“自动回复”启用或新建");
            self.hint(MenuField::Key, told);
        }
    }

    fn url(&mut self, button: &Button, missing: &str) {
        let url = button.url.as_deref().unwrap_or_default();
        let whole = whole(url, self.site);
        let host = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://")).unwrap_or_default();
        let is_address = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && is_plain(&whole);
        if url.is_empty() {
            self.say(MenuField::Url, missing.to_owned());
        } else if !is_address || whole.contains(char::is_whitespace) {
            self.say(MenuField::Url, "网址要以 https:// 或 http:// 开头，中间没有空格".to_owned());
        } else if whole.len() > URL_BYTES {
            self.say(MenuField::Url, format!("网址太长：现在 {} 字节，最多 {URL_BYTES} 字节", whole.len()));
        }
    }
}

/// Whether a text has neither control characters nor backslashes: in JSON they become `\u` marks, which WeChat refuses (40033).
fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || c == '\\')
}

/// How wide a text is shown: two for a Chinese character, one for a letter.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// A path of ours as a whole address; any other address as it is.
fn whole(url: &str, site: &str) -> String {
    let is_ours = url.starts_with('/') && !url.starts_with("//");
    if is_ours { format!("{}{url}", site.trim_end_matches('/')) } else { url.to_owned() }
}

/// The menu as WeChat gets it: with whole addresses.
pub(crate) fn resolved(menu: Menu, site: &str) -> Menu {
    mapped(menu, &|url| whole(&url, site))
}

/// The menu as staff see it: pages of ours by their path.
pub(crate) fn relative(menu: Menu, site: &str) -> Menu {
    let site = site.trim_end_matches('/');
    mapped(menu, &|url| match url.strip_prefix(site).filter(|path| path.starts_with('/') && !site.is_empty()) {
        Some(path) => path.to_owned(),
        None => url,
    })
}

fn mapped(menu: Menu, change: &impl Fn(String) -> String) -> Menu {
    Menu { button: menu.button.into_iter().map(|button| mapped_button(button, change)).collect(), ..menu }
}

fn mapped_button(button: Button, change: &impl Fn(String) -> String) -> Button {
    Button {
        url: button.url.map(change),
        sub_button: button.sub_button.into_iter().map(|inner| mapped_button(inner, change)).collect(),
        ..button
    }
}

/// Why WeChat refused a menu, and what to do.
pub(crate) fn refusal(code: i64) -> String {
    let why = match code {
        40001 | 40013 | 40014 | 40125 | 40243 => "AppID 或 AppSecret 不对，请做一次连接检查",
        40164 | 89503 => "服务器的 IP 不在白名单，请做一次连接检查",
        48001 => "公众号没有自定义菜单的权限，请在公众平台“接口权限”里查看",
        48004 | 50002 => "公众号被限制，请登录公众平台查看通知",
        40016 | 40023 => "按钮的个数不合要求",
        40017 | 40024 | 40119 | 40120 => "有按钮的类型微信不收；小程序要先与公众号关联",
        40018 | 40025 => "有按钮的名字太长或是空的",
        40019 | 40026 => "有菜单键太长或是空的",
        40020 | 40027 | 40039 => "有网址太长或格式不对",
        40054 | 40055 => "有网址的域名微信不收，请换成已备案、能打开的网址",
        40033 => "名字里有微信不收的符号",
        _ => "请把错误码告诉系统管理员",
    };
    format!("{why}（微信的错误码 {code}）")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn click(name: &str) -> Button {
        Button { kind: Some("click".into()), name: name.into(), key: Some("HOURS".into()), ..Button::default() }
    }

    fn view(url: &str) -> Button {
        Button { kind: Some("view".into()), name: "查".into(), url: Some(url.into()), ..Button::default() }
    }

    fn keys() -> Vec<MenuKey> {
        vec![MenuKey { key: "HOURS".into(), label: "开放时间".into() }]
    }

    fn told(button: Vec<Button>) -> Vec<(Option<usize>, Option<usize>, MenuField, bool)> {
        let found = faults(&Menu { button, menuid: None }, "https://a.example", &keys());
        found.into_iter().map(|fault| (fault.column, fault.entry, fault.field, fault.is_hint)).collect()
    }

    #[test]
    fn limits_are_told_at_their_place() {
        assert_eq!(told(vec![click("开放时间"), view("/search"), view("https://b.example/x")]), []);
        assert_eq!(told(vec![]), [(None, None, MenuField::Whole, false)]);
        assert_eq!(
            told(vec![click("查"), click("查"), click("查"), click("查")]),
            [(None, None, MenuField::Whole, false)]
        );
        assert_eq!(told(vec![click("一二三四五")]), [(Some(0), None, MenuField::Name, true)]);
        assert_eq!(told(vec![click("一二三四五六")]), [(Some(0), None, MenuField::Name, false)]);
        assert_eq!(told(vec![click("a\nb")]), [(Some(0), None, MenuField::Name, false)]);
        let unknown = Button { key: Some("NOBODY".into()), ..click("查") };
        assert_eq!(told(vec![click("查"), unknown]), [(Some(1), None, MenuField::Key, true)]);
        for url in ["", "ftp://x", "https://", "https:///x", "//x", "https://a b", "https://a\\b"] {
            assert_eq!(told(vec![view(url)]), [(Some(0), None, MenuField::Url, false)], "{url}");
        }
        let path = |length: usize| format!("/{}", "x".repeat(length - "https://a.example/".len()));
        assert_eq!(told(vec![view(&path(1024))]), []);
        assert_eq!(told(vec![view(&path(1025))]), [(Some(0), None, MenuField::Url, false)]);
        let below = |sub_button: Vec<Button>| Button { name: "上".into(), sub_button, ..Button::default() };
        assert_eq!(told(vec![below(vec![click("查"); 5])]), []);
        assert_eq!(told(vec![below(vec![click("查"); 6])]), [(Some(0), None, MenuField::Whole, false)]);
        assert_eq!(told(vec![below(vec![below(vec![click("查")])])]).len(), 2, "no type, and a third level");
    }

    #[test]
    fn a_page_of_ours_is_a_path_and_becomes_an_address() {
        let menu = Menu { button: vec![view("/search"), view("https://b.example/")], menuid: None };
        let whole = resolved(menu.clone(), "https://a.example/");
        assert_eq!(whole.button[0].url.as_deref(), Some("https://a.example/search"));
        assert_eq!(whole.button[1].url.as_deref(), Some("https://b.example/"));
        assert_eq!(relative(whole.clone(), "https://a.example"), menu);
        assert_eq!(relative(whole.clone(), "https://a.exam"), whole, "another host is not ours");
    }
}
