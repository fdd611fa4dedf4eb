//! Texts of staff turned into what is said: places filled in, links written for the reader.

use std::sync::Arc;

use account::{Account, Heard};
use identity::{Links, ReaderLinks};
use kernel::Timestamp;
use web::{House, HouseBook};
use wechat::reply::Reply;

/// Pages that must know the reader.
const OWN: [&str; 2] = ["/questions", "/notices"];

/// How the house speaks in the chat; cheap to clone.
///
/// Texts hold `{name}`, `{address}`, `{telephone}`, `{directions}`, `{hours}` (the week, a line for each group of days), `{now}` (open or not),
/// `{holiday}` (the days of the next fortnight that differ from the week, a line for each run of them; nothing if there are none), `{account}`, and links as `[words](/path)`. What is unknown stays as it is written.
#[derive(Clone, Debug)]
pub struct Wording {
    house: HouseBook,
    links: Links,
}

impl Wording {
    /// The wording of a house.
    pub fn new(house: impl Into<HouseBook>, links: Links) -> Self {
        Self { house: house.into(), links }
    }

    /// The addresses for the reader who is heard.
    pub(crate) fn links(&self, heard: &Heard<'_>) -> ReaderLinks {
        self.links_of(heard.account, heard.openid(), heard.at)
    }

    /// The addresses for a follower at a moment.
    pub(crate) fn links_of(&self, account: &Account, openid: &str, at: Timestamp) -> ReaderLinks {
        self.links.of(account, openid, at)
    }

    /// Whether the house is open at a moment.
    pub(crate) fn is_open(&self, at: Timestamp) -> bool {
        self.house.now().hours.is_open(at)
    }

    /// The house as it is now.
    pub(crate) fn house(&self) -> Arc<House> {
        self.house.now()
    }

    /// A text as a reply to what was heard.
    pub(crate) fn reply(&self, text: &str, heard: &Heard<'_>) -> Reply {
        let links = self.links(heard);
        Reply::text_with_more(&self.fill(text, &links, heard.at), &links.page("/guide"))
    }

    /// A text with its places and links filled in.
    pub(crate) fn fill(&self, text: &str, links: &ReaderLinks, now: Timestamp) -> String {
        let address = |path: &str| if OWN.contains(&path) { links.own(path) } else { links.page(path) };
        self.filled(text, now, |words, path| anchor(words, &address(path)))
    }

    /// A text with its places filled in and its links as plain addresses under `site`: as staff see it before they send it.
    pub(crate) fn plain_text(&self, text: &str, site: &str, now: Timestamp) -> String {
        self.filled(text, now, |words, path| format!("{words}：{site}{path}"))
    }

    fn filled(&self, text: &str, now: Timestamp, written: impl Fn(&str, &str) -> String) -> String {
        let mut out = String::with_capacity(text.len() + 128);
        let mut rest = text;
        while let Some(at) = rest.find(['{', '[']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let taken = self.place(from, now).or_else(|| link(from, &written));
            let (said, after) = taken.unwrap_or_else(|| {
                let first = from.chars().next().map_or(0, char::len_utf8);
                let (sign, after) = from.split_at(first);
                (sign.to_owned(), after)
            });
            // A place that says nothing takes its line with it.
            if said.is_empty() && out.ends_with('\n') && (after.is_empty() || after.starts_with('\n')) {
                out.pop();
            }
            out.push_str(&said);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// A `{place}` at the beginning of a text, and the rest.
    fn place<'t>(&self, text: &'t str, now: Timestamp) -> Option<(String, &'t str)> {
        let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
        let house = self.house.now();
        let written = match name {
            "name" => house.name.clone(),
            "address" => house.address.clone(),
            "telephone" => house.telephone.clone(),
            "directions" => house.directions.join("\n"),
            "hours" => house.hours.week_lines(),
            "holiday" => house.hours.coming_text(now.day(), web::console::HOLIDAY_DAYS),
            "now" => house.hours.standing_text(now),
            "account" => house.account.clone().unwrap_or_else(|| house.name.clone()),
            _ => return None,
        };
        Some((written, rest))
    }
}

/// A `[words](/path)` at the beginning of a text as it is written, and the rest.
fn link(text: &str, written: impl Fn(&str, &str) -> String) -> Option<(String, &str)> {
    let (words, tail) = text.strip_prefix('[')?.split_once("](")?;
    let (path, rest) = tail.split_once(')')?;
    let ours = path.starts_with('/') && !path.starts_with("//");
    ours.then(|| (written(words, path), rest))
}

/// A link of the chat.
pub(crate) fn anchor(words: &str, address: &str) -> String {
    format!("<a href=\"{}\">{}</a>", address.replace('"', "%22"), plain(words))
}

/// Text that the client cannot take for a tag.
pub(crate) fn plain(text: &str) -> String {
    text.replace('<', "＜").replace('>', "＞")
}

#[cfg(test)]
pub(crate) mod tests {
    use account::AccountKind;
    use account::testing::{OPENID, account};
    use kernel::testing::{MONDAY_MORNING, ground, sqlite};

