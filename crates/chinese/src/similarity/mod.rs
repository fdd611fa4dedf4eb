//! Originality of an article: which past articles, drafts or pasted texts it shares passages with.
//!
//! Two questions, two means. Which of thousands may be like this one is answered by a [`Print`] of each: `MinHash` (Broder,
//! 1997) for likeness as a whole, winnowing (Schleimer, Wilkerson, Aiken, 2003) for a passage that two texts share. What
//! they share is then read off the texts themselves by [`passages`]. Texts are compared by their letters in searchable form:
//! other punctuation, spaces, widths or traditional characters make no difference. Everything is a function of the text and
//! of constants that stand here: a print may be stored and compared years later.

mod minhash;
mod shelf;
mod winnow;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use minhash::{BANDS, ROWS, Signature};
pub use shelf::{Candidate, Shelf};
pub use winnow::{Fingerprint, GRAM, LEAST, Passage, WINDOW, passages};

use crate::Normalised;

/// A text as it is compared.
#[derive(Clone, Debug, Default)]
pub struct Comparable {
    /// Letters and digits in searchable form; [`GAP`] where something was left out.
    letters: Vec<char>,
    /// For each of them the bytes of the text.
    places: Vec<Range<usize>>,
}

/// Stands where a quotation was left out. No text holds it in searchable form, and it equals nothing, not even itself.
const GAP: char = '\0';

impl Comparable {
    /// Takes a text, without the spans (bytes) that may stand elsewhere as well: quoted records.
    #[must_use]
    pub fn new(text: &str, quoted: &[Range<usize>]) -> Self {
        let mut quoted = quoted.to_vec();
        quoted.sort_by_key(|span| (span.start, span.end));
        let mut quoted = quoted.into_iter().peekable();
        let mut comparable = Self::default();
        for (c, place) in Normalised::new(text).characters() {
            while quoted.next_if(|span| span.end <= place.start).is_some() {}
            let is_quoted = quoted.peek().is_some_and(|span| span.start < place.end);
            let after_gap = comparable.letters.last().is_none_or(|last| *last == GAP);
            if !is_quoted && !c.is_alphanumeric() || is_quoted && after_gap {
                continue;
            }
            comparable.letters.push(if is_quoted { GAP } else { c });
            comparable.places.push(place);
        }
        comparable
    }

    /// What is stored of a text to find it again.
    #[must_use]
    pub fn print(&self) -> Print {
        Print { signature: Signature::of(self), fingerprints: winnow::fingerprints(self) }
    }

    /// How many letters are compared.
    #[must_use]
    pub fn letters(&self) -> usize {
        self.letters.iter().filter(|c| **c != GAP).count()
    }

    /// The share of its letters, 0–1, that lie in none of the spans (bytes of the text): what is its own, when the spans
    /// are the left sides of all passages. 1 for a text without letters.
    #[must_use]
    pub fn own_share(&self, spans: &[Range<usize>]) -> f64 {
        let mut spans = spans.to_vec();
        spans.sort_by_key(|span| span.start);
        let mut spans = spans.into_iter().peekable();
        let (mut own, mut all, mut taken) = (0, 0, 0);
        for (c, place) in self.letters.iter().zip(&self.places) {
            while let Some(span) = spans.next_if(|span| span.start <= place.start) {
                taken = span.end.max(taken);
            }
            all += u32::from(*c != GAP);
            own += u32::from(*c != GAP && place.start >= taken);
        }
        if all == 0 { 1.0 } else { f64::from(own) / f64::from(all) }
    }

    /// Runs of letters between gaps, each with the place of its first.
    fn runs(&self) -> impl Iterator<Item = (usize, &[char])> {
        let mut at = 0;
        self.letters.split(|c| *c == GAP).map(move |run| {
            let first = at;
            at += run.len() + 1;
            (first, run)
        })
    }
}

/// What is stored of a text: 512 bytes of signature, and 8 bytes for each fingerprint, about one for ten letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// For likeness as a whole.
    pub signature: Signature,
    /// For shared passages, in the order of the text.
    pub fingerprints: Vec<Fingerprint>,
}

/// A hash of letters: each mixed in by the finaliser of `SplitMix64` (Steele, Lea, Flood, 2014).
fn hash(letters: &[char]) -> u64 {
    letters.iter().fold(0x4C61_6E74_6169_0001, |hash, c| mix(hash ^ u64::from(u32::from(*c))))
}

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// The upper half of a number.
fn upper(value: u64) -> u32 {
    u32::try_from(value >> 32).unwrap_or(u32::MAX)
}
