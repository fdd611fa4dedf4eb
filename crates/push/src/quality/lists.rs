//! The lists that editors keep: terms with plain words, listed words, weights, topics. Each is kept whole, in versions.

use std::collections::{BTreeMap, HashMap, HashSet};

use chinese::glossary::{Entry, Glossary, Refused};
use chinese::sensitive::{List, Listed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::numbers;
use crate::article::Colours;
use crate::headline::{MOST_SOURCES, Source};

/// The most terms of the house, and topics.
const MOST: usize = 2_000;
/// The most listed words.
const MOST_WORDS: usize = 20_000;
/// The most characters of a word, a category or a topic.
const LONGEST: usize = 100;

/// Which list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ListName {
    /// 术语表
    Glossary,
    /// 敏感词和白名单
    Words,
    /// 易读性权重
    Weights,
    /// 选题
    Topics,
    /// 热点来源
    Sources,
    /// 配色
    Colours,
}

impl ListName {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Glossary, Self::Words, Self::Weights, Self::Topics, Self::Sources, Self::Colours];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Glossary => "glossary",
            Self::Words => "words",
            Self::Weights => "weights",
            Self::Topics => "topics",
            Self::Sources => "sources",
            Self::Colours => "colours",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Glossary => "术语表",
            Self::Words => "敏感词",
            Self::Weights => "易读性权重",
            Self::Topics => "选题",
            Self::Sources => "热点来源",
            Self::Colours => "配色",
        }
    }

    /// The list as the program comes with it: nothing of the house's own.
    pub fn empty(self) -> ListPart {
        match self {
            Self::Glossary => ListPart::Glossary(Vec::new()),
            Self::Words => ListPart::Words(WordLists::default()),
            Self::Weights => ListPart::Weights(BTreeMap::new()),
            Self::Topics => ListPart::Topics(Vec::new()),
            Self::Sources => ListPart::Sources(Vec::new()),
            Self::Colours => ListPart::Colours(None),
        }
    }
}

/// A list, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "list", content = "content", rename_all = "kebab-case")]
pub enum ListPart {
    /// Where the house differs from the built-in terms.
    Glossary(Vec<OwnTerm>),
    /// Listed and allowed words.
    Words(WordLists),
    /// Where the house differs from the built-in numbers.
    Weights(BTreeMap<String, u32>),
    /// What editors want to write about.
    Topics(Vec<String>),
    /// Where headlines come from.
    Sources(Vec<Source>),
    /// The institution's own colours, if it has any.
    Colours(Option<Colours>),
}

/// A term as the house has it; one of the built-in list by the same term gives way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct OwnTerm {
    /// The term: 全宗.
    pub term: String,
    /// What may stand in its place; empty if only an explanation helps.
    #[serde(default)]
    pub plain: String,
    /// What it is, in a sentence of at most 60 characters.
    #[serde(default)]
    pub explanation: String,
    /// Words that contain the term and are not it.
    #[serde(default)]
    pub except: Vec<String>,
    /// Whether it is not looked for.
    #[serde(default)]
    pub hidden: bool,
}

/// Words that are not published unseen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct WordLists {
    /// The words.
    pub listed: Vec<ListedWord>,
    /// Words that contain a listed one and may stand.
    pub allowed: Vec<String>,
}

/// A listed word.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ListedWord {
    /// The word.
    pub word: String,
    /// The list's own heading: 广告, 辱骂; may be empty.
    #[serde(default)]
    pub category: String,
}

/// Where a term comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TermOrigin {
    /// The program's.
    BuiltIn,
    /// The program's, changed by the house.
    Changed,
    /// The house's.
    Own,
    /// The program's or the house's, not looked for.
    Hidden,
}

/// A term of the list in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Term {
    /// What it says.
    #[serde(flatten)]
    pub says: OwnTerm,
    /// Where it comes from.
    pub origin: TermOrigin,
}

impl OwnTerm {
    /// What does not fit in it alone.
    pub(super) fn problem(&self) -> Option<String> {
        Glossary::new(vec![self.entry()]).err().map(|error| error.to_string())
    }

    fn entry(&self) -> Entry {
        Entry {
            term: self.term.clone(),
            plain: Some(self.plain.clone()).filter(|plain| !plain.is_empty()),
            explanation: self.explanation.clone(),
            except: self.except.clone(),
        }
    }
}

impl From<&Entry> for OwnTerm {
    fn from(entry: &Entry) -> Self {
        Self {
            term: entry.term.clone(),
            plain: entry.plain.clone().unwrap_or_default(),
            explanation: entry.explanation.clone(),
            except: entry.except.clone(),
            hidden: false,
        }
    }
}

