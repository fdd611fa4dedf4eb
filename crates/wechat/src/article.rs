//! Articles: their limits, and what WeChat keeps of an article's HTML.
//!
//! One rule for the console's preview and for the emulator. The pages say only that scripts and foreign pictures are
//! removed; the rest is what authors of editors found out. Where they disagree (flex, grid, transform) it is dropped.

mod rules;
mod scan;
#[cfg(test)]
mod tests;

use crate::wire::draft::Article;
use rules::{Tag, attribute_stays, declarations, is_plain_link, tag_of};
use scan::{write_text, write_value};

pub use scan::{Piece, Scanner, decoded, hides_its_text};

/// Characters of a title, by the current page; 64 was taken before.
pub const TITLE: usize = 32;
/// Characters of an author's name.
pub const AUTHOR: usize = 16;
/// Characters of a digest.
pub const DIGEST: usize = 120;
/// Characters that take the place of an empty digest.
pub const OWN_DIGEST: usize = 54;
/// Content has fewer characters than this, tags included.
pub const CONTENT: usize = 20_000;
/// Content has fewer bytes than this.
pub const CONTENT_BYTES: usize = 1 << 20;
/// Bytes of the address behind 阅读原文.
pub const SOURCE_URL: usize = 1024;
/// Articles of one draft.
pub const ARTICLES: usize = 8;
/// Pictures of a `newspic`.
pub const PICTURES: usize = 20;

/// Which limit an article breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Excess {
    /// No title, or more than [`TITLE`]: 45003.
    Title,
    /// More than [`AUTHOR`]: 45110.
    Author,
    /// More than [`DIGEST`]: 45004.
    Digest,
    /// None: 44004.
    NoContent,
    /// [`CONTENT`] or [`CONTENT_BYTES`]: 45002.
    Content,
    /// More than [`SOURCE_URL`]: 41039.
    SourceUrl,
    /// None, where a `news` needs one: 40007.
    Cover,
    /// None or more than [`PICTURES`] in a `newspic`: 40007.
    Pictures,
}

impl Excess {
    /// The code WeChat answers with.
    pub fn code(self) -> i64 {
        match self {
            Self::Title => 45003,
            Self::Author => 45110,
            Self::Digest => 45004,
            Self::NoContent => 44004,
            Self::Content => 45002,
            Self::SourceUrl => 41039,
            Self::Cover | Self::Pictures => 40007,
        }
    }
}

/// The first limit `article` breaks, with titles of at most `title` characters ([`TITLE`], or 64 as it was before).
pub fn excess(article: &Article, title: usize) -> Option<Excess> {
    let length = |text: &str| text.chars().count();
    let pictures = article.image_info.as_ref().map_or(0, |info| info.image_list.len());
    let is_pictures = article.article_type == "newspic";
    let rules = [
        (article.title.trim().is_empty() || length(&article.title) > title, Excess::Title),
        (length(&article.author) > AUTHOR, Excess::Author),
        (length(&article.digest) > DIGEST, Excess::Digest),
        (article.content.trim().is_empty(), Excess::NoContent),
        (length(&article.content) >= CONTENT || article.content.len() >= CONTENT_BYTES, Excess::Content),
        (article.content_source_url.len() > SOURCE_URL, Excess::SourceUrl),
        (!is_pictures && article.thumb_media_id.is_empty(), Excess::Cover),
        (is_pictures && !(1..=PICTURES).contains(&pictures), Excess::Pictures),
    ];
    rules.into_iter().find_map(|(broken, excess)| broken.then_some(excess))
}

/// Something of an article that WeChat does not keep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lost {
    /// An element; the text in it stays, but for scripts, styles and the like.
    Element(String),
    /// A picture from elsewhere, by its address.
    Picture(String),
    /// The target of a link that leads elsewhere; its text stays.
    Link(String),
    /// An attribute such as `id` or `onclick`.
    Attribute(String),
    /// A property of a style such as `position`.
    Property(String),
}

/// What WeChat makes of an article's HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// What readers get: well-formed, without anything that acts.
    pub html: String,
    /// What was dropped, each once, in the order of its first appearance; at most 200 are told.
    pub lost: Vec<Lost>,
}

/// What WeChat keeps of `html`. `is_own` tells WeChat's own addresses, [`is_wechats`] or an emulator's: pictures of
/// `uploadimg` and other articles. Everything else that is loaded or linked is dropped.
pub fn kept(html: &str, is_own: &dyn Fn(&str) -> bool) -> Kept {
    let mut keeper = Keeper { is_own, kept: Kept::default(), open: Vec::new() };
    let mut scanner = Scanner::new(html);
    while let Some(piece) = scanner.next() {
        match piece {
            Piece::Text(text) => write_text(text, &mut keeper.kept.html),
            Piece::Open { name, attributes, closed } => {
                if let Some(tag) = tag_of(&name) {
                    keeper.open(tag, &attributes, closed);
                    continue;
                }
                if hides_its_text(&name) && !closed {
                    scanner.skip_to_end_of(&name);
                }
                keeper.lose(Lost::Element(name));
            }
            Piece::Close(name) => keeper.close(&name),
        }
    }
    while let Some(name) = keeper.open.pop() {
        keeper.end(name);
    }
    keeper.kept
}

