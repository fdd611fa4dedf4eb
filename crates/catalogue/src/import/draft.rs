//! Judging one row: what it describes, and what is wrong with it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kernel::Secrets;
use sha2::{Digest, Sha256};

use super::composed;
use super::header::Header;
use super::mapping::Mapping;
use super::report::{Problem, Severity};
use super::table::{Cells, TableRow};
use super::template::{Place, Template};
use crate::access::Statuses;
use crate::plain::kept;
use crate::reference_code::{level, parent};
use crate::{
    ArchivalDate, Classification, Description, Disclosure, Element, Fonds, Level, Livelihood, Marking, Openness,
    Person, ReferenceCode, Restriction, marking,
};

/// The longest title that is taken, in characters.
const LONGEST_TITLE: usize = 2000;
/// What a spreadsheet shows where a formula failed.
const CELL_ERRORS: [&str; 8] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"];

/// What every row of a sheet is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) header: &'a Header,
    pub(super) sheet: &'a str,
    /// The fonds the importer was told.
    pub(super) fonds: Option<&'a ReferenceCode>,
}

/// A row that may land: a description but for what the database has to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Draft {
    pub(super) line: u32,
    pub(super) fonds: ReferenceCode,
    pub(super) fonds_title: Option<String>,
    pub(super) code: DraftCode,
    pub(super) level: Option<Level>,
    pub(super) title: String,
    document_number: Option<String>,
    pub(super) creator: Option<String>,
    pub(super) date: ArchivalDate,
    document_type: Option<String>,
    retention: Option<String>,
    pub(super) statuses: Statuses,
    elements: BTreeMap<String, String>,
    /// Whom the row is about, if it is one of a list of persons.
    pub(super) persons: Vec<Person>,
}

/// The code of a row: written in the file, or to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum DraftCode {
    Written(ReferenceCode),
    Made {
        /// What the row is known by.
        identity: String,
        /// The template, filled in but for the number.
        pattern: Template,
        /// The number the row would like.
        row: i64,
    },
}

/// A row and what there is to say about it.
pub(super) struct Judged {
    /// The row, unless it was refused.
    pub(super) draft: Option<Draft>,
    pub(super) problems: Vec<Problem>,
    /// The row bears the mark of a state secret after all: the file has changed since it was looked through.
    pub(super) secret: bool,
}

impl Judge<'_> {
    /// Judges a row; `number` counts the data rows of the sheet from 1.
    pub(super) fn judge(&self, row: &TableRow, number: u32) -> Judged {
        let mut case = Case { judge: self, row, problems: Vec::new(), secret: false, personal: false };
        let draft = case.draft(number);
        Judged { draft, problems: case.problems, secret: case.secret }
    }

    /// What is missing or unknown in the sheet as a whole.
    pub(super) fn of_sheet(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut warn = |code: &'static str, message: String| {
            problems.push(Problem {
                severity: Severity::Warning,
                sheet: self.sheet.to_owned(),
                line: self.header.line,
                column: None,
                code: code.into(),
                message,
            });
        };
        let strangers = self.header.strangers();
        if !strangers.is_empty() {
            warn(
                "columns-not-imported",
                format!("这些列没有导入：{}；要导入，请指明它们对应的著录项目", strangers.join("、")),
            );
        }
        for element in [Element::Date, Element::Creator, Element::Retention, Element::Openness] {
            let spanned = element == Element::Date && self.header.span.is_some();
            if self.header.column(element).is_none() && !spanned && !self.mapping.gives(element) {
                let then = if element == Element::Openness { "，全部按未审核（不开放）处理" } else { "" };
                warn("element-missing", format!("没有“{}”列{then}；可在映射文件里补上", element.label()));
            }
        }
        problems
    }

    /// The template of the reference code, filled in for a row but for the number.
    fn pattern(&self, row: &Cells, fonds: &str, date: Option<&ArchivalDate>) -> Option<Template> {
        let year = date.and_then(ArchivalDate::begin).map_or(0, crate::PartialDate::year);
        self.mapping.template(Element::ReferenceCode)?.fill(&mut |place| match place {
            Place::Fonds => Some(fonds.to_owned()),
            Place::Year => Some(format!("{year:04}")),
            Place::Row => None,
            Place::Element(element) => self.written(row, element).map(Cow::into_owned),
        })
    }

    /// What a row says about an element without templates: its cell, or what all rows share.
    fn written<'c>(&'c self, row: &'c Cells, element: Element) -> Option<Cow<'c, str>> {
        let cell = self.header.column(element).map(|column| kept(row.get(column))).filter(|cell| !cell.is_empty());
        cell.map(Cow::Owned).or_else(|| self.mapping.constant(element).map(Cow::Borrowed))
    }
}

