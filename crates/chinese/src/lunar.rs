//! The lunar calendar (农历) of the years 1900–2100: which lunar day a civil day is, and the reverse.
//!
//! Rules: GB/T 33661-2017 (a month begins on the day of the new moon, the winter solstice stands in the eleventh month, the
//! first month without a 中气 in a year of thirteen is the leap month). The table was computed from these rules for the
//! meridian of 120° E, for the years 1914–1928 for the local time of Beijing (7 h 45 min 40 s) as the almanacs of the Republic
//! did; the first and the last day of each month agree with the tables of sxtwl 2.0.7, which follows the published almanacs.
//! In 2057 and 2097 a new moon falls within a minute of midnight; what the authorities will publish for 28 September 2057
//! and 7 August 2097 may differ by a day.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// The lunar years of [`YEARS`].
const FIRST: i16 = 1900;

/// From 1900 on, for each lunar year: bits 0–12 which of its months, the leap month in its place, have 30 days and not 29;
/// bits 13–16 the number of the month that is followed by its leap month, or none; from bit 17 on how many days after 1
/// January the year begins.
const YEARS: [u32; 201] = [
    0x003D_16D2,
    0x0062_0752,
    0x004C_0EA5,
    0x0038_B64A,
    0x005C_064B,
    0x0044_0A9B,
    0x0030_9556,
    0x0056_056A,
    0x0040_0B59,
    0x002A_5752,
    0x0050_0752,
    0x003A_DB25,
    0x0060_0B25,
    0x0048_0A4B,
    0x0032_B4AB,
    0x0058_02AD,
    0x0042_056B,
    0x002C_4B69,
    0x0052_0DA9,
    0x003E_FD92,
    0x0064_0E92,
    0x004C_0D25,
    0x0036_BA4D,
    0x005C_0A56,
    0x0046_02B6,
    0x002E_95B5,
    0x0056_06D4,
    0x0040_0EA9,
    0x002C_5E92,
    0x0050_0E92,
    0x003A_CD26,
    0x005E_052B,
    0x0048_0A57,
    0x0032_B2B6,
    0x0058_0B5A,
    0x0044_06D4,
    0x002E_6EC9,
    0x0052_0749,
    0x003C_F693,
    0x0062_0A93,
    0x004C_052B,
    0x0034_CA5B,
    0x005A_0AAD,
    0x0046_056A,
    0x0030_9B55,
    0x0056_0BA4,
    0x0040_0B49,
    0x002A_5A93,
    0x0050_0A95,
    0x0038_F52D,
    0x005E_0536,
    0x0048_0AAD,
    0x0034_B5AA,
    0x0058_05B2,
    0x0042_0DA5,
    0x002E_7D4A,
    0x0054_0D4A,
    0x003D_0A95,
    0x0060_0A97,
    0x004C_0556,
    0x0036_CAB5,
    0x005A_0AD5,
    0x0046_06D2,
    0x0030_8EA5,
    0x0056_0EA5,
    0x0040_064A,
    0x0028_6C97,
    0x004E_0A9B,
    0x003A_F55A,
    0x005E_056A,
    0x0048_0B69,
    0x0034_B752,
    0x005A_0B52,
    0x0042_0B25,
    0x002C_964B,
    0x0052_0A4B,
    0x003D_14AB,
    0x0060_02AD,
    0x004A_056D,
    0x0036_CB69,
    0x005C_0DA9,
    0x0046_0D92,
    0x0030_9D25,
    0x0056_0D25,
    0x0041_5A4D,
    0x0064_0A56,
    0x004E_02B6,
    0x0038_C5B5,
    0x005E_06D5,
    0x0048_0EA9,
    0x0034_BE92,
    0x005A_0E92,
    0x0044_0D26,
    0x002C_6A56,
    0x0050_0A57,
    0x003D_14D6,
    0x0062_035A,
    0x004A_06D5,
    0x0036_B6C9,
    0x005C_0749,
    0x0046_0693,
    0x002E_952B,
    0x0054_052B,
    0x003E_0A5B,
    0x002A_555A,
    0x004E_056A,
    0x0038_FB55,
    0x0060_0BA4,
    0x004A_0B49,
    0x0032_BA93,
    0x0058_0A95,
    0x0042_052D,
    0x002C_8AAD,
    0x0050_0AB5,
    0x003D_35AA,
    0x0062_05D2,
    0x004C_0DA5,
    0x0036_DD4A,
    0x005C_0D4A,
    0x0046_0C95,
    0x0030_952E,
    0x0054_0556,
    0x003E_0AB5,
    0x002A_55B2,
    0x0050_06D2,
    0x0038_CEA5,
    0x005E_0725,
    0x0048_064B,
    0x0032_AC97,
    0x0056_0CAB,
    0x0042_055A,
    0x002C_6AD6,
    0x0052_0B69,
    0x003D_7752,
    0x0062_0B52,
    0x004C_0B25,
    0x0036_DA4B,
    0x005A_0A4B,
    0x0044_04AB,
    0x002E_A55B,
    0x0054_05AD,
    0x003E_0B6A,
    0x002A_5B52,
    0x0050_0D92,
    0x003A_FD25,
    0x005E_0D25,
    0x0048_0A55,
    0x0032_B4AD,
    0x0058_04B6,
    0x0040_05B5,
    0x002C_6DAA,
    0x0052_0EC9,
    0x003F_1E92,
    0x0062_0E92,
    0x004C_0D26,
    0x0036_CA56,
    0x005A_0A57,
    0x0044_0556,
    0x002E_86D5,
    0x0054_0755,
    0x0040_0749,
    0x0028_6E93,
    0x004E_0693,
    0x0038_F52B,
    0x005E_052B,
    0x0046_0A5B,
    0x0032_B55A,
    0x0058_056A,
    0x0042_0B65,
    0x002C_974A,
    0x0052_0B4A,
    0x003D_1A95,
    0x0062_0A95,
    0x004A_052D,
    0x0034_CAAD,
    0x005A_0AB5,
    0x0046_05AA,
    0x002E_8BA5,
    0x0054_0DA5,
    0x0040_0D4A,
    0x002A_7C95,
    0x004E_0C96,
    0x0038_F94E,
    0x005E_0556,
    0x0048_0AB5,
    0x0032_B5B2,
    0x0058_06D2,
    0x0042_0EA5,
    0x002E_8E4A,
    0x0050_068B,
    0x003B_0C97,
    0x0060_04AB,
    0x004A_055B,
    0x0034_CAD6,
    0x005A_0B6A,
    0x0046_0752,
    0x0030_9725,
    0x0054_0B45,
    0x003E_0A8B,
    0x0028_549B,
    0x004E_04AB,
];

