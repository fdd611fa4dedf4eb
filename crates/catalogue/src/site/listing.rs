//! The one page of all lists of places: where one is, what is told of it, its lines, and the pager.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Redirect, Response};
use web::{Failure, House, Markup, Page, PageContext, Tab, date_text, number_text};

use super::Site;
use super::pager::Pager;
use super::record::{Step, href};
use crate::ask::Child;
use crate::{Level, PublicId};

/// A line of a list.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) text: String,
    pub(super) facts: Vec<String>,
}

/// A page of lists. What is left out is not told.
#[derive(askama::Template)]
#[template(path = "listing.html")]
pub(super) struct Listing {
    pub(super) house: Arc<House>,
    pub(super) title: String,
    pub(super) pager: Pager,
    /// From the top down to what holds it.
    pub(super) path: Vec<Step>,
    pub(super) code: Option<String>,
    pub(super) lead: String,
    /// The ways to other views of the same.
    pub(super) beside: Vec<Step>,
    /// What is told of the place itself.
    pub(super) rows: Vec<(&'static str, String)>,
    /// The place or the heading to search within: the name it has in the address of a search, and its id.
    pub(super) within: Option<(&'static str, PublicId)>,
    /// The lists, each under its heading.
    pub(super) groups: Vec<(String, Vec<Line>)>,
    /// What is said in place of a list without lines; the ways on follow.
    pub(super) empty: &'static str,
}

impl Listing {
    pub(super) fn new(site: &Site, title: impl Into<String>, pager: Pager) -> Self {
        Self {
            house: site.shell.house(),
            title: title.into(),
            pager,
            path: Vec::new(),
            code: None,
            lead: String::new(),
            beside: Vec::new(),
            rows: Vec::new(),
            within: None,
            groups: Vec::new(),
            empty: "这里没有已开放的目录。",
        }
    }

    /// The page; past the end of the list the way to the last one.
    pub(super) fn show(self, site: &Site, context: &PageContext) -> Result<Response, Failure> {
        if let Some(last) = self.pager.instead() {
            return Ok(Redirect::to(last).into_response());
        }
        let main = Markup::render(&self)?;
        Ok(site.shell.page(context, &Page { title: self.title, tab: Tab::Browse, main }))
    }
}

/// What a list says of a place: its code, its date, and how much is below it.
pub(super) fn line(child: &Child) -> Line {
    let date = child.date.as_deref().map(date_text);
    let unit = if child.place.level == Level::Volume { "件" } else { "条" };
    let count = (child.items > 0).then(|| format!("{} {unit}", number_text(child.items)));
    Line {
        href: href(&child.place),
        text: child.place.title.clone(),
        facts: [Some(child.place.code.clone()), date, count].into_iter().flatten().collect(),
    }
}

/// `目录 12 条`
pub(super) fn counted(what: &str, total: u64, unit: &str) -> String {
    format!("{what} {} {unit}", number_text(total))
}