/// The terms of the built-in list and of the house, by the built-in order, those of the house at the end.
pub(crate) fn terms(built_in: &Glossary, own: &[OwnTerm]) -> Vec<Term> {
    let by_term: HashMap<&str, &OwnTerm> = own.iter().map(|one| (one.term.as_str(), one)).collect();
    let mut known = HashSet::new();
    let mut terms: Vec<Term> = Vec::new();
    for entry in built_in.entries() {
        known.insert(entry.term.as_str());
        let shipped = OwnTerm::from(entry);
        terms.push(match by_term.get(entry.term.as_str()) {
            // A hidden one keeps what it says, to be shown again.
            Some(own) if own.hidden => Term { says: OwnTerm { hidden: true, ..shipped }, origin: TermOrigin::Hidden },
            Some(own) => Term { says: OwnTerm::clone(own), origin: TermOrigin::Changed },
            None => Term { says: shipped, origin: TermOrigin::BuiltIn },
        });
    }
    let own = own.iter().filter(|one| !known.contains(one.term.as_str()));
    let origin = |one: &OwnTerm| if one.hidden { TermOrigin::Hidden } else { TermOrigin::Own };
    terms.extend(own.map(|one| Term { says: one.clone(), origin: origin(one) }));
    terms
}

/// The terms that are looked for.
///
/// # Errors
/// What does not fit.
pub(crate) fn glossary(built_in: &Glossary, own: &[OwnTerm]) -> Result<Glossary, Refused> {
    let in_force = terms(built_in, own).into_iter().filter(|term| !term.says.hidden);
    Glossary::new(in_force.map(|term| term.says.entry()).collect())
}

impl WordLists {
    /// The lists ready to be looked for.
    ///
    /// # Errors
    /// What does not fit.
    pub(crate) fn ready(&self) -> Result<List, chinese::sensitive::Refused> {
        let listed = self.listed.iter().cloned().map(|ListedWord { word, category }| Listed { word, category });
        List::new(listed.collect(), &self.allowed)
    }
}

impl ListPart {
    /// Which list it is.
    pub const fn name(&self) -> ListName {
        match self {
            Self::Glossary(_) => ListName::Glossary,
            Self::Words(_) => ListName::Words,
            Self::Weights(_) => ListName::Weights,
            Self::Topics(_) => ListName::Topics,
            Self::Sources(_) => ListName::Sources,
            Self::Colours(_) => ListName::Colours,
        }
    }

    /// Without blanks around words, and nothing empty or twice.
    #[must_use]
    pub fn tidied(self) -> Self {
        let trimmed = |text: String| text.trim().to_owned();
        let mut known = HashSet::new();
        let mut tidy = |words: Vec<String>| -> Vec<String> {
            let words = words.into_iter().map(trimmed).filter(|word| !word.is_empty());
            words.filter(|word| known.insert(word.clone())).collect()
        };
        match self {
            Self::Glossary(terms) => Self::Glossary(
                terms
                    .into_iter()
                    .map(|one| OwnTerm {
                        term: trimmed(one.term),
                        plain: trimmed(one.plain),
                        explanation: trimmed(one.explanation),
                        except: one.except.into_iter().map(trimmed).filter(|word| !word.is_empty()).collect(),
                        hidden: one.hidden,
                    })
                    .collect(),
            ),
            Self::Words(WordLists { listed, allowed }) => {
                let allowed = tidy(allowed);
                let mut words = HashSet::new();
                let listed = listed
                    .into_iter()
                    .map(|one| ListedWord { word: trimmed(one.word), category: trimmed(one.category) })
                    .filter(|one| !one.word.is_empty() && words.insert(one.word.clone()))
                    .collect();
                Self::Words(WordLists { listed, allowed })
            }
            Self::Weights(numbers) => Self::Weights(numbers),
            Self::Topics(topics) => Self::Topics(tidy(topics)),
            Self::Sources(sources) => Self::Sources(sources.into_iter().map(Source::tidied).collect()),
            same @ Self::Colours(_) => same,
        }
    }

    /// What does not fit, for whoever has to mend it.
    pub fn problem(&self, built_in: &Glossary) -> Option<String> {
        let too_long = |word: &String| word.chars().count() > LONGEST;
        let long = |word: &String| format!("“{}…”太长，最多 {LONGEST} 个字", word.chars().take(10).collect::<String>());
        match self {
            Self::Glossary(terms) if terms.len() > MOST => Some(format!("术语最多 {MOST} 条")),
            Self::Glossary(terms) => {
                let mut known = HashSet::new();
                let twice = terms.iter().find(|one| !known.insert(one.term.as_str()));
                let twice = twice.map(|one| Refused::Twice(one.term.clone()).to_string());
                twice.or_else(|| glossary(built_in, terms).err().map(|error| error.to_string()))
            }
            Self::Words(lists) if lists.listed.len().max(lists.allowed.len()) > MOST_WORDS => {
                Some(format!("词最多 {MOST_WORDS} 个"))
            }
            Self::Words(lists) => {
                let words = lists.listed.iter().flat_map(|one| [&one.word, &one.category]).chain(&lists.allowed);
                let refused = words.into_iter().find(|word| too_long(word)).map(long);
                refused.or_else(|| lists.ready().err().map(|error| error.to_string()))
            }
            Self::Weights(own) => numbers::problem(own),
            Self::Topics(topics) if topics.len() > MOST => Some(format!("选题最多 {MOST} 条")),
            Self::Topics(topics) => topics.iter().find(|topic| too_long(topic)).map(long),
            Self::Sources(sources) => of_sources(sources),
            Self::Colours(colours) => colours.as_ref().and_then(Colours::problem),
        }
    }

