//! Taking HTML apart, leniently and without building a tree.

/// A piece of HTML. Names are in lower case, values decoded, text as it stood.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text, with its references as they are written: [`decoded`] resolves them.
    Text(&'a str),
    /// The beginning of an element.
    Open {
        /// Its name.
        name: String,
        /// Its attributes, at most 64.
        attributes: Vec<(String, String)>,
        /// Whether it ends at once (`/>`).
        closed: bool,
    },
    /// The end of an element of this name.
    Close(String),
}

/// Attributes of one element; more are not read.
const ATTRIBUTES: usize = 64;

/// Elements whose content is nothing to read.
pub fn hides_its_text(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "iframe"
            | "object"
            | "textarea"
            | "select"
            | "noscript"
            | "noembed"
            | "noframes"
            | "xmp"
            | "title"
            | "template"
            | "math"
            | "audio"
            | "video"
            | "canvas"
    )
}

/// Takes HTML apart, piece by piece, in time that grows with its length alone.
#[derive(Debug)]
pub struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// At the beginning of a text.
    pub fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// The next piece; comments and declarations are none.
    #[expect(clippy::should_implement_trait, reason = "between two pieces it can be told to skip")]
    pub fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(tag) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Piece::Text(self.take(end)));
            };
            if let Some(comment) = tag.strip_prefix("!--") {
                self.rest = after(comment, "-->");
            } else if tag.starts_with(['!', '?']) {
                self.rest = after(tag, ">");
            } else if tag.starts_with(|first: char| first.is_ascii_alphabetic()) {
                return Some(self.opening());
            } else if let Some(name) = tag.strip_prefix('/') {
                self.rest = after(name, ">");
                let name: String =
                    name.chars().take_while(|one| !one.is_whitespace() && !"/>".contains(*one)).collect();
                return Some(Piece::Close(name.to_ascii_lowercase()));
            } else {
                return Some(Piece::Text(self.take(1)));
            }
        }
    }

    /// Goes on behind the end of the element `name`, or of the whole text.
    pub fn skip_to_end_of(&mut self, name: &str) {
        let ends = |(at, _): &(usize, &str)| {
            let behind = self.rest.get(at + 2..).unwrap_or_default();
            let (start, next) = behind.split_at_checked(name.len()).unwrap_or_default();
            start.eq_ignore_ascii_case(name) && !next.starts_with(|next: char| next.is_ascii_alphanumeric())
        };
        let end = self.rest.match_indices("</").find(ends);
        self.rest = end.map_or("", |(at, _)| after(self.rest.get(at..).unwrap_or_default(), ">"));
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn opening(&mut self) -> Piece<'a> {
        self.take(1);
        let name = self.word(&[]).to_ascii_lowercase();
        let mut attributes: Vec<(String, String)> = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|one: char| one.is_whitespace());
            if self.rest.is_empty() || self.rest.starts_with('>') {
                self.take(1);
                return Piece::Open { name, attributes, closed: false };
            }
            if self.rest.starts_with("/>") {
                self.take(2);
                return Piece::Open { name, attributes, closed: true };
            }
            if self.rest.starts_with(['/', '=']) {
                self.take(1);
                continue;
            }
            let key = self.word(&['=']).to_ascii_lowercase();
            let value = self.value();
            // Of repeated attributes the first counts, as in a browser.
            if attributes.len() < ATTRIBUTES && attributes.iter().all(|(known, _)| *known != key) {
                attributes.push((key, value));
            }
        }
    }

    /// Up to white space, `/`, `>` or one of `stops`.
    fn word(&mut self, stops: &[char]) -> &'a str {
        let stop = |one: char| one.is_whitespace() || matches!(one, '/' | '>') || stops.contains(&one);
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn value(&mut self) -> String {
        let trimmed = self.rest.trim_start();
        let Some(value) = trimmed.strip_prefix('=') else { return String::new() };
        self.rest = value.trim_start();
        for quote in ['"', '\''] {
            if let Some(quoted) = self.rest.strip_prefix(quote) {
                let (value, rest) = quoted.split_once(quote).unwrap_or((quoted, ""));
                self.rest = rest;
                return decoded(value);
            }
        }
        let end = self.rest.find(|one: char| one.is_whitespace() || one == '>').unwrap_or(self.rest.len());
        decoded(self.take(end))
    }
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map(|(_, rest)| rest).unwrap_or_default()
}

/// Text with its references resolved, as far as they are numbers or common names; others stay as they are written.
pub fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let end = behind.find(|one: char| !one.is_ascii_alphanumeric() && one != '#').unwrap_or(behind.len());
        let name = behind.get(..end).unwrap_or_default();
        if let Some(character) = reference(name) {
            out.push(character);
            rest = behind.get(end..).unwrap_or_default();
            rest = rest.strip_prefix(';').unwrap_or(rest);
        } else {
            out.push('&');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
        return char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "middot" => '·',
        "bull" => '•',
        "times" => '×',
        "copy" => '©',
        _ => return None,
    })
}

/// Writes text that stays text: references are left as they are.
pub(super) fn write_text(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

/// Writes `="…"`.
pub(super) fn write_value(value: &str, out: &mut String) {
    out.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out.push('"');
}
