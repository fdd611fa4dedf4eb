//! Eras: the reigns of the emperors and the Republic, whose years count from one.

use std::fmt;

use super::{PeriodKind, Place, Reading, age, starts, starts_any, western};
use crate::fold::{han, is_han};
use crate::numerals::{digit, is_ten, small, written};

/// An era (年号, or the Republic).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Era {
    pub(super) name: &'static str,
    /// The western years its first and its last year are set equal to.
    pub(super) years: (u16, u16),
    /// Whether its months are those of the lunar calendar.
    lunar: bool,
}

const fn reign(name: &'static str, first: u16, last: u16) -> Era {
    Era { name, years: (first, last), lunar: true }
}

const fn civil(name: &'static str, first: u16, last: u16) -> Era {
    Era { name, years: (first, last), lunar: false }
}

/// After 《中国历史纪年表》, the newest first. The first eleven part the years 1644 to 1949 among them. The years of
/// 康德 and 大同 are those in which the catalogues of the north-east count.
pub(super) const ERAS: &[Era] = &[
    civil(REPUBLIC, 1912, 1949),
    reign("宣统", 1909, 1911),
    reign("光绪", 1875, 1908),
    reign("同治", 1862, 1874),
    reign("咸丰", 1851, 1861),
    reign("道光", 1821, 1850),
    reign("嘉庆", 1796, 1820),
    reign("乾隆", 1736, 1795),
    reign("雍正", 1723, 1735),
    reign("康熙", 1662, 1722),
    reign("顺治", FIRST_SHOWN, 1661),
    reign("崇祯", 1628, 1644),
    reign("天启", 1621, 1627),
    reign("泰昌", 1620, 1620),
    reign("万历", 1573, 1620),
    reign("隆庆", 1567, 1572),
    reign("嘉靖", 1522, 1566),
    civil("洪宪", 1916, 1916),
    civil("大同", 1932, 1934),
    civil("康德", 1934, 1945),
];

const REPUBLIC: &str = "民国";

/// The first western year that is told in an era.
const FIRST_SHOWN: u16 = 1644;

/// What may stand before the name of an era; a longer name before a shorter one.
const BEFORE: [&str; 13] =
    ["中华", "大清", "清代", "清朝", "清", "大明", "明代", "明朝", "明", "伪满洲国", "满洲国", "伪满", "伪"];

/// Words that say an era as a whole is meant.
const WHOLE: [&str; 4] = ["时期", "年间", "年代", "朝"];

/// A year of an era: 民国三十五年. Only years that the era has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EraYear {
    era: &'static Era,
    number: u16,
}

/// An era that was named has no such year: 光绪六十年.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchYear;

impl EraYear {
    /// The year of the Republic or of a reign of the Qing that a western year is set equal to; `None` outside 1644–1949.
    ///
    /// A lunar year begins between 21 January and 20 February of the western year and ends in the next.
    #[must_use]
    pub fn of(year: i32) -> Option<Self> {
        let year = u16::try_from(year).ok().filter(|year| *year >= FIRST_SHOWN)?;
        let era = ERAS.iter().find(|era| (era.years.0..=era.years.1).contains(&year))?;
        Some(Self { era, number: year - era.years.0 + 1 })
    }

    /// The western year it is set equal to.
    #[must_use]
    pub const fn western(self) -> u16 {
        self.era.years.0 + self.number - 1
    }

    /// Whether its months are those of the lunar calendar.
    #[must_use]
    pub const fn is_lunar(self) -> bool {
        self.era.lunar
    }

    /// Whether another year is of the same era.
    #[must_use]
    pub fn shares_era(self, other: Self) -> bool {
        self.era == other.era
    }

    /// The year without its era: `三十五年`, `元年`.
    #[must_use]
    pub fn count(self) -> String {
        if self.number == 1 { "元年".to_owned() } else { format!("{}年", written(self.number)) }
    }
}

impl fmt::Display for EraYear {
    /// `民国三十五年`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.era.name, self.count())
    }
}

/// The year of an era that a date begins with, and what follows its number: `年八月` of `民国三十五年八月`. At the second
/// end of a range the era may be that of the first, its `heir`.
///
/// # Errors
/// [`NoSuchYear`] if the era is named and has no such year.
pub fn era_year(date: &str, heir: Option<EraYear>) -> Result<Option<(EraYear, &str)>, NoSuchYear> {
    let characters: Vec<char> = date.chars().map(han).collect();
    let Some(counted) = counted(&characters, Place { apart: true, heir, of_range: true }) else { return Ok(None) };
    let rest = date.char_indices().nth(counted.length).and_then(|(at, _)| date.get(at..)).unwrap_or_default();
    let closed = rest.chars().next().is_none_or(|c| matches!(c, '年' | '至' | '到') || !c.is_alphanumeric());
    if !closed || rest.starts_with("年代") {
        return Ok(None);
    }
    counted.year().map(|year| Some((year, rest))).ok_or(NoSuchYear)
}

