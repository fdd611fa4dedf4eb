//! Frequent questions, found by how much of their wording a message shares.

use std::collections::{HashMap, HashSet};

use chinese::normalise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schedule::Schedule;
use crate::thresholds::Thresholds;

/// The most a topic alone is like a question that holds it: enough for being offered, never for an answer.
const TOPIC_LIKENESS: f64 = 0.38;
/// How many questions are offered at most.
const OFFERED: usize = 3;
/// The shortest wording, in characters, that counts when it is merely contained.
const CONTAINED: usize = 4;
/// A message of at most so many characters is a topic: it answers only as a wording of its own.
const TOPIC: usize = 2;

/// Courtesies and fillers that say nothing about what is asked.
const FILLERS: [&str; 23] = [
    "请问一下",
    "请问",
    "您好",
    "你好",
    "麻烦问一下",
    "麻烦",
    "我想问一下",
    "想问一下",
    "我想",
    "想要",
    "问一下",
    "一下",
    "谢谢",
    "你们",
    "贵馆",
    "我们",
    "想",
    "吗",
    "呢",
    "呀",
    "啊",
    "吧",
    "的",
];

/// One question with its answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Faq {
    /// Where it belongs, for staff and lists.
    pub category: String,
    /// The question as it is shown.
    pub question: String,
    /// Other wordings.
    pub variants: Vec<String>,
    /// The answer, with places and links as in rules.
    pub answer: String,
    /// Pages that are given below the answer.
    pub links: Vec<FaqLink>,
    /// When it is in force.
    pub schedule: Schedule,
}

/// A page given below an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaqLink {
    /// Its words.
    pub title: String,
    /// A path of our site.
    pub url: String,
}

/// The longest question or wording, in characters.
const LONGEST_QUESTION: usize = 200;
/// The longest answer, in bytes (passive reply page: 2,048).
const LONGEST_ANSWER: usize = 2048;
/// The most wordings and links.
const MOST: usize = 100;

impl Faq {
    /// What does not fit: the field, and why, in words. None if all does.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let fits = |text: &String| !text.trim().is_empty() && text.chars().count() <= LONGEST_QUESTION;
        if !fits(&self.question) {
            problems.push(("question", format!("问题应为 1 至 {LONGEST_QUESTION} 字")));
        }
        if self.variants.len() > MOST || !self.variants.iter().all(fits) {
            problems.push(("variants", format!("其他问法最多 {MOST} 条，每条 1 至 {LONGEST_QUESTION} 字")));
        }
        if self.answer.trim().is_empty() || self.answer.len() > LONGEST_ANSWER {
            problems.push((
                "answer",
                format!("答复应有内容，最长 {LONGEST_ANSWER} 字节（约 {} 个汉字）", LONGEST_ANSWER / 3),
            ));
        }
        let is_link =
            |link: &FaqLink| !link.title.trim().is_empty() && link.url.starts_with('/') && !link.url.starts_with("//");
        if self.links.len() > MOST || !self.links.iter().all(is_link) {
            problems.push(("links", "链接应有文字，地址应是本站的页面（/ 开头）".to_owned()));
        }
        if let Some(why) = self.schedule.problem() {
            problems.push(("schedule", why.to_owned()));
        }
        problems
    }

    /// The question and its other wordings.
    pub(crate) fn wordings(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.question).chain(&self.variants)
    }

    /// The answer with the pages below it, as it is written for the chat.
    pub(crate) fn whole_answer(&self) -> String {
        let links = self.links.iter().map(|link| format!("[{}]({})", link.title, link.url));
        std::iter::once(self.answer.clone()).chain(links).collect::<Vec<_>>().join("\n")
    }
}

/// All questions, made ready for finding.
#[derive(Debug, Default)]
pub struct Faqs {
    questions: Vec<Faq>,
    /// Each wording with its question and what all its pairs say together.
    wordings: Vec<(usize, Shape, f64)>,
    /// The wordings that hold a pair, by their places, and how often.
    holders: HashMap<[char; 2], Vec<(usize, u32)>>,
    weights: Weights,
    thresholds: Thresholds,
}

