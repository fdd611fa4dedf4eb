//! Feeds: RSS 2.0 and 1.0, Atom (RFC 4287) and JSON Feed, as far as headlines go. To be called in the cage.

use jiff::fmt::rfc2822;
use kernel::Timestamp;
use serde::Deserialize;

use super::Headline;
use crate::import::xml::Element;
use crate::import::{line, text_of};

/// The most headlines of a feed, and the most characters of one.
const MOST: usize = 50;
const LONGEST: usize = 200;
/// The most characters of an address.
const LONGEST_ADDRESS: usize = 1000;

#[derive(Deserialize)]
struct JsonFeed {
    items: Vec<JsonItem>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct JsonItem {
    title: Option<String>,
    url: Option<String>,
    date_published: Option<String>,
}

/// The headlines of a feed, in its order; those without words are none.
///
/// # Errors
/// A sentence that says why it cannot be read.
pub fn headlines(content: &[u8]) -> Result<Vec<Headline>, String> {
    let text = text_of(content).ok_or("来的内容不是文字（UTF-8 或 GB18030），读不了")?;
    let found = if text.trim_start().starts_with('{') { of_json(&text)? } else { of_xml(&text)? };
    Ok(found.into_iter().filter(|one| !one.title.is_empty()).take(MOST).collect())
}

const NO_FEED: &str = "来的不是订阅源（RSS、Atom 或 JSON Feed），请核对网址";

fn of_json(text: &str) -> Result<Vec<Headline>, String> {
    let feed: JsonFeed = serde_json::from_str(text).map_err(|_| NO_FEED)?;
    let item = |JsonItem { title, url, date_published }: JsonItem| {
        headline(&title.unwrap_or_default(), &url.unwrap_or_default(), date_published.as_deref())
    };
    Ok(feed.items.into_iter().map(item).collect())
}

fn of_xml(text: &str) -> Result<Vec<Headline>, String> {
    let root = Element::parse(text).map_err(|why| format!("订阅源不完整，读不了：{why}"))?;
    let root = root.elements().next().ok_or(NO_FEED)?;
    let (holder, name) = match root.name.as_str() {
        "rss" => (root.child("channel").ok_or(NO_FEED)?, "item"),
        "RDF" => (root, "item"),
        "feed" => (root, "entry"),
        _ => return Err(NO_FEED.to_owned()),
    };
    Ok(holder.elements().filter(|one| one.name == name).map(of_item).collect())
}

fn of_item(item: &Element) -> Headline {
    let said = |name: &str| item.child(name).map(Element::text);
    let date = ["pubDate", "published", "updated", "date"].into_iter().find_map(said);
    // RSS writes the address as text; Atom as an attribute, and other relations beside it.
    let links = item.elements().filter(|one| one.name == "link" && matches!(one.get("rel"), None | Some("alternate")));
    let addresses = links.map(|one| one.get("href").map_or_else(|| one.text(), str::to_owned));
    let address = addresses.into_iter().find(|address| !address.trim().is_empty());
    headline(&said("title").unwrap_or_default(), &address.unwrap_or_default(), date.as_deref())
}

/// A headline of what a feed says: its words without markup, its address if it leads to the web.
fn headline(title: &str, address: &str, date: Option<&str>) -> Headline {
    let title: String = line(&wechat::article::words(title)).chars().take(LONGEST).collect();
    let address = address.trim();
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let fits = is_web && address.len() <= LONGEST_ADDRESS && url::Url::parse(address).is_ok();
    let address = if fits { address.to_owned() } else { String::new() };
    Headline { title, address, published_at: date.and_then(moment) }
}

/// A moment as feeds write it: by RFC 2822 (RSS) or RFC 3339 (the others).
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let parsed = text.parse::<jiff::Timestamp>().ok();
    let parsed = parsed.or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())?;
    Some(Timestamp::from_micros(parsed.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: &[Headline]) -> Vec<(&str, &str, Option<String>)> {
        let told = |one: &Headline| one.published_at.map(Timestamp::utc_text);
        found.iter().map(|one| (one.title.as_str(), one.address.as_str(), told(one))).collect()
    }

    #[test]
    fn the_three_kinds_of_feeds_give_the_same_headlines() {
        let rss = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\
            <channel><title>县政府网</title><atom:link href=\"https://a.example/rss\" rel=\"self\"/><item>\
            <atom:link href=\"https://a.example/other\" rel=\"related\"/><title><![CDATA[水库<b>加固</b>]]></title>\
            <link>https://a.example/1</link><pubDate>Mon, 30 Nov 2026 08:00:00 +0800</pubDate></item>\
            <item><title> </title></item></channel></rss>";
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>县政府网</title><entry>\
            <title type=\"html\">水库&lt;b&gt;加固&lt;/b&gt;</title><link rel=\"enclosure\" href=\"https://a.example/x.mp3\"/>\
            <link href=\"https://a.example/1\"/><updated>2026-11-30T08:00:00+08:00</updated></entry></feed>";
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"县政府网","items":[{"id":"1",
            "title":"水库 加固","url":"https://a.example/1","date_published":"2026-11-30T00:00:00Z"},{"id":2}]}"#;
        for feed in [rss, atom, json] {
            let found = headlines(feed.as_bytes()).unwrap();
            let at = Some("2026-11-30T00:00:00Z".to_owned());
            assert_eq!(told(&found), [("水库 加固", "https://a.example/1", at)]);
        }
    }

    #[test]
    fn a_feed_of_windows_and_one_of_rdf_are_read() {
        let rdf = "<rdf:RDF xmlns:rdf=\"r\"><channel/><item><title>旧闻</title><link>ftp://a.example/1</link></item></rdf:RDF>";
        let (written, ..) = encoding_rs::GB18030.encode(rdf);
        assert_eq!(told(&headlines(&written).unwrap()), [("旧闻", "", None)]);
    }

    #[test]
    fn s07_what_is_hostile_or_no_feed_is_refused_with_a_reason() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"cccc\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
        let deep = format!("<rss>{}", "<a>".repeat(100_000));
        for feed in [bomb, deep.as_str(), "<html></html>", "<rss></rss>", "<rss><channel>", "{\"items\":1}", "", "档案"]
        {
            let told = headlines(feed.as_bytes()).unwrap_err();
            assert!(told.contains("订阅源"), "{told}");
        }
        assert!(headlines(&[0xff, 0xff, 0xff]).is_err());
        let many = format!("<feed>{}</feed>", "<entry><title>题</title></entry>".repeat(500));
        assert_eq!(headlines(many.as_bytes()).unwrap().len(), MOST);
    }
}
