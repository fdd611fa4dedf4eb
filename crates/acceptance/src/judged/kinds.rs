//! How the questions of each kind are made, and what answers them.

use std::collections::BTreeSet;

use kernel::Random;

use super::{Kind, Question};
use crate::Holding;

/// Of so many records, one must give a question.
const TRIES: usize = 2000;

/// What is typed, in one or more ways, and whether a record answers it.
type Typed = (Vec<String>, Box<dyn Fn(&Holding) -> bool>);

/// Makes questions out of holdings.
pub(super) struct Maker<'h> {
    pub(super) holdings: &'h [Holding],
    pub(super) random: Random,
}

impl Maker<'_> {
    /// So many questions of a kind.
    pub(super) fn make(&self, kind: Kind, count: usize) -> Vec<Question> {
        let mut made = Vec::new();
        while made.len() < count {
            let one = (0..TRIES).find_map(|_| {
                let source = self.pick(self.holdings)?;
                Some(self.of(kind, source)).filter(|questions| !questions.is_empty())
            });
            let Some(questions) = one else { break };
            made.extend(questions);
        }
        made
    }

    fn of(&self, kind: Kind, source: &Holding) -> Vec<Question> {
        let Some((typed, is_true)) = self.typed(kind, source) else { return Vec::new() };
        let answers = self.holdings.iter().filter(|one| is_true(one));
        let truth: BTreeSet<String> = answers.map(|one| one.code.clone()).collect();
        let question = |typed| Question { kind, typed, source: source.code.clone(), truth: truth.clone() };
        typed.into_iter().map(question).collect()
    }

    fn typed(&self, kind: Kind, source: &Holding) -> Option<Typed> {
        match kind {
            Kind::DocumentNumber => {
                let number = source.document_number.as_deref()?;
                let (spellings, number) = (spellings(number)?, dense(number));
                let bears = move |one: &Holding| one.document_number.as_deref().map(dense).as_ref() == Some(&number);
                Some((spellings.to_vec(), Box::new(bears)))
            }
            Kind::Slice => {
                let slice = self.slice(&source.title, 4, 12)?;
                Some((vec![slice.clone()], Box::new(move |one| one.contains(&slice))))
            }
            Kind::IssuerYearWords => self.issuer_year_words(source),
            Kind::OneWrong => {
                let (right, wrong) = self.one_wrong(&source.title)?;
                Some((vec![wrong], Box::new(move |one| one.contains(&right))))
            }
            Kind::Name => {
                let name = self.pick(&names(source))?.clone();
                let apart = name.chars().map(String::from).collect::<Vec<_>>().join(" ");
                let typed = if name.chars().count() == 2 && self.heads() { apart } else { name.clone() };
                Some((vec![typed], Box::new(move |one| one.contains(&name))))
            }
            Kind::BodyTopic => {
                let (body, rest) = body(source)?;
                let topic = self.slice(&rest, 4, 6).filter(|topic| is_han(topic))?;
                let typed = if self.heads() { format!("{body} {topic}") } else { format!("{body}{topic}") };
                Some((vec![typed], Box::new(move |one| one.contains(&body) && one.contains(&topic))))
            }
        }
    }

    /// A body, the year of the record and two pieces of its title: whatever is of that year or writes it, and holds the
    /// others.
    fn issuer_year_words(&self, source: &Holding) -> Option<Typed> {
        let (body, rest) = body(source)?;
        let (year, _) = source.years?;
        let word = || self.slice(&rest, 2, 4).filter(|word| is_han(word));
        let words = format!("{body} {} {}", word()?, word()?);
        let written = year.to_string();
        let typed = words.replacen(' ', &format!(" {written} "), 1);
        let is_true = move |one: &Holding| {
            let of_year = one.years.is_some_and(|(from, to)| from <= year && to >= year);
            one.contains(&words) && (of_year || one.contains(&written))
        };
        Some((vec![typed], Box::new(is_true)))
    }

    fn pick<'v, T>(&self, values: &'v [T]) -> Option<&'v T> {
        values.get(self.below(values.len()))
    }

    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.random.below(u64::try_from(bound).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    fn heads(&self) -> bool {
        self.below(2) == 0
    }

    /// So many characters of a text, no space at either end.
    fn slice(&self, text: &str, least: usize, most: usize) -> Option<String> {
        let letters: Vec<char> = text.chars().collect();
        let length = (least + self.below(most - least + 1)).min(letters.len());
        let start = self.below(letters.len() - length + 1);
        let slice: String = letters.get(start..start + length)?.iter().collect();
        (length >= least && slice.trim() == slice).then_some(slice)
    }

    /// The first fifteen characters of a title, and the same with one replaced by a Chinese character of some other.
    fn one_wrong(&self, title: &str) -> Option<(String, String)> {
        let right: Vec<char> = title.chars().take(15).collect();
        let at = self.below(right.len());
        let other = self.pick(self.holdings)?.title.chars().filter(|c| is_han(&c.to_string())).collect::<Vec<_>>();
        let other = *self.pick(&other)?;
        let mut wrong = right.clone();
        let replaced = std::mem::replace(wrong.get_mut(at)?, other);
        (right.len() == 15 && replaced != other).then(|| (right.into_iter().collect(), wrong.into_iter().collect()))
    }
}

