//! `/search/advanced`: a plain form for what single fields must hold; its answer is an address of `/search`. Opened with
//! the address of a search, it is filled with that search.

use axum::extract::State;
use axum::response::Response;
use web::{Failure, Markup, Page, PageContext, Tab};

use super::Site;
use super::query::Query;
use crate::ask::Order;
use crate::{PublicId, category};

#[derive(askama::Template)]
#[template(path = "advanced.html")]
struct Advanced {
    fields: Vec<Field>,
    categories: Vec<Choice>,
    orders: Vec<Choice>,
    kept: Vec<Kept>,
}

struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

/// A condition of the search one comes from that is no field here: it stays unless it is unticked.
struct Kept {
    name: &'static str,
    value: String,
    label: String,
}

/// The names in the address, with the words readers see.
const FIELDS: [(&str, &str, &str); 11] = [
    ("q", "包含全部的词", "用空格隔开"),
    ("phrase", "连在一起的词句", "照原样出现"),
    ("not", "不包含的词", "用空格隔开"),
    ("title", "题名里有", ""),
    ("number", "文号", "括号、空格写法不限"),
    ("by", "责任者里有", ""),
    ("code", "档号", "全部或开头"),
    ("fonds", "全宗号", ""),
    ("year_from", "从哪一年", "如 1950"),
    ("year_to", "到哪一年", "如 1959"),
    ("doctype", "文种", "如 通知、请示"),
];

/// The names in the address of conditions without a field.
const KEPT: [&str; 5] = ["creator", "digitised", "within", "subject", "group"];

/// The conditions without a field that are set, and how they are said; `place` is the title of what one searches within.
fn kept(query: &Query, place: Option<&str>) -> Vec<Kept> {
    let label = |name: &str, value: &str| match name {
        "creator" => format!("责任者是“{value}”"),
        "digitised" => "网上可看原件".to_owned(),
        "within" => place.map_or_else(|| "只在刚才选的范围里查".to_owned(), |title| format!("只在“{title}”里查")),
        "subject" => "只在刚才选的专题里查".to_owned(),
        _ => "同卷的归在一起".to_owned(),
    };
    let set = KEPT.into_iter().filter_map(|name| Some((name, query.get(name)?)));
    set.map(|(name, value)| Kept { name, value: value.to_owned(), label: label(name, value) }).collect()
}

pub(super) async fn show(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let field = |(name, label, hint): (&'static str, &'static str, &'static str)| Field {
        name,
        label,
        hint,
        value: query.get(name).unwrap_or_default().to_owned(),
    };
    let category = |(value, label): &(&'static str, &'static str)| Choice {
        value,
        label,
        chosen: query.get("category").is_some_and(|chosen| chosen.eq_ignore_ascii_case(value)),
    };
    let order = |order: Order| Choice {
        value: order.name(),
        label: order.label(),
        chosen: query.get("sort") == Some(order.name()),
    };
    let within = match query.get("within").and_then(PublicId::parse) {
        Some(id) => site.catalogue.record(&id).await.ok(),
        None => None,
    };
    let page = Advanced {
        fields: FIELDS.map(field).into(),
        categories: category::all().iter().map(category).collect(),
        orders: Order::ALL.map(order).into(),
        kept: kept(&query, within.as_ref().map(|shown| shown.place.title.as_str())),
    };
    let main = Markup::render(&page)?;
    Ok(site.shell.page(&context, &Page { title: "高级检索".to_owned(), tab: Tab::Search, main }))
}
