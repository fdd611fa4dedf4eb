//! Paragraphs and their length on a phone.

use std::ops::Range;

use super::weights::{lit, points, times};
use super::{Finding, Kind, Light, Weights};

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Bytes of the text, without white space around.
    pub span: Range<usize>,
    /// Lines on a phone.
    pub lines: usize,
    /// The sum of its findings' points.
    pub points: u64,
    /// Its light.
    pub light: Light,
}

impl Paragraph {
    /// With the points and the light that its findings give it.
    pub(super) fn lit(self, found: &[Finding], weights: &Weights) -> Self {
        let first = found.partition_point(|finding| finding.span.start < self.span.start);
        let own = found.iter().skip(first).take_while(|finding| finding.span.start < self.span.end);
        let points = points(own, weights);
        let light = lit(points, weights.lights.paragraph_yellow, weights.lights.paragraph_red);
        Self { points, light, ..self }
    }
}

/// The paragraphs of a text, a line each, those without text left out.
pub(super) fn of(text: &str, line: usize) -> Vec<Paragraph> {
    let mut start = 0;
    let mut found = Vec::new();
    for whole in text.split_inclusive('\n') {
        let begin = start + (whole.len() - whole.trim_start().len());
        let inside = whole.trim();
        start += whole.len();
        if !inside.is_empty() {
            // Half an em for what is ASCII, one for all else.
            let halves: usize = inside.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            let span = begin..begin + inside.len();
            found.push(Paragraph { span, lines: halves.div_ceil(2 * line.max(1)), points: 0, light: Light::Green });
        }
    }
    found
}

pub(super) fn find(paragraphs: &[Paragraph], limit: usize) -> impl Iterator<Item = Finding> {
    paragraphs.iter().filter(move |paragraph| paragraph.lines > limit).map(move |paragraph| Finding {
        span: paragraph.span.clone(),
        kind: Kind::LongParagraph,
        times: times(paragraph.lines, limit),
        reason: format!("这一段在手机上有 {} 行，超过 {limit} 行", paragraph.lines),
        advice: "在换了意思的地方分段".to_owned(),
        replacement: None,
        note: None,
    })
}
