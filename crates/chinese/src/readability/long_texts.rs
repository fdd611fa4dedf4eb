//! The long texts that the rules are shown on (`docs/readability.md`): government work reports of 1954–2025, if they are to
//! be had, and the judged paragraphs strung together.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Findings, Kind, Light, Lists, Weights, judge};
use crate::words::Words;

/// The work reports as title and text; none without the folder `$LANTAI_TEST_DATA`.
fn reports() -> Vec<(String, String)> {
    let folder = std::env::var_os("LANTAI_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let lines = fs::read_to_string(folder.join("long-texts/government_work_reports.jsonl")).unwrap_or_default();
    let texts = lines.lines().map(|line| {
        let text: serde_json::Value = serde_json::from_str(line).unwrap();
        ["title", "content"].map(|field| text[field].as_str().unwrap().to_owned())
    });
    texts.map(|[title, text]| (title, text)).collect()
}

/// The paragraphs of the judged set of one kind, or of all others.
fn judged(is_clean: bool) -> String {
    let lines = include_str!("judged.tsv").lines().filter_map(|line| line.split_once('\t'));
    lines.filter(|(kind, _)| (*kind == "clean") == is_clean).flat_map(|(_, text)| [text, "\n"]).collect()
}

fn row(title: &str, Findings { counts, light, .. }: &Findings, kinds: &[usize]) -> String {
    let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
    format!(
        "| {title} | {} | {} | {} | {} | {} | {} |",
        light.label(),
        counts.characters,
        counts.mean_sentence,
        counts.longest_sentence,
        counts.longest_paragraph,
        kinds.join(" | "),
    )
}

#[test]
fn official_reports_are_hard_to_read_and_what_was_written_for_all_is_not() {
    let (words, lists, weights) = (Words::default(), Lists::built_in().unwrap(), Weights::default());
    let mut texts = reports();
    texts.push(("60 段无误".to_owned(), judged(true)));
    texts.push(("60 段有误".to_owned(), judged(false)));
    for (title, text) in texts {
        let found = judge(&text, &words, &lists, &weights);
        println!("{}", row(&title, &found, &Kind::ALL.map(|kind| found.count(kind))));
        match title.as_str() {
            "60 段无误" => assert_eq!(found.light, Light::Green, "{:?}", found.reasons),
            "60 段有误" => assert_eq!(found.light, Light::Red, "{:?}", found.reasons),
            _ => assert!(found.light > Light::Green, "{title}"),
        }
    }
}
