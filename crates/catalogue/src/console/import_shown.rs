//! How a file that was sent, and what came of it, stand in answers.

use serde::Serialize;
use utoipa::ToSchema;

use super::imports::FORMATS;
use super::shown::many;
use super::works::ProblemShown;
use crate::import::{PeekedSheet, Problem, SampleRow, Severity, WrittenMapping};
use crate::uploads::{Entry, Openings, OrderGiven, Person, Progress, Report};

/// Problems that an answer shows.
const PROBLEMS: usize = 200;

/// A file that was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportShown {
    #[serde(flatten)]
    progress: ImportProgress,
    file_name: String,
    bytes: i64,
    uploaded_by: String,
    uploaded_at: String,
    /// When it is forgotten if nothing is done with it.
    kept_until: String,
    sheets: Vec<ImportSheet>,
    order: Option<ImportOrder>,
    opens: Option<ImportOpens>,
    /// What the last trial came to.
    trial: Option<ImportReport>,
    /// What the import came to.
    result: Option<ImportReport>,
    problem: Option<ProblemShown>,
}

/// How far the work on a file has come.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportProgress {
    id: String,
    /// `uploaded`, `trying`, `tried`, `waiting-approval`, `running`, `interrupted`, `done`, `refused`, `failed`; for
    /// what was imported and then rolled back `rolling-back`, `rolled-back`.
    state: &'static str,
    state_label: &'static str,
    /// The state in a sentence.
    told: String,
    /// Lines done.
    done: i64,
    /// Lines of the file.
    of: Option<i64>,
    seconds_left: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct ImportSheet {
    name: String,
    rows: i64,
    header_line: Option<u32>,
    headers: Vec<String>,
    /// The first rows below the header, ID numbers masked.
    samples: Vec<Vec<String>>,
    /// What the columns seem to mean.
    guess: WrittenMapping,
    /// Headers that mean nothing by themselves.
    unknown: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct ImportOrder {
    mapping: WrittenMapping,
    fonds: Option<String>,
    format: &'static str,
    by: String,
    at: String,
    approved_by: Option<String>,
    approved_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct ImportOpens {
    count: i64,
    /// The first of them.
    lines: Vec<ImportLine>,
}

#[derive(Serialize, ToSchema)]
struct ImportLine {
    sheet: String,
    line: u32,
}

/// What an import or a trial came to.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportReport {
    batch: Option<i64>,
    read: i64,
    landed: i64,
    updated: i64,
    unchanged: i64,
    refused: i64,
    /// Records that everybody may see through it and could not before.
    opened: i64,
    /// Of the new records, those that everybody may see at once.
    landed_open: i64,
    problems_total: i64,
    errors: i64,
    warnings: i64,
    /// The first of them.
    problems: Vec<ImportProblem>,
    /// The first rows as they would land; of a trial only.
    rows: Vec<ImportRow>,
}

/// Something about a row or a sheet that somebody should know.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportProblem {
    /// `error` or `warning`.
    severity: &'static str,
    severity_label: &'static str,
    sheet: String,
    line: u32,
    column: Option<String>,
    code: String,
    message: String,
}

#[derive(Serialize, ToSchema)]
struct ImportRow {
    reference_code: String,
    title: String,
    date: Option<String>,
    creator: Option<String>,
    level_label: String,
    openness_label: String,
}

impl ImportProgress {
    pub(super) fn of(entry: &Entry, progress: Option<Progress>) -> Self {
        let progress = progress.unwrap_or_default();
        Self {
            id: entry.id.clone(),
            state: entry.state.name(),
            state_label: entry.state.label(),
            told: entry.told(),
            done: many(progress.done),
            of: progress.of.map(many),
            seconds_left: progress.seconds_left.map(many),
        }
    }
}

impl ImportShown {
    pub(super) fn of(entry: Entry, progress: Option<Progress>) -> Self {
        let progress = ImportProgress::of(&entry, progress);
        let (uploaded_at, kept_until) = (entry.uploaded_at().utc_text(), entry.kept_until().utc_text());
        Self {
            progress,
            file_name: entry.file_name,
            bytes: many(entry.bytes),
            uploaded_by: entry.by.name().to_owned(),
            uploaded_at,
            kept_until,
            sheets: entry.sheets.into_iter().map(sheet).collect(),
            order: entry.order.map(order),
            opens: entry.opens.map(opens),
            trial: entry.trial.map(report),
            result: entry.result.map(report),
            problem: entry.problem.map(ProblemShown::from),
        }
    }

    /// Without what only its own page shows.
    pub(super) fn brief(mut self) -> Self {
        self.sheets.clear();
        for report in [&mut self.trial, &mut self.result].into_iter().flatten() {
            report.problems.clear();
            report.rows.clear();
        }
        self
    }
}

fn sheet(sheet: PeekedSheet) -> ImportSheet {
    let PeekedSheet { name, rows, header_line, headers, samples, guess, unknown } = sheet;
    let guess = WrittenMapping { columns: guess.into_iter().collect(), ..WrittenMapping::default() };
    ImportSheet { name, rows: many(rows), header_line, headers, samples, guess, unknown }
}

fn order(order: OrderGiven) -> ImportOrder {
    let (at, approved_at) = (order.at().utc_text(), order.approved_at().map(kernel::Timestamp::utc_text));
    ImportOrder {
        format: FORMATS.into_iter().find(|(.., format)| *format == order.format).map_or("auto", |(name, ..)| name),
        by: order.by.name().to_owned(),
        approved_by: order.approved_by.as_ref().map(Person::name).map(str::to_owned),
        mapping: order.mapping,
        fonds: order.fonds,
        at,
        approved_at,
    }
}

fn opens(Openings { count, lines }: Openings) -> ImportOpens {
    let lines = lines.into_iter().map(|(sheet, line)| ImportLine { sheet, line }).collect();
    ImportOpens { count: many(count), lines }
}

fn report(report: Report) -> ImportReport {
    let Report { batch, counts, opened, landed_open, problems_total, errors, problems, rows } = report;
    let [landed, updated, unchanged, refused] = counts.map(many);
    ImportReport {
        batch,
        read: landed + updated + unchanged + refused,
        landed,
        updated,
        unchanged,
        refused,
        opened: many(opened),
        landed_open: many(landed_open),
        problems_total: many(problems_total),
        errors: many(errors),
        warnings: many(problems_total.saturating_sub(errors)),
        problems: problems.into_iter().take(PROBLEMS).map(ImportProblem::from).collect(),
        rows: rows.into_iter().map(row).collect(),
    }
}

impl From<Problem> for ImportProblem {
    fn from(problem: Problem) -> Self {
        let Problem { severity, sheet, line, column, code, message } = problem;
        let (severity, severity_label): (Severity, &str) = (severity, severity.label());
        let code = code.into_owned();
        Self { severity: severity.name(), severity_label, sheet, line, column, code, message }
    }
}

fn row(row: SampleRow) -> ImportRow {
    let SampleRow { reference_code, title, date, creator, level, openness } = row;
    ImportRow { reference_code, title, date, creator, level_label: level, openness_label: openness }
}
