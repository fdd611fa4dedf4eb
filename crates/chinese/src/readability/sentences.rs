//! Sentences and their length.
//!
//! A sentence ends with one of the marks of GB/T 15834-2011 §4.1 (。？！), at a semicolon, where a reader rests as well, at
//! an ellipsis, and at the end of a line.

use std::ops::Range;

use super::weights::times;
use super::{Finding, Kind};
use crate::fold::is_han;

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) span: Range<usize>,
    /// Chinese characters, and runs of letters or digits.
    pub(super) characters: usize,
}

/// The sentences of a text that hold a character.
pub(super) fn of(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let (mut start, mut ends) = (0, false);
    for (at, c) in text.char_indices() {
        let closes = matches!(c, '”' | '’' | '）' | '」' | '』' | '》' | ')' | '"');
        let is_end = matches!(c, '。' | '？' | '！' | '；' | '?' | '!' | ';' | '…' | '\n');
        if ends && !closes && !is_end {
            found.extend(sentence(text, start..at));
            start = at;
            ends = false;
        }
        ends |= is_end;
    }
    found.extend(sentence(text, start..text.len()));
    found
}

fn sentence(text: &str, span: Range<usize>) -> Option<Sentence> {
    let raw = text.get(span.clone())?;
    let start = span.start + (raw.len() - raw.trim_start().len());
    let sentence = Sentence { span: start..start + raw.trim().len(), characters: characters(raw) };
    (sentence.characters > 0).then_some(sentence)
}

/// Chinese characters, and runs of letters or digits.
pub(super) fn characters(text: &str) -> usize {
    let mut count = 0;
    let mut in_run = false;
    for c in text.chars() {
        let goes_on = c.is_alphanumeric() && !is_han(c);
        count += usize::from(is_han(c) || goes_on && !in_run);
        in_run = goes_on;
    }
    count
}

pub(super) fn find(sentences: &[Sentence], limit: usize) -> impl Iterator<Item = Finding> {
    sentences.iter().filter(move |sentence| sentence.characters > limit).map(move |sentence| Finding {
        span: sentence.span.clone(),
        kind: Kind::LongSentence,
        times: times(sentence.characters, limit),
        reason: format!("这一句有 {} 个字，超过 {limit} 个字", sentence.characters),
        advice: "在停顿的地方断成两三句，一句只说一件事".to_owned(),
        replacement: None,
        note: None,
    })
}
