//! The page of an article, as readers open it.

use std::fmt::Write as _;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use wechat::wire::draft::Article;

use super::pages::escaped;
use crate::Sandbox;
use crate::clock::written;
use crate::control::{note, origin};
use crate::page::{Act, Page, Remark, Way, cover};
use crate::world::World;

/// Nothing of an article runs, and nothing comes from elsewhere.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; connect-src 'self'; script-src 'self'; \
                      style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Shows an article and counts the reading, if the phone's cookie tells who reads and the page is not only drawn again.
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let is_again = query.as_deref() == Some("again");
    let origin = origin(&headers);
    let html = sandbox.change(|world, now| {
        if let Some((media_id, index)) = id.split_once('.') {
            return preview(world, (media_id, index), &origin);
        }
        let (name, account) = world.accounts.iter_mut().find(|(_, account)| account.pages.contains_key(&id))?;
        let reader = reader(&headers, name).filter(|openid| account.followers.contains_key(openid));
        let page = account.pages.get_mut(&id).filter(|page| page.is_open(now))?;
        if let Some(openid) = reader.as_ref().filter(|_| !is_again) {
            note(page, openid, Act::Read, now);
        }
        let names = |openid: &str| account.followers.get(openid).map(|one| one.nickname.clone()).unwrap_or_default();
        let path = reader.as_ref().map(|openid| format!("/_phone/{name}/followers/{openid}/articles/{id}"));
        let comments = comments(page, reader.as_deref(), &names);
        Some(whole(page, &account.settings.nickname, &comments, (path.as_deref(), &origin)))
    });
    let (status, html) = html.map_or_else(|| (StatusCode::NOT_FOUND, gone()), |html| (StatusCode::OK, html));
    (status, [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")], Html(html))
        .into_response()
}

/// An article of a draft, which nobody reads yet.
fn preview(world: &World, (media_id, index): (&str, &str), origin: &str) -> Option<String> {
    let mut accounts = world.accounts.values();
    let (account, draft) = accounts.find_map(|account| Some((account, account.drafts.get(media_id)?)))?;
    let article = draft.articles.get(index.parse::<usize>().ok()?)?.clone();
    let page = Page { article, at: draft.updated_at, way: Way::Preview, ..Page::default() };
    Some(whole(&page, &account.settings.nickname, "", (None, origin)))
}

/// Who holds the phone, by the cookie it sets.
fn reader(headers: &HeaderMap, account: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let wanted = format!("sandbox_follower_{account}");
    pairs.find(|(name, _)| *name == wanted).map(|(_, openid)| openid.to_owned())
}

fn framed(title: &str, main: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/_phone/article.css\"></head><body>{main}\
         <script src=\"/_phone/article.js\"></script></body></html>",
        title = escaped(title),
    )
}

fn gone() -> String {
    framed("内容无法查看", "<main class=\"gone\"><h1>该内容已被发布者删除</h1><p>或者预览链接已经过期。</p></main>")
}

fn whole(page: &Page, nickname: &str, comments: &str, (path, origin): (Option<&str>, &str)) -> String {
    let article = &page.article;
    let day = written(page.at);
    let day = day.get(..16).unwrap_or(&day);
    let author = if article.author.is_empty() { String::new() } else { format!("{} ", escaped(&article.author)) };
    let read = page.count(Act::Read);
    let button = |act: &str, label: &str, count: usize| {
        let disabled = if path.is_none() { " disabled" } else { "" };
        format!("<button type=\"button\" data-act=\"{act}\"{disabled}>{label} <b>{count}</b></button>")
    };
    let buttons = [
        button("like", "赞", page.count(Act::Like)),
        button("share", "分享", page.count(Act::Share)),
        button("favourite", "收藏", page.count(Act::Favourite)),
    ];
    let form = match path {
        Some(_) if page.comments_open => {
            "<form class=\"write\" data-comment><label for=\"words\">写留言</label>\
             <textarea id=\"words\" maxlength=\"600\" rows=\"3\" required></textarea><button>发表</button></form>"
        }
        _ => "",
    };
    let main = format!(
        "<p class=\"mark\">模拟环境</p><main data-path=\"{path}\"><h1>{title}</h1>\
         <p class=\"meta\">{author}<span>{nickname}</span> <time>{day}</time></p><div class=\"content\">{content}</div>{original}\
         <p class=\"counts\">阅读 <b data-read>{read}</b></p><p class=\"acts\">{buttons}</p>\
         <p class=\"said\" role=\"status\"></p><section class=\"comments\">{comments}{form}</section></main>",
        path = escaped(path.unwrap_or_default()),
        title = escaped(&article.title),
        nickname = escaped(nickname),
        // Filtered when the draft was made; the policy keeps it from acting all the same.
        content = content(article, origin),
        original = original(article),
        buttons = buttons.concat(),
    );
    framed(&article.title, &main)
}

/// The kept HTML, or the pictures of a `newspic` with their text.
fn content(article: &Article, origin: &str) -> String {
    let Some(info) = article.image_info.as_ref().filter(|_| article.article_type == "newspic") else {
        return article.content.clone();
    };
    let mut html = String::new();
    for image in &info.image_list {
        let picture = Article { thumb_media_id: image.image_media_id.clone(), ..Article::default() };
        // Writing into a String cannot fail.
        let _ = write!(html, "<img src=\"{}\" alt=\"\">", escaped(&cover(&picture, origin)));
    }
    html + "<p>" + &escaped(&article.content) + "</p>"
}

fn original(article: &Article) -> String {
    if article.content_source_url.is_empty() {
        return String::new();
    }
    let url = escaped(&article.content_source_url);
    format!("<p><a data-act=\"original\" href=\"{url}\" target=\"_blank\" rel=\"noopener\">阅读原文</a></p>")
}

/// The public comments and the reader's own.
fn comments(page: &Page, reader: Option<&str>, names: &dyn Fn(&str) -> String) -> String {
    if !page.comments_open {
        return String::new();
    }
    let shown = |remark: &&Remark| remark.elected || reader == Some(remark.openid.as_str());
    let mut html = String::from("<h2>留言</h2>");
    for remark in page.comments.iter().filter(shown) {
        let waiting = if remark.elected { "" } else { "<small>公众号精选后公开</small>" };
        let reply =
            remark.reply.as_ref().map(|(content, _)| format!("<p class=\"reply\">作者回复：{}</p>", escaped(content)));
        // Writing into a String cannot fail.
        let _ = write!(
            html,
            "<article><h3>{} {waiting}</h3><p>{}</p>{}</article>",
            escaped(&names(&remark.openid)),
            escaped(&remark.content),
            reply.unwrap_or_default(),
        );
    }
    html
}
