//! `/api/v1/records`: the staff search.

use axum::Json;
use axum::extract::State;
use kernel::{Actor, Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::Office;
use super::shown::{RecordLine, many, openness_named, unknown};
use crate::{Asked, Filters, FoundRecord, Likeness, Livelihood, Order};

/// What is looked for; all may be left out.
#[derive(Deserialize, Default, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordsWanted {
    /// What was typed.
    q: String,
    /// 全宗号
    fonds: Option<String>,
    year_from: Option<i16>,
    year_to: Option<i16>,
    /// 责任者, as the facet writes it.
    creator: Option<String>,
    /// 文种, as the facet writes it.
    doctype: Option<String>,
    /// 门类代码
    category: Option<String>,
    /// `open`, `controlled`, `deferred`, `unreviewed`.
    openness: Option<String>,
    /// 保管期限, as the facet writes it.
    retention: Option<String>,
    /// The category of livelihood records.
    livelihood: Option<String>,
    /// The code of a heading of the subject directory (专题): what stands under it or below it.
    subject: Option<String>,
    /// Only what has an original that can be looked at.
    digitised: bool,
    /// `relevance`, `oldest`, `newest`, `code`.
    sort: Option<String>,
    page: Option<u32>,
    /// 1 to 100; 20 if nothing is said.
    size: Option<u32>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordsFound {
    /// Of the group that is paged.
    total: i64,
    /// By likeness; no record stands in two.
    groups: Vec<RecordLikes>,
    understood: Vec<RecordsUnderstood>,
    /// What was given up to find anything.
    relaxed: Option<String>,
    facets: Vec<RecordFacet>,
    /// The heading that was asked for, from the top down.
    subject: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct RecordLikes {
    likeness: &'static str,
    label: &'static str,
    total: i64,
    items: Vec<RecordLine>,
}

#[derive(Serialize, ToSchema)]
struct RecordsUnderstood {
    kind: &'static str,
    label: &'static str,
    text: String,
    value: String,
}

#[derive(Serialize, ToSchema)]
struct RecordFacet {
    name: String,
    label: &'static str,
    values: Vec<RecordFacetValue>,
}

#[derive(Serialize, ToSchema)]
struct RecordFacetValue {
    value: String,
    label: String,
    count: i64,
}

/// Looks in all records, for an address that may be kept: it must not hold an ID number.
#[utoipa::path(get, path = "/api/v1/records", tag = "records", params(RecordsWanted),
    responses((status = 200, body = RecordsFound)))]
pub(super) async fn by_address(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<RecordsWanted>,
) -> Result<Json<RecordsFound>, Failure> {
    if !chinese::personal::id_numbers(&wanted.q).is_empty() || !chinese::personal::phones(&wanted.q).is_empty() {
        let why = "身份证号和电话不能写在地址里，请在检索框里输入";
        return Err(Problem::new(Code::BadRequest, "检索词").because(why).into());
    }
    find(&office, &actor, wanted).await
}

/// Looks in all records. What staff type may name a person: in a body it stands in no history and no log.
#[utoipa::path(post, path = "/api/v1/records/find", tag = "records", request_body = RecordsWanted,
    responses((status = 200, body = RecordsFound)))]
pub(super) async fn by_body(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<RecordsWanted>,
) -> Result<Json<RecordsFound>, Failure> {
    find(&office, &actor, wanted).await
}

async fn find(office: &Office, actor: &Actor, mut wanted: RecordsWanted) -> Result<Json<RecordsFound>, Failure> {
    let subject = match wanted.subject.take().filter(|code| !code.trim().is_empty()) {
        Some(code) => Some(office.subjects().one(&code).await?),
        None => None,
    };
    let mut asked = wanted.asked()?;
    asked.filters.subject = subject.as_ref().map(|heading| heading.id.clone());
    let found = office.staff.find(actor, &asked).await?;
    let paged = |likeness: Likeness| matches!(likeness, Likeness::AsTyped | Likeness::IdNumber | Likeness::Nearest);
    let total = found.likes.iter().find(|likes| paged(likes.likeness)).map_or(0, |likes| many(likes.total));
    let line = |FoundRecord { record, persons }: FoundRecord| RecordLine::of(&record, persons);
    let groups = found.likes.into_iter().map(|likes| RecordLikes {
        likeness: likes.likeness.name(),
        label: likes.likeness.label(),
        total: many(likes.total),
        items: likes.records.into_iter().map(line).collect(),
    });
    let understood = found.understood.into_iter().map(|one| RecordsUnderstood {
        kind: one.kind.name(),
        label: one.kind.label(),
        text: one.text,
        value: one.value,
    });
    let facets = found.facets.into_iter().map(|facet| RecordFacet {
        label: facet_label(&facet.name),
        name: facet.name,
        values: facet
            .values
            .into_iter()
            .map(|one| RecordFacetValue { value: one.value, label: one.label, count: many(one.count) })
            .collect(),
    });
    Ok(Json(RecordsFound {
        total,
        groups: groups.collect(),
        understood: understood.collect(),
        relaxed: found.relaxed,
        facets: facets.collect(),
        subject: subject.map(|heading| heading.path),
    }))
}

impl RecordsWanted {
    fn asked(self) -> Result<Asked, Problem> {
        let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let order = match said(self.sort) {
            Some(word) => Order::named(&word).ok_or_else(|| unknown("排序", &word, &Order::ALL.map(Order::name)))?,
            None => Order::default(),
        };
        let openness = said(self.openness).map(|word| openness_named(&word)).transpose()?;
        let livelihood = match said(self.livelihood) {
            Some(word) => {
                let known = Livelihood::ALL.map(Livelihood::name);
                Some(Livelihood::named(&word).ok_or_else(|| unknown("民生类别", &word, &known))?)
            }
            None => None,
        };
        Ok(Asked {
            text: self.q,
            page: self.page.unwrap_or(1).max(1),
            size: self.size.unwrap_or(20).clamp(1, crate::MAX_SIZE),
            order,
            filters: Filters {
                fonds: said(self.fonds),
                year_from: self.year_from,
                year_to: self.year_to,
                creator: said(self.creator),
                doctype: said(self.doctype),
                category: said(self.category),
                digitised: self.digitised,
                retention: said(self.retention),
                openness,
                livelihood,
                ..Filters::default()
            },
            ..Asked::default()
        })
    }
}

fn facet_label(name: &str) -> &'static str {
    match name {
        "fonds" => "全宗",
        "decade" => "年代",
        "creator" => "责任者",
        "doctype" => "文种",
        "category" => "门类",
        "retention" => "保管期限",
        "openness" => "开放标识",
        "livelihood" => "民生类别",
        "subject" => "专题",
        _ => "原件",
    }
}
