//! What to give when nothing matches, step by step, and what was given up for it: first the signs; then one wrong
//! character; then the sentence for its words; then the years; then the words that are nowhere, or not together. What
//! only shares the years with the question, or is as good as everything, is no answer.

use std::collections::BTreeMap;

use tantivy::DocId;

use crate::error::Result;
use crate::grams;
use crate::near::Near;
use crate::query::{GivenUp, Part, Relaxed};
use crate::segment::{Matches, Segment};

type Found<'s> = Vec<(&'s Segment, Matches)>;

/// Something found, the parts it was found with, and what was given up.
pub(crate) type Outcome<'s> = (Vec<Part>, Found<'s>, Option<Relaxed>);

/// The most parts in which a wrong character is looked for.
const MAX_NEAR: usize = 8;
/// The most pairs that are compared.
const MAX_PAIRS: usize = 64;
/// The most pieces that are looked for in the words of a question.
const MAX_PROBES: usize = 64;
/// A run of Chinese characters up to this long is a word or a name, and is not cut.
const WORD: usize = 3;
/// The longest piece a longer run is cut into.
const PIECE: usize = 8;
/// An answer of more than this many records, and more than a quarter of all, says nothing.
const BROAD: u64 = 100;

/// What relaxing needs of an index.
pub(crate) struct Relaxing<'q, F, S> {
    /// What was asked.
    pub(crate) parts: &'q [Part],
    /// Whether it was understood as a code: another one is not what was meant.
    pub(crate) is_code: bool,
    /// Searches for parts.
    pub(crate) find: F,
    /// Counts pairs in the records that hold at least so many of them.
    pub(crate) similar: S,
    /// How many records there are.
    pub(crate) records: u64,
}

impl<'s, F, S> Relaxing<'_, F, S>
where
    F: Fn(&[Part]) -> Result<Found<'s>>,
    S: Fn(&[&str], u8) -> Result<Vec<(&'s Segment, Vec<(u8, DocId)>)>>,
{
    /// Relaxes step by step until something is found.
    pub(crate) fn fully(&self) -> Result<Option<Outcome<'s>>> {
        let (years, said): (Vec<Part>, Vec<Part>) =
            self.parts.iter().cloned().partition(|part| part.or_years.is_some());
        let bare: Vec<Part> = self.parts.iter().flat_map(without_signs).collect();
        let has_signs = bare != self.parts && !bare.is_empty();
        if has_signs {
            let found = (self.find)(&bare)?;
            if any(&found) {
                return Ok(Some((bare, found, Some(Relaxed::Signs))));
            }
        }
        for parts in [self.parts, &bare].into_iter().take(if has_signs { 2 } else { 1 }) {
            if let Some(outcome) = self.one_character(parts)? {
                return Ok(Some(outcome));
            }
        }
        let text: Vec<&str> = said.iter().map(|part| part.text.as_str()).collect();
        let words = chinese::topics(&text.join(" "));
        let (pieces, given_up) = self.pieces(&words)?;
        // One word out of many says nothing about what was meant.
        if given_up.words.len() * 2 <= words.len()
            && let Some(outcome) = self.words(&pieces, given_up, &years)?
        {
            return Ok(Some(outcome));
        }
        self.similar(&words)
    }

    /// The records that hold all parts, one of them but for a character.
    pub(crate) fn one_character(&self, parts: &[Part]) -> Result<Option<Outcome<'s>>> {
        if self.is_code {
            return Ok(None);
        }
        let long = |part: &&mut Part| part.or_years.is_none() && Near::new(&part.text).is_some();
        let mut near = parts.to_vec();
        near.iter_mut().filter(long).take(MAX_NEAR).for_each(|part| part.near = true);
        let mut found: Found<'s> = Vec::new();
        for place in near.iter().enumerate().filter(|(_, part)| part.near).map(|(place, _)| place) {
            let other = |(at, part): (usize, &Part)| Part { near: at == place, ..part.clone() };
            let tried: Vec<Part> = near.iter().enumerate().map(other).collect();
            join(&mut found, (self.find)(&tried)?);
        }
        let is_answer = any(&found) && !self.is_broad(&found);
        Ok(is_answer.then_some((near, found, Some(Relaxed::OneCharacter))))
    }

    /// Cuts words into pieces that are somewhere, and what is given up by that.
    fn pieces(&self, words: &[String]) -> Result<(Vec<Part>, GivenUp)> {
        let (mut pieces, mut given_up) = (Vec::<Part>::new(), GivenUp::default());
        let mut probes = 0;
        for word in words {
            let mut is_somewhere = |text: &str| -> Result<bool> {
                probes += 1;
                Ok(probes <= MAX_PROBES && any(&(self.find)(&[Part::literal(text)])?))
            };
            let cut = cut(word, &mut is_somewhere)?;
            if cut.is_empty() {
                given_up.words.push(word.clone());
            } else {
                given_up.partly |= cut.iter().map(|piece| piece.len()).sum::<usize>() < word.len();
            }
            for piece in cut {
                if !pieces.iter().any(|known| known.text == piece) {
                    pieces.push(Part::literal(piece));
                }
            }
        }
        Ok((pieces, given_up))
    }

    /// The records that hold all pieces, of the years or of others; else those that hold the most of them.
    fn words(&self, pieces: &[Part], given_up: GivenUp, years: &[Part]) -> Result<Option<Outcome<'s>>> {
        if pieces.is_empty() {
            return Ok(None);
        }
        let of_years: Vec<Part> = pieces.iter().chain(years).cloned().collect();
        let mut tries = vec![(of_years, false)];
        if !years.is_empty() {
            tries.push((pieces.to_vec(), true));
        }
        for (parts, without_years) in tries {
            let found = (self.find)(&parts)?;
            if any(&found) && !self.is_broad(&found) {
                let given_up = GivenUp { years: without_years, ..given_up.clone() };
                return Ok(Some((parts, found, Some(Relaxed::Words(given_up)))));
            }
        }
        let found = self.most(pieces)?;
        if !any(&found) || self.is_broad(&found) {
            return Ok(None);
        }
        let given_up = GivenUp { partly: true, ..given_up };
        Ok(Some((pieces.to_vec(), found, Some(Relaxed::Words(given_up)))))
    }

    /// The records that hold more of the pieces than any other, and more than half of them.
    fn most(&self, pieces: &[Part]) -> Result<Found<'s>> {
        let mut held: Vec<(&'s Segment, BTreeMap<DocId, usize>)> = Vec::new();
        for piece in pieces {
            for (place, (segment, matches)) in (self.find)(std::slice::from_ref(piece))?.into_iter().enumerate() {
                if held.len() <= place {
                    held.push((segment, BTreeMap::new()));
                }
                if let Some((_, counts)) = held.get_mut(place) {
                    matches.docs.iter().for_each(|doc| *counts.entry(*doc).or_default() += 1);
                }
            }
        }
        let most = held.iter().flat_map(|(_, counts)| counts.values()).copied().max().unwrap_or(0);
        if most * 2 <= pieces.len() {
            return Ok(Vec::new());
        }
        let of_most = |counts: BTreeMap<DocId, usize>| {
            let docs = counts.into_iter().filter(|(_, count)| *count == most).map(|(doc, _)| doc).collect();
            Matches { docs, ..Matches::default() }
        };
        Ok(held.into_iter().map(|(segment, counts)| (segment, of_most(counts))).collect())
    }

    /// The records that share most pairs of letters with what was typed: two thirds at least, and more than two. Pairs
    /// with digits do not count: one digit more or less is another number.
    fn similar(&self, words: &[String]) -> Result<Option<Outcome<'s>>> {
        let mut pairs: Vec<&str> = words.iter().flat_map(|word| grams::of_part(word)).collect();
        pairs.retain(|pair| !pair.contains(|c: char| c.is_ascii_digit()));
        pairs.sort_unstable();
        pairs.dedup();
        pairs.truncate(MAX_PAIRS);
        let enough = u8::try_from((pairs.len() * 2).div_ceil(3)).unwrap_or(u8::MAX).max(3);
        let near = (self.similar)(&pairs, enough)?;
        let most = near.iter().flat_map(|(_, docs)| docs).map(|(held, _)| *held).max();
        let of_most = |docs: Vec<(u8, DocId)>| {
            let docs = docs.into_iter().filter(|(held, _)| Some(*held) == most).map(|(_, doc)| doc).collect();
            Matches { docs, ..Matches::default() }
        };
        let found: Found<'s> = near.into_iter().map(|(segment, docs)| (segment, of_most(docs))).collect();
        if !any(&found) || self.is_broad(&found) {
            return Ok(None);
        }
        let parts = words.iter().map(Part::literal).collect();
        Ok(Some((parts, found, Some(Relaxed::Similar))))
    }

    fn is_broad(&self, found: &Found<'_>) -> bool {
        let total = total(found);
        total > BROAD && total > self.records / 4
    }
}

