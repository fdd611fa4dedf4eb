//! XML of strangers, piece by piece: elements, attributes and text, in the encodings Chinese offices write.
//!
//! No document type with declarations of its own, no entities beyond the five, nothing fetched; bounded depth, and no
//! piece so large that it fills the memory.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, Read, Seek};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030};
use memchr::memchr_iter;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event as XmlEvent};

use super::delimited;
use super::reader::ReadProblem;

/// The deepest nesting that is followed: EAD reaches thirty.
const MAX_DEPTH: usize = 100;
/// The most bytes of one tag or one run of text.
const LONGEST_PIECE: usize = 4 << 20;
/// The most attributes of an element.
const MOST_ATTRIBUTES: usize = 250;
const CHUNK: usize = 64 * 1024;

/// Whether the first bytes of a file are those of an XML document, in any encoding.
pub(super) fn is_xml(head: &[u8]) -> bool {
    let mut bytes =
        head.iter().filter(|byte| !matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff) && !byte.is_ascii_whitespace());
    bytes.next() == Some(&b'<')
}

/// One piece of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// An element begins: its name and attributes without prefixes.
    Open(String, Attributes),
    /// Some of its text.
    Text(String),
    /// The innermost element ends.
    Close,
}

/// The attributes of an element.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Attributes(pub(super) Vec<(String, String)>);

impl Attributes {
    /// The value of an attribute; none if it is absent or blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }
}

/// Reads a document from its beginning to its end.
pub(super) struct Pieces {
    reader: Reader<Utf8>,
    buffer: Vec<u8>,
    waiting: VecDeque<Piece>,
    depth: usize,
    begun: bool,
}

impl Pieces {
    /// Begins to read a file.
    pub(super) fn of(file: &mut File) -> Result<Self, ReadProblem> {
        let mut reader = Reader::from_reader(Utf8::of(file)?);
        reader.config_mut().allow_unmatched_ends = false;
        Ok(Self { reader, buffer: Vec::new(), waiting: VecDeque::new(), depth: 0, begun: false })
    }

    /// The next piece; none at the end of the document.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, ReadProblem> {
        loop {
            if let Some(piece) = self.waiting.pop_front() {
                return Ok(Some(piece));
            }
            self.reader.get_mut().left = LONGEST_PIECE;
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map(XmlEvent::into_owned).map_err(|error| problem(&error, self.reader.get_ref()))?;
            let line = self.reader.get_ref().line;
            match event {
                XmlEvent::Start(start) => self.open(&start, line)?,
                XmlEvent::Empty(start) => {
                    self.open(&start, line)?;
                    self.close(line)?;
                }
                XmlEvent::End(_) => self.close(line)?,
                XmlEvent::Text(text) => self.text(text.into_inner().into_owned(), line)?,
                XmlEvent::CData(text) => self.text(text.into_inner().into_owned(), line)?,
                XmlEvent::GeneralRef(reference) => self.text(resolve(&reference, line)?, line)?,
                // A name of a public document type is common and is never followed; declarations are the door to
                // entity attacks.
                XmlEvent::DocType(text) if text.contains('[') => return Err(ReadProblem::Declarations { line }),
                XmlEvent::DocType(_) | XmlEvent::Decl(_) | XmlEvent::PI(_) | XmlEvent::Comment(_) => {}
                XmlEvent::Eof if self.depth == 0 && self.begun => return Ok(None),
                XmlEvent::Eof => return Err(ReadProblem::Xml { line }),
            }
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, line: u32) -> Result<(), ReadProblem> {
        if (self.depth == 0 && self.begun) || self.depth >= MAX_DEPTH {
            return Err(ReadProblem::Xml { line });
        }
        self.begun = true;
        self.depth += 1;
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| ReadProblem::Xml { line })?;
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| ReadProblem::Xml { line })?;
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
            if attributes.len() > MOST_ATTRIBUTES {
                return Err(ReadProblem::ManyColumns { line });
            }
        }
        let name = start.local_name().as_ref().to_owned();
        self.waiting.push_back(Piece::Open(name, Attributes(attributes)));
        Ok(())
    }

    fn close(&mut self, line: u32) -> Result<(), ReadProblem> {
        self.depth = self.depth.checked_sub(1).ok_or(ReadProblem::Xml { line })?;
        self.waiting.push_back(Piece::Close);
        Ok(())
    }

    fn text(&mut self, text: String, line: u32) -> Result<(), ReadProblem> {
        if self.depth > 0 {
            self.waiting.push_back(Piece::Text(text));
        } else if !text.trim().is_empty() {
            return Err(ReadProblem::Xml { line });
        }
        Ok(())
    }
}

