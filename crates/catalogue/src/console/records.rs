//! `/api/v1/records/{id}`: a record with all it says, what is above and below it, and what happened to it; `/api/v1/fonds`.

use axum::Json;
use axum::extract::{Path, State};
use kernel::{Code, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::{Inputs, Listed, Staff};

use super::Office;
use super::shown::{Paged, RecordAccess, RecordLine, RecordPlace, RowsWanted, count, many};
use crate::access::{Bar, bar, in_public_index};
use crate::ask::{FondsHeld, FoundHeld, Held};
use crate::export::value;
use crate::originals::Listed as Original;
use crate::store::person::Masked;
use crate::{Element, Fonds, Livelihood, PersonRole, PublicId, Record};

/// A record, or a fonds that is not described itself.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordShown {
    /// `record` or `fonds`.
    kind: &'static str,
    #[serde(flatten)]
    line: RecordLine,
    /// From the fonds down to what it belongs to.
    path: Vec<RecordPlace>,
    /// What it belongs to.
    parent: Option<RecordPlace>,
    /// Everything it says, internal elements too.
    elements: Vec<RecordElement>,
    statuses: Vec<RecordStatus>,
    /// Why it could not be opened.
    bar: Option<&'static str>,
    access: Option<RecordAccess>,
    /// Persons it is about, their numbers masked.
    subjects: Vec<RecordSubject>,
    children_total: i64,
    originals: Vec<OriginalShown>,
    /// The import batch that wrote what it says.
    batch: Option<i64>,
    /// The day of its next review.
    review_on: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct RecordElement {
    name: &'static str,
    label: &'static str,
    value: String,
}

#[derive(Serialize, ToSchema)]
struct RecordStatus {
    name: &'static str,
    label: &'static str,
    value: &'static str,
    text: &'static str,
}

#[derive(Serialize, ToSchema)]
struct RecordSubject {
    name: String,
    role: Option<&'static str>,
    role_label: Option<&'static str>,
    /// Masked.
    id_number: Option<String>,
    /// The year of birth.
    born: Option<i64>,
}

/// An original as staff see it.
#[derive(Serialize, ToSchema)]
pub(super) struct OriginalShown {
    /// Its place, from 1.
    number: i64,
    kind: &'static str,
    kind_label: &'static str,
    pages: i64,
    file_name: String,
    label: Option<String>,
    bytes: i64,
    /// Whether readers see it now.
    shown: bool,
    /// Whether it is withheld by itself.
    withheld: bool,
    state_label: &'static str,
}

/// A record in the hierarchy.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordChild {
    id: String,
    reference_code: String,
    title: String,
    level: &'static str,
    level_label: &'static str,
    date: Option<String>,
    openness_label: &'static str,
    is_public: bool,
    /// How many records are right below it.
    children: i64,
}

/// A fonds.
#[derive(Serialize, ToSchema)]
pub(super) struct FondsShown {
    id: String,
    reference_code: String,
    title: Option<String>,
    records: i64,
    /// How many of them everybody may see.
    open: i64,
}

/// Everything that happened to a record, the oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordHistory {
    reference_code: String,
    title: String,
    openness_label: &'static str,
    published: bool,
    happened: Vec<RecordEvent>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordEvent {
    /// In Asia/Shanghai.
    at: String,
    actor: String,
    what: String,
}

impl From<crate::desk::Happened> for RecordEvent {
    fn from(crate::desk::Happened { at, actor, what }: crate::desk::Happened) -> Self {
        Self { at, actor, what }
    }
}

/// A record, or a fonds.
#[utoipa::path(get, path = "/api/v1/records/{id}", tag = "records", params(("id" = String, Path)),
    responses((status = 200, body = RecordShown)))]
pub(super) async fn one(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Json<RecordShown>, Failure> {
    let now = office.ground().clock.now();
    Ok(Json(match office.staff.record(&actor, &public_id(&id)?).await? {
        FoundHeld::Record(held) => record(*held, now),
        FoundHeld::Fonds(held, below) => fonds_alone(&held, below),
    }))
}

/// What is right below a record or a fonds.
#[utoipa::path(get, path = "/api/v1/records/{id}/children", tag = "records", params(("id" = String, Path), RowsWanted),
    responses((status = 200, body = Listed<RecordChild>)))]
pub(super) async fn children(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Inputs(wanted): Inputs<RowsWanted>,
) -> Result<Json<Listed<RecordChild>>, Failure> {
    let (records, total) = office.staff.below(&actor, &public_id(&id)?, wanted.wanted()?).await?;
    let items = records.into_iter().map(|(record, below)| child(&record, below)).collect();
    Ok(Json(Listed { items, total: many(total) }))
}

/// What happened to a record: its versions, the opinions and decisions about it.
#[utoipa::path(get, path = "/api/v1/records/{id}/history", tag = "records", params(("id" = String, Path)),
    responses((status = 200, body = RecordHistory)))]
pub(super) async fn history(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Json<RecordHistory>, Failure> {
    let code = code_of(&office, &actor, &id).await?;
    let dossier = office.reviews().history(&actor, &code).await?;
    Ok(Json(RecordHistory {
        reference_code: dossier.reference_code,
        title: dossier.title,
        openness_label: dossier.openness,
        published: dossier.published,
        happened: dossier.happened.into_iter().map(RecordEvent::from).collect(),
    }))
}

/// All fonds.
#[utoipa::path(get, path = "/api/v1/fonds", tag = "records", params(Paged),
    responses((status = 200, body = Listed<FondsShown>)))]
