//! What each finding counts, and where the lights change.

use serde::{Deserialize, Serialize};

use super::{Counts, Finding, Kind, Light};

/// The rules' numbers, as the editor sees and may change them. What is missing in a stored form is as built in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// Points of each finding.
    pub points: Points,
    /// Where a finding begins.
    pub limits: Limits,
    /// Where a light changes.
    pub lights: Lights,
}

/// Points of one finding of each kind; 0 keeps the finding and leaves the light alone. Two for what stops a reader, one for
/// what a note or a word mends: reasoning, not research.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Points {
    /// 长句.
    pub long_sentence: u32,
    /// 长段.
    pub long_paragraph: u32,
    /// 名词堆叠.
    pub noun_chain: u32,
    /// 公文套话.
    pub official_phrase: u32,
    /// 文言.
    pub classical: u32,
    /// 生僻词.
    pub uncommon_word: u32,
    /// 年号未注公元.
    pub era_year: u32,
    /// 简称未解释.
    pub abbreviation: u32,
    /// 行话.
    pub jargon: u32,
}

impl Default for Points {
    fn default() -> Self {
        Self {
            long_sentence: 2,
            long_paragraph: 2,
            noun_chain: 2,
            official_phrase: 1,
            classical: 2,
            uncommon_word: 1,
            era_year: 1,
            abbreviation: 1,
            jargon: 1,
        }
    }
}

impl Points {
    /// Points of a kind.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> u32 {
        match kind {
            Kind::LongSentence => self.long_sentence,
            Kind::LongParagraph => self.long_paragraph,
            Kind::NounChain => self.noun_chain,
            Kind::OfficialPhrase => self.official_phrase,
            Kind::Classical => self.classical,
            Kind::UncommonWord => self.uncommon_word,
            Kind::EraYear => self.era_year,
            Kind::Abbreviation => self.abbreviation,
            Kind::Jargon => self.jargon,
        }
    }
}

/// Where a finding begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The most characters of a sentence: two lines of a phone.
    pub sentence: usize,
    /// The most characters of a sentence on average before the light of a text is yellow.
    pub mean: usize,
    /// The least nouns in a row that are a chain.
    pub chain: usize,
    /// The least uncommon words of a paragraph that are too many: one or two are colour.
    pub uncommon: usize,
    /// The most lines of a paragraph: at 17 px and a line height of 1.75 a screen of 667 px shows 22, and of them a reader
    /// should see two paragraphs.
    pub lines: usize,
    /// Characters of a line: 375 px less margins of 16 px on both sides, at 17 px a character.
    pub line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sentence: 40, mean: 30, chain: 4, uncommon: 3, lines: 9, line: 20 }
    }
}

/// Where a light changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lights {
    /// The least points of a paragraph that is yellow.
    pub paragraph_yellow: u32,
    /// The least points of a paragraph that is red.
    pub paragraph_red: u32,
    /// The least points in a thousand characters of a text that is yellow.
    pub text_yellow: u32,
    /// The least points in a thousand characters of a text that is red.
    pub text_red: u32,
}

impl Default for Lights {
    fn default() -> Self {
        Self { paragraph_yellow: 1, paragraph_red: 5, text_yellow: 5, text_red: 15 }
    }
}

/// The light that points have by two limits.
pub(super) fn lit(points: u64, yellow: u32, red: u32) -> Light {
    if points >= u64::from(red) {
        Light::Red
    } else if points >= u64::from(yellow) {
        Light::Yellow
    } else {
        Light::Green
    }
}

/// The sum of the points of findings.
pub(super) fn points<'f>(found: impl IntoIterator<Item = &'f Finding>, weights: &Weights) -> u64 {
    found.into_iter().map(|finding| u64::from(weights.points.of(finding.kind)) * u64::from(finding.times)).sum()
}

/// How often a limit goes into a length, at least once.
pub(super) fn times(length: usize, limit: usize) -> u32 {
    length.checked_div(limit).and_then(|times| u32::try_from(times).ok()).map_or(1, |times| times.max(1))
}

/// The light of a text, and why it is not green. A text below a thousand characters counts as one of that length: one
/// finding does not make a short note red.
pub(super) fn light(found: &[Finding], counts: &Counts, weights: &Weights) -> (Light, Vec<String>) {
    let characters = u64::try_from(counts.characters).unwrap_or(u64::MAX).max(1000);
    let by_points =
        lit(points(found, weights) * 1000 / characters, weights.lights.text_yellow, weights.lights.text_red);
    let is_long = counts.mean_sentence > weights.limits.mean;
    let light = if is_long { by_points.max(Light::Yellow) } else { by_points };
    if light == Light::Green {
        return (light, Vec::new());
    }
    let of = |kind: Kind| found.iter().filter(move |finding| finding.kind == kind);
    let mut kinds: Vec<(u64, usize, Kind)> =
        Kind::ALL.into_iter().map(|kind| (points(of(kind), weights), of(kind).count(), kind)).collect();
    kinds.retain(|(points, ..)| *points > 0);
    kinds.sort_by_key(|(points, _, kind)| (u64::MAX - points, *kind));
    let mean = is_long.then(|| {
        format!(
            "平均每句 {} 字，超过 {} 字；最长一句 {} 字",
            counts.mean_sentence, weights.limits.mean, counts.longest_sentence
        )
    });
    let kinds = kinds.into_iter().map(|(_, count, kind)| format!("{} {count} 处", kind.label()));
    (light, mean.into_iter().chain(kinds).collect())
}
