//! The judged set: questions as readers type them, made from the holdings by a seed, each with the records that answer
//! it by a scan of all rows, and how well the public search answers them.

mod kinds;
mod measure;

pub use kinds::spellings;
pub use measure::{Figures, Report};

use kernel::Random;

use crate::Shelf;

/// What a question is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 文号 in one of six spellings; true are the records bearing it.
    DocumentNumber,
    /// Four to twelve characters out of a title; true are the records that contain them.
    Slice,
    /// The issuing body, the year and two pieces of the title.
    IssuerYearWords,
    /// The first fifteen characters of a title, one of them replaced; true are the records that contain the right ones.
    OneWrong,
    /// A person's name, together or with a space in it; true are the records that contain it.
    Name,
    /// A body and a topic, apart or as one run; true are the records that contain both.
    BodyTopic,
}

impl Kind {
    /// All kinds, in the order of the report.
    pub const ALL: [Self; 6] =
        [Self::DocumentNumber, Self::Slice, Self::IssuerYearWords, Self::OneWrong, Self::Name, Self::BodyTopic];

    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentNumber => "document number, six spellings",
            Self::Slice => "slice of a title",
            Self::IssuerYearWords => "issuer, year, two pieces",
            Self::OneWrong => "first fifteen, one wrong",
            Self::Name => "name of a person",
            Self::BodyTopic => "body and topic",
        }
    }

    /// Of a hundred questions, how many are of this kind.
    const fn share(self) -> usize {
        match self {
            Self::DocumentNumber => 24,
            Self::Slice => 26,
            Self::OneWrong => 20,
            Self::Name => 6,
            Self::IssuerYearWords | Self::BodyTopic => 12,
        }
    }
}

/// A question and its answers.
#[derive(Clone, Debug)]
pub struct Question {
    /// What it is made of.
    pub kind: Kind,
    /// What is typed.
    pub typed: String,
    /// The record it was made from.
    pub source: String,
    /// The records that answer it (档号).
    pub truth: std::collections::BTreeSet<String>,
}

/// Makes a set of about so many questions.
pub fn questions(shelf: &Shelf, seed: u64, about: usize) -> Vec<Question> {
    let maker = kinds::Maker { holdings: &shelf.holdings, random: Random::seeded(seed) };
    Kind::ALL.into_iter().flat_map(|kind| maker.make(kind, about * kind.share() / 100)).collect()
}

/// Asks every question.
pub async fn measure(shelf: &Shelf, questions: &[Question]) -> Report {
    measure::measure(&shelf.demo.site, questions).await
}
