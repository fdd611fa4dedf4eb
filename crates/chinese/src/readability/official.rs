//! Phrases of official papers (公文套话), from a list; and verbs without content before the real one (进行核对).

use super::{Finding, Kind, Sheet};
use crate::glossary::{Found, Glossary};
use crate::words::Token;

/// Verbs that say only that something is done.
const HOLLOW: [&str; 4] = ["进行", "给予", "作出", "做出"];

pub(super) fn find<'a>(sheet: &'a Sheet<'_>, list: &'a Glossary) -> impl Iterator<Item = Finding> {
    let phrases =
        list.occurrences(sheet.text).filter(|found| sheet.stands(&found.span)).map(|Found { span, entry }| Finding {
            span,
            kind: Kind::OfficialPhrase,
            times: 1,
            reason: format!("“{}”是公文里的说法", entry.term),
            advice: entry.explanation.clone(),
            replacement: entry.plain.clone(),
            note: None,
        });
    let hollow = sheet.tokens.windows(2).filter_map(|pair| {
        let [first, second] = pair else { return None };
        hollow(first, second)
    });
    phrases.chain(hollow).filter(|finding| !sheet.is_quoted(&finding.span))
}

fn hollow(first: &Token<'_>, second: &Token<'_>) -> Option<Finding> {
    let is_verb = matches!(second.tag, "v" | "vn") && second.word.chars().nth(1).is_some();
    (is_verb && HOLLOW.contains(&first.word)).then(|| Finding {
        span: first.span.start..second.span.end,
        kind: Kind::OfficialPhrase,
        times: 1,
        reason: format!("“{}{}”绕了弯，动作在“{}”", first.word, second.word, second.word),
        advice: format!("直接写“{}”", second.word),
        replacement: Some(second.word.to_owned()),
        note: None,
    })
}
