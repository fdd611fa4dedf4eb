//! Looking an article through.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use chinese::glossary::{Entry, Glossary};
use chinese::personal;
use chinese::readability::{Counts, Finding, Kind, Light, Lists, Weights, judge};
use chinese::sensitive::{Hit, List};
use chinese::similarity::{Comparable, LEAST, passages};
use chinese::words::Words;
use kernel::Timestamp;

use super::report::{Alike, Counted, FindingShown, ListedShown, ParagraphShown, Passage, PersonalShown, Report, cut};
use super::sheet::{LineKind, Sheet};
use crate::article::Article;

/// Findings that are told.
const MOST: usize = 300;
/// Listed words and personal numbers that are told.
const MOST_HITS: usize = 100;
/// Passages of one other text that are told.
const MOST_PASSAGES: usize = 20;

/// What an article is looked through with.
#[derive(Clone, Debug)]
pub struct Held {
    /// The dictionary.
    pub words: Arc<Words>,
    /// Terms, phrases and short names.
    pub lists: Lists,
    /// The numbers of the light.
    pub weights: Weights,
    /// Listed and allowed words.
    pub listed: List,
}

/// A text that may share passages with an article.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Other {
    /// What it is the text of.
    pub origin: String,
    /// Its title.
    pub title: String,
    /// When it was written last.
    pub kept_at: Option<Timestamp>,
    /// The text.
    pub text: String,
}

/// What is found in an article by itself: all of a [`Report`] but other texts, addresses and quoted records.
pub fn examine(article: &Article, held: &Held) -> Report {
    let own = Sheet::of(article, |kind| kind == LineKind::Own);
    let lists = without_noted(&own, &held.lists);
    let judged = judge(own.text(), &held.words, &lists, &held.weights);
    let mut findings: Vec<FindingShown> =
        judged.found.into_iter().filter_map(|finding| shown(finding, &own, &lists, &held.words)).collect();
    let findings_more = findings.len().saturating_sub(MOST);
    findings.truncate(MOST);
    let lit = judged.paragraphs.iter().filter(|paragraph| paragraph.light != Light::Green).filter_map(|paragraph| {
        let (light, light_label) = (light_name(paragraph.light), paragraph.light.label());
        Some(ParagraphShown { place: own.place(&paragraph.span)?, light, light_label })
    });
    let all = Sheet::of(article, |_| true);
    Report {
        light: light_name(judged.light),
        light_label: judged.light.label(),
        reasons: judged.reasons,
        paragraphs: lit.take(MOST).collect(),
        counts: counted(&judged.counts),
        findings,
        findings_more,
        own_percent: 100,
        words: held
            .listed
            .find(all.text(), &held.words)
            .iter()
            .filter_map(|hit| listed(hit, &all))
            .take(MOST_HITS)
            .collect(),
        personal: personal_numbers(&all),
        limits: article.problems().iter().map(ToString::to_string).collect(),
        ..Report::default()
    }
}

/// The lists without the terms that a note of the article explains.
fn without_noted<'l>(sheet: &Sheet, lists: &'l Lists) -> Cow<'l, Lists> {
    let mut explained: HashSet<&str> = HashSet::new();
    for span in sheet.noted() {
        let text = sheet.text().get(span.clone()).unwrap_or_default();
        for list in [&lists.jargon, &lists.abbreviations] {
            explained.extend(list.occurrences(text).map(|found| found.entry.term.as_str()));
        }
    }
    if explained.is_empty() {
        return Cow::Borrowed(lists);
    }
    let without = |list: &Glossary| {
        let entries: Vec<Entry> =
            list.entries().iter().filter(|entry| !explained.contains(entry.term.as_str())).cloned().collect();
        // What was taken once is taken with less.
        Glossary::new(entries).unwrap_or_else(|_| list.clone())
    };
    Cow::Owned(Lists {
        jargon: without(&lists.jargon),
        official: lists.official.clone(),
        abbreviations: without(&lists.abbreviations),
    })
}

fn shown(finding: Finding, sheet: &Sheet, lists: &Lists, words: &Words) -> Option<FindingShown> {
    let Finding { mut span, kind, reason, advice, replacement, mut note, .. } = finding;
    if note.is_some() && !sheet.takes_note(&span) {
        // A heading takes no note: the term may stand in a paragraph as well.
        match noteworthy(&span, sheet, lists, words).filter(|_| kind == Kind::Jargon) {
            Some(other) => span = other,
            None => note = None,
        }
    }
    let text = cut(sheet.text().get(span.clone())?, 100);
    Some(FindingShown {
        kind,
        label: kind.label(),
        place: sheet.place(&span)?,
        text,
        reason,
        advice,
        replacement,
        note,
    })
}

