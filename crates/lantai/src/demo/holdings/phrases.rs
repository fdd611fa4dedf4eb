//! The phrase book `phrases.toml`: themes of each field of work, and how their titles are filled in.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::county;
use super::style::{chinese_number, number_words, year_words};

/// What an office of one field wrote about in some years.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Theme {
    /// The matter, as a volume's title names it.
    pub(super) matter: String,
    /// 主题词, joined by a space.
    pub(super) subjects: String,
    years: String,
    sent: Vec<String>,
    #[serde(default)]
    received: Vec<String>,
    inside: Vec<String>,
}

/// Where a paper came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The office's own numbered paper.
    Sent,
    /// From the body above.
    Received,
    /// The office's own, without a number.
    Inside,
}

impl Theme {
    /// Whether papers of that year may be about it.
    pub(super) fn covers(&self, year: u32) -> bool {
        covers(&self.years, year)
    }

    /// The patterns that year knew, with their kinds, in the order of the book.
    pub(super) fn patterns(&self, year: u32) -> Vec<(Kind, &str)> {
        let lists = [(Kind::Sent, &self.sent), (Kind::Received, &self.received), (Kind::Inside, &self.inside)];
        let all = lists.into_iter().flat_map(|(kind, list)| list.iter().map(move |text| (kind, text.as_str())));
        all.filter_map(|(kind, text)| match text.split_once('|') {
            Some((years, pattern)) => covers(years, year).then_some((kind, pattern)),
            None => Some((kind, text)),
        })
        .collect()
    }
}

/// Whether a year lies in a span like `1958-1960`, ends included.
fn covers(span: &str, year: u32) -> bool {
    let ends = span.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    ends.is_some_and(|(from, to): (u32, u32)| (from..=to).contains(&year))
}

/// The whole book: themes by field of work.
pub(super) struct Phrases(BTreeMap<String, Vec<Theme>>);

impl Phrases {
    /// Reads the book that is part of this program.
    #[expect(clippy::expect_used, reason = "the file is compiled in and a test reads it")]
    pub(super) fn load() -> Self {
        Self(toml::from_str(include_str!("phrases.toml")).expect("the phrase book is well-formed"))
    }

    /// The themes of a field that papers of that year may be about.
    pub(super) fn themes(&self, field: &str, year: u32) -> Vec<&Theme> {
        self.0.get(field).into_iter().flatten().filter(|theme| theme.covers(year)).collect()
    }
}

/// A title made from a pattern, and the person it names, if any.
pub(super) struct Filled {
    pub(super) title: String,
    pub(super) person: Option<String>,
}

/// Fills the slots of a pattern for an office (`own`) in a year.
pub(super) fn fill(pattern: &str, own: &str, year: u32, chance: &Chance) -> Filled {
    let mut filled = Filled { title: String::new(), person: None };
    for piece in pattern.split('{') {
        let Some((slot, rest)) = piece.split_once('}') else {
            filled.title.push_str(piece);
            continue;
        };
        let word = slot_word(slot, own, year, chance);
        if slot == "人" {
            filled.person = Some(word.clone());
        }
        filled.title.push_str(&word);
        filled.title.push_str(rest);
    }
    filled
}

fn slot_word(slot: &str, own: &str, year: u32, chance: &Chance) -> String {
    match slot {
        "年" => year_words(year),
        "本" => own.to_owned(),
        "社" => county::any_town(chance, year),
        "队" => county::village(chance, year),
        "人" => county::person(chance),
        "厂" => county::factory(chance).to_owned(),
        "校" => county::school(chance).to_owned(),
        "库" => county::reservoir(chance).to_owned(),
        "山" => county::hill(chance).to_owned(),
        "货" => county::goods(chance).to_owned(),
        "月" => number_words(chance.between(1, 12), year),
        "季" => chance.word(&["春", "夏", "秋", "冬"]).to_owned(),
        "数" => number_words(chance.between(2, 40), year),
        "次" => chinese_number(chance.between(1, 4)),
        "届" => chinese_number(chance.between(2, 12)),
        other => format!("{{{other}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_book_can_be_filled() {
        let chance = Chance::new(3);
        let book = Phrases::load();
        let mut titles = std::collections::BTreeSet::new();
        for theme in book.0.values().flatten() {
            assert!((1949..=2023).any(|year| theme.covers(year)), "{}", theme.years);
            for year in (1949..=2023).filter(|year| theme.covers(*year)) {
                assert!(theme.patterns(year).len() >= 3, "{} {year}", theme.matter);
                titles.extend(theme.patterns(year).into_iter().map(|(_, pattern)| pattern));
            }
            let written = theme.sent.iter().chain(&theme.received).chain(&theme.inside);
            let lost: Vec<_> = written.filter(|text| !titles.iter().any(|title| text.ends_with(title))).collect();
            assert!(lost.is_empty(), "{lost:?} have years outside {}", theme.years);
        }
        assert!(titles.len() > 400, "{}", titles.len());
        let filled = titles.iter().map(|pattern| fill(pattern, "临溪县民政局", 1976, &chance).title);
        assert!(filled.into_iter().all(|title| !title.contains(['{', '}', '|'])));
    }

    #[test]
    fn a_pattern_that_names_a_person_tells_who() {
        let filled = fill("劳动模范{人}材料", "", 1960, &Chance::new(1));
        assert!(filled.title.contains(&filled.person.unwrap()));
        assert!(fill("{年}工作总结", "", 1956, &Chance::new(1)).title.starts_with("一九五六年"));
    }
}
