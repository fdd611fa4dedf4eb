//! Readability of an article for the public (易读): a traffic light with its reasons, never a grade.
//!
//! Published formulas for Chinese rest on a few second-language textbooks and do not fit native readers of an archive's
//! articles. So each rule is one that an editor can check by eye: what is too long, too rare, too official or left
//! unexplained stands there with the reason and what to do. Its points are in [`Weights`], for all to see and to change.
//! What stands in 《》 is a name and is not judged; what stands in “” is quoted and is judged only for what a note can mend.

mod abbreviations;
mod chains;
mod classical;
mod eras;
mod official;
mod paragraphs;
mod sentences;
mod uncommon;
mod weights;

#[cfg(test)]
mod judged;
#[cfg(test)]
mod long_texts;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::Serialize;

use crate::glossary::{Found, Glossary, Refused};
use crate::words::{Token, Words};

pub use paragraphs::Paragraph;
pub use weights::{Lights, Limits, Points, Weights};

/// What makes a text hard to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A sentence of too many characters.
    LongSentence,
    /// A paragraph of too many lines on a phone.
    LongParagraph,
    /// Nouns in a row without anything between them.
    NounChain,
    /// A phrase of official papers, or a verb without content before the real one (进行核对).
    OfficialPhrase,
    /// The written language of old.
    Classical,
    /// Several words with characters that few read.
    UncommonWord,
    /// A year of an era without its western year.
    EraYear,
    /// A short name that the text does not write out.
    Abbreviation,
    /// A term of the profession that the text does not explain.
    Jargon,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::LongSentence,
        Self::LongParagraph,
        Self::NounChain,
        Self::OfficialPhrase,
        Self::Classical,
        Self::UncommonWord,
        Self::EraYear,
        Self::Abbreviation,
        Self::Jargon,
    ];

    /// Its name for editors.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::LongSentence => "长句",
            Self::LongParagraph => "长段",
            Self::NounChain => "名词堆叠",
            Self::OfficialPhrase => "公文套话",
            Self::Classical => "文言",
            Self::UncommonWord => "生僻词",
            Self::EraYear => "年号未注公元",
            Self::Abbreviation => "简称未解释",
            Self::Jargon => "行话",
        }
    }
}

/// The light of a text or a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// 绿: reads well.
    Green,
    /// 黄: a few places are worth a look.
    Yellow,
    /// 红: most readers will stop here.
    Red,
}

impl Light {
    /// Its name for editors.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Green => "绿",
            Self::Yellow => "黄",
            Self::Red => "红",
        }
    }
}

/// One place that makes the text hard to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Bytes of the text as typed.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How many times its points count: how often the limit goes into what is too long, else 1.
    pub times: u32,
    /// What is the matter, for editors.
    pub reason: String,
    /// What to do about it.
    pub advice: String,
    /// What may stand in the place of the span, for one click.
    pub replacement: Option<String>,
    /// An explanation that may be added as a note to tap on.
    pub note: Option<String>,
}

/// What the panel counts. Characters are Chinese characters and runs of letters or digits, without signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Characters.
    pub characters: usize,
    /// Sentences.
    pub sentences: usize,
    /// Characters of a sentence on average, rounded.
    pub mean_sentence: usize,
    /// Characters of the longest sentence.
    pub longest_sentence: usize,
    /// Words, signs not counted.
    pub words: usize,
    /// Words that are uncommon, whether they are many enough to be found fault with or not.
    pub uncommon_words: usize,
    /// Paragraphs.
    pub paragraphs: usize,
    /// Lines of the longest paragraph on a phone.
    pub longest_paragraph: usize,
}

/// The lists that are looked for in a text, each in the form of a [`Glossary`], each editable.
#[derive(Clone, Debug)]
pub struct Lists {
    /// Terms of the profession.
    pub jargon: Glossary,
    /// Phrases of official papers; the explanation is what to do.
    pub official: Glossary,
    /// Short names; the plain word is the full name.
    pub abbreviations: Glossary,
}

impl Lists {
    /// The lists that come with the program, of our own collection.
    ///
    /// # Errors
    /// None that a test would not have found.
    pub fn built_in() -> Result<Self, Refused> {
        Ok(Self {
            jargon: Glossary::built_in()?,
            official: Glossary::parse(include_str!("official.csv"))?,
            abbreviations: Glossary::parse(include_str!("abbreviations.csv"))?,
        })
    }
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// In the order of the text.
    pub found: Vec<Finding>,
    /// Each paragraph with its light.
    pub paragraphs: Vec<Paragraph>,
    /// The light of the whole.
    pub light: Light,
    /// Why the light is not green, for editors, the weightiest first; nothing if it is green.
    pub reasons: Vec<String>,
    /// The figures of the panel.
    pub counts: Counts,
}

