//! The judged set: sixty paragraphs with one planted fault each and sixty clean ones, written before the rules were tuned.
//! Every third of each kind was held out: looked at once, when the rules were done.

use super::{Findings, Kind, Lists, Weights, judge};
use crate::words::Words;

const SET: &str = include_str!("judged.tsv");

/// A paragraph, and the kind of its fault.
struct Case {
    fault: Option<Kind>,
    text: &'static str,
    is_held_out: bool,
}

fn cases() -> Vec<Case> {
    let mut counts = std::collections::HashMap::new();
    SET.lines()
        .map(|line| {
            let (kind, text) = line.split_once('\t').unwrap();
            let fault = match kind {
                "clean" => None,
                "sentence" => Some(Kind::LongSentence),
                "paragraph" => Some(Kind::LongParagraph),
                "chain" => Some(Kind::NounChain),
                "official" => Some(Kind::OfficialPhrase),
                "classical" => Some(Kind::Classical),
                "word" => Some(Kind::UncommonWord),
                "era" => Some(Kind::EraYear),
                "abbreviation" => Some(Kind::Abbreviation),
                "jargon" => Some(Kind::Jargon),
                other => panic!("{other}"),
            };
            let count = counts.entry(kind).or_insert(0);
            *count += 1;
            Case { fault, text, is_held_out: *count % 3 == 0 }
        })
        .collect()
}

/// Found of planted, false alarms of clean, other findings in planted ones.
fn measure(held_out: bool) -> ([usize; 2], [usize; 2], usize) {
    let (words, lists, weights) = (Words::default(), Lists::built_in().unwrap(), Weights::default());
    let (mut planted, mut clean, mut others) = ([0, 0], [0, 0], 0);
    for case in cases().iter().filter(|case| case.is_held_out == held_out) {
        let Findings { found, .. } = judge(case.text, &words, &lists, &weights);
        let told = || {
            let told = found.iter().map(|finding| format!("{}: {}", finding.kind.label(), finding.reason));
            told.collect::<Vec<_>>().join("; ")
        };
        let others_too = |fault| found.iter().any(|finding| finding.kind != fault);
        if let Some(fault) = case.fault {
            let is_found = found.iter().any(|finding| finding.kind == fault);
            others += usize::from(others_too(fault));
            planted = [planted[0] + usize::from(is_found), planted[1] + 1];
            if !is_found || others_too(fault) {
                println!("{} {}: {} [{}]", if is_found { "found" } else { "missed" }, fault.label(), case.text, told());
            }
        } else {
            clean = [clean[0] + usize::from(!found.is_empty()), clean[1] + 1];
            if !found.is_empty() {
                println!("false alarm: {} [{}]", case.text, told());
            }
        }
    }
    println!(
        "found {}/{}, false alarms {}/{}, other findings in {} planted ones",
        planted[0], planted[1], clean[0], clean[1], others
    );
    (planted, clean, others)
}

fn is_reached(([found, planted], [alarms, clean], _): ([usize; 2], [usize; 2], usize)) -> bool {
    found * 10 >= planted * 9 && alarms * 10 <= clean
}

#[test]
fn the_set_is_whole() {
    let cases = cases();
    assert_eq!(cases.iter().filter(|case| case.fault.is_some()).count(), 60);
    assert_eq!(cases.iter().filter(|case| case.fault.is_none()).count(), 60);
    assert!(Kind::ALL.iter().all(|kind| cases.iter().any(|case| case.fault == Some(*kind))));
}

#[test]
fn what_the_rules_were_tuned_on_is_found() {
    assert!(is_reached(measure(false)));
}

#[test]
fn what_was_held_out_is_found() {
    assert!(is_reached(measure(true)));
}
