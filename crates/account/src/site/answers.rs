//! `/answers/{token}`: an answer that came too late for the chat.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use kernel::{Code, Ground, Problem};
use web::{Failure, Markup, Page, PageContext, Shell, Tab};
use wechat::reply::Reply;

use crate::store::late;

/// How long an answer can be fetched.
const LIFE_SECONDS: i64 = 48 * 3600;

#[derive(Clone)]
struct Answers {
    ground: Ground,
    shell: Shell,
}

#[derive(askama::Template)]
#[template(path = "answer.html")]
struct Shown {
    parts: Option<Vec<Part>>,
}

/// A piece of an answer: text, or a link.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Part {
    text: String,
    link: Option<String>,
}

/// The page of late answers; whoever has its address was the one who asked.
pub fn answer_routes(ground: Ground, shell: Shell) -> Router {
    Router::new().route("/answers/{token}", get(show)).with_state(Answers { ground, shell })
}

async fn show(
    State(Answers { ground, shell }): State<Answers>,
    Path(token): Path<String>,
    context: PageContext,
) -> Result<Response, Failure> {
    let mut tx = ground.db.read().await?;
    let since = ground.clock.now().plus_seconds(-LIFE_SECONDS);
    let found = late::fetch(&mut tx, &token, since).await?;
    let answer = found.ok_or_else(|| Problem::new(Code::NotFound, "这条答复"))?;
    let main = Markup::render(&Shown { parts: answer.map(|clear| parts(&clear)) })?;
    Ok(shell.page(&context, &Page { title: "咨询答复".to_owned(), tab: Tab::None, main }))
}

/// The stored answer as text and links.
fn parts(clear: &str) -> Vec<Part> {
    let text = |text: &str| Part { text: text.to_owned(), link: None };
    match Reply::parse(clear).map(|message| message.reply) {
        Ok(Reply::Text(content)) => linked(&content),
        Ok(Reply::News(articles)) => articles
            .into_iter()
            .map(|article| Part { text: format!("{}\n", article.title), link: Some(article.url) })
            .collect(),
        _ => vec![text("没有找到相关内容，欢迎换一种说法再问。")],
    }
}

/// Cuts a chat text at its links. Only `http` and `https` become links; everything else stays text.
fn linked(content: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = content;
    while let Some((before, tag)) = rest.split_once("<a href=\"") {
        let Some((link, (text, after))) =
            tag.split_once("\">").and_then(|(link, tail)| Some((link, tail.split_once("</a>")?)))
        else {
            break;
        };
        let safe = link.starts_with("http://") || link.starts_with("https://");
        parts.push(Part { text: before.to_owned(), link: None });
        parts.push(Part { text: text.to_owned(), link: safe.then(|| link.to_owned()) });
        rest = after;
    }
    parts.push(Part { text: rest.to_owned(), link: None });
    parts.retain(|part| !part.text.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_chat_become_links_of_the_page_and_nothing_else_does() {
        let parts = linked("一、<a href=\"https://a.example/x\">题名</a>；<a href=\"javascript:alert(1)\">坏</a><b>");
        let shown: Vec<_> = parts.iter().map(|part| (part.text.as_str(), part.link.as_deref())).collect();
        let expected =
            [("一、", None), ("题名", Some("https://a.example/x")), ("；", None), ("坏", None), ("<b>", None)];
        assert_eq!(shown, expected);
        assert_eq!(linked("<a href=\"https://a.example").len(), 1);
    }
}
