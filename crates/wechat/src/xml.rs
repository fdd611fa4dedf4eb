//! The little XML the callback speaks: elements and text, no attributes, no DTD, bounded depth and size.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::Value;

/// The largest body that is looked at, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// The deepest nesting that is followed; real messages reach 5.
const MAX_DEPTH: usize = 16;

/// Why a text is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Longer than [`MAX_BODY`].
    #[error("the body is larger than 256 KB")]
    TooLarge,
    /// A document type declaration, the door to entity attacks.
    #[error("the body has a document type declaration")]
    DocType,
    /// Nested deeper than 16 elements.
    #[error("the body is nested too deeply")]
    TooDeep,
    /// Not well-formed, or with unknown entities.
    #[error("the body is not well-formed")]
    Malformed,
}

/// One element with its text and children, borrowed from the body where possible.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// Reads the root element of `body`.
    pub(crate) fn parse(body: &'a str) -> Result<Self, XmlError> {
        if body.len() > MAX_BODY {
            return Err(XmlError::TooLarge);
        }
        let body = body.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(body);
        let mut open: Vec<Self> = Vec::with_capacity(4);
        let mut root = None;
        loop {
            let before = reader.buffer_position();
            match reader.read_event().map_err(|_| XmlError::Malformed)? {
                Event::Start(start) => {
                    if open.len() >= MAX_DEPTH {
                        return Err(XmlError::TooDeep);
                    }
                    let name = name_at(body, before, start.name().as_ref().len())?;
                    open.push(Self { name: Cow::Borrowed(name), ..Self::default() });
                }
                Event::Empty(empty) => {
                    let name = name_at(body, before, empty.name().as_ref().len())?;
                    place(Self { name: Cow::Borrowed(name), ..Self::default() }, &mut open, &mut root)?;
                }
                Event::End(_) => place(open.pop().ok_or(XmlError::Malformed)?, &mut open, &mut root)?,
                Event::Text(text) => append(&mut open, text.into_inner())?,
                Event::CData(text) => append(&mut open, text.into_inner())?,
                Event::GeneralRef(reference) => append(&mut open, resolve(&reference)?)?,
                Event::DocType(_) => return Err(XmlError::DocType),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        if open.is_empty() { root.ok_or(XmlError::Malformed) } else { Err(XmlError::Malformed) }
    }

    /// The same tree from the JSON form: members become children, arrays become repeated children.
    pub(crate) fn from_json(value: &'a Value) -> Result<Self, XmlError> {
        let mut root = Self::default();
        root.add_members(value, 0)?;
        Ok(root)
    }

    fn add_members(&mut self, value: &'a Value, depth: usize) -> Result<(), XmlError> {
        if depth >= MAX_DEPTH {
            return Err(XmlError::TooDeep);
        }
        for (name, member) in value.as_object().ok_or(XmlError::Malformed)? {
            let values = member.as_array().map_or(std::slice::from_ref(member), Vec::as_slice);
            for value in values {
                let mut child = Self { name: Cow::Borrowed(name), ..Self::default() };
                match value {
                    Value::Object(_) => child.add_members(value, depth + 1)?,
                    Value::String(text) => child.text = clean(Cow::Borrowed(text)),
                    Value::Number(number) => child.text = Cow::Owned(number.to_string()),
                    Value::Bool(flag) => child.text = Cow::Owned(flag.to_string()),
                    Value::Null => {}
                    Value::Array(_) => return Err(XmlError::Malformed),
                }
                self.children.push(child);
            }
        }
        Ok(())
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of that name, trimmed, or nothing if it is absent or empty.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the first child of that name as written, empty if absent.
    pub(crate) fn text_of(&self, name: &str) -> String {
        self.child(name).map(|child| child.text.to_string()).unwrap_or_default()
    }

    /// The text of the first child of that name, trimmed, nothing if absent or empty.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.some(name).map(str::to_owned)
    }

    /// The number in the first child of that name.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.some(name)?.parse().ok()
    }
}

/// The tag that begins at byte `before` carries its name right after `<`; taken from the body so that it outlives the
/// event.
fn name_at(body: &str, before: u64, length: usize) -> Result<&str, XmlError> {
    let start = usize::try_from(before).map_err(|_| XmlError::TooLarge)? + 1;
    body.get(start..start + length).ok_or(XmlError::Malformed)
}

fn place<'a>(
    mut element: Element<'a>,
    open: &mut [Element<'a>],
    root: &mut Option<Element<'a>>,
) -> Result<(), XmlError> {
    element.text = clean(std::mem::take(&mut element.text));
    match open.last_mut() {
        Some(parent) => {
            if parent.children.is_empty() {
                parent.children.reserve(8);
            }
            parent.children.push(element);
        }
        None if root.is_none() => *root = Some(element),
        None => return Err(XmlError::Malformed),
    }
    Ok(())
}

/// Adds a piece of text to the innermost element: text, CDATA and references arrive as separate events.
fn append<'a>(open: &mut [Element<'a>], piece: Cow<'a, str>) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(element) if element.text.is_empty() => element.text = piece,
        Some(element) => element.text.to_mut().push_str(&piece),
        None if piece.trim().is_empty() => {}
        None => return Err(XmlError::Malformed),
    }
    Ok(())
}

