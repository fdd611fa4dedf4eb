//! Who, where, which body and when: what a pasted headline names, to be looked for in the holdings.
//!
//! The catalogue's own authorities come first: a local person or place is in no dictionary. The rest is jieba's parts of
//! speech, with a surname asked of persons, nouns in a row for what has no name of its own, and the years as
//! [`crate::years`] reads them. What a reader's question is about
//! is another matter: [`crate::topics`].

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::fold::is_han;
use crate::livelihood::is_name;
use crate::words::{Token, Words};
use crate::{FIRST_YEAR, LAST_YEAR, Normalised, years};

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Named {
    /// 人物.
    Person,
    /// 地点.
    Place,
    /// 机构.
    Body,
    /// 时间: a year, or years.
    Time,
    /// 事物: what else nouns name, such as a reservoir.
    Subject,
}

/// A name of the catalogue's authorities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The name or one of its variants.
    pub name: String,
    /// What it names.
    pub named: Named,
}

/// A name found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Bytes of the headline.
    pub span: Range<usize>,
    /// As the headline has it.
    pub text: String,
    /// What it names.
    pub named: Named,
    /// Whether the catalogue knows it: its place in the list of authorities.
    pub authority: Option<usize>,
    /// First and last year, for a time.
    pub years: Option<(i16, i16)>,
}

/// The authorities, ready to be looked for. Costly to make with many; make it once and share it.
#[derive(Clone, Debug)]
pub struct Authorities {
    patterns: AhoCorasick,
    /// For each pattern the place in the list and what it names.
    of_pattern: Vec<(usize, Named)>,
}

/// More authorities than can be looked for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("规范名称太多，无法一次查找，请分批")]
pub struct TooMany;

impl Authorities {
    /// Makes names ready, those of one character left out: they stand in other words.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn new(list: &[Authority]) -> Result<Self, TooMany> {
        let names =
            list.iter().enumerate().map(|(at, authority)| (crate::normalise(&authority.name), (at, authority.named)));
        let (names, of_pattern): (Vec<String>, Vec<_>) =
            names.filter(|(name, _)| name.chars().nth(1).is_some()).unzip();
        let patterns =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).map_err(|_| TooMany)?;
        Ok(Self { patterns, of_pattern })
    }

    fn find(&self, headline: &str) -> Vec<Mention> {
        let normalised = Normalised::new(headline);
        let found = self.patterns.find_iter(normalised.text()).filter_map(|found| {
            let (at, named) = *self.of_pattern.get(found.pattern().as_usize())?;
            let span = normalised.original(&found.range())?;
            Some(Mention {
                text: headline.get(span.clone())?.to_owned(),
                span,
                named,
                authority: Some(at),
                years: None,
            })
        });
        found.collect()
    }
}

/// How names of bodies end.
const BODIES: [&str; 34] = [
    "委员会",
    "人民政府",
    "人民法院",
    "检察院",
    "办公室",
    "档案馆",
    "图书馆",
    "博物馆",
    "纪念馆",
    "文化馆",
    "合作社",
    "联合会",
    "研究院",
    "研究所",
    "出版社",
    "公司",
    "集团",
    "工厂",
    "大学",
    "学院",
    "中学",
    "小学",
    "医院",
    "银行",
    "政府",
    "协会",
    "学会",
    "公社",
    "农场",
    "林场",
    "厂",
    "局",
    "厅",
    "社",
];

