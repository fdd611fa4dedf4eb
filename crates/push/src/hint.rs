//! What the account's own past says about titles and times, and about whom a push was for: medians of a few groups, told
//! only where there is enough to compare. It never grades an article.

use std::collections::BTreeMap;

use kernel::Timestamp;

/// The fewest articles from which anything is said.
pub const LEAST_ARTICLES: usize = 8;
/// The fewest articles of a group that is compared.
pub const LEAST_OF_GROUP: usize = 3;
/// Days after which most of an article's readers have come.
const SETTLED_DAYS: i64 = 3;

/// An article that went out, as far as it is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Past {
    /// Characters of its title.
    pub title: usize,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Where it stood in its issue, from 1: the lead is read the most.
    pub position: i64,
    /// Whom it was for in words.
    pub whom: String,
    /// Followers it was sent to.
    pub targets: i64,
    /// Persons who read it.
    pub readers: i64,
}

/// Articles that have something in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// What that is.
    pub label: String,
    /// How many they are.
    pub articles: usize,
    /// Half of them were read by so many persons at most.
    pub readers: i64,
    /// Half of them were read by so many of a thousand they were sent to, at most: audiences of different sizes compare by
    /// that.
    pub rate: i64,
}

/// What the past says about one thing that can be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// From how many articles.
    pub articles: usize,
    /// The median rate of all of them, of a thousand.
    pub rate: i64,
    /// The groups that are large enough, in their natural order.
    pub groups: Vec<Group>,
    /// The one that was read the most, if one stands out.
    pub best: Option<Group>,
}

/// Articles whose readers have come, and that went to somebody.
pub fn settled(past: impl IntoIterator<Item = Past>, now: Timestamp) -> Vec<Past> {
    let until = now.day().plus(-SETTLED_DAYS).begins();
    past.into_iter().filter(|one| one.sent_at < until && one.targets > 0).collect()
}

/// How titles of different lengths were read.
pub fn of_titles(settled: &[Past]) -> Option<Hint> {
    hint(settled, |one| {
        let (from, label) = match one.title {
            0..=10 => (0, "10 个字以内"),
            11..=16 => (11, "11–16 个字"),
            17..=22 => (17, "17–22 个字"),
            _ => (23, "23 个字以上"),
        };
        (from, label.to_owned())
    })
}

/// How the leads were read that went out at different hours.
pub fn of_hours(settled: &[Past]) -> Option<Hint> {
    hint(&leads(settled), |one| {
        let (from, label) = match one.sent_at.minute_of_day() / 60 {
            0..6 => (0, "0–6 点"),
            6..9 => (6, "6–9 点"),
            9..12 => (9, "9–12 点"),
            12..14 => (12, "12–14 点"),
            14..18 => (14, "14–18 点"),
            18..21 => (18, "18–21 点"),
            _ => (21, "21–24 点"),
        };
        (from, label.to_owned())
    })
}

/// How the leads were read that went out on different days of the week.
pub fn of_weekdays(settled: &[Past]) -> Option<Hint> {
    hint(&leads(settled), |one| {
        let weekday = one.sent_at.day().weekday();
        let name = ["一", "二", "三", "四", "五", "六", "日"].into_iter().zip(1..).find(|(_, day)| *day == weekday);
        (weekday, format!("星期{}", name.map_or("", |(name, _)| name)))
    })
}

/// How articles were read by whom they were for, the most articles first; of every audience, however few.
pub fn of_audiences(past: &[Past]) -> Vec<Group> {
    let mut groups = grouped(past, |one| (one.whom.clone(), one.whom.clone()));
    groups.sort_by_key(|group| std::cmp::Reverse(group.articles));
    groups
}

fn leads(settled: &[Past]) -> Vec<Past> {
    settled.iter().filter(|one| one.position == 1).cloned().collect()
}

/// Nothing from fewer than [`LEAST_ARTICLES`], or if there are no two groups to compare.
fn hint<K: Ord>(settled: &[Past], key: impl Fn(&Past) -> (K, String)) -> Option<Hint> {
    if settled.len() < LEAST_ARTICLES {
        return None;
    }
    let groups: Vec<Group> =
        grouped(settled, key).into_iter().filter(|group| group.articles >= LEAST_OF_GROUP).collect();
    if groups.len() < 2 {
        return None;
    }
    let rate = median(settled.iter().map(rate_of));
    let most = groups.iter().max_by_key(|group| group.rate);
    // A tenth more than half of all articles: less is chance.
    let best = most.filter(|group| group.rate * 10 > rate * 11).cloned();
    Some(Hint { articles: settled.len(), rate, groups, best })
}

fn grouped<K: Ord>(past: &[Past], key: impl Fn(&Past) -> (K, String)) -> Vec<Group> {
    let mut of: BTreeMap<K, (String, Vec<&Past>)> = BTreeMap::new();
    for one in past {
        let (key, label) = key(one);
        of.entry(key).or_insert_with(|| (label, Vec::new())).1.push(one);
    }
    let group = |(label, all): (String, Vec<&Past>)| Group {
        label,
        articles: all.len(),
        readers: median(all.iter().map(|one| one.readers)),
        rate: median(all.iter().map(|one| rate_of(one))),
    };
    of.into_values().map(group).collect()
}

