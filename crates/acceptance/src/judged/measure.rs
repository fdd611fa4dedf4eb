//! Asking the questions, and how good the answers are.

use std::fmt;

use serde_json::Value;

use super::{Kind, Question};
use crate::Client;

/// How many are asked at once.
const CALLERS: usize = 8;
/// How many results of a question are looked at.
const LOOKED_AT: usize = 100;

/// How the questions of one group were answered; shares from 0 to 1.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// How many questions.
    pub questions: usize,
    /// Those with a true answer in the first place.
    pub success_at_1: f64,
    /// Those with a true answer in the first three places.
    pub success_at_3: f64,
    /// The mean of one over the place of the first true answer.
    pub reciprocal_rank: f64,
    /// The mean share of the true answers that are among the first hundred, which hold a hundred at most.
    pub recall: f64,
    /// Those with the very record they were made from in the first three places.
    pub source_at_3: f64,
}

/// What a question got.
#[derive(Clone, Debug)]
struct Marked {
    question: Question,
    /// The place of the first true answer, from 1.
    first: Option<usize>,
    /// The place of the record it was made from.
    source: Option<usize>,
    recall: f64,
}

/// How all questions were answered.
#[derive(Clone, Debug, Default)]
pub struct Report(Vec<Marked>);

impl Report {
    /// Adds what others got.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The figures of the questions that fit.
    pub fn figures(&self, fits: impl Fn(&Question) -> bool) -> Figures {
        let marked: Vec<&Marked> = self.0.iter().filter(|one| fits(&one.question)).collect();
        let mean = |value: &dyn Fn(&Marked) -> f64| {
            let count = f64::from(u32::try_from(marked.len()).unwrap_or(u32::MAX));
            marked.iter().map(|one| value(one)).sum::<f64>() / count.max(1.0)
        };
        let within = |place: Option<usize>, last: usize| f64::from(place.is_some_and(|place| place <= last));
        let inverse = |place: usize| 1.0 / f64::from(u32::try_from(place).unwrap_or(u32::MAX));
        Figures {
            questions: marked.len(),
            success_at_1: mean(&|one| within(one.first, 1)),
            success_at_3: mean(&|one| within(one.first, 3)),
            reciprocal_rank: mean(&|one| one.first.map_or(0.0, inverse)),
            recall: mean(&|one| one.recall),
            source_at_3: mean(&|one| within(one.source, 3)),
        }
    }

    /// The three goals: what they say, the figure reached, the figure wanted.
    pub fn goals(&self) -> [(&'static str, f64, f64); 3] {
        let numbers = self.figures(|one| one.kind == Kind::DocumentNumber);
        let wrong = self.figures(|one| one.kind == Kind::OneWrong);
        [
            ("document number, success@1", numbers.success_at_1, 0.995),
            ("slice >= 6 with <= 3 true answers, success@3", self.figures(is_telling_slice).success_at_3, 0.95),
            ("one wrong, success@3", wrong.success_at_3, 0.90),
        ]
    }

    /// The questions without a true answer in the first three places, for people to look at.
    pub fn missed(&self) -> Vec<&Question> {
        self.0.iter().filter(|one| one.first.is_none_or(|place| place > 3)).map(|one| &one.question).collect()
    }
}

/// A slice that says which record is meant.
fn is_telling_slice(one: &Question) -> bool {
    one.kind == Kind::Slice && one.typed.chars().count() >= 6 && has_few_answers(one)
}

fn has_few_answers(one: &Question) -> bool {
    one.truth.len() <= 3
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["questions", "success@1", "success@3", "MRR", "recall", "very row@3"];
        write!(f, "{:<44}", "judged set")?;
        head.iter().try_for_each(|name| write!(f, "{name:>11}"))?;
        writeln!(f)?;
        let mut line = |name: &str, figures: &Figures| {
            let Figures { questions, success_at_1, success_at_3, reciprocal_rank, recall, source_at_3 } = figures;
            write!(f, "{name:<44}{questions:>11}")?;
            let shares = [success_at_1, success_at_3, reciprocal_rank, recall, source_at_3];
            shares.iter().try_for_each(|share| write!(f, "{share:>11.3}"))?;
            writeln!(f)
        };
        for kind in Kind::ALL {
            line(kind.name(), &self.figures(|one| one.kind == kind))?;
            if kind == Kind::Slice {
                line("  of six or more, <= 3 true answers", &self.figures(is_telling_slice))?;
            }
            if kind == Kind::OneWrong {
                line("  <= 3 true answers", &self.figures(|one| one.kind == kind && has_few_answers(one)))?;
            }
        }
        line("all", &self.figures(|_| true))?;
        for (goal, reached, wanted) in self.goals() {
            let verdict = if reached >= wanted { "met" } else { "MISSED" };
            writeln!(f, "{goal}: {:.1} % (goal >= {:.1} %) {verdict}", reached * 100.0, wanted * 100.0)?;
        }
        Ok(())
    }
}

/// Asks all questions on the address that other programs use, which answers as the readers' page does.
pub(super) async fn measure(site: &Client, questions: &[Question]) -> Report {
    let mut marked = Vec::with_capacity(questions.len());
    for group in questions.chunks(CALLERS) {
        marked.extend(futures::future::join_all(group.iter().map(|question| mark(site, question))).await);
    }
    Report(marked)
}

async fn mark(site: &Client, question: &Question) -> Marked {
    let most = LOOKED_AT.to_string();
    let answer = site.get("/api/public/v1/search", &[("q", question.typed.as_str()), ("size", &most)]).await.json();
    let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let codes: Vec<&str> = items.iter().filter_map(|item| item.get("reference_code").and_then(Value::as_str)).collect();
    let place = |is_it: &dyn Fn(&str) -> bool| codes.iter().position(|code| is_it(code)).map(|at| at + 1);
    let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let found = codes.iter().filter(|code| question.truth.contains(**code)).count();
    Marked {
        first: place(&|code| question.truth.contains(code)),
        source: place(&|code| code == question.source),
        recall: share(found) / share(question.truth.len().clamp(1, LOOKED_AT)),
        question: question.clone(),
    }
}