impl Findings {
    /// How many places of a kind were found.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.found.iter().filter(|finding| finding.kind == kind).count()
    }
}

/// Judges a text of plain paragraphs, each on a line of its own.
#[must_use]
pub fn judge(text: &str, words: &Words, lists: &Lists, weights: &Weights) -> Findings {
    let sheet = Sheet::new(text, words);
    let limits = &weights.limits;
    let sentences = sentences::of(text);
    let paragraphs = paragraphs::of(text, limits.line);
    let (uncommon_words, uncommon) = uncommon::find(&sheet, words, &paragraphs, limits.uncommon);
    let mut found: Vec<Finding> = sentences::find(&sentences, limits.sentence)
        .chain(paragraphs::find(&paragraphs, limits.lines))
        .chain(chains::find(&sheet, limits.chain))
        .chain(official::find(&sheet, &lists.official))
        .chain(classical::find(&sheet, &sentences))
        .chain(uncommon)
        .chain(eras::find(&sheet))
        .chain(abbreviations::find(&sheet, &lists.abbreviations))
        .chain(jargon(&sheet, &lists.jargon))
        .collect();
    found.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.kind));
    let characters = sentences.iter().map(|sentence| sentence.characters).sum::<usize>();
    let counts = Counts {
        characters,
        sentences: sentences.len(),
        mean_sentence: (characters + sentences.len() / 2).checked_div(sentences.len()).unwrap_or(0),
        longest_sentence: sentences.iter().map(|sentence| sentence.characters).max().unwrap_or(0),
        words: sheet.tokens.iter().filter(|token| is_word(token)).count(),
        uncommon_words,
        paragraphs: paragraphs.len(),
        longest_paragraph: paragraphs.iter().map(|paragraph| paragraph.lines).max().unwrap_or(0),
    };
    let paragraphs = paragraphs.into_iter().map(|paragraph| paragraph.lit(&found, weights)).collect();
    let (light, reasons) = weights::light(&found, &counts, weights);
    Findings { found, paragraphs, light, reasons, counts }
}

fn is_word(token: &Token<'_>) -> bool {
    token.word.chars().any(char::is_alphanumeric)
}

fn jargon<'a>(sheet: &'a Sheet<'_>, list: &'a Glossary) -> impl Iterator<Item = Finding> {
    let found =
        list.find(sheet.text).into_iter().filter(|found| !sheet.is_named(&found.span) && sheet.stands(&found.span));
    found.map(|Found { span, entry }| Finding {
        span,
        kind: Kind::Jargon,
        times: 1,
        reason: format!("“{}”是档案行话，很多读者不懂", entry.term),
        advice: entry.plain.as_ref().map_or_else(
            || "在后面用括号解释，或加一条点开可看的注释".to_owned(),
            |plain| format!("换成“{plain}”，或加一条点开可看的注释"),
        ),
        replacement: entry.plain.clone(),
        note: Some(entry.explanation.clone()),
    })
}

/// A text that was taken apart once for all rules.
struct Sheet<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    /// Bytes between 《 and 》.
    names: Vec<Range<usize>>,
    /// Bytes between “ and ”.
    quoted: Vec<Range<usize>>,
}

impl<'t> Sheet<'t> {
    fn new(text: &'t str, words: &'t Words) -> Self {
        Self {
            text, tokens: words.tagged(text), names: between(text, '《', '》'), quoted: between(text, '“', '”')
        }
    }

    /// Whether words begin and end where a place does: 标引, not in 目标引领.
    fn stands(&self, span: &Range<usize>) -> bool {
        let begins = self.tokens.binary_search_by_key(&span.start, |token| token.span.start).is_ok();
        begins && self.tokens.binary_search_by_key(&span.end, |token| token.span.end).is_ok()
    }

    /// Whether a place lies in 《》.
    fn is_named(&self, span: &Range<usize>) -> bool {
        lies_in(&self.names, span)
    }

    /// Whether a place lies in 《》 or “”.
    fn is_quoted(&self, span: &Range<usize>) -> bool {
        self.is_named(span) || lies_in(&self.quoted, span)
    }
}

/// Whether a place touches one of the ranges, which are sorted and apart.
fn lies_in(ranges: &[Range<usize>], span: &Range<usize>) -> bool {
    let next = ranges.partition_point(|range| range.end <= span.start);
    ranges.get(next).is_some_and(|range| range.start < span.end)
}

/// What lies between two signs on one line, the signs included.
fn between(text: &str, open: char, close: char) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices() {
        if c == '\n' {
            begun = None;
        } else if c == open {
            begun = begun.or(Some(at));
        } else if c == close {
            found.extend(begun.take().map(|start| start..at + c.len_utf8()));
        }
    }
    found
}
