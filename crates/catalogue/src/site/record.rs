//! `/records/{id}`: one description, where it stands, how to cite it and how to see what it describes.

use axum::extract::{Path, State};
use axum::response::Response;
use kernel::Timestamp;
use web::{Failure, House, Markup, Page, PageContext, Tab, number_text};

use super::authority::{Maker, makers};
use super::citation::Citation;
use super::dates::both_ways;
use super::pages::Originals;
use super::{Mention, Site, id};
use crate::ask::{Place, Shown};
use crate::originals::Kind;
use crate::values::values;
use crate::{Element, Level, PublicId};

#[derive(askama::Template)]
#[template(path = "record.html")]
struct Sheet<'a> {
    house: &'a House,
    now: Timestamp,
    path: Vec<Step>,
    here: String,
    title: &'a str,
    reference_code: &'a str,
    openness: &'static str,
    level: &'static str,
    below: Option<String>,
    areas: Vec<Area>,
    makers: Vec<Maker>,
    citation: Citation,
    /// Where staff are asked about it.
    ask: String,
    id: &'a PublicId,
    is_saved: bool,
    /// The page itself, to come back to.
    here_path: &'a str,
    originals: Originals,
    mentions: Vec<Mention>,
    siblings: Vec<Sibling>,
    siblings_heading: String,
}

/// A step of the way down to a description.
pub(super) struct Step {
    pub(super) href: String,
    pub(super) text: String,
}

struct Area {
    label: &'static str,
    /// Each element with its values.
    rows: Vec<(&'static str, Vec<String>)>,
}

struct Sibling {
    href: String,
    text: String,
    here: bool,
}

impl Area {
    /// Whether its one element has the area's name: then the name is said once.
    fn says_the_same(&self) -> bool {
        matches!(self.rows.as_slice(), [(label, _)] if *label == self.label)
    }
}

/// The areas of DA/T 18-2022 with the elements readers see, in the standard's order.
const AREAS: [(&str, &[Element]); 7] = [
    (
        "标识",
        &[
            Element::ReferenceCode,
            Element::Title,
            Element::ParallelTitle,
            Element::SubTitle,
            Element::DocumentNumber,
            Element::Date,
            Element::OtherDates,
            Element::AlternativeCodes,
            Element::OfficeVolume,
            Element::ArchivesVolume,
            Element::OfficeItem,
            Element::ArchivesItem,
        ],
    ),
    (
        "背景",
        &[
            Element::Creator,
            Element::FondsTitle,
            Element::AdministrativeHistory,
            Element::CustodialHistory,
            Element::Acquisition,
        ],
    ),
    (
        "内容与结构",
        &[
            Element::Scope,
            Element::DocumentType,
            Element::Draft,
            Element::Attachments,
            Element::Pages,
            Element::Carrier,
            Element::Origin,
            Element::Arrangement,
            Element::Appraisal,
            Element::Accruals,
            Element::Retention,
        ],
    ),
    (
        "查阅与利用",
        &[
            Element::Openness,
            Element::Disclosure,
            Element::AccessConditions,
            Element::ReproductionConditions,
            Element::Language,
            Element::PhysicalCharacteristics,
            Element::FindingAids,
            Element::SubjectHeadings,
            Element::Subjects,
            Element::ClassNumber,
        ],
    ),
    (
        "相关档案材料",
        &[Element::OriginalsLocation, Element::CopiesLocation, Element::RelatedUnits, Element::PublicationNote],
    ),
    ("附注", &[Element::Note]),
    ("著录控制", &[Element::DescribedBy, Element::Rules, Element::DescribedOn]),
];

/// Whether the page shows an element.
pub(crate) fn shows(element: Element) -> bool {
    AREAS.iter().any(|(_, elements)| elements.contains(&element))
}

pub(super) async fn show(
    State(site): State<Site>,
    context: PageContext,
    Path(asked): Path<String>,
) -> Result<Response, Failure> {
    let id = id(&asked)?;
    let shown = site.catalogue.record(&id).await?;
    let house = site.shell.house();
    let sheet = Sheet {
        house: &house,
        now: site.shell.now(),
        path: [top()].into_iter().chain(shown.path.iter().map(step)).collect(),
        here: if shown.place.level == Level::Item { "本件".to_owned() } else { shown.place.title.clone() },
        title: &shown.place.title,
        reference_code: &shown.place.code,
        openness: "已开放",
        level: shown.place.level.label(),
        below: (shown.place.level != Level::Item).then(|| href(&shown.place)),
        areas: areas(&shown),
        makers: makers(&site, &shown.elements).await?,
        citation: Citation::of(&shown.place, &shown.elements, &house.name),
        ask: ask(&shown.place),
        id: &shown.place.id,
        is_saved: context.saved().contains(shown.place.id.as_str()),
        here_path: context.path().as_str(),
        originals: Originals::of(&shown),
        mentions: site.mentions.of(&id).await?,
        siblings: beside(&shown),
        siblings_heading: siblings_heading(&shown),
    };
    let main = Markup::render(&sheet)?;
    Ok(site.shell.page(&context, &Page { title: shown.place.title.clone(), tab: Tab::Search, main }))
}

/// The page on which staff are asked about a description.
fn ask(place: &Place) -> String {
    let about = format!("{}《{}》", place.code, place.title);
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("about", &about).finish();
    format!("/questions?{query}")
}

/// The way to a place: to a volume or fonds one browses, an item one reads.
pub(super) fn href(place: &Place) -> String {
    way(&place.id, place.level)
}

pub(super) fn way(id: &PublicId, level: Level) -> String {
    match level {
        Level::Item => format!("/records/{id}"),
        _ => format!("/browse/{id}"),
    }
}

pub(super) fn step(place: &Place) -> Step {
    Step { href: href(place), text: place.title.clone() }
}

/// The top of every way down.
pub(super) fn top() -> Step {
    Step { href: "/browse".to_owned(), text: "全部全宗".to_owned() }
}

fn siblings_heading(shown: &Shown) -> String {
    let (of, unit) = match shown.path.last().map(|place| place.level) {
        Some(Level::Volume) => ("同卷档案", "件"),
        Some(Level::Series) => ("同类目录", "条"),
        _ => ("同一全宗的目录", "条"),
    };
    format!("{of} {} {unit}", number_text(shown.siblings_total))
}

/// What stands beside a volume or an item; a fonds stands by itself.
fn beside(shown: &Shown) -> Vec<Sibling> {
    if shown.place.level == Level::Fonds {
        return Vec::new();
    }
    shown.siblings.iter().map(|place| sibling(place, &shown.place)).collect()
}

fn sibling(place: &Place, here: &Place) -> Sibling {
    Sibling { href: href(place), text: place.title.clone(), here: place.id == here.id }
}

fn areas(shown: &Shown) -> Vec<Area> {
    let area = |(label, elements): (&'static str, &[Element])| {
        let rows = elements.iter().filter_map(|element| {
            let value = || shown.elements.iter().find(|(one, _)| one == element).map(|(_, value)| value.clone());
            let value = if *element == Element::Date { both_ways(&shown.date) } else { value() };
            let values = values(*element, &value?).into_iter().map(str::to_owned).collect();
            Some((element.label(), values))
        });
        Area { label, rows: rows.collect() }
    };
    AREAS.into_iter().map(area).filter(|area| !area.rows.is_empty()).collect()
}
