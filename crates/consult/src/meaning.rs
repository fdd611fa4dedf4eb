//! What a message means, by vectors: whoever asks in words that no wording shares is still near to what is meant (ADR 0021).

use std::collections::{HashMap, HashSet};

use sm3::{Digest, Sm3};

use crate::faq::{Faq, Found, OFFERED};

/// The most numbers of a vector; models in use have 384 to 4,096.
pub(crate) const MOST_NUMBERS: usize = 8192;
/// Of the house's own wordings so many in a hundred are farther from every foreign question than a message has to be near.
const SURE_OF_HUNDRED: usize = 75;
/// So many wordings at most tell how near is near: with more of them it hardly changes.
const SAMPLED: usize = 200;

/// A text as a model places it: numbers, of length 1 together.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Vector(Vec<f32>);

impl Vector {
    /// A vector of these numbers, brought to length 1. None if there are none or too many, if one is not finite, or if they
    /// have no direction.
    pub(crate) fn of(numbers: &[f32]) -> Option<Self> {
        let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
        let fits = (1..=MOST_NUMBERS).contains(&numbers.len()) && length.is_normal();
        fits.then(|| Self(numbers.iter().map(|number| number / length).collect()))
    }

    /// How many numbers it has.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// As it is kept.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// As it was kept.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|four| f32::from_le_bytes(*four)).collect();
        if rest.is_empty() { Self::of(&numbers) } else { None }
    }

    /// The cosine of the angle between two, −1 to 1; 0 for those of different models.
    fn likeness(&self, other: &Self) -> f32 {
        if self.len() != other.len() {
            return 0.0;
        }
        self.0.iter().zip(&other.0).map(|(one, other)| one * other).sum()
    }
}

/// The name of a wording beside its vector.
pub(crate) fn digest(wording: &str) -> String {
    kernel::hex(&Sm3::digest(wording.as_bytes()))
}

/// A wording that has a vector.
#[derive(Debug)]
struct Placed {
    question: usize,
    digest: String,
    vector: Vector,
}

/// The wordings of all questions with their vectors, made ready for finding.
#[derive(Debug, Default)]
pub(crate) struct Meanings {
    placed: Vec<Placed>,
    /// How near a question has to be. Models differ in what they call near, so the house's own wordings say it.
    near: f32,
    wordings: usize,
}

impl Meanings {
    /// Makes the wordings of questions ready, by the digests under which their vectors are kept.
    pub(crate) fn new(faqs: &[Faq], vectors: &HashMap<String, Vector>) -> Self {
        let mut meanings = Self::default();
        for (question, faq) in faqs.iter().enumerate() {
            for wording in faq.wordings() {
                meanings.wordings += 1;
                let digest = digest(wording);
                if let Some(vector) = vectors.get(&digest).cloned() {
                    meanings.placed.push(Placed { question, digest, vector });
                }
            }
        }
        meanings.near = meanings.foreign();
        meanings
    }

    /// The likeness that most wordings do not reach with any question but their own.
    fn foreign(&self) -> f32 {
        let step = self.placed.len().div_ceil(SAMPLED).max(1);
        let sampled = self.placed.iter().step_by(step);
        let mut nearest: Vec<f32> = sampled
            .map(|one| {
                let others = self.placed.iter().filter(|other| other.question != one.question);
                let nearest = others.map(|other| one.vector.likeness(&other.vector)).reduce(f32::max);
                // Where there is one question alone nothing tells how near is near.
                nearest.unwrap_or(f32::INFINITY)
            })
            .collect();
        nearest.sort_by(f32::total_cmp);
        nearest.get(nearest.len() * SURE_OF_HUNDRED / 100).copied().unwrap_or(1.0)
    }

    /// The questions that may be meant, by number, the nearest first; `without` a wording, as if it was not known.
    pub(crate) fn meant(&self, asked: &Vector, without: Option<&str>) -> Vec<usize> {
        let mut best: HashMap<usize, f32> = HashMap::new();
        let without = without.map(digest);
        for one in self.placed.iter().filter(|one| without.as_ref() != Some(&one.digest)) {
            let likeness = one.vector.likeness(asked);
            let held = best.entry(one.question).or_insert(likeness);
            *held = held.max(likeness);
        }
        let mut ranked: Vec<(usize, f32)> = best.into_iter().filter(|(_, likeness)| *likeness > self.near).collect();
        ranked.sort_by(|(one, near), (other, far)| far.total_cmp(near).then(one.cmp(other)));
        ranked.into_iter().map(|(question, _)| question).collect()
    }

    /// The vector of a wording.
    pub(crate) fn of(&self, wording: &str) -> Option<&Vector> {
        let digest = digest(wording);
        self.placed.iter().find(|one| one.digest == digest).map(|one| &one.vector)
    }

    /// Of how many wordings there are how many are ready.
    pub(crate) fn ready(&self) -> (usize, usize) {
        (self.placed.len(), self.wordings)
    }
}

/// What pairs of characters and meaning say together. What they agree on is answered; what only the meaning says is offered,
/// and never answered alone.
pub(crate) fn together<'f>(by_pairs: Found<'f>, by_meaning: &[&'f Faq]) -> Found<'f> {
    let offered = match by_pairs {
        Found::Answer(_) => return by_pairs,
        Found::Offer(offered) => offered,
        Found::Nothing => Vec::new(),
    };
    match (offered.first(), by_meaning.first()) {
        (Some(likeliest), Some(nearest)) if likeliest == nearest => return Found::Answer(nearest),
        (None, None) => return Found::Nothing,
        _ => {}
    }
    let longest = offered.len().max(by_meaning.len());
    let taken = (0..longest).flat_map(|place| [by_meaning.get(place), offered.get(place)]).flatten();
    let mut seen = HashSet::new();
    Found::Offer(taken.copied().filter(|faq| seen.insert(faq.question.as_str())).take(OFFERED).collect())
}

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
