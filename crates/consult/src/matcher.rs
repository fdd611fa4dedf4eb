//! Finding the rule a message sets off: one walk over the message, however many rules there are.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use chinese::normalise;
use regex::{RegexSet, RegexSetBuilder};

use crate::rule::{Rule, Trigger, TriggerKind, regex};

/// Rules made ready for matching.
///
/// Of several rules that fit and are in force, the higher priority wins; then a keyword that is the whole message before
/// one it only contains, and before a regular expression; then the longer one; then the rule that comes first.
#[derive(Debug, Default)]
pub struct Matcher {
    rules: Vec<Rule>,
    /// For each rank, the best first, the number of its rule.
    ranked: Vec<usize>,
    /// The ranks of a keyword, key or scene, the best first.
    exact: HashMap<(TriggerKind, String), Vec<usize>>,
    contained: Option<AhoCorasick>,
    /// For each pattern of the automaton, its rank.
    contained_ranks: Vec<usize>,
    expressions: RegexSet,
    /// For each expression, its rank.
    expression_ranks: Vec<usize>,
}

/// Why rules cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// The keywords.
    #[error("the keywords are too many: {0}")]
    Keywords(#[from] aho_corasick::BuildError),
    /// The regular expressions.
    #[error("the regular expressions are too many: {0}")]
    Expressions(#[from] regex::Error),
}

/// The largest automaton of all regular expressions together, in bytes.
const EXPRESSIONS_BYTES: usize = 64 << 20;

impl Matcher {
    /// Makes rules ready. A keyword without any letter sets nothing off.
    pub fn new(rules: Vec<Rule>) -> Result<Self, MatcherError> {
        let mut triggers: Vec<(usize, &Rule, Trigger)> = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            let ready = rule.triggers.iter().filter_map(ready);
            triggers.extend(ready.map(|trigger| (number, rule, trigger)));
        }
        triggers.sort_by(|(one, rule, trigger), (other, than, other_trigger)| {
            let better = than.priority.cmp(&rule.priority);
            let better = better.then(trigger.kind.cmp(&other_trigger.kind));
            let length = |trigger: &Trigger| trigger.text.chars().count();
            better.then(length(other_trigger).cmp(&length(trigger))).then(one.cmp(other))
        });
        let mut exact: HashMap<(TriggerKind, String), Vec<usize>> = HashMap::new();
        let (mut patterns, mut contained_ranks) = (Vec::new(), Vec::new());
        let (mut expressions, mut expression_ranks) = (Vec::new(), Vec::new());
        let mut ranked = Vec::with_capacity(triggers.len());
        for (rank, (number, _, Trigger { kind, text })) in triggers.into_iter().enumerate() {
            ranked.push(number);
            match kind {
                TriggerKind::Contain => {
                    patterns.push(text);
                    contained_ranks.push(rank);
                }
                TriggerKind::Regex => {
                    expressions.push(text);
                    expression_ranks.push(rank);
                }
                _ => exact.entry((kind, text)).or_default().push(rank),
            }
        }
        let contained = if patterns.is_empty() { None } else { Some(AhoCorasick::new(&patterns)?) };
        let mut set = RegexSetBuilder::new(&expressions);
        let expressions = set.case_insensitive(true).size_limit(EXPRESSIONS_BYTES).build()?;
        Ok(Self { rules, ranked, exact, contained, contained_ranks, expressions, expression_ranks })
    }

    /// The rule a text sets off, of those that count; `whole_only` leaves out keywords it merely contains, and regular
    /// expressions.
    pub fn of_text(&self, text: &str, whole_only: bool, counts: impl Fn(&Rule) -> bool) -> Option<&Rule> {
        let searchable = normalise(text);
        let text = keyword(text);
        let mut ranks = self.exact.get(&(TriggerKind::Equal, text.clone())).cloned().unwrap_or_default();
        if !whole_only {
            let found = self.contained.iter().flat_map(|automaton| automaton.find_overlapping_iter(&text));
            ranks.extend(found.filter_map(|found| self.contained_ranks.get(found.pattern().as_usize())));
            let found = self.expressions.matches(&searchable).into_iter();
            ranks.extend(found.filter_map(|number| self.expression_ranks.get(number)));
        }
        self.best(ranks, counts)
    }

    /// The rule a menu key, a follow (with an empty text) or a scene sets off, of those that count.
    pub fn of_event(&self, kind: TriggerKind, text: &str, counts: impl Fn(&Rule) -> bool) -> Option<&Rule> {
        self.best(self.exact.get(&(kind, text.to_owned())).cloned().unwrap_or_default(), counts)
    }

    /// All rules.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn best(&self, mut ranks: Vec<usize>, counts: impl Fn(&Rule) -> bool) -> Option<&Rule> {
        ranks.sort_unstable();
        let rules = ranks.into_iter().filter_map(|rank| self.rules.get(*self.ranked.get(rank)?));
        rules.into_iter().find(|rule| counts(rule))
    }
}

/// A trigger with its text as it is compared; none if nothing could be compared with it.
fn ready(trigger: &Trigger) -> Option<Trigger> {
    let text = match trigger.kind {
        TriggerKind::Equal | TriggerKind::Contain => keyword(&trigger.text),
        // One that was stored and no longer compiles sets nothing off; the others still do.
        TriggerKind::Regex => regex(&trigger.text).is_ok().then(|| trigger.text.clone())?,
        TriggerKind::Click | TriggerKind::Follow | TriggerKind::Scan => trigger.text.clone(),
    };
    let usable = !text.is_empty() || trigger.kind == TriggerKind::Follow;
    usable.then_some(Trigger { kind: trigger.kind, text })
}