/// One row being judged.
struct Case<'a> {
    judge: &'a Judge<'a>,
    row: &'a TableRow,
    problems: Vec<Problem>,
    secret: bool,
    personal: bool,
}

impl Case<'_> {
    fn draft(&mut self, number: u32) -> Option<Draft> {
        self.shape();
        let date = self.date();
        let persons = self.judge.header.people.of_row(&self.row.cells);
        let title = self.title(number, &persons);
        let fonds = self.fonds();
        let code = fonds.as_ref().and_then(|fonds| self.code(fonds, date.as_ref(), number));
        let mut statuses = self.statuses();
        let elements = self.aside(number);
        let text = |case: &mut Self, element| case.value(element, number).map(|text| case.private(element, text));
        let mut draft = Draft {
            line: self.row.line,
            fonds_title: self.value(Element::FondsTitle, number),
            level: self.value(Element::Level, number).and_then(|text| Level::written(&text)),
            document_number: text(self, Element::DocumentNumber),
            creator: text(self, Element::Creator),
            document_type: text(self, Element::DocumentType),
            retention: text(self, Element::Retention),
            fonds: fonds?,
            code: code?,
            title: title?,
            date: date?,
            statuses,
            elements,
            persons,
        };
        if draft.document_type.is_none() {
            draft.document_type = chinese::doctype::of_title(&draft.title).map(str::to_owned);
        }
        if self.judge.header.of_volumes {
            draft.level.get_or_insert(Level::Volume);
        }
        if self.judge.header.people.is_list() {
            statuses.livelihood.get_or_insert(self.category());
        }
        if self.personal {
            statuses.livelihood.get_or_insert(Livelihood::Personal);
        }
        draft.statuses = statuses;
        let refused = self.secret || self.problems.iter().any(|problem| problem.severity == Severity::Error);
        (!refused).then_some(draft)
    }

    /// What a row says about an element: its cell, else the template, else what all rows share.
    fn value(&self, element: Element, number: u32) -> Option<String> {
        let judge = self.judge;
        let column = judge.header.column(element);
        let cell = column.map(|column| kept(self.row.cells.get(column))).filter(|cell| !cell.is_empty());
        if cell.is_some() {
            return cell;
        }
        let built = judge.mapping.template(element).filter(|_| element != Element::ReferenceCode);
        let built = built.and_then(|template| {
            let filled = template.fill(&mut |place| match place {
                Place::Fonds => judge.fonds.map(|fonds| fonds.written().to_owned()),
                Place::Year | Place::Row => None,
                Place::Element(one) => judge.written(&self.row.cells, one).map(Cow::into_owned),
            })?;
            Some(filled.text(i64::from(number)))
        });
        built.or_else(|| judge.mapping.constant(element).map(str::to_owned))
    }

    fn say(&mut self, severity: Severity, element: Element, code: &'static str, message: impl Into<String>) {
        self.problems.push(Problem {
            severity,
            sheet: self.judge.sheet.to_owned(),
            line: self.row.line,
            column: Some(self.judge.header.text(element)),
            code: code.into(),
            message: message.into(),
        });
    }

    /// Cells that stand beyond the header, and formulas that failed.
    fn shape(&mut self) {
        let width = self.judge.header.texts.len();
        let cells = &self.row.cells;
        if (width..cells.len()).any(|index| !cells.get(index).trim().is_empty()) {
            let message = "这一行的列比表头多，可能有未加引号的分隔符；请对齐各列";
            self.problems.push(Problem {
                severity: Severity::Error,
                sheet: self.judge.sheet.to_owned(),
                line: self.row.line,
                column: None,
                code: "too-many-cells".into(),
                message: message.to_owned(),
            });
        }
        let failed =
            |(column, element): &(usize, Element)| CELL_ERRORS.contains(&cells.get(*column).trim()).then_some(*element);
        let failed: Vec<Element> = self.judge.header.columns.iter().filter_map(failed).collect();
        for element in failed {
            self.say(Severity::Error, element, "formula-failed", "单元格里是公式错误，请改成文字");
        }
    }

    /// The category of a list of persons.
    fn category(&self) -> Livelihood {
        self.judge.header.people.category(self.judge.sheet)
    }

    /// The title of a row about persons that has none: what it is and whom it is about.
    fn titled_by(&self, persons: &[Person]) -> Option<String> {
        let names: Vec<&str> = persons.iter().map(|person| person.name.as_str()).collect();
        let told = Livelihood::written(&self.value(Element::Livelihood, 0).unwrap_or_default());
        let category = told.unwrap_or_else(|| self.category());
        (!names.is_empty()).then(|| format!("{}：{}", category.label(), names.join("、")))
    }

    fn title(&mut self, number: u32, persons: &[Person]) -> Option<String> {
        let Some(title) = self.value(Element::Title, number).or_else(|| self.titled_by(persons)) else {
            self.say(Severity::Error, Element::Title, "title-missing", "题名为空，请补上");
            return None;
        };
        if title.chars().count() > LONGEST_TITLE {
            self.say(Severity::Error, Element::Title, "title-too-long", format!("题名超过 {LONGEST_TITLE} 字，请缩短"));
            return None;
        }
        if crate::is_marked(&title) {
            self.secret = true;
            return None;
        }
        Some(self.private(Element::Title, title))
    }

    fn date(&mut self) -> Option<ArchivalDate> {
        let spanned = || self.judge.header.spanned(&self.row.cells);
        let text = self.value(Element::Date, 0).or_else(spanned).unwrap_or_default();
        match ArchivalDate::parse(&text) {
            Ok(date) => {
                if date.is_undated() && self.judge.header.is_dated() {
                    let message = if text.is_empty() {
                        "没有日期，按无日期导入"
                    } else {
                        "日期不能识别，按原文保留、无日期导入"
                    };
                    self.say(Severity::Warning, Element::Date, "undated", message);
                }
                Some(date)
            }
            Err(problem) => {
                let text: String = text.chars().take(40).collect();
                let message = format!("日期“{text}”：{problem}；请写成 19580305，不知道的月、日写 00");
                self.say(Severity::Error, Element::Date, "date-impossible", message);
                None
            }
        }
    }

    fn fonds(&mut self) -> Option<ReferenceCode> {
        if let Some(fonds) = self.judge.fonds {
            return Some(fonds.clone());
        }
        let written = self.judge.written(&self.row.cells, Element::Fonds).map(Cow::into_owned);
        let from_code = || {
            let code = self.judge.written(&self.row.cells, Element::ReferenceCode)?;
            ReferenceCode::parse(&code).ok().map(|code| code.fonds().to_owned())
        };
        let fonds = written.or_else(from_code).and_then(|text| ReferenceCode::parse(&text).ok());
        if fonds.is_none() {
            // Where codes have a column of their own, the row lacks its code, and the fonds with it.
            let coded = self.judge.header.column(Element::ReferenceCode).is_some()
                && self.judge.mapping.template(Element::ReferenceCode).is_none();
            if coded {
                self.say(Severity::Error, Element::ReferenceCode, "code-missing", "档号为空；请补上档号");
            } else {
                let message = "不知道属于哪个全宗：请加“全宗号”列，或在导入时指明全宗";
                self.say(Severity::Error, Element::Fonds, "fonds-missing", message);
            }
        }
        fonds
    }

    fn code(&mut self, fonds: &ReferenceCode, date: Option<&ArchivalDate>, number: u32) -> Option<DraftCode> {
        let judge = self.judge;
        let written = judge.written(&self.row.cells, Element::ReferenceCode).map(Cow::into_owned);
        let pattern = || judge.pattern(&self.row.cells, fonds.written(), date);
        let text = match (written, judge.header.identity) {
            (Some(text), _) => Some(text),
            (None, None) => {
                let composed = || composed::code(judge.header, &self.row.cells, fonds.written());
                pattern().map(|pattern| pattern.text(i64::from(number))).or_else(composed)
            }
            (None, Some(_)) => match pattern() {
                Some(pattern) => {
                    return Some(DraftCode::Made { identity: self.identity(), pattern, row: i64::from(number) });
                }
                None => None,
            },
        };
        match ReferenceCode::parse(&text.unwrap_or_default()) {
            Ok(code) => Some(DraftCode::Written(code)),
            Err(problem) => {
                self.say(Severity::Error, Element::ReferenceCode, "code-missing", format!("{problem}；请补上档号"));
                None
            }
        }
    }

    /// The identity key of the row; without one, all its content.
    fn identity(&self) -> String {
        let key = self.judge.header.identity.map(|column| kept(self.row.cells.get(column)));
        key.filter(|key| !key.is_empty()).unwrap_or_else(|| format!("{CONTENT}{}", content(&self.row.cells)))
    }

    fn statuses(&mut self) -> Statuses {
        let value = |case: &Self, element| case.value(element, 0).unwrap_or_default();
        let classification = match marking(&value(self, Element::Classification)) {
            Marking::Allowed(classification) => classification,
            Marking::Secret => {
                self.secret = true;
                Classification::Internal
            }
            Marking::Unknown => {
                self.say(
                    Severity::Warning,
                    Element::Classification,
                    "classification-unknown",
                    "密级不认识，按内部处理",
                );
                Classification::Internal
            }
        };
        let openness = value(self, Element::Openness);
        let given =
            self.judge.header.column(Element::Openness).is_some() || self.judge.mapping.gives(Element::Openness);
        let openness = Openness::written(&openness).unwrap_or_else(|| {
            if given {
                let message = if openness.is_empty() {
                    "开放标识为空，按未审核（不开放）处理"
                } else {
                    "开放标识不认识，按未审核（不开放）处理"
                };
                self.say(Severity::Warning, Element::Openness, "openness-unknown", message);
            }
            Openness::Unreviewed
        });
        let disclosure = Disclosure::written(&value(self, Element::Disclosure)).unwrap_or_else(|| {
            self.say(Severity::Warning, Element::Disclosure, "disclosure-unknown", "公开属性不认识，按不公开处理");
            Disclosure::Withheld
        });
        Statuses {
            classification,
            openness,
            disclosure,
            published: matches!(value(self, Element::Published).as_str(), "是" | "已公布" | "公布" | "TRUE" | "1"),
            restriction: Restriction::written(&value(self, Element::Restriction)),
            livelihood: Livelihood::written(&value(self, Element::Livelihood)),
        }
    }

    /// The elements that have no place of their own.
    fn aside(&mut self, number: u32) -> BTreeMap<String, String> {
        let judge = self.judge;
        let named = judge.header.columns.iter().map(|(_, element)| *element);
        let mapped = judge.mapping.constants.iter().map(|(element, _)| *element);
        let built = judge.mapping.templates.iter().map(|(element, _)| *element);
        let mut elements = BTreeMap::new();
        for element in named.chain(mapped).chain(built) {
            if !(element.is_kept_aside() || element == Element::VolumeCode) || elements.contains_key(element.name()) {
                continue;
            }
            if let Some(value) = self.value(element, number) {
                let value = self.private(element, value);
                elements.insert(element.name().to_owned(), value);
            }
        }
        elements
    }

    /// Masks ID numbers: a row that holds one is about a person, and numbers are not kept in the open.
    fn private(&mut self, element: Element, text: String) -> String {
        let Some(masked) = chinese::personal::masked(&text) else { return text };
        self.personal = true;
        self.say(Severity::Warning, element, "id-number", "含身份证号，已遮盖，本行不对公众开放");
        masked
    }
}

