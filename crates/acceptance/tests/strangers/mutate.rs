//! Changes to an input.

use std::ops::Range;

use kernel::Random;

/// What means something nearly everywhere.
const EVERYWHERE: &[&str] = &[
    "\0",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u{3000}",
    "\u{feff}",
    "\u{200d}",
    "\u{202e}",
    "\u{301}",
    "\u{1f600}",
    "\u{10ffff}",
    "0",
    "-1",
    "00",
    "9999",
    "18446744073709551616",
    "1e308",
    "二〇二三",
    "年",
    "档案",
    "１９８６",
    "%00",
    "%",
    "&",
    "=",
    "\"",
    "'",
    "<",
    ">",
    "]]>",
    "\\",
    "/",
    "../",
    ",",
    ";",
    "{",
    "}",
    "[",
    "]",
    "〔",
    "〕",
    "号",
    "—",
    "·",
];
/// Longest piece that is taken out, doubled or brought in.
const LONGEST: u64 = 40;
/// Inputs do not grow beyond this.
const LARGEST: usize = 64 * 1024;

/// An input with one change.
pub(crate) fn mutated(mut input: Vec<u8>, other: &[u8], words: &[String], random: &Random) -> Vec<u8> {
    let at = range(&input, 1, random).start;
    match random.below(10) {
        0 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            let [byte] = random.bytes::<1>();
            input.insert(at, byte);
        }
        2 => drop(input.drain(range(&input, LONGEST, random))),
        3 => {
            let piece = input[range(&input, LONGEST, random)].to_vec();
            put_in(&mut input, at, &piece.repeat(1 << random.below(8)));
        }
        4 => {
            let piece = other[range(other, LONGEST * 8, random)].to_vec();
            put_in(&mut input, at, &piece);
        }
        5 => input.truncate(at),
        6 => {
            let (one, two) = (range(&input, 1, random), range(&input, 1, random));
            if !one.is_empty() && !two.is_empty() {
                input.swap(one.start, two.start);
            }
        }
        7 => {
            let piece = range(&input, LONGEST, random);
            drop(input.splice(piece, word(words, random).bytes()));
        }
        _ => put_in(&mut input, at, word(words, random).as_bytes()),
    }
    input.truncate(LARGEST);
    input
}

fn word<'w>(words: &'w [String], random: &Random) -> &'w str {
    let place = |count: usize| usize::try_from(random.below(u64::try_from(count).unwrap())).unwrap();
    if words.is_empty() || random.below(3) == 0 {
        EVERYWHERE[place(EVERYWHERE.len())]
    } else {
        &words[place(words.len())]
    }
}

fn put_in(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    drop(input.splice(at..at, piece.iter().copied()));
}

/// A place of an input, or a piece that begins there.
fn range(input: &[u8], longest: u64, random: &Random) -> Range<usize> {
    let length = u64::try_from(input.len()).unwrap();
    let start = random.below(length + 1);
    let end = (start + random.below(longest) + 1).min(length);
    usize::try_from(start).unwrap()..usize::try_from(end.max(start)).unwrap()
}
