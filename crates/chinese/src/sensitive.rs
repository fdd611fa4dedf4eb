//! Words that an institution does not want to publish unseen (敏感词): its own lists, looked for in articles and comments.
//!
//! Listed words and text are both folded as for search (width, case, traditional and variant characters), letters that only
//! look Latin are taken for Latin ones, and up to [`MOST_SIGNS`] signs or spaces between two letters of a word do not hide
//! it. An allowed word that contains a listed one wins where it stands: 三黄片 for 黄片. Whether a hit stands as a word or
//! reaches across two (路口|交通) is said with it; what to do about a hit is for others to decide.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::Normalised;
use crate::words::Words;

/// The most signs that may stand between two letters of a word.
pub const MOST_SIGNS: usize = 2;

/// A listed word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// As listed.
    pub word: String,
    /// The list's own heading: 广告, 辱骂.
    pub category: String,
}

/// A listed word that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'l> {
    /// Bytes of the text, the signs between included.
    pub span: Range<usize>,
    /// What was found.
    pub listed: &'l Listed,
    /// Whether signs stand inside: somebody may have tried to hide it.
    pub is_broken: bool,
    /// Whether it begins and ends where words do. A broken one does: nobody breaks a word by chance.
    pub stands: bool,
}

/// A list that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Listed words without a letter or a sign.
    #[error("词表第 {0} 个词是空的，请删去或写上词")]
    Empty(usize),
    /// The list is too large.
    #[error("词表太大，请删去一些词")]
    TooMany,
}

/// Lists ready to be looked for. Costly to make; make it once and share it.
#[derive(Clone, Debug)]
pub struct List {
    listed: Vec<Listed>,
    /// Words of letters only, looked for with signs passed over.
    letters: Finder,
    /// Words that hold a sign themselves (+v), looked for as they are.
    signs: Finder,
    allowed: AhoCorasick,
}

#[derive(Clone, Debug)]
struct Finder {
    patterns: AhoCorasick,
    /// For each pattern the place of its word in the list.
    of_pattern: Vec<usize>,
}

/// A character of the folded text and the bytes it came from.
type Folded = (char, Range<usize>);

impl List {
    /// Makes listed and allowed words ready.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn new(listed: Vec<Listed>, allowed: &[String]) -> Result<Self, Refused> {
        let mut words = Vec::with_capacity(listed.len());
        for (place, Listed { word, .. }) in listed.iter().enumerate() {
            let word: String = folded(word).into_iter().map(|(c, _)| c).filter(|c| *c != ' ').collect();
            if word.is_empty() {
                return Err(Refused::Empty(place + 1));
            }
            words.push((place, word));
        }
        let (letters, signs) = words.into_iter().partition(|(_, word)| word.chars().all(char::is_alphanumeric));
        let allowed = allowed.iter().map(|word| folded(word).into_iter().map(|(c, _)| c).collect::<String>());
        let allowed: Vec<String> = allowed.filter(|word| !word.is_empty()).collect();
        let allowed = AhoCorasick::builder().match_kind(MatchKind::Standard).build(allowed);
        Ok(Self {
            letters: Finder::new(letters)?,
            signs: Finder::new(signs)?,
            allowed: allowed.map_err(|_| Refused::TooMany)?,
            listed,
        })
    }

    /// The listed words in a text, in its order, those inside a longer one or inside an allowed one left out.
    #[must_use]
    pub fn find(&self, text: &str, words: &Words) -> Vec<Hit<'_>> {
        let folded = folded(text);
        let letters: Vec<usize> = (0..folded.len()).filter(|at| char_at(&folded, *at).is_alphanumeric()).collect();
        let all: Vec<usize> = (0..folded.len()).collect();
        let mut places = self.letters.find(&folded, &letters);
        places.extend(self.signs.find(&folded, &all));
        places.sort_by_key(|(place, _)| (place.start, usize::MAX - place.end));
        let allowed = self.allowed(&folded);
        let mut end = 0;
        places.retain(|(place, _)| {
            let before = allowed.partition_point(|(start, _)| *start <= place.start);
            let is_allowed =
                before.checked_sub(1).and_then(|last| allowed.get(last)).is_some_and(|(_, end)| place.end <= *end);
            let is_outside = place.end > end;
            if !is_allowed {
                end = end.max(place.end);
            }
            is_outside && !is_allowed
        });
        let hits = places.into_iter().filter_map(|(place, listed)| {
            let own = folded.get(place)?;
            let span = own.first()?.1.start..own.last()?.1.end;
            let listed = self.listed.get(listed)?;
            let written = text.get(span.clone())?;
            let is_broken =
                listed.word.chars().all(char::is_alphanumeric) && !written.chars().all(char::is_alphanumeric);
            let stands = is_broken || words.stands(text, span.clone());
            Some(Hit { span, listed, is_broken, stands })
        });
        hits.collect()
    }

    /// Where allowed words begin, in characters of the folded text, and the furthest end of those that begin there or before.
    fn allowed(&self, folded: &[Folded]) -> Vec<(usize, usize)> {
        let all: Vec<usize> = (0..folded.len()).collect();
        let (text, starts) = written(folded, &all);
        let found = self.allowed.find_overlapping_iter(&text).filter_map(|found| place(&starts, found.range()));
        let mut found: Vec<(usize, usize)> = found.map(|place| (place.start, place.end)).collect();
        found.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut found {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        found
    }
}