/// Begins the identity of a row that has no key: a digest of its content follows.
pub(super) const CONTENT: &str = "内容:";

/// A digest of all cells of a row.
pub(super) fn content(cells: &Cells) -> String {
    let mut sha = Sha256::new();
    for cell in cells.iter() {
        sha.update(cell.as_bytes());
        sha.update([0]);
    }
    kernel::hex(sha.finalize().get(..16).unwrap_or_default())
}

impl Draft {
    /// A row may be known by an ID number; that is kept by its keyed hash alone.
    pub(super) fn hide_identity(&mut self, secrets: &Secrets) {
        if let DraftCode::Made { identity, .. } = &mut self.code
            && !chinese::personal::id_numbers(identity).is_empty()
        {
            *identity = secrets.authenticate("import-identity", identity.as_bytes());
        }
    }

    /// Lets an item stand in a volume, unless it names one itself.
    pub(super) fn stands_in(&mut self, volume: &str) {
        let names_one = |element: Element| self.elements.contains_key(element.name());
        if !names_one(Element::VolumeCode) && !names_one(Element::Parent) {
            self.elements.insert(Element::VolumeCode.name().to_owned(), volume.to_owned());
        }
    }

    /// The key of the code of what the row says it belongs to: any description may name what is above it, an item its
    /// volume.
    pub(super) fn told_parent(&self, level: Level) -> Option<String> {
        let said = |element: Element| self.elements.get(element.name()).map(|text| crate::reference_code::key(text));
        let volume = || said(Element::VolumeCode).filter(|_| level == Level::Item);
        said(Element::Parent).or_else(volume).filter(|key| !key.is_empty())
    }