/// How much a pair of characters says: the fewer questions hold it, the more (inverse document frequency), 1 for one that a
/// single question holds and for one that none does. `怎么` says little where every second question asks how.
#[derive(Debug, Default)]
pub(crate) struct Weights(HashMap<[char; 2], f64>);

impl Weights {
    /// The weights of pairs among questions, each with the shapes of its wordings.
    fn of(questions: usize, wordings: &[(usize, Shape)]) -> Self {
        let mut holders: HashMap<[char; 2], HashSet<usize>> = HashMap::new();
        for (number, shape) in wordings {
            for pair in shape.pairs.keys() {
                holders.entry(*pair).or_default().insert(*number);
            }
        }
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let rarity = |held: f64| ((count(questions) + 1.0) / (held + 0.5)).ln();
        Self(holders.into_iter().map(|(pair, by)| (pair, rarity(count(by.len())) / rarity(1.0))).collect())
    }

    fn of_pair(&self, pair: [char; 2]) -> f64 {
        self.0.get(&pair).copied().unwrap_or(1.0)
    }

    /// What all pairs of a wording say together.
    fn whole(&self, shape: &Shape) -> f64 {
        shape.pairs.iter().map(|(pair, count)| f64::from(*count) * self.of_pair(*pair)).sum()
    }
}