fn problem(error: &quick_xml::Error, source: &Utf8) -> ReadProblem {
    let line = source.line;
    match error {
        _ if source.torn => ReadProblem::Encoding { line },
        _ if source.left == 0 => ReadProblem::LongCell { line },
        quick_xml::Error::Io(error) => ReadProblem::Io(io::Error::new(error.kind(), error.to_string())),
        _ => ReadProblem::Xml { line },
    }
}

fn resolve(reference: &BytesRef<'_>, line: u32) -> Result<String, ReadProblem> {
    // A reference to a character XML does not have (`&#0;`) is dropped like the character itself.
    match reference.resolve_char_ref() {
        Ok(Some(character)) => return Ok(character.to_string()),
        Ok(None) => {}
        Err(_) => return Ok(String::new()),
    }
    let text = match reference.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(ReadProblem::Entity { line }),
    };
    Ok(text.to_owned())
}

/// The file as UTF-8, without its XML declaration: what that says of the encoding has been judged by then.
struct Utf8 {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    at: usize,
    ended: bool,
    /// The line that is being read.
    line: u32,
    /// Bytes that the present piece may still take.
    left: usize,
    /// The bytes are not of the encoding.
    torn: bool,
}

impl Utf8 {
    fn of(file: &mut File) -> Result<Self, ReadProblem> {
        let encoding = encoding(file)?;
        file.rewind()?;
        let mut source = Self {
            file: file.try_clone()?,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            text: String::new(),
            at: 0,
            ended: false,
            line: 1,
            left: LONGEST_PIECE,
            torn: false,
        };
        source.fill().map_err(|_| ReadProblem::Encoding { line: 1 })?;
        let head = source.text.len() - source.text.trim_start().len();
        if source.text.get(head..).is_some_and(|text| text.starts_with("<?xml")) {
            source.at = source.text.find("?>").map_or(0, |end| end + 2);
        }
        Ok(source)
    }

    /// Decodes the next bytes.
    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.text.clear();
        while self.text.is_empty() && !self.ended {
            let count = self.file.read(&mut self.raw)?;
            self.ended = count == 0;
            let bytes = self.raw.get(..count).unwrap_or_default();
            let most = self.decoder.max_utf8_buffer_length_without_replacement(count);
            self.text.reserve(most.unwrap_or(CHUNK * 3 + 16));
            let (result, _) = self.decoder.decode_to_string_without_replacement(bytes, &mut self.text, count == 0);
            if matches!(result, DecoderResult::Malformed(..)) {
                self.torn = true;
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
        }
        Ok(())
    }
}

impl Read for Utf8 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Utf8 {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.text.len() {
            self.fill()?;
        }
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        Ok(self.text.as_bytes().get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let taken = self.text.as_bytes().get(self.at..self.at + amount).unwrap_or_default();
        let lines = u32::try_from(memchr_iter(b'\n', taken).count()).unwrap_or(u32::MAX);
        self.line = self.line.saturating_add(lines);
        self.at += amount;
        self.left = self.left.saturating_sub(amount);
    }
}

