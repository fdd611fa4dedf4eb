//! Visits of the readers' own site from articles: a link says which article it stands in, and nothing of who follows it.

use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, Method};
use kernel::hex;
use sm3::{Digest as _, Sm3};

/// What an address calls the article that led to it.
const PARAMETER: &str = "from";
/// Digits of a tag.
const LENGTH: usize = 8;
/// What the browsers of machines call themselves, in small letters. A word alone is too little: Cubot makes telephones.
const MACHINES: [&str; 10] =
    ["bot/", "bot;", "bot)", "spider", "crawler", "slurp", "curl/", "wget/", "python-", "go-http-client"];
/// Where browsers say that nobody looks yet.
const AHEAD: [&str; 4] = ["purpose", "sec-purpose", "x-purpose", "x-moz"];

/// What the links of an article say of it. It follows from the version that was approved and the article's place in it,
/// so it is known before the article goes out; and it tells nobody anything.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tag(String);

impl Tag {
    /// The tag of the article that stands at a position, from 1, of what a plan is made from.
    pub fn of(origin: &str, position: i64) -> Self {
        let digest = hex(&Sm3::digest(format!("{origin}#{position}")));
        Self(digest.chars().take(LENGTH).collect())
    }

    /// A tag as an address has it.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == LENGTH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with the tag, if it leads to a page of `site`; any other as it is.
    pub fn on(&self, address: &str, site: &str) -> String {
        let Some(path) = address.trim().strip_prefix(site) else { return address.to_owned() };
        let (path, place) = path.split_once('#').map_or((path, None), |(path, place)| (path, Some(place)));
        let (page, query) = path.split_once('?').unwrap_or((path, ""));
        let is_page = page.is_empty() || page.starts_with('/');
        if !is_page || path.contains(char::is_whitespace) || tag_in(query).is_some() {
            return address.to_owned();
        }
        let joined = if query.is_empty() { String::new() } else { format!("{query}&") };
        let place = place.map(|place| format!("#{place}")).unwrap_or_default();
        format!("{site}{page}?{joined}{PARAMETER}={}{place}", self.0)
    }
}

/// The tag of an address, and the address without it.
pub(crate) fn taken(address: &str) -> Option<(Tag, String)> {
    let (path, query) = address.split_once('?')?;
    let tag = tag_in(query)?;
    let rest: Vec<&str> = query.split('&').filter(|pair| tag_in(pair).is_none()).collect();
    let clean = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    Some((tag, clean))
}

fn tag_in(query: &str) -> Option<Tag> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| *name == PARAMETER).find_map(|(_, value)| Tag::parse(value))
}

/// Whether a request is a person's browser opening a page, as far as it tells: what lists the web, and what a browser
/// fetches before anybody looks, is none.
pub(crate) fn is_persons(method: &Method, headers: &HeaderMap) -> bool {
    let said = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.to_ascii_lowercase()
    };
    let agent = said(USER_AGENT.as_str());
    let is_ahead = AHEAD.iter().any(|name| {
        let purpose = said(name);
        ["prefetch", "prerender", "preview"].iter().any(|word| purpose.contains(word))
    });
    *method == Method::GET && !agent.is_empty() && !is_ahead && !MACHINES.iter().any(|word| agent.contains(word))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const SITE: &str = "https://archives.example";

    #[test]
    fn links_to_our_own_site_say_which_article_they_stand_in_and_others_stay() {
        let tag = Tag::of("draft/a/1", 1);
        assert_eq!(Tag::parse(tag.as_str()), Some(tag.clone()));
        assert_ne!(Tag::of("draft/a/1", 2), tag);
        assert_ne!(Tag::of("draft/a/2", 1), tag);
        let on = |address: &str| tag.on(address, SITE);
        let tagged = format!("from={}", tag.as_str());
        assert_eq!(on(SITE), format!("{SITE}?{tagged}"));
        assert_eq!(on("https://archives.example/records/x"), format!("{SITE}/records/x?{tagged}"));
        assert_eq!(on("https://archives.example/search?q=a#b"), format!("{SITE}/search?q=a&{tagged}#b"));
        for other in [
            "https://archives.example.evil/records/x",
            "https://archives.example@evil/",
            "https://other.example/",
            "《县志》卷三",
            "https://archives.example/records/x 第三页",
            "",
        ] {
            assert_eq!(on(other), other);
        }
        assert_eq!(on(&on(SITE)), on(SITE), "once is enough");
    }

    #[test]
    fn a_tag_comes_off_again_and_nothing_else_does() {
        let tag = Tag::of("draft/a/1", 1);
        for (with, without) in
            [("/records/x?{}", "/records/x"), ("/search?q=a&{}&page=2", "/search?q=a&page=2"), ("/?{}&{}", "/")]
        {
            let with = with.replace("{}", &format!("from={}", tag.as_str()));
            assert_eq!(taken(&with), Some((tag.clone(), without.to_owned())));
        }
        for other in ["/records/x", "/search?q=from", "/search?from=1958", "/?from=ABCDEF01", "/?xfrom=abcdef01"] {
            assert_eq!(taken(other), None, "{other}");
        }
    }

    #[test]
    fn what_lists_the_web_and_what_is_fetched_ahead_is_no_visit() {
        let asked = |agent: &str, header: Option<(&'static str, &str)>| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_str(agent).unwrap());
            if let Some((name, value)) = header {
                headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
            is_persons(&Method::GET, &headers)
        };
        let phone = "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 MicroMessenger/8.0.50";
        assert!(asked(phone, None) && asked(phone, Some(("purpose", "navigate"))));
        assert!(!asked(phone, Some(("purpose", "prefetch"))));
        assert!(!asked(phone, Some(("sec-purpose", "prefetch;prerender"))));
        assert!(!asked("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", None));
        assert!(!asked("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", None));
        assert!(!asked("curl/8.5.0", None));
        assert!(!is_persons(&Method::GET, &HeaderMap::new()));
        let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static("Mozilla/5.0"))]);
        assert!(is_persons(&Method::GET, &headers) && !is_persons(&Method::HEAD, &headers));
    }
}
