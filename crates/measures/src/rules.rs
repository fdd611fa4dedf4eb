//! Matching messages with 5,000 rules of 20,000 keywords, beside a loop over the rules that asks for each keyword whether the
//! message holds it. Both find the same rules.

use std::hint::black_box;
use std::time::Instant;

use consult::{Content, Matcher, Mode, Rule, Schedule, Trigger, TriggerKind};
use measures::Outcome;
use measures::corpus::{Dice, Lexicon};
use measures::statistics::Spread;

const RULES: usize = 5_000;
const KEYWORDS: usize = 4;
const MESSAGES: usize = 5_000;
/// The loop is asked so many of the messages only: it is slow.
const LOOPED: usize = 500;

pub(crate) fn run() -> Outcome<()> {
    let lexicon = Lexicon::default();
    let mut dice = Dice::new(20_261_129);
    let slice = |dice: &mut Dice, length: usize| -> String {
        let title: Vec<char> = lexicon.row(dice).title.chars().collect();
        let from = dice.below(title.len().saturating_sub(length).max(1));
        title.iter().skip(from).take(length).collect()
    };
    let mut rules = Vec::with_capacity(RULES);
    for number in 0..RULES {
        let triggers = (0..KEYWORDS).map(|place| {
            let kind = if place == 0 { TriggerKind::Equal } else { TriggerKind::Contain };
            Trigger { kind, text: slice(&mut dice, 4 + place) }
        });
        rules.push(Rule {
            name: format!("规则 {number}"),
            priority: i64::try_from(number % 7)?,
            mode: Mode::All,
            triggers: triggers.collect(),
            replies: vec![Content::Text("答复".into())],
            schedule: Schedule::default(),
            minimum_interval: 0,
            scene: None,
        });
    }
    let messages: Vec<String> = (0..MESSAGES).map(|number| slice(&mut dice, 6 + number % 40)).collect();
    let ready = Ready::of(&rules);
    let begun = Instant::now();
    let matcher = Matcher::new(rules)?;
    println!("\nrules: {RULES} with {} keywords, made ready in {:.0} ms", RULES * KEYWORDS, millis(begun));
    let mut found = 0;
    let ours: Vec<f64> = messages
        .iter()
        .map(|message| {
            let begun = Instant::now();
            let rule = black_box(matcher.of_text(message, false, |_| true));
            found += usize::from(rule.is_some());
            millis(begun)
        })
        .collect();
    let looped: Vec<f64> = messages
        .iter()
        .take(LOOPED)
        .map(|message| {
            let begun = Instant::now();
            let is_found = black_box(ready.any(message));
            let took = millis(begun);
            if is_found == matcher.of_text(message, false, |_| true).is_some() {
                Ok(took)
            } else {
                Err(message.clone())
            }
        })
        .collect::<Result<_, String>>()
        .map_err(|message| format!("the loop and the matcher differ on {message}"))?;
    let (ours, looped) = (Spread::new(ours), Spread::new(looped));
    println!("{:<28}{:>10}{:>10}{:>10}", "rules", "p50 ms", "p95 ms", "p99 ms");
    for (name, spread) in [("ours", &ours), ("a loop over the rules", &looped)] {
        println!("{name:<28}{:>10.4}{:>10.4}{:>10.4}", spread.at(500), spread.at(950), spread.at(990));
    }
    println!(
        "rules: {:.4} ms at p99 (goal <= 1), {:.0} times faster than the loop at the median; {found} of {MESSAGES} set one off",
        ours.at(990),
        looped.at(500) / ours.at(500)
    );
    Ok(())
}

/// The keywords as the loop compares them.
struct Ready(Vec<(TriggerKind, String)>);

impl Ready {
    fn of(rules: &[Rule]) -> Self {
        let triggers = rules.iter().flat_map(|rule| &rule.triggers);
        Self(
            triggers
                .map(|trigger| (trigger.kind, compared(&trigger.text)))
                .filter(|(_, text)| !text.is_empty())
                .collect(),
        )
    }

    fn any(&self, message: &str) -> bool {
        let text = compared(message);
        let mut is_any = false;
        // All are asked: the best of those that fit is wanted.
        for (kind, keyword) in &self.0 {
            is_any |= if *kind == TriggerKind::Equal { *keyword == text } else { text.contains(keyword.as_str()) };
        }
        is_any
    }
}

/// In the searchable form, without spaces and the marks around it, as keywords are compared.
fn compared(text: &str) -> String {
    let marks = |c: char| c.is_whitespace() || ".,!?;:。，！？；：、~…".contains(c);
    chinese::normalise(text).trim_matches(marks).chars().filter(|c| !c.is_whitespace()).collect()
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}
