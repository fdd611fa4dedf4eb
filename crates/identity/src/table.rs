//! Tables to take along: comma-separated values of which no spreadsheet calculates anything ([`kernel::formula`]) and in
//! which no personal number stands in the clear.

use std::io;

use chinese::personal;
use kernel::formula::marked;

/// What a table begins with, so that spreadsheets read it as UTF-8.
pub(crate) const MARK: &[u8] = "\u{feff}".as_bytes();

/// Lines of a table; their lengths may differ.
///
/// # Errors
/// None that a table in memory has.
pub(crate) fn lines<'r>(rows: impl IntoIterator<Item = &'r Vec<String>>) -> io::Result<Vec<u8>> {
    let mut table = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        table.write_record(row.iter().map(|cell| marked(&veiled(cell)).into_owned()))?;
    }
    table.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The text without personal numbers in the clear: ID numbers and mobile numbers keep their first three and last four
/// characters. Landlines are those of institutions.
pub(crate) fn veiled(text: &str) -> String {
    let text = personal::masked(text).unwrap_or_else(|| text.to_owned());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in personal::phones(&text) {
        let number: Vec<char> = text.get(span.clone()).unwrap_or_default().chars().collect();
        if !is_mobile(&number) {
            continue;
        }
        out.push_str(text.get(at..span.start).unwrap_or_default());
        out.extend(number.iter().take(3));
        out.extend(std::iter::repeat_n('*', number.len().saturating_sub(7)));
        out.extend(number.iter().skip(number.len().saturating_sub(4)));
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Whether a telephone number is a mobile one, written in one piece or as people part it. Landlines begin with `0`, and
/// groups of other lengths are reference codes such as 1986-001-0012.
fn is_mobile(number: &[char]) -> bool {
    let is_gap = |c: &char| matches!(c, '-' | '－' | ' ' | '\u{3000}');
    let groups: Vec<usize> = number.split(is_gap).map(<[char]>::len).collect();
    matches!(groups.as_slice(), [11 | 13 | 15] | [3, 4, 4] | [2 | 4, 11] | [2 | 4, 3, 4, 4])
}

#[cfg(test)]
mod tests {
    use super::veiled;

    #[test]
    fn no_personal_number_stands_in_the_clear() {
        assert_eq!(veiled("查11010519491231002X的档案"), "查110***********002X的档案");
        assert_eq!(veiled("请打13800138000"), "请打138****8000");
        assert_eq!(veiled("138-0013-8000，或 13900139000。"), "138******8000，或 139****9000。");
        for text in ["0851-85551234", "1986-001-0012", "X001-2013-0001-0012", "2023年1月1日", "粤府〔2023〕68号"]
        {
            assert_eq!(veiled(text), text);
        }
    }
}
