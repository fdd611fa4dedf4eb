//! The public interface for machines: `/api/public/v1/search` and `/suggest`.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kernel::{Code, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use web::Failure;

use crate::ask::{Answer, Facet, FacetValue, Item, MAX_SIZE, Understood};
use crate::{Asked, Catalogue, Order, PublicId};

/// The routes; errors are `application/problem+json`.
pub fn routes(catalogue: Catalogue) -> Router {
    Router::new().route("/api/public/v1/search", get(search)).route("/suggest", get(suggest)).with_state(catalogue)
}

async fn search(State(catalogue): State<Catalogue>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let asked = parse(query.as_deref().unwrap_or_default())?;
    let answer = catalogue.ask(&asked).await?;
    Ok(Json(Shown::of(&answer)).into_response())
}

async fn suggest(State(catalogue): State<Catalogue>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let typed = url::form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "q")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let items = catalogue.suggest(&typed).await?;
    let items: Vec<Value> = items.iter().map(|item| json!({"text": item.text, "kind": item.kind})).collect();
    Ok(Json(json!({"items": items})).into_response())
}

/// Reads the query; names it does not know are left aside, values that do not fit are refused.
fn parse(query: &str) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let wrong = |why: &str| Problem::new(Code::BadRequest, format!("参数 {name}")).because(why.to_owned());
        let given = (!value.is_empty()).then(|| value.clone().into_owned());
        let year = || match &given {
            None => Ok(None),
            Some(text) => text.parse::<i16>().map(Some).map_err(|_| wrong("应为年份，如 1986")),
        };
        match name.as_ref() {
            "q" => asked.text = value.into_owned(),
            "page" => {
                let page = value.parse::<u32>().ok().filter(|page| *page >= 1);
                asked.page = page.ok_or_else(|| wrong("应为从 1 开始的整数"))?;
            }
            "size" => {
                let size = value.parse::<u32>().ok().filter(|size| (1..=MAX_SIZE).contains(size));
                asked.size = size.ok_or_else(|| wrong("应为 1 到 100 之间的整数"))?;
            }
            "fonds" => asked.filters.fonds = given,
            "creator" => asked.filters.creator = given,
            "doctype" => asked.filters.doctype = given,
            "year_from" => asked.filters.year_from = year()?,
            "year_to" => asked.filters.year_to = year()?,
            "category" => asked.filters.category = given,
            "digitised" => asked.filters.digitised = given.is_some(),
            "within" => {
                let id = given.map(|text| PublicId::parse(&text).ok_or_else(|| wrong("应为一个全宗、类别或案卷的 id")));
                asked.filters.within = id.transpose()?;
            }
            "subject" => {
                let id = given.map(|text| PublicId::parse(&text).ok_or_else(|| wrong("应为一个专题的 id")));
                asked.filters.subject = id.transpose()?;
            }
            "sort" => {
                let named = || Order::named(&value).ok_or_else(|| wrong("应为 relevance、oldest、newest 或 code"));
                asked.order = if value.is_empty() { Order::default() } else { named()? };
            }
            "phrase" => asked.fields.phrase = value.into_owned(),
            "not" => asked.fields.without = value.into_owned(),
            "title" => asked.fields.title = value.into_owned(),
            "number" => asked.fields.document_number = value.into_owned(),
            "by" => asked.fields.creator = value.into_owned(),
            "code" => asked.fields.reference_code = value.into_owned(),
            _ => {}
        }
    }
    Ok(asked)
}

/// An answer as machines read it.
#[derive(Serialize)]
struct Shown<'a> {
    total: u64,
    items: Vec<ItemShown<'a>>,
    understood: Vec<UnderstoodShown<'a>>,
    facets: BTreeMap<&'a str, Vec<ValueShown<'a>>>,
}

#[derive(Serialize)]
struct ItemShown<'a> {
    id: &'a PublicId,
    reference_code: &'a str,
    title: &'a str,
    document_number: Option<&'a str>,
    date: Option<&'a str>,
    creator: Option<&'a str>,
    url: &'a str,
}