impl Finder {
    fn new(words: Vec<(usize, String)>) -> Result<Self, Refused> {
        let (of_pattern, words): (Vec<usize>, Vec<String>) = words.into_iter().unzip();
        let patterns = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words);
        Ok(Self { patterns: patterns.map_err(|_| Refused::TooMany)?, of_pattern })
    }

    /// Where words stand among the chosen characters of the folded text (characters of it), and which.
    fn find(&self, folded: &[Folded], chosen: &[usize]) -> Vec<(Range<usize>, usize)> {
        let (text, starts) = written(folded, chosen);
        let found = self.patterns.find_overlapping_iter(&text).filter_map(|found| {
            let among = place(&starts, found.range())?;
            let own = chosen.get(among)?;
            let (first, last) = (*own.first()?, *own.last()?);
            let is_close = own.windows(2).all(|pair| matches!(pair, [a, b] if b - a <= MOST_SIGNS + 1));
            let is_apart = is_apart(folded, first.checked_sub(1), first) && is_apart(folded, Some(last), last + 1);
            let word = *self.of_pattern.get(found.pattern().as_usize())?;
            (is_close && is_apart).then_some((first..last + 1, word))
        });
        found.collect()
    }
}

/// Whether a word may begin or end between two characters: not inside a Latin word or a number.
fn is_apart(folded: &[Folded], before: Option<usize>, after: usize) -> bool {
    let [before, after] = [before, Some(after)].map(|at| at.map_or(' ', |at| char_at(folded, at)));
    let both = |is: fn(&char) -> bool| is(&before) && is(&after);
    !both(char::is_ascii_alphabetic) && !both(char::is_ascii_digit)
}

fn char_at(folded: &[Folded], at: usize) -> char {
    folded.get(at).map_or(' ', |(c, _)| *c)
}

/// The chosen characters as a text, and where each begins in it.
fn written(folded: &[Folded], chosen: &[usize]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(chosen.len() * 3);
    let mut starts = Vec::with_capacity(chosen.len());
    for at in chosen {
        starts.push(text.len());
        text.push(char_at(folded, *at));
    }
    (text, starts)
}

/// Bytes of a written text as places among its characters.
fn place(starts: &[usize], bytes: Range<usize>) -> Option<Range<usize>> {
    let first = starts.binary_search(&bytes.start).ok()?;
    Some(first..starts.partition_point(|start| *start < bytes.end))
}

/// A text folded as for search, look-alikes taken for Latin letters.
fn folded(text: &str) -> Vec<Folded> {
    Normalised::new(text).characters().map(|(c, place)| (latin(c), place)).collect()
}

