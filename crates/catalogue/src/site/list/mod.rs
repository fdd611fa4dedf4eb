//! `/list`: what a reader put aside (我的清单), to go on with: to cite, to take along, to ask for in the reading room.
//!
//! The list is the reader's own cookie or, where ids stand in the address, what somebody passed on; both are shown by the
//! same code. Nothing of it is kept here.

mod change;
mod citations;
mod export;
mod request;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use web::{Failure, Markup, Page, PageContext, SavedList, Tab, date_text};

use super::Site;
use super::citation::fonds;
use super::record::href;
use crate::ask::SavedRecord;
use crate::{Element, Level, PublicId, ReferenceCode};

/// The address of the list.
pub(super) const PATH: &str = "/list";

/// The routes of the list.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(PATH, get(show).post(change::change))
        .route("/list/citations", get(citations::show))
        .route("/list/records.csv", get(export::csv))
        .route("/list/records.xlsx", get(export::xlsx))
        .route("/list/request", get(request::show))
}

/// The list a request is about.
struct Chosen {
    list: SavedList,
    /// Whether its ids stand in the address.
    is_shared: bool,
    by_code: bool,
    /// Whether something could not be added.
    is_overfull: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Chosen {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let own = SavedList::read(&parts.headers);
        Ok(Self::of(parts.uri.query().unwrap_or_default(), own))
    }
}

impl Chosen {
    fn of(query: &str, own: SavedList) -> Self {
        let mut chosen = Self { list: SavedList::default(), is_shared: false, by_code: false, is_overfull: false };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "id" => {
                    chosen.is_shared = true;
                    chosen.list.add(&SavedList::parse(&value));
                }
                "order" => chosen.by_code = value == "code",
                "full" => chosen.is_overfull = own.is_full(),
                _ => {}
            }
        }
        if !chosen.is_shared {
            chosen.list = own;
        }
        chosen
    }

    /// The records of the list in the order that was asked for.
    async fn records(&self, site: &Site) -> kernel::Result<Vec<SavedRecord>> {
        let ids: Vec<PublicId> = self.list.ids().filter_map(PublicId::parse).collect();
        let mut saved = site.catalogue.saved(&ids).await?;
        if self.by_code {
            let key = |one: &SavedRecord| ReferenceCode::parse(&one.place.code).map(|code| code.sort_key()).ok();
            saved.sort_by_cached_key(key);
        }
        Ok(saved)
    }

    /// The address of a page about the same list.
    fn href(&self, path: &str, by_code: bool) -> String {
        let order = by_code.then(|| "order=code".to_owned());
        let pairs = ids(&self.list).filter(|_| self.is_shared).chain(order);
        joined(path, pairs)
    }

    fn here(&self, path: &str) -> String {
        self.href(path, self.by_code)
    }

    /// The address that shows the list to anybody.
    fn shared(&self) -> String {
        joined(PATH, ids(&self.list))
    }
}

fn ids(list: &SavedList) -> impl Iterator<Item = String> {
    list.ids().map(|id| format!("id={id}"))
}

fn joined(path: &str, pairs: impl Iterator<Item = String>) -> String {
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Ids as a form sends them.
fn dotted<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    ids.collect::<Vec<&str>>().join(".")
}

#[derive(askama::Template)]
#[template(path = "list.html")]
struct Sheet {
    title: &'static str,
    is_shared: bool,
    is_overfull: bool,
    taken_out: usize,
    /// The ids that cannot be shown, as a form sends them, and how many they are.
    hidden: String,
    hidden_count: usize,
    rows: Vec<Row>,
    /// The way to the other order.
    order: String,
    by_code: bool,
    here: String,
    most: usize,
    request: String,
    citations: String,
    csv: String,
    xlsx: String,
    /// The address that shows the list to anybody: the path, and whole.
    shared: String,
    address: String,
    /// What taking over adds, if anything.
    more: String,
}

/// A record of the list.
pub(super) struct Row {
    id: PublicId,
    href: String,
    title: String,
    code: String,
    facts: Vec<String>,
    date: String,
}

fn row(one: &SavedRecord) -> Row {
    let text = |element: Element| one.value(element).map(str::to_owned);
    let date = one.value(Element::Date).map(date_text);
    let fonds = fonds(&one.place, one.value(Element::FondsTitle)).map(str::to_owned);
    let level = (one.place.level != Level::Item).then(|| one.place.level.label().to_owned());
    let facts = [level, text(Element::DocumentNumber), date.clone(), text(Element::Creator), fonds];
    Row {
        id: one.place.id.clone(),
        href: href(&one.place),
        title: one.place.title.clone(),
        code: one.place.code.clone(),
        facts: facts.into_iter().flatten().collect(),
        date: date.unwrap_or_default(),
    }
}

async fn show(State(site): State<Site>, context: PageContext, chosen: Chosen) -> Result<Response, Failure> {
    let saved = chosen.records(&site).await?;
    let own = context.saved();
    let new = chosen.list.ids().filter(|id| chosen.is_shared && !own.contains(id));
    let is_shown = |id: &&str| saved.iter().any(|one| one.place.id.as_str() == *id);
    let hidden: Vec<&str> = chosen.list.ids().filter(|id| !is_shown(id)).collect();
    let title = if chosen.is_shared { "转发的清单" } else { "我的清单" };
    let sheet = Sheet {
        title,
        is_shared: chosen.is_shared,
        is_overfull: chosen.is_overfull && !chosen.is_shared,
        taken_out: if chosen.is_shared { 0 } else { own.taken_out() },
        hidden_count: hidden.len(),
        hidden: dotted(hidden.into_iter()),
        rows: saved.iter().map(row).collect(),
        order: chosen.href(PATH, !chosen.by_code),
        by_code: chosen.by_code,
        here: chosen.here(PATH),
        most: SavedList::MOST,
        request: chosen.here("/list/request"),
        citations: chosen.here("/list/citations"),
        csv: chosen.here("/list/records.csv"),
        xlsx: chosen.here("/list/records.xlsx"),
        address: format!("{}{}", site.base, chosen.shared()),
        shared: chosen.shared(),
        more: dotted(new),
    };
    let main = Markup::render(&sheet)?;
    Ok(site.shell.page(&context, &Page { title: title.to_owned(), tab: Tab::None, main }))
}