    use super::*;

    pub(crate) const HOUSE: &str = r#"
        name = "清源县档案馆"
        code = "437001"
        address = "清源县人民路 18 号"
        telephone = "0763-5550123"
        directions = ["乘 3 路到县政府站"]
        complaint = { authority = "清源县档案局", telephone = "0763-5550100" }
        [hours]
        monday = ["08:30-12:00", "14:00-17:30"]
    "#;

    #[tokio::test]
    async fn places_and_links_are_filled_in_and_the_rest_stays() {
        let (_folder, db) = sqlite().await;
        let (ground, _) = ground(db);
        let wording = Wording::new(toml::from_str::<House>(HOUSE).unwrap(), Links::new(&ground, "https://a.example"));
        let (service, _) = account(AccountKind::Service, true);
        let links = wording.links.of(&service, OPENID, MONDAY_MORNING);
        let text = "{name}：{now}。[查档](/search) {unknown} [网址](https://evil) {";
        assert_eq!(
            wording.fill(text, &links, MONDAY_MORNING),
            "清源县档案馆：现在开放，12:00 结束。<a href=\"https://a.example/search\">查档</a> {unknown} \
             [网址](https://evil) {"
        );
    }

    #[tokio::test]
    async fn the_holidays_to_come_are_told_and_what_is_kept_is_said_at_once() {
        let (_folder, db) = sqlite().await;
        let (ground, _) = ground(db);
        let desk = web::HouseDesk::open(ground.clone(), toml::from_str(HOUSE).unwrap()).await.unwrap();
        let wording = Wording::new(desk.book().clone(), Links::new(&ground, "https://a.example"));
        let said = || wording.plain_text("{hours}\n{holiday}\n{name}", "https://a.example", MONDAY_MORNING);
        let week = "星期一 08:30–12:00、14:00–17:30\n星期二至星期日 闭馆";
        assert_eq!(said(), format!("{week}\n清源县档案馆"), "without holidays their line is left out");

        let closure = web::Closure { day: MONDAY_MORNING.day().plus(7), reason: "停电".into() };
        let hours = web::Hours { closed: vec![closure], ..desk.book().now().hours.clone() };
        let editor = kernel::Actor::new("李编辑", vec![kernel::Role::Editor]);
        desk.keep(&editor, web::HousePart::Hours(hours), 0).await.unwrap();
        let day = web::day_text(MONDAY_MORNING.day().plus(7));
        assert_eq!(said(), format!("{week}\n{day} 闭馆（停电）\n清源县档案馆"));
    }

    #[test]
    fn no_tag_can_be_smuggled_into_a_link() {
        assert_eq!(anchor("<b>题名", "https://a/\"x"), "<a href=\"https://a/%22x\">＜b＞题名</a>");
    }
}
