//! Text that is already safe to stand in a page.

use std::fmt;
use std::ops::Range;

use crate::prose;

/// A piece of a page. It comes from a template, which escapes by default, or from [`Markup::marked`] and
/// [`Markup::prose`], which escape all that is not a mark of theirs; there is no way to make one from plain text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Fills a template.
    pub fn render(template: &impl askama::Template) -> kernel::Result<Self> {
        template.render().map(Self).map_err(kernel::Error::internal)
    }

    /// A text with some of it marked as what was searched for. The ranges are bytes of the text, in any order; what
    /// lies outside the text or inside a character is not marked.
    pub fn marked(text: &str, hits: &[Range<usize>]) -> Self {
        let mut hits: Vec<_> =
            hits.iter().filter(|hit| !hit.is_empty() && text.get((*hit).clone()).is_some()).collect();
        hits.sort_by_key(|hit| hit.start);
        let mut html = String::with_capacity(text.len() + hits.len() * 13);
        let mut done = 0;
        for hit in hits {
            let start = hit.start.max(done);
            if start >= hit.end {
                continue;
            }
            escape(&mut html, text.get(done..start).unwrap_or(""));
            html.push_str("<mark>");
            escape(&mut html, text.get(start..hit.end).unwrap_or(""));
            html.push_str("</mark>");
            done = hit.end;
        }
        escape(&mut html, text.get(done..).unwrap_or(""));
        Self(html.replace("</mark><mark>", ""))
    }

    /// A text of staff: a line is a paragraph, `- ` and `1. ` begin entries of lists, `> ` a legal basis; `**words**`
    /// stand out, `[words](/path)` is a link.
    pub fn prose(text: &str) -> Self {
        Self(prose::html(text))
    }

    /// A text of staff within a line of a page: words that stand out, and links.
    pub fn prose_line(text: &str) -> Self {
        let mut html = String::with_capacity(text.len() + 16);
        prose::inline(&mut html, text.trim());
        Self(html)
    }

    /// Whether there is nothing to show.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(crate) fn escape(html: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_marked_and_text_is_escaped() {
        let text = "关于<b>婚姻</b>登记";
        let from = text.find("婚姻").unwrap();
        let hits = [from..from + 3, from + 3..from + 6, 0..0, from + 1..from + 2, 900..901];
        let html = Markup::marked(text, &hits).to_string();
        assert_eq!(html, "关于&lt;b&gt;<mark>婚姻</mark>&lt;/b&gt;登记");
    }

    proptest::proptest! {
        #[test]
        fn no_text_becomes_a_tag(text in "\\PC{0,30}", hits in proptest::collection::vec((0usize..60, 0usize..60), 0..6)) {
            let hits: Vec<_> = hits.into_iter().map(|(a, b)| a..b).collect();
            let html = Markup::marked(&text, &hits).to_string().replace("<mark>", "").replace("</mark>", "");
            proptest::prop_assert!(!html.contains('<') && !html.contains('"'));
            let mut plain = String::new();
            escape(&mut plain, &text);
            proptest::prop_assert_eq!(html, plain);
        }
    }
}