    /// What it says, line by line, to be compared with another version.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Glossary(terms) => terms.iter().map(term_line).collect(),
            Self::Words(lists) => {
                let listed = lists.listed.iter().map(|one| match one.category.as_str() {
                    "" => format!("敏感词：{}", one.word),
                    category => format!("敏感词：{}（{category}）", one.word),
                });
                listed.chain(lists.allowed.iter().map(|word| format!("白名单：{word}"))).collect()
            }
            Self::Weights(own) => {
                let of = |number: &numbers::Number| Some(format!("{}：{}", number.label, own.get(number.name)?));
                numbers::NUMBERS.iter().filter_map(of).collect()
            }
            Self::Topics(topics) => topics.clone(),
            Self::Sources(sources) => {
                let state = |one: &Source| if one.on { "取" } else { "不取" };
                sources.iter().map(|one| format!("{}：{}（{}）", one.name, one.address, state(one))).collect()
            }
            Self::Colours(colours) => {
                let lines = |own: &Colours| [format!("主色：{}", own.dark), format!("底色：{}", own.light)];
                colours.iter().flat_map(lines).collect()
            }
        }
    }
}

/// What does not fit of the sources.
fn of_sources(sources: &[Source]) -> Option<String> {
    if sources.len() > MOST_SOURCES {
        return Some(format!("来源最多 {MOST_SOURCES} 个"));
    }
    let mut known = HashSet::new();
    let twice = sources.iter().find(|one| !known.insert(one.address.as_str()));
    let twice = twice.map(|one| format!("网址 {} 重复，请只留一个", one.address));
    sources.iter().find_map(Source::problem).or(twice)
}

fn term_line(one: &OwnTerm) -> String {
    let OwnTerm { term, plain, explanation, except, hidden } = one;
    if *hidden {
        return format!("{term}：不查");
    }
    let plain = if plain.is_empty() { "没有白话" } else { plain };
    let except = if except.is_empty() { String::new() } else { format!("（除外：{}）", except.join("、")) };
    format!("{term}：{plain}；{explanation}{except}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(term: &str, plain: &str, hidden: bool) -> OwnTerm {
        OwnTerm {
            term: term.to_owned(),
            plain: plain.to_owned(),
            explanation: "一句话。".to_owned(),
            except: Vec::new(),
            hidden,
        }
    }

    #[test]
    fn the_house_goes_before_the_program() {
        let built_in = Glossary::built_in().unwrap();
        let list = [own("全宗", "一家单位的档案", false), own("案卷", "", true), own("查档单", "登记单", false)];
        let terms = terms(&built_in, &list);
        let of = |term: &str| terms.iter().find(|one| one.says.term == term).unwrap();
        assert_eq!((of("全宗").origin, of("全宗").says.plain.as_str()), (TermOrigin::Changed, "一家单位的档案"));
        assert_eq!(of("案卷").origin, TermOrigin::Hidden);
        assert_ne!(of("案卷").says.explanation, "一句话。", "what is hidden keeps what it says");
        assert_eq!((of("查档单").origin, of("著录").origin), (TermOrigin::Own, TermOrigin::BuiltIn));
        assert_eq!(terms.len(), built_in.entries().len() + 1);
        let glossary = glossary(&built_in, &list).unwrap();
        let found: Vec<String> =
            glossary.find("全宗、案卷、查档单").into_iter().map(|found| found.entry.term.clone()).collect();
        assert_eq!(found, ["全宗", "查档单"]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let built_in = Glossary::built_in().unwrap();
        let problem = |part: ListPart| part.tidied().problem(&built_in);
        assert_eq!(problem(ListPart::Glossary(vec![own("全宗", "甲", false)])), None);
        let twice = ListPart::Glossary(vec![own("全宗", "甲", false), own("全宗 ", "乙", false)]);
        assert_eq!(problem(twice).as_deref(), Some("术语“全宗”重复，请只留一条"));
        assert_eq!(
            problem(ListPart::Glossary(vec![own("宗", "甲", false)])).as_deref(),
            Some("术语“宗”太短，至少要两个字")
        );
        let listed = |word: &str| ListedWord { word: word.to_owned(), category: String::new() };
        let words = |listed| ListPart::Words(WordLists { listed, allowed: vec![" 三黄片 ".into(), String::new()] });
        assert_eq!(problem(words(vec![listed("黄片")])), None);
        assert_eq!(
            problem(words(vec![listed(&"长".repeat(101))])).as_deref(),
            Some("“长长长长长长长长长长…”太长，最多 100 个字")
        );
        let tidied = words(vec![listed(" 黄片"), listed("黄片"), listed(" ")]).tidied();
        assert_eq!(tidied.lines(), ["敏感词：黄片", "白名单：三黄片"]);
        for name in ListName::ALL {
            assert_eq!(name.empty().problem(&built_in), None);
            assert_eq!(name.empty().name(), name);
            assert_eq!(name.empty().lines(), Vec::<String>::new());
        }
    }
}
