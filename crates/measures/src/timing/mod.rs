//! Timing: whether how long an answer takes tells what it must not. For the long run, on a quiet machine.
//!
//! Two classes of request are sent in an order of chance and compared with each other; nothing is held against a clock.
//! Each row has a control, which leaks on purpose and must be seen, so that a blind measurement does not pass. A row
//! fails when three measurements in a row say that the classes differ.

mod records;
mod signatures;
mod statistics;

use measures::Outcome;

/// What a row found.
struct Row {
    /// The id of the attack and what was compared.
    what: &'static str,
    /// The measure: Welch's t, or the p of Kolmogorov and Smirnov.
    measure: &'static str,
    /// Whether the classes must differ: true of the controls.
    leaks: bool,
    /// The measurements, each with whether it saw a difference.
    seen: Vec<(f64, bool)>,
}

/// Measurements of a row until one says what is hoped for.
const MEASUREMENTS: usize = 3;

impl Row {
    fn new(what: &'static str, measure: &'static str, leaks: bool) -> Self {
        Self { what, measure, leaks, seen: Vec::new() }
    }

    /// Measures until the row holds, or often enough to say that it does not.
    async fn measured(mut self, mut measure: impl AsyncFnMut() -> Outcome<(f64, bool)>) -> Outcome<Self> {
        while self.seen.len() < MEASUREMENTS && !self.holds() {
            self.seen.push(measure().await?);
        }
        Ok(self)
    }

    fn holds(&self) -> bool {
        self.seen.iter().any(|(_, differs)| *differs == self.leaks)
    }
}

pub(crate) async fn run() -> Outcome<()> {
    let mut rows = signatures::rows().await?;
    rows.extend(records::rows().await?);
    println!("\n{:<58}{:<10}{:>12}  holds", "timing", "expected", "measure");
    for row in &rows {
        let expected = if row.leaks { "differ" } else { "same" };
        let measures: Vec<String> = row.seen.iter().map(|(value, _)| format!("{value:.3}")).collect();
        let holds = if row.holds() { "yes" } else { "NO" };
        println!("{:<58}{expected:<10}{:>12}  {holds}  ({})", row.what, measures.join(" "), row.measure);
    }
    if rows.iter().all(Row::holds) { Ok(()) } else { Err("a row of the timing does not hold".into()) }
}