fn resolve(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, XmlError> {
    // A reference to a character XML does not have (`&#0;`) is dropped like the character itself.
    match reference.resolve_char_ref() {
        Ok(Some(character)) => return Ok(Cow::Owned(character.to_string())),
        Ok(None) => {}
        Err(_) => return Ok(Cow::Borrowed("")),
    }
    let text = match reference.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(XmlError::Malformed),
    };
    Ok(Cow::Borrowed(text))
}

fn is_unwanted(character: char) -> bool {
    (character.is_control() && character != '\n' && character != '\t') || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// Most texts are settled by their bytes alone: 0xC2 leads the controls U+0080 to U+009F, 0xEF the last two.
#[expect(clippy::needless_bitwise_bool, reason = "branches would keep it from looking at many bytes in one step")]
fn may_be_unwanted(byte: u8) -> bool {
    ((byte < 0x20) & (byte != b'\n') & (byte != b'\t')) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef)
}

/// Without control characters: databases and full-text indexes stumble over them, and XML does not allow most.
pub(crate) fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.bytes().fold(false, |found, byte| found | may_be_unwanted(byte)) {
        return text;
    }
    if text.contains(is_unwanted) { Cow::Owned(text.replace(is_unwanted, "")) } else { text }
}

/// Writes elements one after the other.
#[derive(Debug, Default)]
pub(crate) struct XmlWriter {
    out: String,
}

impl XmlWriter {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes) }
    }

    /// `<name>`
    pub(crate) fn open(&mut self, name: &str) -> &mut Self {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self
    }

    /// `</name>`
    pub(crate) fn close(&mut self, name: &str) -> &mut Self {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        self
    }

    /// `<name><![CDATA[value]]></name>`; a `]]>` inside is split over two sections.
    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.open(name);
        self.out.push_str("<![CDATA[");
        let value = clean(Cow::Borrowed(value));
        if value.contains("]]>") {
            self.out.push_str(&value.replace("]]>", "]]]]><![CDATA[>"));
        } else {
            self.out.push_str(&value);
        }
        self.out.push_str("]]>");
        self.close(name)
    }

    /// [`text`](Self::text) if there is a value.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.text(name, value);
        }
        self
    }

    /// `<name>value</name>` for numbers, as WeChat writes them.
    pub(crate) fn plain(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        self.open(name);
        let value = value.to_string();
        self.out.push_str(&quick_xml::escape::partial_escape(clean(Cow::Owned(value))));
        self.close(name)
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        Element::parse(body).unwrap().text_of("C")
    }

    #[test]
    fn w21_w22_document_types_are_refused() {
        for body in [
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><C>&a;</C></xml>",
            "<!DOCTYPE x SYSTEM \"http://127.0.0.1/x.dtd\"><xml/>",
            "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><xml><C>&b;</C></xml>",
            "<xml><!DOCTYPE x><C>1</C></xml>",
        ] {
            assert_eq!(Element::parse(body).unwrap_err(), XmlError::DocType, "{body}");
        }
        assert_eq!(Element::parse("<xml><C>&undefined;</C></xml>").unwrap_err(), XmlError::Malformed);
    }

    #[test]
    fn w23_deep_nesting_is_refused() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Element::parse(&nested(16)).is_ok());
        assert_eq!(Element::parse(&nested(17)).unwrap_err(), XmlError::TooDeep);
        assert_eq!(Element::parse(&"<a>".repeat(80_000)).unwrap_err(), XmlError::TooDeep);
    }

    #[test]
    fn w24_w25_masses_of_attributes_are_refused_by_size() {
        let attributes = format!("<xml{}/>", " a=\"\"".repeat(800_000));
        let namespaces = format!("<xml{}/>", " xmlns:a=\"\"".repeat(1_000_000));
        assert_eq!(Element::parse(&attributes).unwrap_err(), XmlError::TooLarge);
        assert_eq!(Element::parse(&namespaces).unwrap_err(), XmlError::TooLarge);
        let within = format!("<xml{}><C>1</C></xml>", " a=\"\"".repeat(50_000));
        assert_eq!(text(&within), "1");
    }

    #[test]
    fn w26_references_outside_cdata_are_part_of_the_text() {
        assert_eq!(text("<xml><C>A&amp;B&#x1F600;&lt;c&gt;&quot;&apos;</C></xml>"), "A&B\u{1f600}<c>\"'");
        assert_eq!(text("<xml><C>一<![CDATA[二<&amp;]]>三&#52;</C></xml>"), "一二<&amp;三4");
        assert_eq!(text("<xml><C>a<!-- b -->c</C></xml>"), "ac");
    }

    #[test]
    fn w32_control_characters_are_dropped() {
        assert_eq!(text("<xml><C><![CDATA[a\0b\u{7}\r\nc\td\u{85}\u{ffff}]]></C></xml>"), "ab\nc\td");
        assert_eq!(text("<xml><C>a&#0;b&#7;c</C></xml>"), "abc");
    }

    #[test]
    fn text_outside_the_root_and_second_roots_are_refused() {
        for body in ["", "x<xml/>", "<a/><b/>", "<a>", "</a>", "<a></b>", "success", "&amp;", "<a", "{}"] {
            assert_eq!(Element::parse(body).unwrap_err(), XmlError::Malformed, "{body}");
        }
        assert_eq!(text("\u{feff}<?xml version=\"1.0\"?>\n<xml><C>1</C></xml>\n"), "1");
    }
}