/// A day of the lunar calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LunarDay {
    /// The western year in which the lunar year begins.
    pub year: i16,
    /// 1–12.
    pub month: i8,
    /// Whether it is the leap month that follows the month of this number.
    pub leap: bool,
    /// 1–30.
    pub day: i8,
}

impl LunarDay {
    /// The lunar day of a civil one; `None` outside 31 January 1900 – 28 January 2101.
    #[must_use]
    pub fn of(date: Date) -> Option<Self> {
        let (year, mut left) = [date.year(), date.year() - 1].into_iter().find_map(|year| {
            let days = date.since(new_year(year)?).ok()?.get_days();
            (days >= 0).then_some((year, days))
        })?;
        for (month, leap, days) in months(year)? {
            if left < i32::from(days) {
                return Some(Self { year, month, leap, day: i8::try_from(left).ok()? + 1 });
            }
            left -= i32::from(days);
        }
        None
    }

    /// The civil day; `None` if the year lies outside 1900–2100 or has no such month or day.
    #[must_use]
    pub fn civil(self) -> Option<Date> {
        let mut before = 0_i64;
        for (month, leap, days) in months(self.year)? {
            if (month, leap) == (self.month, self.leap) {
                let day = (1..=days).contains(&self.day).then(|| i64::from(self.day) - 1)?;
                return new_year(self.year)?.checked_add((before + day).days()).ok();
            }
            before += i64::from(days);
        }
        None
    }
}

/// How many days a month has, 29 or 30; `None` if the year lies outside 1900–2100 or has no such month.
#[must_use]
pub fn days_of_month(year: i16, month: i8, leap: bool) -> Option<i8> {
    months(year)?.find(|found| (found.0, found.1) == (month, leap)).map(|found| found.2)
}

/// The first day of a lunar year.
fn new_year(year: i16) -> Option<Date> {
    let offset = i64::from(row(year)? >> 17);
    Date::new(year, 1, 1).ok()?.checked_add(offset.days()).ok()
}

fn row(year: i16) -> Option<u32> {
    YEARS.get(usize::try_from(year.checked_sub(FIRST)?).ok()?).copied()
}

/// The months of a year in their order: number, whether it is the leap month, days.
fn months(year: i16) -> Option<impl Iterator<Item = (i8, bool, i8)>> {
    let row = row(year)?;
    let leap = i8::try_from(row >> 13 & 0xF).ok().filter(|leap| *leap > 0);
    let count = if leap.is_some() { 13 } else { 12 };
    Some((0..count).map(move |place: i8| {
        let after_leap = leap.is_some_and(|leap| place >= leap);
        let month = if after_leap { place } else { place + 1 };
        (month, leap == Some(place), 29 + i8::from(row >> place & 1 == 1))
    }))
}

