//! Delimited text: CSV, TSV and their kin, in the encodings that Chinese offices write.
//!
//! The splitting is our own because lines must be counted as a spreadsheet counts them (a quoted line break is no new
//! line, an empty line is one), and because a field must be refused while it grows, not after it has filled the memory.

use std::fs::File;
use std::io::{Read, Seek};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter, memchr3};

use super::reader::{Event, ReadProblem, Sink};
use super::table::{Cells, LONGEST_CELL, MOST_COLUMNS};

const CHUNK: usize = 256 * 1024;
/// How much of the beginning decides about the delimiter.
const SAMPLE: usize = 64 * 1024;

/// How a text file is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    encoding: &'static Encoding,
    delimiter: u8,
}

impl Form {
    /// Finds the encoding (by byte order mark, else UTF-8 if all of it is, else GB18030) and the delimiter.
    pub(super) fn of(file: &mut File) -> Result<Self, ReadProblem> {
        let encoding = encoding(file)?;
        let mut sample = String::new();
        decode(file, encoding, &mut |text| {
            sample.push_str(text);
            if sample.len() < SAMPLE { Ok(()) } else { Err(ReadProblem::Enough) }
        })
        .or_else(|problem| if matches!(problem, ReadProblem::Enough) { Ok(()) } else { Err(problem) })?;
        Ok(Self { encoding, delimiter: delimiter(&sample) })
    }
}

/// Reads the whole file as one sheet without a name.
pub(super) fn read(file: &mut File, form: Form, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
    sink(Event::Sheet(""))?;
    let mut splitter = Splitter::new(form.delimiter);
    decode(file, form.encoding, &mut |text| splitter.feed(text, sink))?;
    splitter.finish(sink)
}

/// The encoding of a file: by byte order mark, else UTF-8 if all of it is, else GB18030.
pub(super) fn encoding(file: &mut File) -> Result<&'static Encoding, ReadProblem> {
    file.rewind()?;
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head)?;
    if let Some((encoding, _)) = Encoding::for_bom(&head) {
        return Ok(encoding);
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even + odd > head.len() / 16 {
        return if odd > 4 * even {
            Ok(UTF_16LE)
        } else if even > 4 * odd {
            Ok(UTF_16BE)
        } else {
            Err(ReadProblem::NotATable)
        };
    }
    let mut line = 1_u32;
    let utf8 = decode(file, UTF_8, &mut |text| {
        line = line.saturating_add(u32::try_from(memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX));
        Ok(())
    });
    match utf8 {
        Ok(()) => Ok(UTF_8),
        Err(ReadProblem::Encoding { .. }) => match decode(file, GB18030, &mut |_| Ok(())) {
            Ok(()) => Ok(GB18030),
            Err(ReadProblem::Encoding { .. }) => Err(ReadProblem::Encoding { line }),
            Err(other) => Err(other),
        },
        Err(other) => Err(other),
    }
}

/// Decodes the file from its beginning, piece by piece, without its byte order mark.
fn decode(
    file: &mut File,
    encoding: &'static Encoding,
    each: &mut dyn FnMut(&str) -> Result<(), ReadProblem>,
) -> Result<(), ReadProblem> {
    file.rewind()?;
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut bytes = vec![0; CHUNK];
    let mut text = String::with_capacity(CHUNK * 3 + 16);
    loop {
        let count = file.read(&mut bytes)?;
        let mut left = bytes.get(..count).unwrap_or_default();
        loop {
            text.clear();
            let (result, read) = decoder.decode_to_string_without_replacement(left, &mut text, count == 0);
            left = left.get(read..).unwrap_or_default();
            each(&text)?;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Err(ReadProblem::Encoding { line: 0 }),
            }
        }
        if count == 0 {
            return Ok(());
        }
    }
}

