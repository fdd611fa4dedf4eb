//! The questions, and their right answers found by looking at every record.

use memchr::memmem::Finder;

use crate::corpus::{Dice, Lexicon, Row};

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// What kind it is of.
    pub kind: &'static str,
    /// Each of these stands in the title or in the name of the creator.
    pub parts: Vec<String>,
    /// The first and the last year the record may be of.
    pub years: Option<(i16, i16)>,
    /// How many records answer it.
    pub answers: u64,
}

/// Kinds and how many of each, as they were counted in use.
const KINDS: [(&str, usize); 7] = [
    ("phrase", 500),
    ("name3", 450),
    ("body+topic", 400),
    ("word2", 260),
    ("place+word", 160),
    ("rare", 120),
    ("name2", 110),
];

/// The questions of one run, mixed, with `39 %` asking for a range of years.
pub fn ask(rows: &[Row], lexicon: &Lexicon, seed: u64) -> Vec<Question> {
    let mut questions = unanswered(rows, lexicon, seed);
    answer(rows, &mut questions);
    questions
}

/// The same, their right answers not counted yet.
pub fn unanswered(rows: &[Row], lexicon: &Lexicon, seed: u64) -> Vec<Question> {
    let mut dice = Dice::new(seed);
    let mut questions: Vec<(u64, Question)> = Vec::new();
    for (kind, count) in KINDS {
        for _ in 0..count {
            let parts = parts(kind, rows, lexicon, &mut dice);
            let years = dice.chance(39).then(|| {
                let from = i16::try_from(1949 + dice.below(70)).unwrap_or(1949);
                (from, from + i16::try_from(dice.below(12)).unwrap_or(0))
            });
            questions.push((dice.draw(), Question { kind, parts, years, answers: 0 }));
        }
    }
    questions.sort_unstable_by_key(|(place, _)| *place);
    questions.into_iter().map(|(_, question)| question).collect()
}

fn parts(kind: &str, rows: &[Row], lexicon: &Lexicon, dice: &mut Dice) -> Vec<String> {
    for _ in 0..10_000 {
        let Some(row) = rows.get(dice.below(rows.len())) else { break };
        let asked = match kind {
            "phrase" => cut(&row.title, 4 + dice.below(5), dice).map(|phrase| vec![phrase]),
            "name3" => row.name.clone().filter(|name| name.chars().count() >= 3).map(|name| vec![name]),
            "name2" => row.name.clone().filter(|name| name.chars().count() == 2).map(|name| vec![name]),
            "body+topic" => cut(&row.topic, 2 + dice.below(3), dice).map(|topic| vec![row.body.clone(), topic]),
            "word2" => Some(vec![dice.skewed(&lexicon.words).chars().take(2).collect()]),
            "place+word" => Some(vec![row.place.clone(), dice.skewed(&lexicon.words).chars().take(2).collect()]),
            _ => {
                let mut name = lexicon.name(dice);
                name.push_str(&lexicon.name(dice));
                Some(vec![name])
            }
        };
        if let Some(parts) = asked {
            return parts;
        }
    }
    vec!["无".to_owned()]
}

fn cut(text: &str, length: usize, dice: &mut Dice) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let starts = (characters.len() + 1).checked_sub(length).filter(|starts| *starts > 0)?;
    let start = dice.below(starts);
    Some(characters.get(start..start + length)?.iter().collect())
}

/// Adds the answers among some rows, counted by a scan: every part within title or creator, and the year within the
/// range.
pub fn answer(rows: &[Row], questions: &mut [Question]) {
    for question in questions {
        let finders: Vec<Finder<'_>> = question.parts.iter().map(|part| Finder::new(part.as_bytes())).collect();
        let matches = rows.iter().filter(|row| {
            question.years.is_none_or(|(from, to)| (from..=to).contains(&row.year))
                && finders.iter().all(|finder| {
                    finder.find(row.title.as_bytes()).is_some() || finder.find(row.creator.as_bytes()).is_some()
                })
        });
        question.answers += u64::try_from(matches.count()).unwrap_or(u64::MAX);
    }
}
