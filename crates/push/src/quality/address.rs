//! Addresses in the notes of an article: written as they must be, and leading to a page if they are ours. None is opened.

use catalogue::PublicId;

use super::Place;
use super::report::{LinkShown, cut};
use crate::article::{Article, Block, Run};
use crate::outside::{Answer, Fault};

/// An address of an article.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Address {
    place: Place,
    written: String,
    says: Says,
}

/// What an address is.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Says {
    /// None that a browser would open.
    Broken,
    /// Somebody else's.
    Foreign,
    /// Somebody else's that is sent in the clear.
    Clear,
    /// A page of ours that is known by its name, or none of them.
    Page(bool),
    /// A record of ours, if it can be one.
    Record(Option<PublicId>),
    /// A picture that is not sent in secret.
    Picture,
}

/// The addresses of an article: notes that are one, and those of pictures that WeChat would not take. `site` is
/// `scheme://host[:port]` of the readers' site and `pages` the paths of its pages.
pub(crate) fn addresses(article: &Article, site: &str, pages: &[&str]) -> Vec<Address> {
    let mut found = Vec::new();
    for (at, block) in article.blocks.iter().enumerate() {
        let texts: &[Vec<Run>] = match block {
            Block::Text { runs } => std::slice::from_ref(runs),
            Block::List { items, .. } => items,
            _ => &[],
        };
        for (part, runs) in texts.iter().enumerate() {
            let mut from = 0;
            for run in runs {
                let to = from + run.text.chars().count();
                let place = Place { block: Some(at), part, from, to };
                let note = run.note.as_deref().map(str::trim).filter(|note| is_address(note));
                let address = |note: &str| Address { place, written: note.to_owned(), says: says(note, site, pages) };
                found.extend(note.map(address));
                from = to;
            }
        }
        let pictures = match block {
            Block::Picture(picture) | Block::Code { picture } => std::slice::from_ref(picture),
            Block::Gallery { pictures } => pictures,
            Block::Audio(recording) | Block::Video(recording) => recording.picture.as_slice(),
            _ => &[],
        };
        let insecure = pictures.iter().filter(|picture| picture.address.starts_with("http:"));
        let place = Place { block: Some(at), part: 0, from: 0, to: 0 };
        found.extend(insecure.map(|one| Address { place, written: one.address.clone(), says: Says::Picture }));
    }
    found
}

/// Whether a note is meant as an address and not as an explanation.
fn is_address(note: &str) -> bool {
    let begins = ["http://", "https://", "http:", "https:", "www.", "//"].iter().any(|start| note.starts_with(start));
    begins || note.contains("://") && !note.contains(char::is_whitespace)
}

fn says(note: &str, site: &str, pages: &[&str]) -> Says {
    let Ok(url) = url::Url::parse(note) else { return Says::Broken };
    let begins = note.starts_with("https://") || note.starts_with("http://");
    let has_host = url.host_str().is_some_and(|host| host.contains('.')) || note.starts_with(site);
    if !begins || !has_host || note.contains(char::is_whitespace) {
        return Says::Broken;
    }
    let is_ours = url::Url::parse(site).is_ok_and(|ours| ours.origin() == url.origin());
    if !is_ours {
        return if url.scheme() == "http" { Says::Clear } else { Says::Foreign };
    }
    let path = url.path();
    if let Some(id) = path.strip_prefix("/records/") {
        return Says::Record(PublicId::parse(id.split('/').next().unwrap_or_default()));
    }
    let under = |page: &&str| {
        path == *page || *page != "/" && path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'))
    };
    Says::Page(pages.iter().any(under))
}

impl Address {
    /// The record it leads to.
    pub(crate) const fn record(&self) -> Option<&PublicId> {
        match &self.says {
            Says::Record(id) => id.as_ref(),
            _ => None,
        }
    }

    /// Whether it is somebody else's page.
    pub(crate) const fn is_elsewhere(&self) -> bool {
        matches!(self.says, Says::Foreign | Says::Clear)
    }

    /// As it is written.
    pub(crate) fn written(&self) -> &str {
        &self.written
    }

