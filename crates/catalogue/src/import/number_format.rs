//! How a workbook shows a number: a catalogue means what it shows, `0012` and not 12.
//!
//! Of the number formats of ECMA-376 part 1 (18.8.30, 18.8.31) this reads what changes the words of a cell: leading
//! zeros, fixed decimals, per cent, texts around the digits, and which parts of a date are shown. Colours, widths and
//! grouping change only its looks. What cannot be read is shown plainly.

/// How the cells of one style show numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct NumberFormat {
    /// Empty: as the number is.
    marks: Vec<Mark>,
    decimals: usize,
    per_cent: bool,
    date: Parts,
}

/// One sign of the format of a number, decimals apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mark {
    /// `0`: a digit, also where the number has none.
    Zero,
    /// `#` or `?`: a digit the number has.
    Digit,
    /// Where the decimals stand.
    Point,
    /// Shown as it is.
    Text(char),
}

/// Which parts of a date are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Parts {
    #[default]
    Day,
    Month,
    Year,
    Time,
}

/// The built-in formats of Chinese workbooks that show a month and no day (ECMA-376, 18.8.30, zh-cn).
const MONTHS: [u32; 5] = [27, 36, 50, 52, 57];
/// More signs than any format needs.
const LONGEST: usize = 255;

impl NumberFormat {
    /// Reads a format by its code and, where it is built in, its number.
    pub(super) fn read(code: &str, id: Option<u32>) -> Self {
        let is_general = code.eq_ignore_ascii_case("general") || code.len() > LONGEST;
        let date = match id {
            Some(id) if MONTHS.contains(&id) => Parts::Month,
            _ if is_general => Parts::Day,
            _ => parts(code),
        };
        let plain = Self { date, ..Self::default() };
        if is_general {
            return plain;
        }
        let Some(format) = Self::number(code) else { return plain };
        Self { date, ..format }
    }

    /// The first section of a code as the format of a number; `None` if it is none or not one we can show.
    fn number(code: &str) -> Option<Self> {
        let mut format = Self::default();
        let mut after_point = false;
        for sign in signs(code) {
            match sign {
                Sign::Text(c) => format.marks.push(Mark::Text(c)),
                Sign::Code('0' | '#' | '?') if after_point => format.decimals += 1,
                Sign::Code('0') => format.marks.push(Mark::Zero),
                Sign::Code('#' | '?') => format.marks.push(Mark::Digit),
                Sign::Code('.') if after_point => return None,
                Sign::Code('.') => {
                    after_point = true;
                    format.marks.push(Mark::Point);
                }
                Sign::Code('%') => {
                    format.per_cent = true;
                    format.marks.push(Mark::Text('%'));
                }
                Sign::Code(',') if !after_point => {}
                Sign::Code(c) if !c.is_ascii() || " -+()$:".contains(c) => format.marks.push(Mark::Text(c)),
                Sign::Code(_) => return None,
            }
        }
        format.marks.iter().any(|mark| matches!(mark, Mark::Zero | Mark::Digit)).then_some(format)
    }

    /// A number as the cell shows it.
    pub(super) fn show(&self, number: f64) -> String {
        if self.marks.is_empty() || !number.is_finite() || number.abs() >= 1e15 {
            return plainly(number);
        }
        let shown = if self.per_cent { number * 100.0 } else { number };
        let digits = format!("{:.*}", self.decimals.min(15), shown.abs());
        let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
        let mut left: Vec<char> = whole.trim_start_matches('0').chars().collect();
        let first = self.marks.iter().position(|mark| matches!(mark, Mark::Zero | Mark::Digit));
        let mut out: Vec<char> = Vec::new();
        // From the right: the last digits go to the last signs, what is left over to the first.
        for (at, mark) in self.marks.iter().enumerate().rev() {
            match mark {
                Mark::Text(c) => out.push(*c),
                Mark::Point if decimals.is_empty() => {}
                Mark::Point => out.extend(decimals.chars().rev().chain(['.'])),
                Mark::Zero => out.push(left.pop().unwrap_or('0')),
                Mark::Digit => out.extend(left.pop()),
            }
            if Some(at) == first {
                out.extend(left.drain(..).rev());
            }
        }
        let negative = number < 0.0 && digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        out.extend(negative.then_some('-'));
        out.iter().rev().collect::<String>().trim().to_owned()
    }

    /// A moment as the cell shows it: `1986-05-01`, `1986-05`, `1986`, or a time of day.
    pub(super) fn show_date(&self, (year, month, day, hour, minute): (u16, u8, u8, u8, u8)) -> String {
        match self.date {
            Parts::Day => format!("{year:04}-{month:02}-{day:02}"),
            Parts::Month => format!("{year:04}-{month:02}"),
            Parts::Year => format!("{year:04}"),
            Parts::Time => format!("{hour:02}:{minute:02}"),
        }
    }
}