/// Adds records found in another way; each of them is named once.
pub(crate) fn join<'s>(found: &mut Found<'s>, more: Found<'s>) {
    if found.is_empty() {
        *found = more;
        return;
    }
    for ((_, matches), (_, more)) in found.iter_mut().zip(more) {
        matches.docs.extend(more.docs);
        matches.docs.sort_unstable();
        matches.docs.dedup();
    }
}

fn any(found: &Found<'_>) -> bool {
    found.iter().any(|(_, matches)| !matches.docs.is_empty())
}

/// How many records were found.
pub(crate) fn total(found: &Found<'_>) -> u64 {
    found.iter().map(|(_, matches)| u64::try_from(matches.docs.len()).unwrap_or(u64::MAX)).sum()
}

/// A part split at its signs.
fn without_signs(part: &Part) -> Vec<Part> {
    part.text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|text| !text.is_empty())
        .map(|text| Part { text: text.to_owned(), ..part.clone() })
        .collect()
}

/// The longest pieces of a word, from left to right, that are somewhere: the word itself, or runs of two characters or
/// more of a longer Chinese one. Nothing if they make up less than half of it.
fn cut<'w>(word: &'w str, is_somewhere: &mut impl FnMut(&str) -> Result<bool>) -> Result<Vec<&'w str>> {
    if is_somewhere(word)? {
        return Ok(vec![word]);
    }
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    let length = ends.len() - 1;
    if length <= WORD || word.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Ok(Vec::new());
    }
    let (mut pieces, mut covered, mut at) = (Vec::new(), 0, 0);
    while at + 2 <= length {
        let mut taken = 0;
        for size in (2..=PIECE.min(length - at)).rev() {
            let (Some(from), Some(to)) = (ends.get(at), ends.get(at + size)) else { continue };
            let piece = word.get(*from..*to).unwrap_or_default();
            if is_somewhere(piece)? {
                pieces.push(piece);
                taken = size;
                break;
            }
        }
        covered += taken;
        at += taken.max(1);
    }
    Ok(if covered * 2 >= length { pieces } else { Vec::new() })
}
