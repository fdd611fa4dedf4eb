//! Short names that the text does not write out: 县人委, OCR.

use std::collections::HashSet;

use super::{Finding, Kind, Sheet};
use crate::glossary::{Found, Glossary, is_explained};

/// Latin ones that everybody has on the phone.
const KNOWN: [&str; 28] = [
    "AI", "APP", "CD", "CT", "DNA", "DVD", "GDP", "GPS", "IC", "ID", "IT", "KTV", "LED", "MP3", "MP4", "OK", "PC",
    "PDF", "PPT", "QQ", "TV", "USB", "VCD", "VIP", "VR", "WIFI", "WPS", "NBA",
];

pub(super) fn find<'a>(sheet: &'a Sheet<'_>, list: &'a Glossary) -> impl Iterator<Item = Finding> {
    let text = sheet.text;
    let listed = list.find(text).into_iter().filter_map(move |Found { span, entry }| {
        let is_written_out = entry.plain.as_ref().is_some_and(|full| text.contains(full.as_str()));
        let full = entry.plain.clone().unwrap_or_default();
        (!is_written_out && !sheet.is_named(&span) && sheet.stands(&span)).then(|| Finding {
            span,
            kind: Kind::Abbreviation,
            times: 1,
            reason: format!("“{}”是简称，文中没有说全称", entry.term),
            advice: format!("第一次出现时写全称“{full}”，或加一条注释"),
            replacement: Some(full),
            note: Some(entry.explanation.clone()),
        })
    });
    listed.chain(latin(sheet))
}

/// Runs of two to six capital letters, digits after them allowed, each at its first place.
fn latin(sheet: &Sheet<'_>) -> impl Iterator<Item = Finding> {
    let text = sheet.text;
    let mut seen: HashSet<&str> = HashSet::new();
    let mut runs = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (begun, c.is_ascii_alphanumeric()) {
            (None, true) => begun = Some(at),
            (Some(start), false) => {
                runs.push(start..at);
                begun = None;
            }
            _ => {}
        }
    }
    runs.into_iter().filter_map(move |span| {
        let run = text.get(span.clone())?;
        let capitals = run.bytes().take_while(u8::is_ascii_uppercase).count();
        let is_short = (2..=6).contains(&capitals) && run.bytes().skip(capitals).all(|b| b.is_ascii_digit());
        let in_brackets = text.get(..span.start)?.ends_with(['（', '(', '/', '《', '〔']);
        let is_left = !is_short
            || KNOWN.contains(&run)
            || in_brackets
            || is_explained(text, span.end)
            || sheet.is_named(&span)
            || text.get(span.end..)?.starts_with('/');
        // Explained where it first stands, it is explained.
        (seen.insert(run) && !is_left).then(|| Finding {
            span,
            kind: Kind::Abbreviation,
            times: 1,
            reason: format!("“{run}”是外文缩写，文中没有解释"),
            advice: "换成中文说法，或在后面用括号解释".to_owned(),
            replacement: None,
            note: None,
        })
    })
}