/// A text as keywords are compared: in its searchable form, without spaces and the marks that end a sentence.
pub(crate) fn keyword(text: &str) -> String {
    let marks = |c: char| c.is_whitespace() || ".,!?;:。，！？；：、~…".contains(c);
    normalise(text).trim_matches(marks).chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rule::{Content, Mode};
    use crate::schedule::Schedule;

    fn rule(name: &str, priority: i64, triggers: &[(TriggerKind, &str)]) -> Rule {
        Rule {
            name: name.to_owned(),
            priority,
            mode: Mode::All,
            triggers: triggers.iter().map(|(kind, text)| Trigger { kind: *kind, text: (*text).to_owned() }).collect(),
            replies: vec![Content::Text(name.to_owned())],
            schedule: Schedule::default(),
            minimum_interval: 0,
            scene: None,
        }
    }

    fn found<'m>(matcher: &'m Matcher, text: &str) -> Option<&'m str> {
        matcher.of_text(text, false, |_| true).map(|rule| rule.name.as_str())
    }

    #[test]
    fn the_better_rule_wins() {
        use TriggerKind::{Contain, Equal};
        let matcher = Matcher::new(vec![
            rule("short", 0, &[(Contain, "开放")]),
            rule("long", 0, &[(Contain, "开放时间")]),
            rule("whole", 0, &[(Equal, "开放时间")]),
            rule("urgent", 5, &[(Contain, "闭馆")]),
        ])
        .unwrap();
        assert_eq!(found(&matcher, "开放时间"), Some("whole"));
        assert_eq!(found(&matcher, "開放時間？"), Some("whole"), "another spelling");
        assert_eq!(found(&matcher, "请问开放时间"), Some("long"));
        assert_eq!(found(&matcher, "几点开放"), Some("short"));
        assert_eq!(found(&matcher, "开放时间里会闭馆吗"), Some("urgent"));
        assert_eq!(found(&matcher, "你好"), None);
        assert_eq!(matcher.of_text("请问开放时间", true, |_| true), None);
    }

    #[test]
    fn events_are_compared_as_they_are() {
        use TriggerKind::{Click, Follow, Scan};
        let rules = vec![rule("a", 0, &[(Click, "HOURS"), (Follow, "")]), rule("b", 0, &[(Scan, "展厅")])];
        let matcher = Matcher::new(rules).unwrap();
        let named = |kind, text| matcher.of_event(kind, text, |_| true).map(|rule| rule.name.as_str());
        assert_eq!(named(Click, "HOURS"), Some("a"));
        assert_eq!(named(Click, "hours"), None);
        assert_eq!(named(Follow, ""), Some("a"));
        assert_eq!(named(Scan, "展厅"), Some("b"));
    }

    #[test]
    fn a_keyword_of_marks_only_sets_nothing_off() {
        let matcher = Matcher::new(vec![rule("all", 9, &[(TriggerKind::Contain, " ？")])]).unwrap();
        assert_eq!(found(&matcher, "什么都行"), None);
    }

    /// The same by looking at every keyword in turn.
    fn naive<'r>(rules: &'r [Rule], text: &str) -> Option<&'r str> {
        type Rank = (i64, usize, i64, usize);
        let text = keyword(text);
        let mut best: Option<(Rank, &str)> = None;
        for (number, rule) in rules.iter().enumerate() {
            for trigger in &rule.triggers {
                let word = keyword(&trigger.text);
                let kind = match trigger.kind {
                    TriggerKind::Equal if text == word => 0,
                    TriggerKind::Contain if text.contains(&word) => 1,
                    _ => continue,
                };
                if word.is_empty() {
                    continue;
                }
                let length = i64::try_from(word.chars().count()).unwrap();
                let rank = (-rule.priority, kind, -length, number);
                if best.is_none_or(|(held, _)| rank < held) {
                    best = Some((rank, &rule.name));
                }
            }
        }
        best.map(|(_, name)| name)
    }

    #[test]
    fn l20_a_regular_expression_takes_time_by_the_length_of_the_text_and_no_room_without_bounds() {
        let expression = |text: &str| rule("式", 0, &[(TriggerKind::Regex, text)]);
        let matcher = Matcher::new(vec![expression("^(a+)+$"), expression("开[放门]的?时间$")]).unwrap();
        let long = format!("{}b", "a".repeat(1 << 20));
        assert_eq!(found(&matcher, &long), None, "backtracking would not end");
        assert_eq!(found(&matcher, "请问开门时间"), Some("式"));
        for boundless in ["a{1000}{1000}", "(?:\\w{500}){500}", "(", "\\p{nothing}"] {
            assert!(expression(boundless).problems().iter().any(|(field, _)| *field == "triggers"), "{boundless}");
        }
    }

    proptest! {
        #[test]
        fn matching_is_what_a_naive_loop_finds(
            words in proptest::collection::vec(
                (0_i64..3, proptest::collection::vec((any::<bool>(), "[开放时间a 馆？]{1,3}"), 1..4)), 0..12),
            text in "[开放时间a 馆？]{0,8}",
        ) {
            let rules: Vec<_> = words.iter().enumerate().map(|(number, (priority, triggers))| {
                let kinds = |whole: bool| if whole { TriggerKind::Equal } else { TriggerKind::Contain };
                let triggers: Vec<_> = triggers.iter().map(|(whole, word)| (kinds(*whole), word.as_str())).collect();
                rule(&number.to_string(), *priority, &triggers)
            }).collect();
            let matcher = Matcher::new(rules.clone()).unwrap();
            prop_assert_eq!(found(&matcher, &text), naive(&rules, &text));
        }
    }
}