/// Whether a text may hold a year of an era: much faster than reading it.
pub(crate) fn may_name_era(text: &str) -> bool {
    let folded: String = text.chars().map(han).collect();
    let short =
        || folded.split('民').skip(1).any(|rest| rest.chars().next().is_some_and(|c| digit(c).is_some() || is_ten(c)));
    // The table of simplified characters makes 乾 to 干.
    ERAS.iter().any(|era| folded.contains(era.name) || text.contains(era.name)) || short()
}

/// An era and a number.
struct Counted {
    era: &'static Era,
    number: u16,
    length: usize,
    /// Whether the number stands in figures behind the full name of the Republic: 民国35.
    figures: bool,
}

impl Counted {
    fn year(&self) -> Option<EraYear> {
        let (first, last) = self.era.years;
        (1..=last - first + 1).contains(&self.number).then_some(EraYear { era: self.era, number: self.number })
    }
}

/// The era that a text begins with, and how many characters its name takes, the dynasty before it included (清·光绪).
pub(super) fn named(text: &[char]) -> Option<(&'static Era, usize)> {
    let era = |from: usize| {
        let text = text.get(from..)?;
        ERAS.iter().find_map(|era| starts(text, era.name).map(|length| (era, from + length)))
    };
    let dynasty = starts_any(text, &BEFORE).map(|length| {
        let dot = matches!(text.get(length), Some('·' | '.' | '•'));
        length + usize::from(dot)
    });
    era(0).or_else(|| era(dynasty?))
}

fn counted(text: &[char], place: Place) -> Option<Counted> {
    let republic = ERAS.first().filter(|_| place.apart);
    // 民35年; at the end of another word it is none: 居民35户.
    let short = || starts(text, "民").and_then(|length| Some((republic?, length)));
    let inherited = || place.heir.map(|heir| (heir.era, 0));
    let full = named(text);
    let (era, name) = full.or_else(short).or_else(inherited)?;
    let rest = text.get(name..)?;
    let (number, digits) = small(rest)?;
    let follows = rest.get(digits).copied();
    if follows.is_some_and(|c| digit(c).is_some() || is_ten(c) || matches!(c, '百' | '千')) {
        return None;
    }
    let figures = full.is_some() && era.name == REPUBLIC && rest.first().copied().is_some_and(char::is_numeric);
    Some(Counted { era, number, length: name + digits, figures })
}

/// How many characters an era takes with a number that none of its years has: 民国50年 is not 1950. A place that bears
/// the name of an era does not have its years (大同86年).
pub(super) fn impossible(text: &[char]) -> Option<usize> {
    let counted = counted(text, Place { apart: false, heir: None, of_range: false })?;
    let known = counted.era.lunar || counted.era.name == REPUBLIC;
    (known && counted.year().is_none()).then_some(counted.length)
}

pub(super) fn read(text: &[char], place: Place) -> Option<Reading> {
    if let Some((era, name)) = named(text) {
        let rest = text.get(name..)?;
        let whole = starts_any(rest, &WHOLE).unwrap_or(0);
        let whole = whole + age::part(rest.get(whole..).unwrap_or_default());
        if whole > 0 {
            return Some(Reading::new(era.years, name + whole, PeriodKind::Age));
        }
    }
    let counted = counted(text, place)?;
    let rest = text.get(counted.length..).unwrap_or_default();
    if let Some(tail) = starts(rest, "年代") {
        let (first, last) = counted.era.years;
        let from = first + counted.number - 1;
        let length = counted.length + tail;
        let length = length + age::part(rest.get(tail..).unwrap_or_default());
        let decade = counted.number % 10 == 0 && counted.year().is_some();
        return decade.then(|| Reading::new((from, last.min(from + 9)), length, PeriodKind::Decade));
    }
    let year = counted.year()?;
    let signs = western::closed(rest);
    // 民国35 counts; 大同1 is a place and a number: the lesser eras need 年.
    let open = counted.figures && rest.first().is_none_or(|c| !is_han(*c));
    if signs == 0 && !open && !place.of_range {
        return None;
    }
    let days = if signs > 0 { rest.get(signs..).unwrap_or_default() } else { &[] };
    let day = western::month_and_day(days, year.is_lunar());
    let from = year.western();
    let to = from + u16::from(day.lunar && day.late);
    let length = counted.length + signs + day.length;
    Some(Reading { lunar: day.lunar, era: Some(year), ..Reading::new((from, to), length, PeriodKind::Era) })
}