impl fmt::Display for LunarDay {
    /// Month and day as almanacs have them, without the year: `正月初一`, `闰二月十五`, `腊月三十`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MONTHS: [&str; 12] = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"];
        const UNITS: [&str; 10] = ["十", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let of = |table: &'static [&str], at: i8| usize::try_from(at).ok().and_then(|at| table.get(at)).copied();
        let month = of(&MONTHS, self.month - 1).unwrap_or_default();
        let unit = of(&UNITS, self.day % 10).unwrap_or_default();
        let tens = match self.day {
            ..=10 => "初",
            11..=19 => "十",
            20 => "二",
            21..=29 => "廿",
            _ => "三",
        };
        write!(f, "{}{month}月{tens}{unit}", if self.leap { "闰" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::{FIRST, LunarDay, YEARS, days_of_month, months};

    const fn lunar(year: i16, month: i8, day: i8) -> LunarDay {
        LunarDay { year, month, leap: false, day }
    }

    #[test]
    fn known_days() {
        for (civil, known) in [
            (date(1900, 1, 31), lunar(1900, 1, 1)),
            (date(1911, 10, 10), lunar(1911, 8, 19)),
            (date(1949, 10, 1), lunar(1949, 8, 10)),
            (date(1976, 7, 28), lunar(1976, 7, 2)),
            (date(1985, 2, 20), lunar(1985, 1, 1)),
            (date(2008, 8, 8), lunar(2008, 7, 8)),
            (date(2024, 6, 10), lunar(2024, 5, 5)),
            (date(2025, 10, 6), lunar(2025, 8, 15)),
            (date(2026, 2, 16), lunar(2025, 12, 29)),
            (date(2026, 2, 17), lunar(2026, 1, 1)),
            (date(2033, 12, 22), LunarDay { leap: true, ..lunar(2033, 11, 1) }),
            (date(2023, 3, 22), LunarDay { leap: true, ..lunar(2023, 2, 1) }),
        ] {
            assert_eq!(LunarDay::of(civil), Some(known), "{civil}");
            assert_eq!(known.civil(), Some(civil), "{known}");
        }
    }

    #[test]
    fn what_there_is_not_is_none() {
        assert_eq!(LunarDay::of(date(1900, 1, 30)), None);
        assert!(LunarDay::of(date(2101, 1, 28)).is_some());
        assert_eq!(LunarDay::of(date(2101, 1, 29)), None);
        assert_eq!(LunarDay { leap: true, ..lunar(2024, 2, 1) }.civil(), None, "no leap month");
        assert_eq!((days_of_month(2025, 12, false), lunar(2025, 12, 30).civil()), (Some(29), None));
        for (month, day) in [(0, 1), (13, 1), (1, 0), (1, 31), (i8::MIN, i8::MAX)] {
            assert_eq!(lunar(2024, month, day).civil(), None, "{month} {day}");
        }
    }

    #[test]
    fn each_year_ends_where_the_next_begins() {
        for (year, _) in (FIRST..).zip(YEARS.iter().skip(1)) {
            let days: i16 = months(year).unwrap().map(|(_, _, days)| i16::from(days)).sum();
            let begins = |year| lunar(year, 1, 1).civil().unwrap();
            assert_eq!(begins(year).until(begins(year + 1)).unwrap().get_days(), i32::from(days), "{year}");
            let earliest = date(year, 1, 20);
            assert!(begins(year) > earliest && begins(year) < date(year, 2, 22), "{year}");
        }
    }

    #[test]
    fn a_day_is_written_as_in_an_almanac() {
        let written = |month, day| lunar(2024, month, day).to_string();
        assert_eq!(
            [written(1, 1), written(11, 10), written(12, 30), written(5, 20), written(8, 21), written(9, 19)],
            ["正月初一", "冬月初十", "腊月三十", "五月二十", "八月廿一", "九月十九"]
        );
        assert_eq!(LunarDay { leap: true, ..lunar(2023, 2, 15) }.to_string(), "闰二月十五");
    }

    proptest! {
        #[test]
        fn every_day_comes_back(days in 0..73_000_i64) {
            use jiff::ToSpan as _;
            let civil: Date = date(1900, 2, 1).checked_add(days.days()).unwrap();
            let lunar = LunarDay::of(civil).unwrap();
            prop_assert_eq!(lunar.civil(), Some(civil));
        }
    }
}