/// What a headline names, in its order, nothing twice at one place: an authority before what the dictionary says.
#[must_use]
pub fn mentions(headline: &str, words: &Words, authorities: &Authorities) -> Vec<Mention> {
    let times = years(headline).into_iter().filter(|period| (period.from, period.to) != (FIRST_YEAR, LAST_YEAR));
    let times = times.map(|period| mention(headline, period.span, Named::Time, Some((period.from, period.to))));
    let tokens = words.tagged(headline);
    let found = authorities.find(headline).into_iter().chain(times.flatten());
    let found = found.chain(bodies(headline, &tokens)).chain(tagged(headline, &tokens));
    let mut kept: Vec<Mention> = Vec::new();
    let is_apart = |kept: &[Mention], span: &Range<usize>| {
        kept.iter().all(|other| span.end <= other.span.start || other.span.end <= span.start)
    };
    for mention in found {
        if is_apart(&kept, &mention.span) {
            kept.push(mention);
        }
    }
    let named: Vec<Token<'_>> = tokens.into_iter().filter(|token| is_apart(&kept, &token.span)).collect();
    kept.extend(subjects(headline, &named));
    kept.sort_by_key(|mention| mention.span.start);
    kept
}

fn mention(headline: &str, span: Range<usize>, named: Named, years: Option<(i16, i16)>) -> Option<Mention> {
    Some(Mention { text: headline.get(span.clone())?.to_owned(), span, named, authority: None, years })
}

/// Places and nouns up to a word that ends like a body: 临溪县|水利|局.
fn bodies(headline: &str, tokens: &[Token<'_>]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut begun: Option<usize> = None;
    for token in tokens {
        let is_part = matches!(token.tag, "ns" | "nt" | "n" | "nz" | "nr" | "vn" | "b" | "j" | "ng" | "m")
            && token.word.chars().all(is_han);
        if !is_part {
            begun = None;
            continue;
        }
        // A body is told from others by the place it begins with, or is one the dictionary knows.
        if matches!(token.tag, "ns" | "nt") && begun.is_none() {
            begun = Some(token.span.start);
        }
        let ends = BODIES.iter().any(|end| token.word.ends_with(end));
        if let (true, Some(start)) = (ends || token.tag == "nt", begun) {
            let span = start..token.span.end;
            found.retain(|mention: &Mention| mention.span.start != start);
            found.extend(mention(headline, span, Named::Body, None));
        }
    }
    found
}

/// Persons and places as the dictionary knows them.
fn tagged(headline: &str, tokens: &[Token<'_>]) -> Vec<Mention> {
    let found = tokens.iter().enumerate().filter_map(|(at, token)| {
        let named = match token.tag {
            "ns" if token.word.chars().nth(1).is_some() => Named::Place,
            "nr" | "nrfg" if is_name(token.word) => Named::Person,
            // A surname and one or two characters that are no word: 赵|小|梅.
            _ if is_surname_alone(token) => return full_name(headline, tokens.get(at..)?),
            _ => return None,
        };
        mention(headline, token.span.clone(), named, None)
    });
    found.collect()
}

/// Nouns in a row, of two characters to [`LONGEST_SUBJECT`] in all: 桥头|水库.
fn subjects(headline: &str, tokens: &[Token<'_>]) -> Vec<Mention> {
    let is_noun = |token: &Token<'_>| {
        matches!(token.tag, "n" | "nz" | "ns" | "nr" | "s" | "b" | "j" | "ng" | "vn") && token.word.chars().all(is_han)
    };
    let runs = tokens.chunk_by(|one, other| is_noun(one) && is_noun(other) && one.span.end == other.span.start);
    let found = runs.filter_map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        let found = mention(headline, first.span.start..last.span.end, Named::Subject, None)?;
        (is_noun(first) && (2..=LONGEST_SUBJECT).contains(&found.text.chars().count())).then_some(found)
    });
    found.collect()
}

/// The most characters of what nouns in a row name: what is longer is a whole clause.
const LONGEST_SUBJECT: usize = 8;

/// One character that may begin a name.
fn is_surname_alone(token: &Token<'_>) -> bool {
    token.tag == "nr" && token.word.chars().nth(1).is_none()
}

