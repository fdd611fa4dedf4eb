//! This day in our holdings (馆藏里的今天): open records whose day returns.
//!
//! Only times known for certain count: one day, one month or one year as described. A day told in the lunar calendar is kept
//! as its year (`docs/data.md`), so lunar anniversaries are those of civil days.

use std::collections::HashMap;

use chinese::anniversary::{Anniversary, Event, Returns, Round, anniversaries};
use chinese::lunar::LunarDay;
use jiff::civil::Date;
use kernel::Tx;

use super::answer::{self, Marks};
use super::{Catalogue, Item};
use crate::store::{dated, listed};

/// Records of one and the same day, month or year that are told.
const EACH: i64 = 3;

/// An open record whose time returns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// The record.
    pub item: Item,
    /// How it returns.
    pub anniversary: Anniversary,
}

impl Catalogue {
    /// The open records whose day, lunar day, month or year returns on a day, at most three of one time: round anniversaries
    /// first, then the day before the lunar day before month and year, then the nearest year.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn this_day(&self, today: Date, round: Round) -> kernel::Result<Vec<Remembered>> {
        let mut tx = self.db.read().await?;
        let Some(first) = dated::first_year(&mut tx, &self.institution).await? else { return Ok(Vec::new()) };
        let times = times(today, i16::try_from(first).unwrap_or(i16::MAX), round);
        let numbers = dated::of_times(&mut tx, &self.institution, &times, EACH).await?;
        let mut found: Vec<(i64, Anniversary)> = Vec::new();
        for (number, time) in numbers {
            let event = event(time);
            found.extend(
                event.and_then(|event| anniversaries(event, today, round).into_iter().next()).map(|one| (number, one)),
            );
        }
        found.sort_by_key(|(_, one)| (!one.round, rank(one.returns), one.years));
        let numbers: Vec<i64> = found.iter().map(|(number, _)| *number).collect();
        let mut items = self.open_items(tx, &numbers).await?;
        let remembered =
            found.into_iter().filter_map(|(number, anniversary)| Some((items.remove(&number)?, anniversary)));
        Ok(remembered.map(|(item, anniversary)| Remembered { item, anniversary }).collect())
    }

    /// For each of some days, the open records whose day was a round number of years before it, the nearest year first: one of
    /// a year, and at most `most` of a day.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn round_days(&self, days: &[Date], most: usize) -> kernel::Result<Vec<(Date, Vec<Remembered>)>> {
        let mut tx = self.db.read().await?;
        let Some(first) = dated::first_year(&mut tx, &self.institution).await? else { return Ok(Vec::new()) };
        let first = i16::try_from(first).unwrap_or(i16::MAX);
        let times: Vec<i64> = days.iter().flat_map(|day| same_days(*day, first).filter(is_round(*day))).collect();
        let numbers = dated::of_times(&mut tx, &self.institution, &times, 1).await?;
        let of_time: HashMap<i64, i64> = numbers.iter().map(|(number, time)| (*time, *number)).collect();
        let numbers: Vec<i64> = of_time.values().copied().collect();
        let items = self.open_items(tx, &numbers).await?;
        let returning = |day: Date| {
            let known = |time: &i64| Some((of_time.get(time)?, event(*time)?));
            let mut found: Vec<Remembered> = Vec::new();
            for (number, event) in same_days(day, first).rev().filter(is_round(day)).filter_map(|time| known(&time)) {
                let anniversary = anniversaries(event, day, Round::Tens).into_iter().next();
                let item = items.get(number).cloned();
                found.extend(item.zip(anniversary).map(|(item, anniversary)| Remembered { item, anniversary }));
            }
            found.truncate(most);
            (day, found)
        };
        Ok(days.iter().copied().map(returning).filter(|(_, found)| !found.is_empty()).collect())
    }

    /// Open records as they are listed, by their numbers.
    async fn open_items(&self, mut tx: Tx, numbers: &[i64]) -> kernel::Result<HashMap<i64, Item>> {
        let mut records = Vec::new();
        for numbers in numbers.chunks(100) {
            records.extend(listed::open(&mut tx, numbers).await?);
        }
        drop(tx);
        let register = self.register(&self.reader()).await?;
        let marks = Marks::new(&[]);
        Ok(records.into_iter().map(|record| (record.number, answer::item(record, &marks, &register))).collect())
    }
}

/// The days of earlier years that are remembered on a day, as `date_from` has them.
fn same_days(today: Date, first: i16) -> impl DoubleEndedIterator<Item = i64> {
    let last_of_february = (today.month(), today.day()) == (2, 28);
    let days = [Some(today.day()), last_of_february.then_some(29)];
    (first..today.year())
        .flat_map(move |year| days.into_iter().flatten().map(move |day| (year, day)))
        .map(move |(year, day)| i64::from(year) * 10_000 + i64::from(today.month()) * 100 + i64::from(day))
}

/// Whether a day is a round number of years before another.
fn is_round(today: Date) -> impl Fn(&i64) -> bool {
    move |time| (i64::from(today.year()) - time / 10_000) % 10 == 0
}

const fn rank(returns: Returns) -> u8 {
    match returns {
        Returns::MonthDay => 0,
        Returns::LunarDay => 1,
        Returns::Month => 2,
        Returns::Year => 3,
    }
}