/// What was found for a message.
#[derive(Clone, PartialEq, Debug)]
pub enum Found<'f> {
    /// This is what was asked.
    Answer(&'f Faq),
    /// One of these may be meant, the likeliest first; at least one.
    Offer(Vec<&'f Faq>),
    /// Nothing is like it.
    Nothing,
}

/// A wording as it is compared.
#[derive(Debug)]
pub(crate) struct Shape {
    text: String,
    length: usize,
    pairs: HashMap<[char; 2], u32>,
}

impl Shape {
    pub(crate) fn of(text: &str) -> Self {
        let mut text: String = normalise(text).chars().filter(|c| c.is_alphanumeric()).collect();
        for filler in FILLERS {
            // What consists of fillers only is kept: it is all there is.
            let without = text.replace(filler, "");
            if without.chars().count() > 1 {
                text = without;
            }
        }
        let characters: Vec<char> = text.chars().collect();
        let mut pairs = HashMap::new();
        for pair in characters.windows(2) {
            if let [one, two] = pair {
                *pairs.entry([*one, *two]).or_insert(0) += 1;
            }
        }
        Self { length: characters.len(), text, pairs }
    }

    /// How alike two wordings are, 0 to 1: what the pairs of characters say that they share (Dice), or how much of the longer
    /// one the shorter one is when it is contained.
    pub(crate) fn likeness(&self, other: &Self, weights: &Weights) -> f64 {
        let both = |(pair, count): (&[char; 2], &u32)| {
            let count = (*count).min(other.pairs.get(pair).copied().unwrap_or(0));
            f64::from(count) * weights.of_pair(*pair)
        };
        self.alike(other, self.pairs.iter().map(both).sum(), (weights.whole(self), weights.whole(other)))
    }

    /// As [`Self::likeness`], of what the shared pairs say and what all of one's own and all of the other's say.
    fn alike(&self, other: &Self, shared: f64, (own, others): (f64, f64)) -> f64 {
        let dice = ratio(2.0 * shared, own + others);
        let (short, long) = if self.length <= other.length { (self, other) } else { (other, self) };
        if short.length >= CONTAINED && long.text.contains(&short.text) {
            return dice.max(0.4 + 0.6 * ratio(own.min(others), own.max(others)));
        }
        if short.length <= TOPIC && short.text != long.text { dice.min(TOPIC_LIKENESS) } else { dice }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl Faqs {
    /// Makes questions ready.
    pub fn new(faqs: Vec<Faq>, thresholds: Thresholds) -> Self {
        let mut wordings = Vec::new();
        for (number, faq) in faqs.iter().enumerate() {
            wordings.extend(faq.wordings().map(|wording| (number, Shape::of(wording))));
        }
        let weights = Weights::of(faqs.len(), &wordings);
        let mut holders: HashMap<[char; 2], Vec<(usize, u32)>> = HashMap::new();
        for (place, (_, shape)) in wordings.iter().enumerate() {
            for (pair, count) in &shape.pairs {
                holders.entry(*pair).or_default().push((place, *count));
            }
        }
        let weighed = |(number, shape)| {
            let whole = weights.whole(&shape);
            (number, shape, whole)
        };
        let wordings = wordings.into_iter().map(weighed).collect();
        Self { questions: faqs, wordings, holders, weights, thresholds }
    }

    /// What the pairs say that each wording shares with another, by its place. What shares none is not like it at all.
    fn shared(&self, asked: &Shape) -> Vec<f64> {
        let mut shared = vec![0.0; self.wordings.len()];
        for (pair, count) in &asked.pairs {
            let weight = self.weights.of_pair(*pair);
            for (place, held) in self.holders.get(pair).into_iter().flatten() {
                if let Some(shared) = shared.get_mut(*place) {
                    *shared += f64::from(*held.min(count)) * weight;
                }
            }
        }
        shared
    }

    /// What a message asks, of the questions that count.
    pub fn find(&self, text: &str, counts: impl Fn(&Faq) -> bool) -> Found<'_> {
        self.best(&Shape::of(text), None, counts)
    }

    /// What is asked by a wording, leaving one of those that are known out.
    fn best(&self, asked: &Shape, without: Option<usize>, counts: impl Fn(&Faq) -> bool) -> Found<'_> {
        let mut best = vec![0.0_f64; self.questions.len()];
        let whole = self.weights.whole(asked);
        for (place, ((number, wording, own), shared)) in self.wordings.iter().zip(self.shared(asked)).enumerate() {
            if let Some(held) = best.get_mut(*number).filter(|_| shared > 0.0 && without != Some(place)) {
                *held = held.max(wording.alike(asked, shared, (*own, whole)));
            }
        }
        let (answered, offered) = (self.thresholds.answering.likeness(), self.thresholds.offering.likeness());
        let mut ranked: Vec<(f64, &Faq)> =
            best.into_iter().zip(&self.questions).filter(|(score, faq)| *score >= offered && counts(faq)).collect();
        ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        match ranked.first() {
            Some((score, faq)) if *score >= answered => Found::Answer(faq),
            Some(_) => Found::Offer(ranked.into_iter().take(OFFERED).map(|(_, faq)| faq).collect()),
            None => Found::Nothing,
        }
    }

    /// How many questions there are.
    pub fn len(&self) -> usize {
        self.questions.len()
    }

    /// Whether there is no question.
    pub fn is_empty(&self) -> bool {
        self.questions.is_empty()
    }
}

/// What a wording finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// This question.
    Answer(String),
    /// These, the likeliest first.
    Offer(Vec<String>),
    /// None.
    Nothing,
}