    /// Its level, as far as the row and a written code tell it.
    pub(super) fn told_level(&self) -> Option<Level> {
        let of_code = || match &self.code {
            DraftCode::Written(code) => Some(level(code, &[])),
            DraftCode::Made { .. } => None,
        };
        self.level.or_else(of_code)
    }

    /// The description under a code. It stands in its volume as far as the code or the row tells one; whether that
    /// volume is described the database has to say.
    pub(super) fn describe(self, code: ReferenceCode, fonds: &Fonds) -> Description {
        let level = self.level.unwrap_or_else(|| level(&code, &fonds.patterns));
        let parent_key = match (self.told_parent(level), parent(&code, level)) {
            (Some(told), _) if code.key() != fonds.key => told,
            (_, Some(parent)) if parent != code.fonds() => parent.to_owned(),
            _ => fonds.key.clone(),
        };
        Description {
            fonds_key: fonds.key.clone(),
            level,
            code,
            parent_key,
            title: self.title,
            document_number: self.document_number,
            creator: self.creator,
            date: self.date,
            document_type: self.document_type,
            retention: self.retention,
            statuses: self.statuses,
            elements: self.elements,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::row;
    use super::*;

    fn judged(mapping: &str, header: &[&str], cells: &[&str]) -> Judged {
        let mapping = Mapping::parse(mapping).unwrap();
        let header = Header::read(1, &row(1, header).cells, &mapping).unwrap();
        let judge = Judge { mapping: &mapping, header: &header, sheet: "", fonds: None };
        judge.judge(&row(5, cells), 4)
    }

    fn codes(judged: &Judged) -> Vec<&str> {
        judged.problems.iter().map(|problem| problem.code.as_ref()).collect()
    }

    const HEADER: [&str; 6] = ["档号", "题名", "日期", "责任者", "保管期限", "开放标识"];

    #[test]
    fn a_good_row_needs_no_word() {
        let judged =
            judged("", &HEADER, &["X001-WS·2001·Y-0001", "关于某事的通知", "20010203", "某局", "永久", "开放"]);
        assert_eq!(codes(&judged), [""; 0]);
        let draft = judged.draft.unwrap();
        assert_eq!(draft.statuses.openness, Openness::Open);
        assert_eq!(draft.document_type.as_deref(), Some("通知"));
        assert_eq!(draft.fonds.key(), "X001");
    }

    #[test]
    fn what_is_wrong_is_said_with_line_and_column() {
        let judged = judged("", &HEADER, &["", "", "20011341", "某局", "永久", "开放"]);
        assert!(judged.draft.is_none());
        assert_eq!(codes(&judged), ["date-impossible", "title-missing", "code-missing"]);
        assert_eq!(judged.problems[2].column.as_deref(), Some("档号"));
        assert_eq!((judged.problems[1].line, judged.problems[1].column.as_deref()), (5, Some("题名")));
    }

    #[test]
    fn u30_an_unknown_openness_is_closed_with_a_warning() {
        for word in ["开放?", "", "公开"] {
            let judged = judged("", &HEADER, &["X001-1-1", "甲", "2001", "某局", "永久", word]);
            assert_eq!(codes(&judged), ["openness-unknown"], "{word}");
            assert_eq!(judged.draft.unwrap().statuses.openness, Openness::Unreviewed);
        }
    }

    #[test]
    fn a_row_without_a_date_lands_undated() {
        let judged = judged("", &HEADER, &["X001-1-1", "甲", "", "某局", "永久", "开放"]);
        assert_eq!(codes(&judged), ["undated"]);
        assert!(judged.draft.unwrap().date.is_undated());
    }

    #[test]
    fn an_id_number_is_masked_and_makes_the_row_personal() {
        let judged = judged("", &HEADER, &["X001-1-1", "张某11010519491231002X登记表", "1980", "某局", "永久", "开放"]);
        assert_eq!(codes(&judged), ["id-number"]);
        let draft = judged.draft.unwrap();
        assert_eq!(draft.title, "张某110***********002X登记表");
        assert_eq!(draft.statuses.livelihood, Some(Livelihood::Personal));
    }

    #[test]
    fn shifted_rows_and_failed_formulas_are_refused() {
        let shifted = judged("", &HEADER, &["X001-1-1", "甲", "1980", "某局", "永久", "开放", "多"]);
        assert_eq!(codes(&shifted), ["too-many-cells"]);
        let failed = judged("", &HEADER, &["X001-1-1", "#N/A", "1980", "某局", "永久", "开放"]);
        assert_eq!(codes(&failed), ["formula-failed"]);
    }

    #[test]
    fn a_mapping_gives_constants_and_made_codes() {
        let mapping = "[columns]\ntitle = \"t\"\n[constants]\nopenness = \"开放\"\nfonds = \"X9\"\nnote = \"注\"\n[templates]\n\
                       reference_code = \"{fonds}-{row}\"\n[identity]\nkey = \"url\"";
        let draft = judged(mapping, &["t", "url"], &["甲", "http://x"]).draft.unwrap();
        let DraftCode::Made { identity, pattern, row } = &draft.code else { panic!("a made code") };
        assert_eq!((identity.as_str(), pattern.text(*row).as_str()), ("http://x", "X9-4"));
        assert_eq!(draft.elements.get("note").map(String::as_str), Some("注"));
        let nameless = judged(mapping, &["t", "url"], &["甲", ""]).draft.unwrap();
        assert!(matches!(nameless.code, DraftCode::Made { identity, .. } if identity.starts_with(CONTENT)));
    }

    #[test]
    fn u29_a_mark_that_slipped_through_stops_everything() {
        assert!(judged("", &HEADER, &["X001-1-1", "（机密）甲", "1980", "某局", "永久", "开放"]).secret);
    }
}
