//! `/search/advanced`: a plain form for what single fields must hold; its answer is an address of `/search`.

use axum::extract::State;
use axum::response::Response;
use web::{Failure, Markup, Page, PageContext, Tab};

use super::Site;
use super::query::Query;
use crate::ask::Order;
use crate::category;

#[derive(askama::Template)]
#[template(path = "advanced.html")]
struct Advanced {
    fields: Vec<Field>,
    categories: Vec<Choice>,
    orders: Vec<Choice>,
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
        chosen: query.get("category") == Some(*value),
    };
    let order = |order: Order| Choice {
        value: order.name(),
        label: order.label(),
        chosen: query.get("sort") == Some(order.name()),
    };
    let page = Advanced {
        fields: FIELDS.map(field).into(),
        categories: category::all().iter().map(category).collect(),
        orders: Order::ALL.map(order).into(),
    };
    let main = Markup::render(&page)?;
    Ok(site.shell.page(&context, &Page { title: "高级检索".to_owned(), tab: Tab::Search, main }))
}