/// A number as a person would type it: fifteen digits, no more than a workbook holds.
pub(super) fn plainly(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// A sign of a format: one that means something, or one that is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Code(char),
    Text(char),
}

/// The signs of the first section of a code, without colours, conditions, languages and widths.
fn signs(code: &str) -> Vec<Sign> {
    let mut found = Vec::new();
    let mut characters = code.chars();
    let mut quoted = false;
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => found.push(Sign::Text(c)),
            ';' => break,
            '\\' | '!' => found.extend(characters.next().map(Sign::Text)),
            '_' | '*' => drop(characters.next()),
            '[' => {
                // [$¥-804] shows ¥; all others show nothing.
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let shown = inner.strip_prefix('$').and_then(|inner| inner.split('-').next()).unwrap_or_default();
                found.extend(shown.chars().map(Sign::Text));
                if matches!(inner.to_ascii_lowercase().trim_matches(['h', 'm', 's']), "") && !inner.is_empty() {
                    found.push(Sign::Code('h'));
                }
            }
            _ => found.push(Sign::Code(c)),
        }
    }
    found
}

/// The parts of a date that a code shows. A month beside hours or seconds is minutes.
fn parts(code: &str) -> Parts {
    let letters: Vec<char> = signs(code)
        .into_iter()
        .filter_map(|sign| match sign {
            Sign::Code(c) if c.is_ascii_alphabetic() => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    let (year, day) = (letters.contains(&'y') || letters.contains(&'e'), letters.contains(&'d'));
    let time = letters.contains(&'h') || letters.contains(&'s');
    match (year, day, letters.contains(&'m')) {
        (true, false, true) if !time => Parts::Month,
        (true, false, false) => Parts::Year,
        (false, false, _) if time => Parts::Time,
        _ => Parts::Day,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn u20_numbers_are_what_the_cell_shows() {
        for (code, number, shown) in [
            ("General", 12.0, "12"),
            ("0000", 12.0, "0012"),
            ("0000", 12_345.0, "12345"),
            ("0000;[Red]-0000", 7.0, "0007"),
            ("000-000-0000", 10_020_003.0, "001-002-0003"),
            ("\"第\"0\"号\"", 12.0, "第12号"),
            ("第0号", 12.0, "第12号"),
            ("\\X000", 9.0, "X009"),
            ("0.00", 1958.1, "1958.10"),
            ("#,##0", 1234.0, "1234"),
            ("0%", 0.5, "50%"),
            ("0.0%", 0.1234, "12.3%"),
            ("0000", -3.0, "-0003"),
            ("0", -0.2, "0"),
            ("#", 0.0, ""),
            ("_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"_ ;_ @_ ", 12.0, "12"),
            ("[$-804]0000", 12.0, "0012"),
            ("@", 12.0, "12"),
            ("0.00E+00", 12.0, "12"),
            ("# ?/?", 0.5, "0.5"),
            ("General", 0.1 + 0.2, "0.3"),
            ("General", 19_580_305.0, "19580305"),
        ] {
            assert_eq!(NumberFormat::read(code, None).show(number), shown, "{code}");
        }
    }

    #[test]
    fn u20_dates_show_as_much_as_the_cell_does() {
        for (code, id, shown) in [
            ("yyyy/m/d", None, "1986-05-01"),
            ("mm-dd-yy", Some(14), "1986-05-01"),
            ("yyyy\"年\"m\"月\"", None, "1986-05"),
            ("yyyy年m月", None, "1986-05"),
            ("[$-804]yyyy\"年\"m\"月\";@", None, "1986-05"),
            ("General", Some(57), "1986-05"),
            ("General", Some(31), "1986-05-01"),
            ("mmm-yy", Some(17), "1986-05"),
            ("yyyy", None, "1986"),
            ("m\"月\"d\"日\"", None, "1986-05-01"),
            ("yyyy-mm-dd hh:mm", None, "1986-05-01"),
            ("h:mm", Some(20), "09:30"),
        ] {
            assert_eq!(NumberFormat::read(code, id).show_date((1986, 5, 1, 9, 30)), shown, "{code}");
        }
    }

    proptest! {
        #[test]
        fn no_format_panics(code in "[0#?.,%;yMdhs@E+\"\\\\_*\\[\\]$年 -]{0,16}", number in prop::num::f64::ANY) {
            let format = NumberFormat::read(&code, None);
            drop((format.show(number), format.show_date((2000, 1, 1, 0, 0))));
        }

        #[test]
        fn zeros_fill_up_and_never_change_the_number(width in 1..9_usize, number in 0..1_000_000_u32) {
            let shown = NumberFormat::read(&"0".repeat(width), None).show(f64::from(number));
            prop_assert_eq!(&shown, &format!("{number:0width$}"));
        }
    }
}