/// Six ways people write the same document number: one with a year, or an order (令) without.
pub fn spellings(number: &str) -> Option<[String; 6]> {
    let wide = |text: &str| -> String {
        text.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit)).unwrap_or(c)).collect()
    };
    let plain = |text: &str| !text.is_empty() && text.chars().all(char::is_alphanumeric);
    let number = dense(number);
    let body = number.strip_suffix('号')?;
    if let Some((issuer, serial)) = body.split_once("令第") {
        return (plain(issuer) && plain(serial)).then(|| {
            [
                format!("{issuer}令第{serial}号"),
                format!("{issuer}令 第{serial}号"),
                format!("{issuer}令 第 {serial} 号"),
                format!("{issuer}令{serial}号"),
                format!("{issuer}令（第{serial}号）"),
                format!("{issuer}令第{}号", wide(serial)),
            ]
        });
    }
    let (issuer, rest) = body.split_once('(')?;
    let (year, serial) = rest.split_once(')')?;
    (plain(issuer) && year.len() == 4 && plain(serial)).then(|| {
        [
            format!("{issuer}〔{year}〕{serial}号"),
            format!("{issuer}[{year}]{serial}号"),
            format!("{issuer}（{year}）{serial}号"),
            format!("{issuer} ({year}) {serial} 号"),
            format!("{issuer}【{}】{}号", wide(year), wide(serial)),
            format!("{issuer}{year}年第{serial}号"),
        ]
    })
}

/// A folded text without spaces.
fn dense(text: &str) -> String {
    chinese::normalise(text).replace(' ', "")
}

fn is_han(text: &str) -> bool {
    text.chars().all(chinese::fold::is_han)
}

/// Who made it, as its title says or else its description, and what the title says beyond.
fn body(one: &Holding) -> Option<(String, String)> {
    let title = &one.title;
    for word in ["关于", "印发", "转发", "批转"] {
        if let Some((body, rest)) = title.split_once(word) {
            let is_body = ["府", "院", "厅", "局", "委", "会", "部", "室"].iter().any(|end| body.ends_with(end));
            if is_body && is_han(body) && body.chars().count() <= 16 {
                return Some((body.to_owned(), rest.to_owned()));
            }
        }
    }
    let is_body = is_han(&one.creator) && one.creator.chars().count() >= 3;
    is_body.then(|| (one.creator.clone(), title.clone()))
}

/// The people a title names: those the description lists, and whoever is appointed.
fn names(one: &Holding) -> Vec<String> {
    let mut names: Vec<String> = one.persons.iter().filter(|name| one.title.contains(*name)).cloned().collect();
    let appointed = one.title.split_once("关于").and_then(|(_, rest)| {
        let ends = ["等", "同志", "任职", "免职", "任免", "职务"].iter().filter_map(|end| rest.find(end));
        rest.get(..ends.min()?)
    });
    let is_about_people = ["同志", "任职", "免职", "任免职"].iter().any(|word| one.title.contains(word));
    names.extend(
        appointed
            .filter(|name| is_about_people && is_han(name) && (2..=3).contains(&name.chars().count()))
            .map(str::to_owned),
    );
    names
}
