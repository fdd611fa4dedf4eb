//! `/authorities/{id}`: a body, a person or a place, the names it had, and the way to the records that name it.

use axum::extract::{Path, State};
use axum::response::Response;
use web::{Failure, Markup, Page, PageContext, Tab, number_text};

use super::query::Query;
use super::{Site, id};
use crate::authority::{NameRelation, Named, OtherName};
use crate::{Element, ShownAuthority};

#[derive(askama::Template)]
#[template(path = "authority.html")]
struct Sheet<'a> {
    shown: &'a ShownAuthority,
    kind: &'static str,
    groups: Vec<(&'static str, Vec<Link>)>,
    search: String,
    count: String,
}

/// A name with the search for it.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
    pub(super) period: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    context: PageContext,
    Path(asked): Path<String>,
) -> Result<Response, Failure> {
    let id = id(&asked)?;
    let shown = site.catalogue.authority(&id).await?;
    let authority = &shown.authority;
    let group = |relation: NameRelation| {
        let names = authority.names.iter().filter(|one| one.relation == relation).map(link);
        (relation.label(), names.collect::<Vec<Link>>())
    };
    let sheet = Sheet {
        kind: authority.kind.label(),
        groups: NameRelation::ALL.into_iter().map(group).filter(|(_, names)| !names.is_empty()).collect(),
        search: search(&authority.name),
        count: number_text(shown.records),
        shown: &shown,
    };
    let main = Markup::render(&sheet)?;
    Ok(site.shell.page(&context, &Page { title: authority.name.clone(), tab: Tab::Search, main }))
}

fn link(other: &OtherName) -> Link {
    Link { href: search(&other.name), text: other.name.clone(), period: other.period.clone() }
}

fn search(name: &str) -> String {
    Query::default().with(&[("q", name)]).href("/search", 1)
}

/// What a record's page says of those who made it: the name, its page, and who came before and after.
pub(super) struct Maker {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) neighbours: Vec<(&'static str, Link)>,
}

/// The makers of a record that the authority records know.
pub(super) async fn makers(site: &Site, elements: &[(Element, String)]) -> kernel::Result<Vec<Maker>> {
    let creators = elements.iter().filter(|(element, _)| *element == Element::Creator);
    let names: Vec<&str> = creators.flat_map(|(element, cell)| crate::values::values(*element, cell)).collect();
    Ok(site.catalogue.named(&names).await?.into_iter().map(maker).collect())
}

fn maker(named: Named) -> Maker {
    let neighbour = |one: crate::authority::Neighbour| {
        (one.relation.label(), Link { href: search(&one.name), text: one.name, period: String::new() })
    };
    Maker {
        href: named.id.map(|id| format!("/authorities/{id}")),
        neighbours: named.neighbours.into_iter().map(neighbour).collect(),
        name: named.name,
    }
}