/// The Latin letter or digit that a Greek or Cyrillic letter, or a numeral in a circle, looks like (after Unicode UTS #39).
const fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::{List, Listed, MOST_SIGNS, Refused};
    use crate::words::Words;

    /// Loaded once: it takes a while.
    static WORDS: LazyLock<Words> = LazyLock::new(Words::default);

    fn list(listed: &[&str], allowed: &[&str]) -> List {
        let listed = listed.iter().map(|word| Listed { word: (*word).to_owned(), category: "广告".to_owned() });
        let allowed: Vec<String> = allowed.iter().map(|word| (*word).to_owned()).collect();
        List::new(listed.collect(), &allowed).unwrap()
    }

    fn found<'t>(listed: &[&str], allowed: &[&str], text: &'t str) -> Vec<&'t str> {
        list(listed, allowed).find(text, &WORDS).into_iter().map(|hit| text.get(hit.span).unwrap()).collect()
    }

    #[test]
    fn spellings_do_not_hide_a_word() {
        for text in ["加微信", "加 微 信", "加微.信", "加·微--信", "加\u{200b}微信", "加　微　信", "加微★☆信"]
        {
            assert_eq!(found(&["加微信"], &[], text), [text]);
        }
        assert_eq!(found(&["代辦證"], &[], "专业代办证！"), ["代办证"]);
        assert_eq!(found(&["代办证"], &[], "專業代辦證"), ["代辦證"]);
        assert_eq!(found(&["+v"], &[], "请＋Ｖ详谈"), ["＋Ｖ"]);
        assert_eq!(found(&["VX"], &[], "ｖｘ, νх"), ["ｖｘ", "νх"]);
        assert_eq!(found(&["￥88"], &[], "只要¥88、$88"), ["¥88"], "another sign is another word");
        assert_eq!(found(&["￥88"], &[], "只要￥８８"), ["￥８８"]);
    }

    #[test]
    fn what_is_another_word_is_none() {
        assert_eq!(found(&["加微信"], &[], "加---微信"), Vec::<&str>::new(), "three signs");
        assert_eq!(found(&["vx"], &[], "avx vxa"), Vec::<&str>::new());
        assert_eq!(found(&["110"], &[], "1101 电话110"), ["110"]);
        assert_eq!(found(&["黄片"], &["三黄片"], "三黄片、黄片"), ["黄片"]);
        assert_eq!(found(&["黄片大全"], &["黄片"], "黄片大全"), ["黄片大全"], "an allowed word inside does not help");
    }

    #[test]
    fn the_longest_is_told_once() {
        assert_eq!(found(&["发票", "代开发票", "开发"], &[], "代开发票，发票"), ["代开发票", "发票"]);
    }

    #[test]
    fn a_hit_across_two_words_is_told_from_one_that_stands() {
        let list = list(&["海关"], &[]);
        let stands =
            |text: &str| list.find(text, &WORDS).into_iter().map(|hit| (hit.is_broken, hit.stands)).collect::<Vec<_>>();
        assert_eq!(stands("上海关于修路的通知"), [(false, false)]);
        assert_eq!(stands("本县与海关合作"), [(false, true)]);
        assert_eq!(stands("海 关"), [(true, true)]);
    }

    #[test]
    fn an_empty_word_is_refused() {
        let listed = |word: &str| vec![Listed { word: word.to_owned(), category: String::new() }];
        assert_eq!(List::new(listed(" \u{200b}"), &[]).unwrap_err(), Refused::Empty(1));
        assert!(List::new(Vec::new(), &[String::new()]).unwrap().find("任何话", &WORDS).is_empty());
    }

    proptest! {
        #[test]
        fn a_word_with_signs_inside_is_found(before in "[甲乙丙，。]{0,5}", signs in proptest::collection::vec("[ 　·.，*_]{0,2}", 3), after in "[甲乙丙，。]{0,5}") {
            let [first, second, third] = signs.as_slice() else { panic!("three") };
            let word = format!("代{first}开{second}发{third}票");
            let text = format!("{before}{word}{after}");
            prop_assert!(signs.iter().all(|sign| sign.chars().count() <= MOST_SIGNS));
            prop_assert_eq!(found(&["代开发票"], &[], &text), [word.as_str()]);
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}|[加微 .信v+Ｖ\u{200b}]{0,40}") {
            let list = list(&["加微信", "+v", "微"], &["微信"]);
            for hit in list.find(&text, &WORDS) {
                prop_assert!(text.get(hit.span).is_some());
            }
        }
    }
}
