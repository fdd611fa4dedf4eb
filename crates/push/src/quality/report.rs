//! What is told about an article.

use serde::Serialize;
use utoipa::ToSchema;

use super::Place;

/// What was found in an article.
#[derive(Clone, PartialEq, Debug, Default, Serialize, ToSchema)]
#[schema(as = QualityReport)]
pub struct Report {
    /// `green`, `yellow`, `red`.
    pub light: &'static str,
    /// 绿, 黄, 红.
    pub light_label: &'static str,
    /// Why the light is not green, the weightiest first.
    pub reasons: Vec<String>,
    /// The paragraphs whose light is not green, in the order of the text.
    pub paragraphs: Vec<ParagraphShown>,
    /// What is counted.
    pub counts: Vec<Counted>,
    /// What is hard to read, in the order of the text.
    pub findings: Vec<FindingShown>,
    /// How many more there are than told.
    pub findings_more: usize,
    /// Other texts that share passages with it, what shares most first.
    pub alike: Vec<Alike>,
    /// The share of its letters that stand in no other text, in percent.
    pub own_percent: u32,
    /// Listed words.
    pub words: Vec<ListedShown>,
    /// Personal numbers.
    pub personal: Vec<PersonalShown>,
    /// Addresses.
    pub links: Vec<LinkShown>,
    /// Quoted records that cannot be quoted.
    pub quoted: Vec<QuotedShown>,
    /// What keeps it from being sent.
    pub limits: Vec<String>,
}

/// A paragraph whose light is not green.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ParagraphShown {
    /// Where it is.
    pub place: Place,
    /// `yellow`, `red`.
    pub light: &'static str,
    /// 黄, 红.
    pub light_label: &'static str,
}

/// A figure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = QualityCount)]
pub struct Counted {
    /// What is counted.
    pub label: &'static str,
    /// How many.
    pub number: usize,
}

/// One place that is hard to read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FindingShown {
    /// The kind: `long_sentence`, `jargon`…
    #[schema(value_type = String)]
    pub kind: chinese::readability::Kind,
    /// The kind, for editors.
    pub label: &'static str,
    /// Where it is.
    pub place: Place,
    /// The words there, cut after a hundred characters.
    pub text: String,
    /// What is the matter.
    pub reason: String,
    /// What to do about it.
    pub advice: String,
    /// What may stand in its place, for one click.
    #[schema(required)]
    pub replacement: Option<String>,
    /// An explanation that may be added as a note, for one click.
    #[schema(required)]
    pub note: Option<String>,
}

/// Another text that shares passages with the article.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = AlikeText)]
pub struct Alike {
    /// What it is the text of: `draft/{id}`, `plan/{id}`; `pasted`.
    pub origin: String,
    /// Its title.
    pub title: String,
    /// When it was written last; none for a pasted one.
    #[schema(required)]
    pub kept_at: Option<String>,
    /// Letters they share.
    pub letters: usize,
    /// What they share.
    pub passages: Vec<Passage>,
}

/// A passage of two texts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = SharedPassage)]
pub struct Passage {
    /// Where it stands in the article.
    pub places: Vec<Place>,
    /// As the article has it, cut after 400 characters.
    pub here: String,
    /// As the other text has it, cut alike.
    pub there: String,
    /// Letters, signs not counted.
    pub letters: usize,
}

/// A listed word.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ListedShown {
    /// Where it stands.
    pub place: Place,
    /// As the article has it.
    pub text: String,
    /// As it is listed.
    pub word: String,
    /// The heading it is listed under; may be empty.
    pub category: String,
    /// What is to be seen about it: that signs stand inside, or that it reaches across two words; may be empty.
    pub told: String,
}

/// A personal number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct PersonalShown {
    /// Where it stands.
    pub place: Place,
    /// `id-number`, `phone`.
    pub kind: &'static str,
    /// 身份证号, 电话号码.
    pub label: &'static str,
}

/// An address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct LinkShown {
    /// Where the words stand that have it.
    pub place: Place,
    /// The address.
    pub address: String,
    /// Whether it is somebody else's page, which can be opened at a click.
    pub elsewhere: bool,
    /// Whether it cannot stay as it is.
    pub wrong: bool,
    /// What is the matter, or what was looked at.
    pub told: String,
}

/// A quoted record that everybody may not see, or that is not there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct QuotedShown {
    /// The block it is quoted in.
    pub block: usize,
    /// What is the matter.
    pub told: String,
}

/// A text cut after so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
