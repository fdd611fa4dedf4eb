//! What helps to write an article: how it will look, and records to be quoted.

use axum::Json;
use axum::extract::State;
use catalogue::Asked;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs};
use wechat::article::{Lost, is_wechats, kept};

use crate::article::{Article, RecordQuotation, render};
use crate::console::Office;
use crate::material::LIBRARY;

/// Records that are offered to be quoted.
const OFFERED: u32 = 20;

/// An article as readers will see it.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct ArticlePreview {
    /// What WeChat keeps of its HTML: inline styles, and nothing that acts.
    html: String,
    /// What WeChat does not keep, in words.
    lost: Vec<String>,
    /// The summary readers see: its own, or how the text begins.
    digest: String,
    /// Characters of the content with its layout.
    characters: usize,
}

/// A record that may be quoted.
#[derive(Serialize, ToSchema)]
struct QuotableRecord {
    /// Ready to stand in an article; its text is yet to be written.
    quotation: RecordQuotation,
    /// Whether an original of it is published (公布), so that its images may be shown.
    published: bool,
}

#[derive(Serialize, ToSchema)]
pub(in crate::console) struct QuotableRecords {
    items: Vec<QuotableRecord>,
}

/// What records are looked for.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedRecords {
    /// Words, 档号 or 文号.
    q: Option<String>,
}

/// How an article will look.
#[utoipa::path(post, path = "/api/v1/push/preview", tag = "push", request_body = Article,
    responses((status = 200, body = ArticlePreview)))]
pub(super) async fn preview(Input(article): Input<Article>) -> Json<ArticlePreview> {
    let html = render(&article);
    let kept = kept(&html, &|address| is_wechats(address) || address.starts_with(LIBRARY));
    let own = article.digest.trim();
    let words = wechat::article::words(&kept.html);
    let digest =
        if own.is_empty() { words.chars().take(wechat::article::OWN_DIGEST).collect() } else { own.to_owned() };
    let lost = kept.lost.iter().map(told).collect();
    Json(ArticlePreview { characters: html.chars().count(), html: kept.html, lost, digest })
}

fn told(lost: &Lost) -> String {
    match lost {
        Lost::Picture(address) if address.is_empty() => "有一张图片还没有选".to_owned(),
        Lost::Picture(_) => "有一张图片不在素材库里，微信不显示，请从素材库里另选".to_owned(),
        Lost::Link(address) => format!("链接 {address} 不是微信的网址，读者点不开"),
        Lost::Element(_) | Lost::Attribute(_) | Lost::Property(_) => "有一处版式微信不保留".to_owned(),
    }
}

/// Open records that may be quoted.
#[utoipa::path(get, path = "/api/v1/push/records", tag = "push", params(WantedRecords),
    responses((status = 200, body = QuotableRecords)))]
pub(super) async fn records(
    State(office): State<Office>,
    Inputs(WantedRecords { q }): Inputs<WantedRecords>,
) -> Result<Json<QuotableRecords>, Failure> {
    let found = office.catalogue.find(&Asked::typed(q.as_deref().unwrap_or_default(), OFFERED)).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for item in found.items {
        let quotation = RecordQuotation {
            id: item.id.as_str().to_owned(),
            reference_code: item.reference_code,
            title: item.title,
            fonds: item.fonds_title,
            date: item.dates.as_deref().map(web::date_text).unwrap_or_default(),
            text: String::new(),
            picture: None,
        };
        // Closed since the search: neither.
        let Ok(shown) = office.catalogue.record(&item.id).await else { continue };
        items.push(QuotableRecord { quotation, published: !shown.originals.is_empty() });
    }
    Ok(Json(QuotableRecords { items }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, Picture};

    fn article(addresses: &[&str]) -> Article {
        let picture = |address: &&str| {
            Block::Picture(Picture {
                address: (*address).to_owned(),
                alternative: "图".to_owned(),
                ..Picture::default()
            })
        };
        let text = Block::Heading { text: "开馆".to_owned() };
        Article { blocks: addresses.iter().map(picture).chain([text]).collect(), ..Article::default() }
    }

    #[tokio::test]
    async fn the_preview_keeps_pictures_of_the_library_and_tells_of_others() {
        let address = "material/0198c6de-0000-7000-8000-000000000000";
        let Json(shown) = preview(Input(article(&[address, "https://example.org/1.jpg"]))).await;
        assert!(shown.html.contains(address) && !shown.html.contains("example.org"), "{}", shown.html);
        assert_eq!(shown.lost, ["有一张图片不在素材库里，微信不显示，请从素材库里另选"]);
        assert_eq!(shown.digest, "开馆");
        let Json(shown) = preview(Input(Article { digest: "摘要".to_owned(), ..article(&[]) })).await;
        assert_eq!((shown.digest.as_str(), shown.lost.len()), ("摘要", 0));
    }
}
