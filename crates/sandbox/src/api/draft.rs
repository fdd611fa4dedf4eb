//! The draft box and publishing (reference §6).

use serde_json::json;
use wechat::article::{ARTICLES, TITLE, excess};
use wechat::wire::draft::{Article, ArticleItem, ArticlePage, ArticleRange, Articles, DraftUpdate, NewDraft};
use wechat::wire::material::MediaId;
use wechat::wire::publish::{ArticleId, PublishDetail, PublishId, PublishState, PublishedLink};

use super::Call;
use super::material::page;
use crate::fail::{Answer, Fail, Outcome};
use crate::page::{Draft, Page, Publication, cleaned, cover, whole};

/// Characters of a title that were taken before the current page.
const TITLE_BEFORE: usize = 64;

/// Makes a draft.
pub(super) fn add(call: &mut Call<'_>) -> Outcome {
    let articles = call.json::<NewDraft>()?.articles;
    if articles.is_empty() {
        return Err(Fail::new(44003));
    }
    if articles.len() > ARTICLES {
        return Err(Fail::new(45008));
    }
    let articles = articles.iter().map(|article| checked(call, article)).collect::<Result<Vec<_>, _>>()?;
    let media_id = call.random.id(64);
    let number = call.account.next();
    let draft = Draft { media_id: media_id.clone(), articles, created_at: call.now, updated_at: call.now, number };
    call.account.drafts.insert(media_id.clone(), draft);
    Ok(Answer::Json(json!({"media_id": media_id, "item": []})))
}

/// The article as it is kept, or the code of the limit it breaks.
fn checked(call: &Call<'_>, article: &Article) -> Result<Article, Fail> {
    let title = if call.strict { TITLE } else { TITLE_BEFORE };
    if let Some(excess) = excess(article, title) {
        return Err(Fail::new(excess.code()));
    }
    if !matches!(article.article_type.as_str(), "" | "news" | "newspic") {
        return Err(Fail::new(40008));
    }
    let is_picture = |id: &str| {
        let medium = call.account.media.get(id);
        medium.is_some_and(|medium| medium.lasting && matches!(medium.kind.as_str(), "image" | "thumb"))
    };
    let pictures = article.image_info.iter().flat_map(|info| &info.image_list);
    let cover = (!article.thumb_media_id.is_empty()).then_some(article.thumb_media_id.as_str());
    if !pictures.map(|image| image.image_media_id.as_str()).chain(cover).all(is_picture) {
        return Err(Fail::new(40007));
    }
    let link = &article.content_source_url;
    if !(link.is_empty() || link.starts_with("https://") || link.starts_with("http://")) {
        return Err(Fail::new(41039));
    }
    if ![&article.pic_crop_235_1, &article.pic_crop_1_1].into_iter().all(|crop| is_crop(crop)) {
        return Err(Fail::new(53403));
    }
    let kept = cleaned(call.account, article, call.origin);
    if kept.content.trim().is_empty() { Err(Fail::new(45166)) } else { Ok(kept) }
}

/// `X1_Y1_X2_Y2`: fractions from the top left with at most 6 decimals.
fn is_crop(crop: &str) -> bool {
    if crop.is_empty() {
        return true;
    }
    let fraction = |part: &str| {
        let short = part.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 6);
        part.parse::<f64>().ok().filter(|value| short && (0.0..=1.0).contains(value))
    };
    let parts: Vec<Option<f64>> = crop.split('_').map(fraction).collect();
    matches!(parts[..], [Some(left), Some(top), Some(right), Some(bottom)] if left < right && top < bottom)
}

fn draft<'a>(call: &'a mut Call<'_>, id: &str) -> Result<&'a mut Draft, Fail> {
    if id.is_empty() {
        return Err(Fail::new(41006));
    }
    call.account.drafts.get_mut(id).ok_or_else(|| Fail::new(40007))
}

/// The draft as it is kept.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<MediaId>()?.media_id;
    let draft = draft(call, &id)?.clone();
    Ok(Answer::Json(json!(shown(&draft, call.origin, false))))
}

fn shown(draft: &Draft, origin: &str, no_content: bool) -> Articles {
    let article = |(index, article): (usize, &Article)| Article {
        thumb_url: cover(article, origin),
        // The page shows it as long as the draft is there.
        url: format!("{origin}/s/{}.{index}", draft.media_id),
        content: if no_content { String::new() } else { article.content.clone() },
        ..article.clone()
    };
    Articles {
        news_item: draft.articles.iter().enumerate().map(article).collect(),
        create_time: Some(draft.created_at),
        update_time: Some(draft.updated_at),
    }
}

/// Replaces one article: 40114 for an index that is not there.
pub(super) fn update(call: &mut Call<'_>) -> Outcome {
    let update: DraftUpdate = call.json()?;
    draft(call, &update.media_id)?;
    let article = checked(call, &update.articles)?;
    let now = call.now;
    let draft = draft(call, &update.media_id)?;
    let index = usize::try_from(update.index).map_err(|_| Fail::new(40114))?;
    *draft.articles.get_mut(index).ok_or_else(|| Fail::new(40114))? = article;
    draft.updated_at = now;
    Ok(Answer::ok())
}

/// Deletes it.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<MediaId>()?.media_id;
    draft(call, &id)?;
    call.account.drafts.remove(&id);
    Ok(Answer::ok())
}

/// How many there are.
pub(super) fn count(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::Json(json!({"total_count": call.account.drafts.len()})))
}