fn full_name(headline: &str, tokens: &[Token<'_>]) -> Option<Mention> {
    let (surname, rest) = tokens.split_first()?;
    let given: Vec<&Token<'_>> = rest
        .iter()
        .take(2)
        .take_while(|token| token.word.chars().all(is_han) && token.word.chars().nth(1).is_none())
        .filter(|token| !matches!(token.tag, "p" | "c" | "u" | "uj" | "ul" | "r" | "d"))
        .collect();
    let last = given.last()?;
    let found = mention(headline, surname.span.start..last.span.end, Named::Person, None)?;
    is_name(&found.text).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::{Authorities, Authority, Named, mentions};
    use crate::words::Words;

    /// Loaded once: it takes a while.
    static WORDS: LazyLock<Words> = LazyLock::new(Words::default);

    fn authorities() -> Authorities {
        let list = [
            ("临溪县", Named::Place),
            ("临溪县水利局", Named::Body),
            ("桥头水库", Named::Place),
            ("周阿福", Named::Person),
            ("溪", Named::Place),
        ];
        let list = list.map(|(name, named)| Authority { name: name.to_owned(), named });
        Authorities::new(&list).unwrap()
    }

    fn of(headline: &str) -> Vec<(String, Named, bool)> {
        let found = mentions(headline, &WORDS, &authorities());
        found.into_iter().map(|mention| (mention.text, mention.named, mention.authority.is_some())).collect()
    }

    fn texts(headline: &str, named: Named) -> Vec<String> {
        of(headline).into_iter().filter(|found| found.1 == named).map(|found| found.0).collect()
    }

    #[test]
    fn the_catalogue_knows_best() {
        assert_eq!(
            of("臨溪縣水利局：桥头水库1958年开工，石匠周阿福"),
            [
                ("臨溪縣水利局".to_owned(), Named::Body, true),
                ("桥头水库".to_owned(), Named::Place, true),
                ("1958年".to_owned(), Named::Time, false),
                ("石匠".to_owned(), Named::Subject, false),
                ("周阿福".to_owned(), Named::Person, true),
            ]
        );
    }

    #[test]
    fn the_dictionary_knows_the_rest() {
        assert_eq!(texts("广州今日举行龙舟赛，北京也有", Named::Place), ["广州", "北京"]);
        assert_eq!(texts("袁隆平逝世五周年", Named::Person), ["袁隆平"]);
        assert_eq!(texts("广东省档案馆开放一批档案", Named::Body), ["广东省档案馆"]);
        assert_eq!(texts("清华大学建校", Named::Body), ["清华大学"]);
        assert_eq!(texts("今天天气很好，大家去公园", Named::Person), Vec::<String>::new());
    }

    #[test]
    fn nouns_in_a_row_are_a_subject_and_verbs_are_none() {
        assert_eq!(texts("建成灌溉渠道", Named::Subject), ["灌溉渠道"]);
        // 价格上涨 is a set phrase of the dictionary and 大坝 a place: neither is part of the subject.
        assert_eq!(texts("棉花价格上涨，水库大坝加固", Named::Subject), ["棉花", "水库"]);
        assert_eq!(texts("跑来跑去", Named::Subject), Vec::<String>::new());
    }

    #[test]
    fn times_are_years() {
        let found = mentions("民国三十五年到1958年的大水", &WORDS, &authorities());
        let years: Vec<_> = found.into_iter().filter_map(|mention| mention.years).collect();
        assert_eq!(years, [(1946, 1958)]);
    }

    proptest! {
        #[test]
        fn mentions_stand_in_the_headline_and_apart(headline in "\\PC{0,40}|[临溪县水利局广州王小明1958年，。 ]{0,40}") {
            let mut end = 0;
            for mention in mentions(&headline, &WORDS, &authorities()) {
                prop_assert_eq!(headline.get(mention.span.clone()), Some(mention.text.as_str()));
                prop_assert!(mention.span.start >= end && !mention.text.is_empty());
                end = mention.span.end;
            }
        }
    }
}
