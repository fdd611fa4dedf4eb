//! Texts of staff as pages of readers: paragraphs, lists, a legal basis, words that stand out, links. Everything else is
//! shown as it is written; nothing of it becomes a tag.

use crate::markup::escape;

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line<'t> {
    Paragraph(&'t str),
    Bullet(&'t str),
    Number(&'t str),
    Basis(&'t str),
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("- ") {
            return Self::Bullet(rest);
        }
        if let Some(rest) = text.strip_prefix("> ") {
            return Self::Basis(rest);
        }
        let numbered = text
            .split_once(". ")
            .filter(|(number, _)| (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()));
        numbered.map_or(Self::Paragraph(text), |(_, rest)| Self::Number(rest))
    }

    /// The list it belongs to.
    const fn list(self) -> Option<&'static str> {
        match self {
            Self::Bullet(_) => Some("ul"),
            Self::Number(_) => Some("ol"),
            Self::Paragraph(_) | Self::Basis(_) => None,
        }
    }
}

/// A text as HTML.
pub(crate) fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    let mut list = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()).map(Line::of) {
        if list != line.list() {
            close(&mut html, list);
            list = line.list();
            if let Some(tag) = list {
                html.extend(["<", tag, " class=\"steps\">"]);
            }
        }
        let (opened, said, closed) = match line {
            Line::Bullet(said) | Line::Number(said) => ("<li>", said, "</li>"),
            Line::Basis(said) => ("<p class=\"law\">", said, "</p>"),
            Line::Paragraph(said) if html.is_empty() => ("<p>", said, "</p>"),
            Line::Paragraph(said) => ("<p class=\"gap\">", said, "</p>"),
        };
        html.push_str(opened);
        inline(&mut html, said);
        html.push_str(closed);
    }
    close(&mut html, list);
    html
}

fn close(html: &mut String, list: Option<&str>) {
    if let Some(tag) = list {
        html.extend(["</", tag, ">"]);
    }
}

/// Part of a line as HTML: words that stand out, and links.
pub(crate) fn inline(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['*', '[']) {
        let (before, from) = rest.split_at(at);
        escape(html, before);
        rest = strong(html, from).or_else(|| link(html, from)).unwrap_or_else(|| {
            let (sign, after) = from.split_at(1);
            escape(html, sign);
            after
        });
    }
    escape(html, rest);
}

/// `**words**` at the beginning; what follows.
fn strong<'t>(html: &mut String, text: &'t str) -> Option<&'t str> {
    let (words, rest) = text.strip_prefix("**")?.split_once("**").filter(|(words, _)| !words.is_empty())?;
    html.push_str("<b>");
    escape(html, words);
    html.push_str("</b>");
    Some(rest)
}

/// `[words](address)` at the beginning; what follows. An address is a page of ours, of the web, or a telephone.
fn link<'t>(html: &mut String, text: &'t str) -> Option<&'t str> {
    let (words, tail) = text.strip_prefix('[')?.split_once("](")?;
    let (address, rest) = tail.split_once(')')?;
    let is_ours = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    let digits = address.strip_prefix("tel:").unwrap_or("");
    let is_telephone = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || b"+-".contains(&byte));
    let is_plain = !address.chars().any(|char| char.is_whitespace() || char.is_control());
    if words.is_empty() || words.contains('[') || !is_plain || !(is_ours || is_web || is_telephone) {
        return None;
    }
    html.push_str("<a href=\"");
    escape(html, address);
    html.push_str("\">");
    escape(html, words);
    html.push_str("</a>");
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_and_the_basis_are_told_apart() {
        let text =
            "第一段\n\n- **本人查：**带证件\n- 委托查\n1. 检索\n12. 到馆\n> 依据：《档案法》\n见[指南](/guide#visit)";
        let expected = "<p>第一段</p><ul class=\"steps\"><li><b>本人查：</b>带证件</li><li>委托查</li></ul>\
                        <ol class=\"steps\"><li>检索</li><li>到馆</li></ol><p class=\"law\">依据：《档案法》</p>\
                        <p class=\"gap\">见<a href=\"/guide#visit\">指南</a></p>";
        assert_eq!(html(text), expected);
        assert_eq!(html(" \n"), "");
    }

    #[test]
    fn what_is_no_mark_stays_as_it_is_written() {
        for text in ["2*3=6 [注]", "**", "****", "100. 元", "-无空格", "[空]()"] {
            assert_eq!(html(text), format!("<p>{text}</p>"));
        }
    }

    #[test]
    fn a_hostile_text_is_text() {
        let hostile = "<script>alert(1)</script>\n- <img src=x onerror=alert(1)>\n**<b>**\n\
                       [x](javascript:alert(1))\n[x](//evil.example)\n[x](/\\evil.example)\n[x](/a\" onclick=\"alert(1))\n\
                       [<i>](https://a.example/?a=1&b=\"2\")\n[x](data:text/html,1)\n[x](tel:1;a)";
        let html = html(hostile);
        for wrong in ["<script", "<img", "<i>", "<b><b>", "href=\"javascript", "href=\"//", "href=\"/\\", "href=\"data"]
        {
            assert!(!html.contains(wrong), "{wrong} in {html}");
        }
        assert!(!html.contains("onclick=\""), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("<b>&lt;b&gt;</b>"), "{html}");
        assert!(html.contains("<a href=\"https://a.example/?a=1&amp;b=&quot;2&quot;\">&lt;i&gt;</a>"), "{html}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_becomes_a_tag_of_another_kind(text in "[-<>*\\[\\]()/a\"'1. \n]{0,60}") {
            let mut left = html(&text);
            for ours in ["<p>", "<p class=\"gap\">", "<p class=\"law\">", "</p>", "<ul class=\"steps\">", "</ul>",
                "<ol class=\"steps\">", "</ol>", "<li>", "</li>", "<b>", "</b>", "</a>"] {
                left = left.replace(ours, "");
            }
            while let Some(at) = left.find("<a href=\"/") {
                let end = left[at + 9..].find("\">").unwrap() + at + 11;
                left.replace_range(at..end, "");
            }
            proptest::prop_assert!(!left.contains('<') && !left.contains('>') && !left.contains('"'), "{}", left);
        }
    }
}