/// Another place of the same term that takes a note.
fn noteworthy(span: &Range<usize>, sheet: &Sheet, lists: &Lists, words: &Words) -> Option<Range<usize>> {
    let term = sheet.text().get(span.clone())?;
    let mut others = lists.jargon.occurrences(sheet.text()).filter(|found| found.entry.term == term);
    others
        .find(|found| sheet.takes_note(&found.span) && words.stands(sheet.text(), found.span.clone()))
        .map(|found| found.span)
}

const fn light_name(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Yellow => "yellow",
        Light::Red => "red",
    }
}

fn counted(counts: &Counts) -> Vec<Counted> {
    let all = [
        ("字数", counts.characters),
        ("句数", counts.sentences),
        ("平均一句字数", counts.mean_sentence),
        ("最长一句字数", counts.longest_sentence),
        ("段数", counts.paragraphs),
        ("最长一段行数", counts.longest_paragraph),
        ("生僻词", counts.uncommon_words),
    ];
    all.into_iter().map(|(label, number)| Counted { label, number }).collect()
}

fn listed(hit: &Hit<'_>, sheet: &Sheet) -> Option<ListedShown> {
    let told = match (hit.is_broken, hit.stands) {
        (true, _) => "中间夹了符号",
        (false, false) => "也可能是前后两个词碰到了一起",
        (false, true) => "",
    };
    Some(ListedShown {
        // A word that reaches from one paragraph into the next is none.
        place: sheet.place(&hit.span)?,
        text: cut(sheet.text().get(hit.span.clone())?, 100),
        word: hit.listed.word.clone(),
        category: hit.listed.category.clone(),
        told: told.to_owned(),
    })
}

fn personal_numbers(sheet: &Sheet) -> Vec<PersonalShown> {
    let ids = personal::id_numbers(sheet.text()).into_iter().map(|found| (found.span, "id-number", "身份证号"));
    let ids: Vec<_> = ids.collect();
    let phones = personal::phones(sheet.text()).into_iter().map(|span| (span, "phone", "电话号码"));
    let phones = phones.filter(|(span, ..)| ids.iter().all(|(id, ..)| id.end <= span.start || span.end <= id.start));
    let mut all: Vec<_> = ids.iter().cloned().chain(phones).collect();
    all.sort_by_key(|(span, ..)| span.start);
    let shown = all
        .into_iter()
        .filter_map(|(span, kind, label)| Some(PersonalShown { place: sheet.place(&span)?, kind, label }));
    shown.take(MOST_HITS).collect()
}

/// What an article is compared by: its own words and quotations; archival records may stand anywhere.
pub fn comparable(sheet: &Sheet) -> Comparable {
    Comparable::new(sheet.text(), &[])
}

/// What an article, as it is compared, shares with others: those that share a passage, what shares most first, and the share
/// of the article that stands in none of them, in percent.
pub fn alike(sheet: &Sheet, present: &Comparable, others: Vec<Other>) -> (Vec<Alike>, u32) {
    let (mut found, mut taken) = (Vec::new(), Vec::new());
    for Other { origin, title, kept_at, text } in others {
        let shared = passages(present, &Comparable::new(&text, &[]), LEAST);
        if shared.is_empty() {
            continue;
        }
        let letters = shared.iter().map(|passage| passage.letters).sum();
        taken.extend(shared.iter().map(|passage| passage.left.clone()));
        let of = |whole: &str, span: &Range<usize>| cut(whole.get(span.clone()).unwrap_or_default(), 400);
        let told = shared.into_iter().take(MOST_PASSAGES).map(|passage| Passage {
            places: sheet.places(&passage.left),
            here: of(sheet.text(), &passage.left),
            there: of(&text, &passage.right),
            letters: passage.letters,
        });
        found.push(Alike {
            origin,
            title,
            kept_at: kept_at.map(Timestamp::utc_text),
            letters,
            passages: told.collect(),
        });
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.letters));
    let share = present.own_share(&taken) * 100.0;
    let own = (0..=100_u32).rev().find(|percent| f64::from(*percent) <= share + 0.5).unwrap_or_default();
    (found, own)
}