#[derive(Serialize)]
struct UnderstoodShown<'a> {
    kind: &'static str,
    text: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct ValueShown<'a> {
    value: &'a str,
    count: u64,
}

impl<'a> Shown<'a> {
    fn of(answer: &'a Answer) -> Self {
        let understood =
            |one: &'a Understood| UnderstoodShown { kind: one.kind.name(), text: &one.text, value: &one.value };
        let values = |facet: &'a Facet| {
            let shown = facet.values.iter().map(|FacetValue { value, count, .. }| ValueShown { value, count: *count });
            (facet.name.as_str(), shown.collect())
        };
        Self {
            total: answer.total,
            items: answer.items.iter().map(ItemShown::of).collect(),
            understood: answer.understood.iter().map(understood).collect(),
            facets: answer.facets.iter().map(values).collect(),
        }
    }
}

impl<'a> ItemShown<'a> {
    fn of(item: &'a Item) -> Self {
        Self {
            id: &item.id,
            reference_code: &item.reference_code,
            title: &item.title,
            document_number: item.document_number.as_deref(),
            date: item.date.as_deref(),
            creator: item.creator.as_deref(),
            url: &item.url,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header::CONTENT_TYPE;
    use http_body_util::BodyExt as _;
    use kernel::testing::sqlite;
    use tower::ServiceExt as _;

    use super::*;
    use crate::record::tests::item;
    use crate::testing::House;
    use crate::{ArchivalDate, Description, Filters};

    #[test]
    fn l23_page_and_size_have_bounds() {
        for query in [
            "page=0",
            "page=-1",
            "size=0",
            "size=101",
            "size=1000000",
            "page=x",
            "year_from=abc",
            "sort=title",
            "within=1",
        ] {
            assert!(parse(query).is_err(), "{query}");
        }
        let asked = parse("q=%E6%B0%B4%E5%88%A9&page=1000000000&size=100&fonds=&unknown=1").unwrap();
        assert_eq!((asked.text.as_str(), asked.page, asked.size), ("水利", 1_000_000_000, 100));
        assert_eq!(asked.filters, Filters::default());
    }

    /// Status, kind and body of an answer.
    async fn got(routes: &Router, path: &str) -> (u16, String, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        let kind = response.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    fn query(pairs: &[(&str, &str)]) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    fn letter(code: &str, title: &str, number: &str) -> Description {
        let mut one = item(code, title);
        one.document_number = Some(number.to_owned());
        one.creator = Some("县水利局".to_owned());
        one.document_type = chinese::doctype::of_title(title).map(str::to_owned);
        one
    }

    #[tokio::test]
    async fn an_answer_has_the_fixed_form() {
        let (_folder, db) = sqlite().await;
        let mut bare = item("X001-WS·2001·Y-0002", "水库图");
        bare.date = ArchivalDate::undated();
        let all = [letter("X001-WS·2001·Y-0001", "关于水库的通知", "清水〔2001〕3号"), bare];
        let house = House::with(db, &all).await;
        let id = async |code: &str| house.record(code).await.public_id.to_string();
        let (first, second) = (id("X001-WS·2001·Y-0001").await, id("X001-WS·2001·Y-0002").await);
        let routes = routes(house.catalogue());
        let (status, kind, body) =
            got(&routes, &format!("/api/public/v1/search?{}", query(&[("q", "水库 2001年")]))).await;
        assert_eq!((status, kind.as_str()), (200, "application/json"));
        let wanted = json!({
            "total": 1,
            "items": [{
                "id": first,
                "reference_code": "X001-WS·2001·Y-0001",
                "title": "关于水库的通知",
                "document_number": "清水〔2001〕3号",
                "date": "2001-02-03",
                "creator": "县水利局",
                "url": format!("/records/{first}"),
            }],
            "understood": [{"kind": "years", "text": "2001年", "value": "2001"}],
            "facets": {
                "fonds": [{"value": "X001", "count": 1}],
                "decade": [{"value": "2000", "count": 1}],
                "creator": [{"value": "县水利局", "count": 1}],
                "doctype": [{"value": "通知", "count": 1}],
                "category": [{"value": "WS", "count": 1}],
                "digitised": [],
                "subject": [],
            },
        });
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), wanted);

        let (_, _, body) = got(&routes, &format!("/api/public/v1/search?{}", query(&[("q", "水库图")]))).await;
        let wanted = json!({
            "id": second, "reference_code": "X001-WS·2001·Y-0002", "title": "水库图", "document_number": null,
            "date": null, "creator": null, "url": format!("/records/{second}"),
        });
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["items"], json!([wanted]));

        let (_, _, body) = got(&routes, "/api/public/v1/search?page=9").await;
        let past: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&past["total"], &past["items"], &past["understood"]), (&json!(2), &json!([]), &json!([])));
        let (_, _, body) = got(&routes, &format!("/suggest?{}", query(&[("q", "水库图")]))).await;
        assert_eq!(body, r#"{"items":[{"kind":"title","text":"水库图"}]}"#);
        assert_eq!(got(&routes, "/suggest").await.2, r#"{"items":[]}"#);
    }

    #[tokio::test]
    async fn l23_wrong_values_are_problems() {
        let (_folder, db) = sqlite().await;
        let routes = routes(House::on(db).catalogue());
        for wrong in ["page=0", "size=0", "size=101", "year_to=86年代", "page=%FF"] {
            let (status, kind, body) = got(&routes, &format!("/api/public/v1/search?{wrong}")).await;
            assert_eq!((status, kind.starts_with("application/problem+json")), (400, true), "{wrong}");
            let problem: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(problem["type"], "urn:lantai:problem:bad-request");
            let name = wrong.split('=').next().unwrap();
            assert!(problem["detail"].as_str().unwrap().contains(&format!("参数 {name}")), "{body}");
        }
    }

    #[tokio::test]
    async fn l17_operators_and_odd_bytes_are_characters() {
        let (_folder, db) = sqlite().await;
        let routes = routes(House::with(db, &[item("X001-1-1", "a \"b\" (c) t:a*")]).await.catalogue());
        for typed in ["\"b\"", "(c)", "t:a*", "a AND b", "*", "b\0"] {
            let (status, _, body) = got(&routes, &format!("/api/public/v1/search?{}", query(&[("q", typed)]))).await;
            let found: Value = serde_json::from_str(&body).unwrap();
            assert_eq!((status, &found["total"]), (200, &json!(1)), "{typed}");
        }
        assert_eq!(got(&routes, "/api/public/v1/search?q=%FF%FE%00").await.0, 200);
    }

    #[tokio::test]
    async fn l09_l18_l19_statements_patterns_and_unknown_parameters_do_nothing() {
        let (_folder, db) = sqlite().await;
        let routes = routes(House::with(db, &[item("X001-1-1", "水库图")]).await.catalogue());
        let all = got(&routes, "/api/public/v1/search?q=").await;
        let patterns = "%_".repeat(5000);
        for typed in [
            "' OR '1'='1",
            "'; DROP TABLE record; --",
            "1 UNION SELECT value FROM house_value",
            "\"; ATTACH DATABASE 'x' AS y; --",
            "(?i)(a+)+$",
            patterns.as_str(),
        ] {
            for name in ["q", "fonds", "creator", "doctype", "page", "size", "year_from", "year_to"] {
                let (status, _, body) =
                    got(&routes, &format!("/api/public/v1/search?{}", query(&[(name, typed)]))).await;
                assert!(status == 200 || status == 400, "{name} {typed}: {status}");
                let found = body.contains("\"total\":1,");
                assert!(name == "q" || !found, "{name} {typed} finds what it does not name: {body}");
            }
            for name in ["order", "fields", "explain", "status", "openness"] {
                let answer =
                    got(&routes, &format!("/api/public/v1/search?{}", query(&[("q", ""), (name, typed)]))).await;
                assert_eq!(answer, all, "{name} {typed}");
            }
        }
        assert_eq!(got(&routes, "/api/public/v1/search?q=").await, all);
    }
}