    /// What is told of it once it was opened.
    pub(crate) fn opened(self, answer: &Result<Answer, Fault>) -> LinkShown {
        let (wrong, told) = match answer {
            Ok(Answer { status: 200..=299, .. }) => (false, "刚刚打开过，能看".to_owned()),
            Ok(Answer { status: 300..=399, location: Some(to) }) => {
                (false, format!("刚刚打开过，对方网站转到了 {}，建议换成这个网址", cut(to, 200)))
            }
            Ok(Answer { status: 404 | 410, .. }) => {
                (true, "刚刚打开过，对方网站说没有这个页面，请换一个或删去".to_owned())
            }
            Ok(Answer { status: 401 | 403 | 451, .. }) => {
                (true, "刚刚打开过，对方网站不让看，读者多半也看不到，请换一个".to_owned())
            }
            Ok(Answer { status, .. }) => (true, format!("刚刚打开过，对方网站出错（{status}），请过一会儿再查")),
            Err(Fault::Unfit(why)) => (true, format!("不能打开：{why}")),
            Err(_) => (true, "没有打开：没有这个网站、它太慢，或它不是公开的网站".to_owned()),
        };
        LinkShown { place: self.place, address: cut(&self.written, 200), elsewhere: true, wrong, told }
    }

    /// What is told of it, where everybody may see these records.
    pub(crate) fn shown(self, open: &[PublicId]) -> LinkShown {
        let (wrong, told) = match &self.says {
            Says::Broken => (true, "这个网址写得不对，打不开。请从浏览器地址栏里整条复制"),
            Says::Foreign => (false, "别的网站，没有替您打开过。请自己点开看一遍"),
            Says::Clear => (false, "别的网站，没有替您打开过；不是 https 开头，读者点开时手机会提示不安全"),
            Says::Page(true) => (false, "本馆网站的页面"),
            Says::Page(false) => (true, "本馆网站没有这个页面。请从浏览器地址栏里整条复制"),
            Says::Record(Some(id)) if open.contains(id) => (false, "本馆网站上开放的档案"),
            Says::Record(_) => (true, "本馆网站上没有这件档案，或它没有开放，读者会看到“找不到”"),
            Says::Picture => (true, "图片的网址不是 https 开头，微信不收。请把图片放进素材库再插入"),
        };
        let (elsewhere, told) = (self.is_elsewhere(), told.to_owned());
        LinkShown { place: self.place, address: cut(&self.written, 200), elsewhere, wrong, told }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_is_told_in_words() {
        let place = Place { block: Some(0), part: 0, from: 0, to: 1 };
        let told = |answer: Result<Answer, Fault>| {
            let address = Address { place, written: "https://b.example/x".to_owned(), says: Says::Foreign };
            let shown = address.opened(&answer);
            (shown.wrong, shown.told)
        };
        let of = |status, location: Option<&str>| told(Ok(Answer { status, location: location.map(str::to_owned) }));
        assert_eq!(of(200, None), (false, "刚刚打开过，能看".to_owned()));
        assert!(
            !of(301, Some("https://b.example/y")).0 && of(301, Some("https://b.example/y")).1.contains("b.example/y")
        );
        for status in [304, 401, 403, 404, 410, 429, 500] {
            assert!(of(status, None).0, "{status}");
        }
        assert!(told(Err(Fault::Unreached)).0 && told(Err(Fault::Unfit("网址里不能指定端口"))).1.contains("端口"));
    }

    #[test]
    fn an_address_is_told_by_what_it_is() {
        let (site, pages) = ("https://a.example", ["/", "/search", "/guide"]);
        let of = |note: &str| says(note, site, &pages);
        for broken in
            ["https://", "http:/a.example/x", "https://长江 大桥", "ftp://a.example/x", "www.example.com", "//x"]
        {
            assert!(is_address(broken), "{broken}");
            assert_eq!(of(broken), Says::Broken, "{broken}");
        }
        assert_eq!(of("https://b.example/x"), Says::Foreign);
        assert_eq!(of("http://b.example/x"), Says::Clear);
        assert_eq!(of("https://a.example/search?q=桥"), Says::Page(true));
        assert_eq!(of("https://a.example/"), Says::Page(true));
        assert_eq!(of("https://a.example/guide/x"), Says::Page(true));
        assert_eq!(of("https://a.example/searching"), Says::Page(false));
        assert_eq!(of("https://a.example/records/!"), Says::Record(None));
        for explanation in ["全部档案", "见 https 说明", "一种：//"] {
            assert!(!is_address(explanation) || explanation.contains("://"), "{explanation}");
        }
    }
}