const fn rate_of(one: &Past) -> i64 {
    if one.targets > 0 { one.readers.saturating_mul(1000) / one.targets } else { 0 }
}

/// The lower one of the two in the middle; 0 of nothing.
pub(crate) fn median(numbers: impl Iterator<Item = i64>) -> i64 {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.get(numbers.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;

    /// Sent on a day of November 2026 at an hour of Shanghai; the 2nd is a Monday.
    fn past(day: i8, hour: i64, title: usize, readers: i64) -> Past {
        let sent_at = Day::from_civil(2026, 11, day).unwrap().begins().plus_seconds(hour * 3600);
        Past { title, sent_at, position: 1, whom: "全部关注者".to_owned(), targets: 1000, readers }
    }

    #[test]
    fn the_median_is_one_of_the_numbers() {
        assert_eq!(median([].into_iter()), 0);
        assert_eq!(median([5, 1, 3].into_iter()), 3);
        assert_eq!(median([4, 1, 3, 2].into_iter()), 2);
    }

    #[test]
    fn nothing_is_said_of_seven_articles_nor_of_one_kind() {
        let seven: Vec<_> = (0..7).map(|at| past(2, 9, if at < 3 { 8 } else { 14 }, 100)).collect();
        assert_eq!(of_titles(&seven), None);
        let alike: Vec<_> = (0..20).map(|_| past(2, 9, 14, 100)).collect();
        assert_eq!(of_titles(&alike), None);
        assert_eq!(of_hours(&alike), None);
        let odd: Vec<_> = (0..20).map(|at| past(2, 9, if at < 2 { 8 } else { 14 }, 100)).collect();
        assert_eq!(of_titles(&odd), None, "two of a kind are no group");
    }

    #[test]
    fn titles_are_compared_by_what_share_of_the_audience_read_them() {
        let small = |readers| Past { targets: 100, ..past(3, 9, 14, readers) };
        let mut all: Vec<_> = (0..5).map(|at| past(2, 9, 30, 100 + at)).collect();
        all.extend((0..3).map(|at| small(20 + at)));
        let hint = of_titles(&all).unwrap();
        let told: Vec<_> =
            hint.groups.iter().map(|one| (one.label.as_str(), one.articles, one.readers, one.rate)).collect();
        assert_eq!(told, [("11–16 个字", 3, 21, 210), ("23 个字以上", 5, 102, 102)]);
        assert_eq!((hint.articles, hint.rate), (8, 103));
        assert_eq!(hint.best.unwrap().label, "11–16 个字", "fewer readers of far fewer followers");
        let flat: Vec<_> = (0..8).map(|at| past(2, 9, if at < 4 { 8 } else { 14 }, 100 + at)).collect();
        assert_eq!(of_titles(&flat).unwrap().best, None, "what is nearly the same does not stand out");
    }

    #[test]
    fn times_are_those_of_shanghai_and_of_leads_alone() {
        let mut all: Vec<_> = (0..4).map(|_| past(2, 20, 14, 300)).collect();
        all.extend((0..4).map(|_| past(7, 8, 14, 100)));
        let second = Past { position: 2, ..past(7, 8, 14, 9000) };
        all.extend(std::iter::repeat_n(second, 4));
        let hours = of_hours(&all).unwrap();
        assert_eq!(hours.articles, 8);
        assert_eq!(hours.groups.iter().map(|one| one.label.as_str()).collect::<Vec<_>>(), ["6–9 点", "18–21 点"]);
        assert_eq!(hours.best.unwrap().label, "18–21 点");
        assert_eq!(of_weekdays(&all).unwrap().best.unwrap().label, "星期一");
    }

    #[test]
    fn what_is_still_growing_and_what_reached_nobody_is_left_out() {
        let now = Day::from_civil(2026, 11, 10).unwrap().begins().plus_seconds(9 * 3600);
        let nobody = Past { targets: 0, ..past(1, 9, 14, 0) };
        let kept = settled([past(6, 9, 14, 1), past(7, 1, 14, 2), nobody], now);
        assert_eq!(kept.iter().map(|one| one.readers).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn audiences_are_compared_however_few_articles_they_got() {
        let tag = Past { whom: "标签“教师”".to_owned(), targets: 10, ..past(3, 9, 14, 8) };
        let groups = of_audiences(&[past(2, 9, 14, 100), tag, past(4, 9, 14, 300)]);
        let told: Vec<_> = groups.iter().map(|one| (one.label.as_str(), one.articles, one.readers, one.rate)).collect();
        assert_eq!(told, [("全部关注者", 2, 100, 100), ("标签“教师”", 1, 8, 800)]);
    }
}
