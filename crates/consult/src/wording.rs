//! Texts of staff turned into what is said: places filled in, links written for the reader.

use std::sync::Arc;

use account::Heard;
use identity::{Links, ReaderLinks};
use kernel::Timestamp;
use web::House;
use wechat::reply::Reply;

/// Pages that must know the reader.
const OWN: [&str; 1] = ["/questions"];

/// How the house speaks in the chat; cheap to clone.
///
/// Texts hold `{name}`, `{address}`, `{telephone}`, `{directions}`, `{hours}` (the week, a line for each group of days), `{now}` (open or not),
/// `{account}`, and links as `[words](/path)`. What is unknown stays as it is written.
#[derive(Clone, Debug)]
pub struct Wording {
    house: Arc<House>,
    links: Links,
}

impl Wording {
    /// The wording of a house.
    pub fn new(house: House, links: Links) -> Self {
        Self { house: Arc::new(house), links }
    }

    /// The addresses for the reader who is heard.
    pub(crate) fn links(&self, heard: &Heard<'_>) -> ReaderLinks {
        self.links.of(heard.account, heard.openid(), heard.at)
    }

    /// Whether the house is open at a moment.
    pub(crate) fn is_open(&self, at: Timestamp) -> bool {
        self.house.hours.is_open(at)
    }

    /// The hours of the house.
    pub(crate) fn hours(&self) -> &web::Hours {
        &self.house.hours
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
            out.push_str(&said);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// A `{place}` at the beginning of a text, and the rest.
    fn place<'t>(&self, text: &'t str, now: Timestamp) -> Option<(String, &'t str)> {
        let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
        let house = &*self.house;
        let written = match name {
            "name" => house.name.clone(),
            "address" => house.address.clone(),
            "telephone" => house.telephone.clone(),
            "directions" => house.directions.join("\n"),
            "hours" => house.hours.week_lines(),
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
        let wording = Wording::new(toml::from_str(HOUSE).unwrap(), Links::new(&ground, "https://a.example"));
        let (service, _) = account(AccountKind::Service, true);
        let links = wording.links.of(&service, OPENID, MONDAY_MORNING);
        let text = "{name}：{now}。[查档](/search) {unknown} [网址](https://evil) {";
        assert_eq!(
            wording.fill(text, &links, MONDAY_MORNING),
            "清源县档案馆：现在开放，12:00 结束。<a href=\"https://a.example/search\">查档</a> {unknown} \
             [网址](https://evil) {"
        );
    }

    #[test]
    fn no_tag_can_be_smuggled_into_a_link() {
        assert_eq!(anchor("<b>题名", "https://a/\"x"), "<a href=\"https://a/%22x\">＜b＞题名</a>");
    }
}