/// The delimiter that stands in most of the first lines; among equals the one that stands there more often.
fn delimiter(sample: &str) -> u8 {
    let lines = || sample.lines().filter(|line| !line.trim().is_empty()).take(20);
    let score = |mark: u8| {
        let counts = lines().map(|line| unquoted(line, mark));
        counts.fold((0, 0), |(lines, all), count| (lines + usize::from(count > 0), all + count))
    };
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|mark| score(*mark)).unwrap_or(b',')
}

/// How often a mark stands outside quotes in a line.
fn unquoted(line: &str, mark: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == mark
        })
        .count()
}

/// Where in a row the splitter stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// At the beginning of a field.
    Field,
    /// In a field without quotes, or behind the closing quote.
    Plain,
    /// In quotes.
    Quoted,
    /// Behind a quote inside quotes: the end, or half of a doubled one.
    Quote,
    /// Behind a carriage return that ended a row.
    Return,
}

/// Cuts text into rows.
struct Splitter {
    delimiter: u8,
    state: State,
    cells: Cells,
    line: u32,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, state: State::Field, cells: Cells::default(), line: 1 }
    }

    fn feed(&mut self, text: &str, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        let mut rest = text;
        while let Some(byte) = rest.as_bytes().first().copied() {
            let taken = match self.state {
                State::Return => {
                    self.state = State::Field;
                    usize::from(byte == b'\n')
                }
                State::Field if byte == b'"' => {
                    self.state = State::Quoted;
                    1
                }
                State::Field | State::Plain => self.plain(rest, sink)?,
                State::Quoted => {
                    let end = memchr(b'"', rest.as_bytes());
                    self.cells.write(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
                    if end.is_some() {
                        self.state = State::Quote;
                    }
                    end.map_or(rest.len(), |end| end + 1)
                }
                State::Quote if byte == b'"' => {
                    self.cells.write("\"");
                    self.state = State::Quoted;
                    1
                }
                State::Quote => {
                    self.state = State::Plain;
                    0
                }
            };
            if self.cells.open_bytes() > LONGEST_CELL {
                let line = self.line;
                let open = matches!(self.state, State::Quoted);
                return Err(if open { ReadProblem::Unclosed { line } } else { ReadProblem::LongCell { line } });
            }
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes text up to the next mark, and the mark.
    fn plain(&mut self, rest: &str, sink: &mut Sink<'_>) -> Result<usize, ReadProblem> {
        let Some(end) = memchr3(self.delimiter, b'\r', b'\n', rest.as_bytes()) else {
            self.cells.write(rest);
            self.state = State::Plain;
            return Ok(rest.len());
        };
        self.cells.write(rest.get(..end).unwrap_or_default());
        let mark = rest.as_bytes().get(end).copied();
        if mark == Some(self.delimiter) {
            self.end_cell()?;
            self.state = State::Field;
        } else {
            self.end_row(sink)?;
            self.state = if mark == Some(b'\r') { State::Return } else { State::Field };
        }
        Ok(end + 1)
    }

    fn end_cell(&mut self) -> Result<(), ReadProblem> {
        if self.cells.open_bytes() > LONGEST_CELL {
            return Err(ReadProblem::LongCell { line: self.line });
        }
        self.cells.end_cell();
        if self.cells.len() > MOST_COLUMNS { Err(ReadProblem::ManyColumns { line: self.line }) } else { Ok(()) }
    }

    fn end_row(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        self.end_cell()?;
        if !self.cells.is_blank() {
            self.cells.unmark();
            sink(Event::Row(self.line, &self.cells))?;
        }
        self.cells.clear();
        self.line = self.line.saturating_add(1);
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        if self.state == State::Quoted {
            return Err(ReadProblem::Unclosed { line: self.line });
        }
        if self.cells.len() > 0 || self.cells.open_bytes() > 0 { self.end_row(sink) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn rows_of(content: &[u8]) -> Result<Vec<(u32, Vec<String>)>, ReadProblem> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        let form = Form::of(&mut file)?;
        let mut rows = Vec::new();
        read(&mut file, form, &mut |event| {
            if let Event::Row(line, cells) = event {
                rows.push((line, cells.iter().map(str::to_owned).collect()));
            }
            Ok(())
        })?;
        Ok(rows)
    }

    fn lines(rows: &[(u32, Vec<String>)]) -> Vec<u32> {
        rows.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn u12_every_encoding_gives_the_same_rows() {
        let text = "档号,题名\nX001-1,关于镕基同志\n";
        let utf16 = |big: bool, mark: bool| {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>()
        };
        let forms = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            GB18030.encode(text).0.into_owned(),
            utf16(false, true),
            utf16(true, true),
        ];
        for form in forms {
            let rows = rows_of(&form).unwrap();
            assert_eq!(
                rows,
                [(1, vec!["档号".into(), "题名".into()]), (2, vec!["X001-1".into(), "关于镕基同志".into()])]
            );
        }
        assert!(matches!(rows_of(b"a,\xff\xff\nb,\x80\xff"), Err(ReadProblem::Encoding { .. })));
    }

    #[test]
    fn lines_are_counted_as_a_spreadsheet_counts_them() {
        let rows = rows_of("a,b\r\n\r\n\"x\r\ny\",2\r\n3,\"4\"\"\"\r".as_bytes()).unwrap();
        assert_eq!(lines(&rows), [1, 3, 4]);
        assert_eq!(rows[1].1, ["x\r\ny", "2"]);
        assert_eq!(rows[2].1, ["3", "4\""]);
        assert_eq!(lines(&rows_of(b"a,b\rc,d\re,f").unwrap()), [1, 2, 3]);
    }

    #[test]
    fn the_delimiter_is_found() {
        for mark in [",", "\t", ";", "|"] {
            let text = format!("某馆目录\n档号{mark}题名\nX{mark}\"甲,乙;丙\"\n");
            let rows = rows_of(text.as_bytes()).unwrap();
            assert_eq!(rows[2].1, ["X", "甲,乙;丙"], "{mark}");
        }
    }

    #[test]
    fn u12_what_is_too_much_is_refused_with_its_line() {
        let long = format!("a,b\n1,{}\n", "x".repeat(70_000));
        assert!(matches!(rows_of(long.as_bytes()), Err(ReadProblem::LongCell { line: 2 })));
        let open = format!("a,b\n1,2\n3,\"{}", "x\n".repeat(40_000));
        assert!(matches!(rows_of(open.as_bytes()), Err(ReadProblem::Unclosed { line: 3 })));
        assert!(matches!(rows_of(b"a,b\n1,\"2"), Err(ReadProblem::Unclosed { line: 2 })));
        let wide = format!("a,b\n{}", ",".repeat(600));
        assert!(matches!(rows_of(wide.as_bytes()), Err(ReadProblem::ManyColumns { line: 2 })));
    }

    proptest! {
        #[test]
        fn what_was_quoted_comes_back(rows in prop::collection::vec(prop::collection::vec("[a\",;\n\r 档]{0,6}", 2..4), 1..6)) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let text: String = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect();
            let mut splitter = Splitter::new(b',');
            let mut seen: Vec<Vec<String>> = Vec::new();
            let mut sink = |event: Event<'_>| {
                if let Event::Row(_, cells) = event {
                    seen.push(cells.iter().map(str::to_owned).collect());
                }
                Ok(())
            };
            // One character at a time: no state may be lost between pieces.
            for c in text.chars() {
                splitter.feed(c.encode_utf8(&mut [0; 4]), &mut sink).unwrap();
            }
            splitter.finish(&mut sink).unwrap();
            let want: Vec<Vec<String>> = rows.into_iter().filter(|row| !row.concat().trim().is_empty()).collect();
            prop_assert_eq!(seen, want);
        }
    }
}