/// The times that may return on a day, as `date_from` has them: too many rather than too few.
fn times(today: Date, first: i16, round: Round) -> Vec<i64> {
    let step = match round {
        Round::Tens => 10,
        Round::Fives => 5,
    };
    let lunar = LunarDay::of(today);
    let mut times: Vec<i64> = same_days(today, first).collect();
    for year in first..today.year() {
        let time = |month: i8, day: i8| i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
        if (today.year() - year) % step == 0 {
            times.extend([time(today.month(), 0), time(0, 0)]);
        }
        let days = lunar.into_iter().flat_map(|now| {
            let of = move |leap: bool, day: i8| LunarDay { year, month: now.month, leap, day };
            [of(false, now.day), of(true, now.day), of(false, now.day.saturating_add(1))]
        });
        let civil = days.filter_map(LunarDay::civil);
        times.extend(
            civil.map(|day| i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())),
        );
    }
    times.sort_unstable();
    times.dedup();
    times
}

/// What a time is.
fn event(time: i64) -> Option<Event> {
    let year = i16::try_from(time / 10_000).ok()?;
    let (month, day) = (i8::try_from(time / 100 % 100).ok()?, i8::try_from(time % 100).ok()?);
    match (month, day) {
        (0, _) => Some(Event::Year(year)),
        (_, 0) => Some(Event::Month(year, month)),
        _ => Date::new(year, month, day).ok().map(Event::Day),
    }
}

#[cfg(test)]
mod tests {
    use chinese::anniversary::{Returns, Round};
    use jiff::civil::date;
    use kernel::testing::both;

    use crate::record::tests::item;
    use crate::testing::House;
    use crate::{ArchivalDate, Description, Openness};

    fn dated(code: &str, title: &str, written: &str) -> Description {
        let mut description = item(code, title);
        description.date = ArchivalDate::parse(written).unwrap();
        description
    }

    #[tokio::test]
    async fn what_returns_is_told_in_its_order_and_nothing_hidden() {
        both(async |db| {
            let mut hidden = dated("J001-WS·1956·Y-0009", "不开放的", "19561130");
            hidden.statuses.openness = Openness::Controlled;
            let house = House::with(
                db,
                &[
                    dated("J001-WS·1956·Y-0001", "七十年前的今天", "19561130"),
                    dated("J001-WS·1958·Y-0001", "六十八年前的今天", "1958-11-30"),
                    dated("J001-WS·1958·Y-0002", "昨天", "19581129"),
                    // 2026-11-30 is 十月廿二, as was 1951-11-20.
                    dated("J001-WS·1951·Y-0001", "农历的今天", "1951年11月20日"),
                    dated("J001-WS·1966·Y-0001", "六十年前的这个月", "196611"),
                    dated("J001-WS·1946·Y-0001", "八十年前", "1946"),
                    dated("J001-WS·1947·Y-0001", "七十九年前", "1947"),
                    dated("J001-WS·1956·Y-0002", "约七十年前", "约1956年"),
                    dated("J001-WS·1956·Y-0003", "一段日子", "19561130-19561202"),
                    hidden,
                ],
            )
            .await;
            let found = house.catalogue().this_day(date(2026, 11, 30), Round::Tens).await.unwrap();
            let told: Vec<(&str, Returns, i16)> = found
                .iter()
                .map(|one| (one.item.title.as_str(), one.anniversary.returns, one.anniversary.years))
                .collect();
            assert_eq!(
                told,
                [
                    ("七十年前的今天", Returns::MonthDay, 70),
                    ("六十年前的这个月", Returns::Month, 60),
                    ("八十年前", Returns::Year, 80),
                    ("六十八年前的今天", Returns::MonthDay, 68),
                    ("农历的今天", Returns::LunarDay, 75),
                ]
            );
        })
        .await;
    }

    #[tokio::test]
    async fn of_each_day_of_a_month_the_round_ones_are_told() {
        both(async |db| {
            let mut hidden = dated("J001-WS·1956·Y-0009", "不开放的", "19560214");
            hidden.statuses.openness = Openness::Controlled;
            let house = House::with(
                db,
                &[
                    dated("J001-WS·1956·Y-0001", "七十年前", "19560228"),
                    dated("J001-WS·1956·Y-0002", "七十年前的闰日", "19560229"),
                    dated("J001-WS·1996·Y-0001", "三十年前", "19960228"),
                    dated("J001-WS·1986·Y-0001", "四十年前", "19860228"),
                    dated("J001-WS·1985·Y-0001", "四十一年前", "19850228"),
                    dated("J001-WS·1966·Y-0001", "六十年前", "19660201"),
                    dated("J001-WS·1966·Y-0002", "六十年前的这个月", "196602"),
                    hidden,
                ],
            )
            .await;
            let days: Vec<_> = (1..=28).map(|day| date(2026, 2, day)).collect();
            let found = house.catalogue().round_days(&days, 3).await.unwrap();
            let told: Vec<(i8, Vec<(&str, i16)>)> = found
                .iter()
                .map(|(day, found)| {
                    let of = found.iter().map(|one| (one.item.title.as_str(), one.anniversary.years));
                    (day.day(), of.collect())
                })
                .collect();
            let last = vec![("三十年前", 30), ("四十年前", 40), ("七十年前的闰日", 70)];
            assert_eq!(told, [(1, vec![("六十年前", 60)]), (28, last)]);
        })
        .await;
    }

    #[tokio::test]
    async fn of_one_day_three_are_told() {
        both(async |db| {
            let many: Vec<Description> =
                (1..=5).map(|n| dated(&format!("J001-WS·1956·Y-{n:04}"), &format!("第{n}件"), "19561130")).collect();
            let house = House::on(db);
            assert_eq!(house.catalogue().this_day(date(2027, 11, 30), Round::Tens).await.unwrap(), [], "no record");
            house.land(&many).await;
            house.follow().await;
            let found = house.catalogue().this_day(date(2027, 11, 30), Round::Tens).await.unwrap();
            assert_eq!(found.len(), 3);
        })
        .await;
    }
}