pub(super) async fn fonds(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(paged): Inputs<Paged>,
) -> Result<Json<Listed<FondsShown>>, Failure> {
    let all = office.staff.fonds(&actor).await?;
    let total = count(all.len());
    let shown = |FondsHeld { fonds, records, open }: FondsHeld| FondsShown {
        id: fonds.public_id.to_string(),
        reference_code: fonds.code,
        title: fonds.title,
        records: many(records),
        open: many(open),
    };
    Ok(Json(Listed { items: paged.of(all).into_iter().map(shown).collect(), total }))
}

/// The 档号 of a record that this member of staff may see.
pub(super) async fn code_of(office: &Office, actor: &kernel::Actor, id: &str) -> Result<String, Failure> {
    let code = office.staff.code(actor, &public_id(id)?).await?;
    Ok(code)
}

pub(super) fn public_id(id: &str) -> Result<PublicId, Problem> {
    PublicId::parse(id).ok_or_else(|| Problem::new(Code::NotFound, "这条目录"))
}

fn record(held: Held, now: kernel::Timestamp) -> RecordShown {
    let Held { record, fonds, path, persons, below, originals, batch, review_on } = held;
    let statuses = &record.description.statuses;
    let names = persons.iter().map(|person| person.name.clone()).collect();
    let path: Vec<RecordPlace> = path.into_iter().map(RecordPlace::from).collect();
    RecordShown {
        kind: "record",
        line: RecordLine::of(&record, names),
        parent: path.last().cloned(),
        path,
        elements: elements(&record, fonds.as_ref()),
        statuses: statuses_shown(&record),
        bar: bar(statuses).map(Bar::label),
        access: Some(RecordAccess::of(*statuses, !originals.is_empty(), now)),
        subjects: persons.into_iter().map(person).collect(),
        children_total: many(below),
        originals: originals.into_iter().map(OriginalShown::from).collect(),
        batch,
        review_on: review_on.map(|day| day.to_string()),
    }
}

fn fonds_alone(fonds: &Fonds, below: u64) -> RecordShown {
    let level = crate::Level::Fonds;
    let line = RecordLine {
        id: fonds.public_id.to_string(),
        reference_code: fonds.code.clone(),
        title: fonds.label().to_owned(),
        level: level.name(),
        level_label: level.label(),
        document_number: None,
        creator: None,
        date: None,
        openness: "",
        openness_label: "",
        is_public: false,
        published: false,
        retention: None,
        classification_label: None,
        livelihood_label: None,
        persons: Vec::new(),
    };
    RecordShown {
        kind: "fonds",
        line,
        path: Vec::new(),
        parent: None,
        elements: Vec::new(),
        statuses: Vec::new(),
        bar: None,
        access: None,
        subjects: Vec::new(),
        children_total: many(below),
        originals: Vec::new(),
        batch: None,
        review_on: None,
    }
}

/// Everything a record says; ID numbers that stand somewhere in the text are masked.
fn elements(record: &Record, fonds: Option<&Fonds>) -> Vec<RecordElement> {
    let shown = |element: Element| {
        let text = value(record, fonds, element);
        let text = chinese::personal::masked(text).unwrap_or_else(|| text.to_owned());
        (!text.is_empty()).then(|| RecordElement { name: element.name(), label: element.label(), value: text })
    };
    Element::ALL.into_iter().filter_map(shown).collect()
}

fn statuses_shown(record: &Record) -> Vec<RecordStatus> {
    let statuses = &record.description.statuses;
    let one = |element: Element, value: &'static str, text: &'static str| RecordStatus {
        name: element.name(),
        label: element.label(),
        value,
        text,
    };
    let (value, text) = if statuses.published { ("yes", "已公布") } else { ("no", "未公布") };
    vec![
        one(Element::Openness, statuses.openness.name(), statuses.openness.label()),
        one(Element::Classification, statuses.classification.name(), statuses.classification.label()),
        one(Element::Disclosure, statuses.disclosure.name(), or_unstated(statuses.disclosure.label())),
        one(Element::Published, value, text),
        one(Element::Restriction, statuses.restriction.name(), or_unstated(statuses.restriction.label())),
        one(
            Element::Livelihood,
            statuses.livelihood.map_or("", Livelihood::name),
            or_unstated(statuses.livelihood.map_or("", Livelihood::label)),
        ),
    ]
}

const fn or_unstated(label: &'static str) -> &'static str {
    if label.is_empty() { "—" } else { label }
}

fn person(Masked { name, role, id_number, born }: Masked) -> RecordSubject {
    RecordSubject { name, role: role.map(PersonRole::name), role_label: role.map(PersonRole::label), id_number, born }
}

impl From<Original> for OriginalShown {
    fn from(one: Original) -> Self {
        Self {
            number: one.number,
            kind: one.kind.name(),
            kind_label: one.kind.label(),
            pages: count(one.pages),
            file_name: one.file_name,
            label: one.label,
            bytes: many(one.bytes),
            shown: one.shown,
            withheld: one.withheld,
            state_label: match (one.shown, one.withheld) {
                (true, _) => "已公布",
                (false, true) => "暂不公布",
                (false, false) => "目录未公布",
            },
        }
    }
}

fn child(record: &Record, below: u64) -> RecordChild {
    let said = &record.description;
    RecordChild {
        id: record.public_id.to_string(),
        reference_code: said.code.written().to_owned(),
        title: said.title.clone(),
        level: said.level.name(),
        level_label: said.level.label(),
        date: said.date.label(),
        openness_label: said.statuses.openness.label(),
        is_public: in_public_index(&said.statuses),
        children: many(below),
    }
}