/// The encoding of a file: what its bytes are, and where they fit none that is looked for, what it says itself.
fn encoding(file: &mut File) -> Result<&'static Encoding, ReadProblem> {
    let found = delimited::encoding(file);
    let Err(ReadProblem::Encoding { line }) = found else { return found };
    let mut head = Vec::new();
    file.rewind()?;
    file.take(200).read_to_end(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let label = head.split_once("encoding=").and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    // Whatever claims to be one of these has been tried.
    declared
        .filter(|one| ![encoding_rs::UTF_8, encoding_rs::GBK, GB18030].contains(one))
        .ok_or(ReadProblem::Encoding { line })
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    /// A file of some bytes.
    pub(in crate::import) fn file(content: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file
    }

    fn pieces(content: &[u8]) -> Result<Vec<Piece>, ReadProblem> {
        let mut reader = Pieces::of(&mut file(content))?;
        let mut all = Vec::new();
        while let Some(piece) = reader.next()? {
            all.push(piece);
        }
        Ok(all)
    }

    fn text(content: &[u8]) -> String {
        let texts = pieces(content).unwrap().into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Open(..) | Piece::Close => None,
        });
        texts.collect()
    }

    #[test]
    fn prefixes_do_not_matter_and_references_are_text() {
        let found =
            pieces(b"\xef\xbb\xbf<?xml version='1.0'?><a:b xmlns:a='u' a:c='1 &amp; 2'><d/>x&#x1F600;&lt;</a:b>");
        let found = found.unwrap();
        let attributes = Attributes(vec![("a".into(), "u".into()), ("c".into(), "1 & 2".into())]);
        assert_eq!(found[0], Piece::Open("b".into(), attributes));
        assert_eq!(found[1..3], [Piece::Open("d".into(), Attributes::default()), Piece::Close]);
        assert_eq!(text(b"<a>x&#x1F600;&lt;<![CDATA[<y>]]></a>"), "x\u{1f600}<<y>");
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let plain = "<目录><题名>关于镕基同志</题名></目录>";
        for (label, encoding) in [("GB18030", GB18030), ("gb2312", GB18030), ("UTF-8", GB18030)] {
            let written = format!("<?xml version=\"1.0\" encoding=\"{label}\"?>\n{plain}");
            assert_eq!(text(&encoding.encode(&written).0), "关于镕基同志", "{label}");
            assert_eq!(text(written.as_bytes()), "关于镕基同志", "{label}");
        }
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&utf16), "关于镕基同志");
    }

    #[test]
    fn u28_no_entity_is_made_and_nothing_is_fetched() {
        for content in [
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>",
            "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]><x>&b;</x>",
            "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1/x.dtd\"> %p;]><x/>",
        ] {
            assert!(matches!(pieces(content.as_bytes()), Err(ReadProblem::Declarations { .. })), "{content}");
        }
        assert!(matches!(pieces(b"<x>\n&nbsp;</x>"), Err(ReadProblem::Entity { line: 2 })));
        assert!(matches!(pieces(b"<x a='&a;'/>"), Err(ReadProblem::Xml { line: 1 })));
        // The name of a document type at an address is read over.
        assert!(pieces(b"<!DOCTYPE ead PUBLIC \"+//ISBN 1\" \"http://127.0.0.1:9/ead.dtd\"><ead/>").is_ok());
    }

    #[test]
    fn u28_what_is_too_deep_or_too_long_is_refused() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(pieces(nested(100).as_bytes()).is_ok());
        assert!(matches!(pieces(nested(101).as_bytes()), Err(ReadProblem::Xml { .. })));
        let long = format!("<a>\n{}</a>", "x".repeat(50 << 20));
        assert!(matches!(pieces(long.as_bytes()), Err(ReadProblem::LongCell { line: 2 })));
        let wide = format!("<a {}/>", "b='' ".repeat(300));
        assert!(matches!(pieces(wide.as_bytes()), Err(ReadProblem::ManyColumns { .. })));
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_line() {
        for content in ["<a>\n</b>", "<a/>\n<b/>", "<a>\n", "<a/>\nx", "<a>\n<b c=></b></a>"] {
            assert!(matches!(pieces(content.as_bytes()), Err(ReadProblem::Xml { line: 2 })), "{content}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(content in "[<>a-c/=\"'&;!\\[\\]?: \\n档-]{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            drop(pieces(content.as_bytes()));
            drop(pieces(&bytes));
            drop(pieces(&[b"<?xml version='1.0' encoding='GB2312'?><a>".as_slice(), &bytes, b"</a>"].concat()));
        }

        #[test]
        fn what_was_written_is_read(words in prop::collection::vec("[a-z<>&\"'档 ]{0,9}", 0..9)) {
            let written: Vec<String> = words.iter().map(|word| format!("<w>{}</w>", quick_xml::escape::escape(word.as_str()))).collect();
            let written = written.concat();
            prop_assert_eq!(text(format!("<a>{written}</a>").as_bytes()), words.concat());
        }
    }
}