/// Up to 20, newest first.
pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let range: ArticleRange = call.json()?;
    let mut drafts: Vec<&Draft> = call.account.drafts.values().collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.number));
    let total_count = whole(drafts.len());
    let item = |draft: &Draft| ArticleItem {
        media_id: draft.media_id.clone(),
        content: shown(draft, call.origin, range.no_content),
        update_time: draft.updated_at,
        ..ArticleItem::default()
    };
    let item: Vec<ArticleItem> = page(drafts, range.offset, range.count)?.map(item).collect();
    Ok(Answer::Json(json!(ArticlePage { total_count, item_count: whole(item.len()), item })))
}

/// Queues a draft to be published.
pub(super) fn publish(call: &mut Call<'_>) -> Outcome {
    let media_id = call.json::<MediaId>()?.media_id;
    let articles = draft(call, &media_id)?.articles.clone();
    let (now, due) = (call.now, call.account.mass_due(call.now));
    if call.account.publications.iter().any(|one| one.media_id == media_id && one.status == 1) {
        return Err(Fail::new(53501));
    }
    let (publish_id, msg_data_id) = (call.account.job_id(), call.account.job_id());
    call.account.publications.push(Publication {
        publish_id,
        msg_data_id,
        article_id: call.random.id(43),
        media_id,
        articles,
        origin: call.origin.to_owned(),
        at: now,
        due,
        status: 1,
        pages: Vec::new(),
    });
    // The number stands as a text on one page and as a number on another.
    let shown = if call.strict { json!(publish_id.to_string()) } else { json!(publish_id) };
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "ok", "publish_id": shown, "msg_data_id": msg_data_id})))
}

/// How far a publication is.
pub(super) fn publish_state(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<PublishId>()?.publish_id;
    let found = call.account.publications.iter().find(|one| one.publish_id.to_string() == id);
    let one = found.ok_or_else(|| Fail::new(40035))?;
    let pages = pages(call, one);
    let status = if one.status == 0 && pages.iter().all(|page| page.removed) { 5 } else { one.status };
    let link = |page: &&Page| PublishedLink { idx: i64::from(page.index), article_url: page.url.clone() };
    let links: Vec<PublishedLink> = pages.iter().map(link).collect();
    let is_done = one.status == 0;
    Ok(Answer::Json(json!(PublishState {
        publish_id: id,
        publish_status: i64::from(status),
        article_id: is_done.then(|| one.article_id.clone()),
        article_detail: is_done.then(|| PublishDetail { count: whole(links.len()), item: links }),
        fail_idx: if status > 1 && !is_done { vec![1] } else { Vec::new() },
    })))
}

fn pages<'a>(call: &'a Call<'_>, one: &Publication) -> Vec<&'a Page> {
    one.pages.iter().filter_map(|id| call.account.pages.get(id)).collect()
}

fn published<'a>(call: &'a Call<'_>, article_id: &str) -> Result<&'a Publication, Fail> {
    let mut all = call.account.publications.iter();
    all.find(|one| one.status == 0 && one.article_id == article_id).ok_or_else(|| Fail::new(53600))
}

/// The articles of a published message.
pub(super) fn article(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<ArticleId>()?.article_id;
    let one = published(call, &id)?;
    Ok(Answer::Json(json!({"news_item": articles(call, one, false)})))
}

fn articles(call: &Call<'_>, one: &Publication, no_content: bool) -> Vec<Article> {
    let shown = |page: &Page| Article {
        thumb_url: cover(&page.article, call.origin),
        url: page.url.clone(),
        is_deleted: Some(page.removed),
        content: if no_content { String::new() } else { page.article.content.clone() },
        ..page.article.clone()
    };
    pages(call, one).into_iter().map(shown).collect()
}

/// Up to 20 published messages, newest first.
pub(super) fn publications(call: &mut Call<'_>) -> Outcome {
    let range: ArticleRange = call.json()?;
    let done = call.account.publications.iter().rev().filter(|one| one.status == 0);
    let there: Vec<&Publication> = done.filter(|one| !pages(call, one).iter().all(|page| page.removed)).collect();
    let total_count = whole(there.len());
    let item = |one: &Publication| ArticleItem {
        article_id: one.article_id.clone(),
        content: Articles { news_item: articles(call, one, range.no_content), ..Articles::default() },
        update_time: one.due,
        ..ArticleItem::default()
    };
    let item: Vec<ArticleItem> = page(there, range.offset, range.count)?.map(item).collect();
    Ok(Answer::Json(json!(ArticlePage { total_count, item_count: whole(item.len()), item })))
}

/// Takes published articles away, one by its number from 1 or all.
pub(super) fn unpublish(call: &mut Call<'_>) -> Outcome {
    let request: ArticleId = call.json()?;
    let pages = published(call, &request.article_id)?.pages.clone();
    remove_pages(call, &pages, request.index.unwrap_or(0), 40114)
}

/// Removes one page by its number from 1, or all; `unknown` is the code of a number that is not there.
pub(super) fn remove_pages(call: &mut Call<'_>, pages: &[String], number: i64, unknown: i64) -> Outcome {
    if number < 0 || number > whole(pages.len()) {
        return Err(Fail::new(unknown));
    }
    for id in pages {
        if let Some(page) = call.account.pages.get_mut(id).filter(|page| number == 0 || i64::from(page.index) == number)
        {
            page.removed = true;
        }
    }
    Ok(Answer::ok())
}