/// Whether an address is WeChat's own: a picture given out by `uploadimg`, or an article.
pub fn is_wechats(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| matches!(host, "mmbiz.qpic.cn" | "mmbiz.qlogo.cn" | "mp.weixin.qq.com"))
}

/// The text of an article without its tags, as an empty digest is made from it.
pub fn words(html: &str) -> String {
    let mut scanner = Scanner::new(html);
    let mut text = String::new();
    while let Some(piece) = scanner.next() {
        match piece {
            Piece::Text(part) => text.push_str(&decoded(part)),
            Piece::Open { name, closed, .. } if hides_its_text(&name) && !closed => scanner.skip_to_end_of(&name),
            Piece::Open { .. } | Piece::Close(_) => text.push(' '),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The digest that readers see: the author's own, or the beginning of the text.
pub fn digest(article: &Article) -> String {
    if article.digest.trim().is_empty() {
        words(&article.content).chars().take(OWN_DIGEST).collect()
    } else {
        article.digest.clone()
    }
}

struct Keeper<'a> {
    is_own: &'a dyn Fn(&str) -> bool,
    kept: Kept,
    /// The elements that are open, outermost first.
    open: Vec<&'static str>,
}

impl Keeper<'_> {
    /// Elements inside each other; deeper ones are dropped with their text kept.
    const DEPTH: usize = 100;

    /// Things of which is told that they were dropped.
    const TOLD: usize = 200;

    fn lose(&mut self, lost: Lost) {
        if self.kept.lost.len() < Self::TOLD && !self.kept.lost.contains(&lost) {
            self.kept.lost.push(lost);
        }
    }

    fn open(&mut self, tag: Tag, attributes: &[(String, String)], closed: bool) {
        let mut written = String::new();
        for (name, value) in attributes {
            // `src` and `data-src` are written alike: the first counts, as of any attribute.
            if let Some((name, value)) = self.attribute(tag, name, value)
                && !written.contains(&format!(" {name}=\""))
            {
                written.push(' ');
                written.push_str(&name);
                write_value(&value, &mut written);
            }
        }
        if (tag.name == "img" && !written.contains(" src=")) || self.open.len() >= Self::DEPTH {
            return;
        }
        self.kept.html.push('<');
        self.kept.html.push_str(tag.name);
        self.kept.html.push_str(&written);
        self.kept.html.push('>');
        if tag.is_void {
            return;
        }
        if closed && tag.is_svg {
            self.end(tag.name);
        } else {
            self.open.push(tag.name);
        }
    }

    /// The attribute as it stays, with its name as WeChat writes it.
    fn attribute(&mut self, tag: Tag, name: &str, value: &str) -> Option<(String, String)> {
        match name {
            "style" => {
                let (kept, lost) = declarations(value, self.is_own);
                for property in lost {
                    self.lose(Lost::Property(property));
                }
                (!kept.is_empty()).then(|| (name.to_owned(), kept))
            }
            // Editors put the address of a picture that loads late into `data-src`.
            "src" | "data-src" if tag.name == "img" => {
                if (self.is_own)(value) {
                    return Some(("src".to_owned(), value.to_owned()));
                }
                self.lose(Lost::Picture(value.to_owned()));
                None
            }
            "href" if tag.name == "a" => {
                if is_plain_link(value) && (self.is_own)(value) {
                    return Some(("href".to_owned(), value.to_owned()));
                }
                self.lose(Lost::Link(value.to_owned()));
                None
            }
            _ => {
                let stays = attribute_stays(tag, name, value);
                if stays.is_none() {
                    self.lose(Lost::Attribute(name.to_owned()));
                }
                stays.map(|name| (name.to_owned(), value.to_owned()))
            }
        }
    }

    /// Ends the innermost open element of that name with all inside it; an end without a beginning is dropped.
    fn close(&mut self, name: &str) {
        let Some(tag) = tag_of(name) else { return };
        if !self.open.contains(&tag.name) {
            return;
        }
        while let Some(open) = self.open.pop() {
            self.end(open);
            if open == tag.name {
                return;
            }
        }
    }

    fn end(&mut self, name: &str) {
        self.kept.html.push_str("</");
        self.kept.html.push_str(name);
        self.kept.html.push('>');
    }
}