/// Each wording with the question it belongs to, and what it finds if it alone is not known: how well the house's own
/// wordings are told apart. A question with one wording cannot be asked about.
pub(crate) fn measured(faqs: &[Faq], thresholds: Thresholds) -> Vec<(String, String, Outcome)> {
    let mut measured = Vec::new();
    let ready = Faqs::new(faqs.to_vec(), thresholds);
    // In the order in which they were made ready.
    let written = faqs.iter().flat_map(|faq| faq.wordings().map(move |wording| (faq, wording)));
    for (place, ((_, shape, _), (faq, wording))) in ready.wordings.iter().zip(written).enumerate() {
        if faq.variants.is_empty() {
            continue;
        }
        let outcome = match ready.best(shape, Some(place), |_| true) {
            Found::Answer(faq) => Outcome::Answer(faq.question.clone()),
            Found::Offer(faqs) => Outcome::Offer(faqs.iter().map(|faq| faq.question.clone()).collect()),
            Found::Nothing => Outcome::Nothing,
        };
        measured.push((wording.clone(), faq.question.clone(), outcome));
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faqs() -> Faqs {
        let faq = |question: &str, variants: &[&str]| Faq {
            category: "查档".into(),
            question: question.into(),
            variants: variants.iter().map(|text| (*text).to_owned()).collect(),
            answer: format!("答：{question}"),
            ..Faq::default()
        };
        Faqs::new(
            vec![
                faq("婚姻登记档案怎么查？", &["怎么查结婚档案", "结婚证丢了怎么办"]),
                faq("查档要收费吗？", &["查档收费标准"]),
                faq("可以委托别人查档吗？", &["代查档案", "能不能请家人代办"]),
            ],
            Thresholds::default(),
        )
    }

    fn answered(text: &str) -> Option<String> {
        match faqs().find(text, |_| true) {
            Found::Answer(faq) => Some(faq.question.clone()),
            _ => None,
        }
    }

    #[test]
    fn other_wordings_are_understood() {
        for text in ["婚姻登记档案怎么查", "请问怎么查婚姻登记档案呢", "结婚证丢了怎么办啊", "您好，怎么查结婚档案？"]
        {
            assert_eq!(answered(text).as_deref(), Some("婚姻登记档案怎么查？"), "{text}");
        }
        assert_eq!(answered("查档收费吗").as_deref(), Some("查档要收费吗？"));
    }

    #[test]
    fn what_is_only_somewhat_alike_is_offered_and_the_rest_is_not() {
        assert!(matches!(faqs().find("委托书怎么写，可以别人查吗", |_| true), Found::Offer(_) | Found::Answer(_)));
        for text in ["粤府〔2023〕68号", "", "？", "县人民政府关于兴修水利的通知", "民政局 1986"]
        {
            assert_eq!(faqs().find(text, |_| true), Found::Nothing, "{text}");
        }
    }

    #[test]
    fn a_topic_alone_is_not_taken_for_a_question() {
        let faqs = Faqs::new(
            vec![Faq {
                category: "捐赠".into(),
                question: "可以捐赠档案吗？".into(),
                variants: vec!["捐档案".into(), "捐赠".into()],
                answer: "欢迎捐赠。".into(),
                ..Faq::default()
            }],
            Thresholds::default(),
        );
        for topic in ["🏠档案", "捐档"] {
            assert!(matches!(faqs.find(topic, |_| true), Found::Offer(_)), "{topic}");
        }
        assert!(matches!(faqs.find("捐赠", |_| true), Found::Answer(_)), "a wording of its own");
    }

    proptest::proptest! {
        #[test]
        fn likeness_by_pairs_is_that_of_each_wording(text in "[怎么查婚姻登记档案可以别人代办收费a？]{0,12}") {
            let (faqs, asked) = (faqs(), Shape::of(&text));
            let whole = faqs.weights.whole(&asked);
            for ((_, wording, own), shared) in faqs.wordings.iter().zip(faqs.shared(&asked)) {
                let by_pairs = if shared > 0.0 { wording.alike(&asked, shared, (*own, whole)) } else { 0.0 };
                let likeness = wording.likeness(&asked, &faqs.weights);
                proptest::prop_assert!((by_pairs - likeness).abs() < 1e-9, "{} {} {}", text, by_pairs, likeness);
            }
        }

        #[test]
        fn a_wording_finds_its_own_question(prefix in "(您好，|请问|)", suffix in "(？|吗|啊|)") {
            for faq in &faqs().questions {
                let asked = format!("{prefix}{}{suffix}", faq.question);
                proptest::prop_assert_eq!(answered(&asked), Some(faq.question.clone()));
            }
        }
    }
}
