//! Comments (留言) on articles that went out: read from WeChat when somebody looks, never kept here; chosen to be public,
//! answered and deleted with a line in the log.

use account::Clients;
use chinese::personal;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Result, Timestamp};
use serde_json::{Value, json};
use wechat::client::{ArticleKey, Client, CommentAct, CommentKind};
use wechat::wire::comment::Comment;

use super::{refused, shown};
use crate::store::comment::{self, Commented};

/// Characters of a reply. WeChat names no limit, and refuses what it finds too long (88007).
pub const REPLY: usize = 300;
/// The most comments that one is looked for among, in pages of 49.
const MOST_PAGES: i64 = 100;

/// A comment by WeChat's key of its article and its number there, which is unique within the article only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RemarkId {
    key: i64,
    comment: i64,
}

impl RemarkId {
    /// An id as addresses have it: two numbers.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, comment) = text.split_once('-')?;
        Some(Self { key: key.parse().ok()?, comment: comment.parse().ok()? })
    }
}

impl std::fmt::Display for RemarkId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.key, self.comment)
    }
}

/// A comment as staff see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// Which one.
    pub id: RemarkId,
    /// Who wrote it, as staff call followers; nothing if WeChat does not tell.
    pub who: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What it says, without personal numbers.
    pub text: String,
    /// Why it may not be made public: the kinds of personal numbers in it.
    pub holds: Vec<&'static str>,
    /// Whether it is public (精选).
    pub is_elected: bool,
    /// The account's answer, and when it was given.
    pub reply: Option<(String, Timestamp)>,
}

/// Some comments of an article.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemarkPage {
    /// The comments, the newest first.
    pub items: Vec<Remark>,
    /// Where the older ones go on.
    pub next: Option<String>,
    /// Whether readers may comment, as staff last decided here; nothing: as it was sent.
    pub is_open: Option<bool>,
    /// The article's title.
    pub title: String,
}

/// The comments of a house's articles; cheap to clone.
#[derive(Clone, Debug)]
pub struct Comments {
    ground: Ground,
    clients: Clients,
}

impl Comments {
    /// The comments of a house's articles.
    pub const fn new(ground: Ground, clients: Clients) -> Self {
        Self { ground, clients }
    }

    /// Comments of an article, from where an earlier page ended.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::NotYet`] if WeChat did not tell its number of the article; WeChat's in words; the
    /// database's.
    pub async fn list(&self, article: &str, kind: CommentKind, from: Option<&str>) -> Result<RemarkPage> {
        let of = self.article(article).await?;
        let (at, begin) = from.and_then(place).unwrap_or_default();
        let key = *of.keys.get(at).ok_or_else(|| Problem::new(Code::NotFound, "这一页留言"))?;
        let page = self.client(&of)?.comments(article_key(&of, key)?, begin, kind).await;
        let page = page.map_err(|error| refused("留言", &error))?;
        if kind == CommentKind::All {
            let mut tx = self.ground.db.begin().await?;
            let now = self.ground.clock.now();
            comment::keep_count(&mut tx, (&of.account, key, of.position), page.total, now).await?;
            tx.commit().await?;
        }
        let read = begin + i64::try_from(page.comment.len()).unwrap_or(i64::MAX);
        let next = match (read < page.total && read > begin, at + 1 < of.keys.len()) {
            (true, _) => Some(format!("{at}-{read}")),
            (false, true) => Some(format!("{}-0", at + 1)),
            (false, false) => None,
        };
        let items = page.comment.into_iter().map(|one| remark(key, one)).collect();
        Ok(RemarkPage { items, next, is_open: of.comments_open, title: of.title })
    }

    /// Lets readers comment on an article, or no longer.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; as [`Comments::list`].
    pub async fn open(&self, actor: &Actor, article: &str, is_open: bool) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let of = self.article(article).await?;
        let client = self.client(&of)?;
        self.note(actor, if is_open { "push.open-comments" } else { "push.close-comments" }, &of, json!({})).await?;
        for key in &of.keys {
            let opened = client.open_comments(article_key(&of, *key)?, is_open).await;
            opened.map_err(|error| refused("留言", &error))?;
        }
        let mut tx = self.ground.db.begin().await?;
        comment::set_open(&mut tx, article, is_open).await?;
        Ok(tx.commit().await?)
    }

    /// Does something with a comment. One that holds a personal number is not made public.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::AnswerReaders`]; [`Code::Conflict`] for a comment that is held; as
    /// [`Comments::list`].
    pub async fn act(&self, actor: &Actor, article: &str, id: RemarkId, act: CommentAct) -> Result<()> {
        actor.must(Permission::AnswerReaders)?;
        let (of, key) = self.key(article, id).await?;
        let client = self.client(&of)?;
        if act == CommentAct::Elect {
            let (_, holds) = veiled(&self.find(client, key, id.comment).await?.content);
            if !holds.is_empty() {
                let why = format!("里面有{}，公开会泄露个人信息；可以删除它，或请读者另写一条", holds.join("、"));
                return Err(Problem::new(Code::Conflict, "这条留言").because(why).into());
            }
        }
        let action = match act {
            CommentAct::Elect => "push.elect-comment",
            CommentAct::Unelect => "push.unelect-comment",
            CommentAct::Delete => "push.delete-comment",
            CommentAct::DeleteReply => "push.delete-comment-reply",
        };
        self.note(actor, action, &of, json!({ "comment": id.to_string() })).await?;
        let done = client.act_on_comment(key, id.comment, act).await;
        Ok(done.map_err(|error| refused("这条留言", &error))?)
    }

    /// Replies to a comment; everybody reads the reply once the comment is public.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::AnswerReaders`]; [`Code::BadRequest`] for an empty or a long one, for a
    /// personal number in it, and for the title or the code of a record that not everybody may see; as [`Comments::list`].
    pub async fn reply(&self, actor: &Actor, article: &str, id: RemarkId, text: &str) -> Result<()> {
        actor.must(Permission::AnswerReaders)?;
        let text = text.trim();
        let refuse = |why: String| Problem::new(Code::BadRequest, "回复").because(why);
        if text.is_empty() || text.chars().count() > REPLY {
            return Err(refuse(format!("应为 1–{REPLY} 个字")).into());
        }
        let (_, holds) = veiled(text);
        if !holds.is_empty() {
            return Err(refuse(format!("里面有{}，回复是公开的，请去掉", holds.join("、"))).into());
        }
        if catalogue::names_hidden(&mut self.ground.db.read().await?, text).await? {
            let why = "提到了未开放档案的题名或档号，回复是公开的，请改写；要告诉读者，请他到馆或在咨询里办理";
            return Err(refuse(why.to_owned()).into());
        }
        let (of, key) = self.key(article, id).await?;
        let client = self.client(&of)?;
        self.note(actor, "push.reply-comment", &of, json!({ "comment": id.to_string() })).await?;
        let done = client.reply_to_comment(key, id.comment, text).await;
        Ok(done.map_err(|error| refused("回复", &error))?)
    }

    async fn article(&self, id: &str) -> Result<Commented> {
        let found = comment::find(&mut self.ground.db.read().await?, id).await?;
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这篇推文"))?;
        if found.keys.is_empty() {
            let why = "微信没有给出它的编号，留言只能到公众平台上办理";
            return Err(Problem::new(Code::NotYet, "这篇推文").because(why).into());
        }
        Ok(found)
    }

    async fn key(&self, article: &str, id: RemarkId) -> Result<(Commented, ArticleKey)> {
        let of = self.article(article).await?;
        if !of.keys.contains(&id.key) {
            return Err(Problem::new(Code::NotFound, "这条留言").into());
        }
        let key = article_key(&of, id.key)?;
        Ok((of, key))
    }

    fn client(&self, of: &Commented) -> Result<&Client> {
        Ok(self.clients.get(&of.account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?)
    }

    /// WeChat gives no single comment: it is looked for in the list.
    async fn find(&self, client: &Client, key: ArticleKey, comment: i64) -> Result<Comment> {
        let mut begin = 0;
        for _ in 0..MOST_PAGES {
            let page = client.comments(key, begin, CommentKind::All).await;
            let page = page.map_err(|error| refused("这条留言", &error))?;
            begin += i64::try_from(page.comment.len()).unwrap_or(i64::MAX);
            let is_last = page.comment.is_empty();
            if let Some(found) = page.comment.into_iter().find(|one| one.user_comment_id == comment) {
                return Ok(found);
            }
            if is_last {
                break;
            }
        }
        Err(Problem::new(Code::NotFound, "这条留言").into())
    }

    /// Writes the act down before it is done.
    async fn note(&self, actor: &Actor, action: &str, of: &Commented, detail: Value) -> Result<()> {
        let object = format!("article/{}", of.id);
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::alone(&self.ground, &line).await
    }
}

fn article_key(of: &Commented, msg_data_id: i64) -> Result<ArticleKey> {
    let index = u32::try_from(of.position - 1).map_err(kernel::Error::internal)?;
    Ok(ArticleKey { msg_data_id, index })
}

/// Which of the article's keys, and how many comments of it were read.
fn place(from: &str) -> Option<(usize, i64)> {
    let (at, begin) = from.split_once('-')?;
    Some((at.parse().ok()?, begin.parse().ok()?))
}

fn remark(key: i64, one: Comment) -> Remark {
    let (text, holds) = veiled(&one.content);
    Remark {
        id: RemarkId { key, comment: one.user_comment_id },
        who: one.openid.as_deref().map(shown),
        at: Timestamp::from_seconds(one.create_time),
        text,
        holds,
        is_elected: one.comment_type,
        reply: one.reply.map(|reply| (reply.content, Timestamp::from_seconds(reply.create_time))),
    }
}

/// A text without the personal numbers in it, and which kinds of them it held.
fn veiled(text: &str) -> (String, Vec<&'static str>) {
    let ids = personal::id_numbers(text).into_iter().map(|found| (found.span, "身份证号"));
    let cards = personal::bank_cards(text).into_iter().map(|span| (span, "银行卡号"));
    let phones = personal::phones(text).into_iter().map(|span| (span, "电话号码"));
    let mut found: Vec<_> = ids.chain(cards).chain(phones).collect();
    // A number that may be two things counts as the first of them.
    found.sort_by_key(|(span, _)| span.start);
    let (mut left, mut at, mut kinds) = (String::with_capacity(text.len()), 0, Vec::new());
    for (span, kind) in found.into_iter().filter(|(span, _)| !span.is_empty()) {
        if span.start < at {
            continue;
        }
        left.push_str(text.get(at..span.start).unwrap_or_default());
        left.extend(["〔", kind, "〕"]);
        at = span.end;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    left.push_str(text.get(at..).unwrap_or_default());
    (left, kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h13_personal_numbers_in_a_comment_are_veiled_and_hold_it() {
        let (text, holds) = veiled("我叫李四，11010519491231002X，电话13800138000，卡4111111111111111");
        assert_eq!(text, "我叫李四，〔身份证号〕，电话〔电话号码〕，卡〔银行卡号〕");
        assert_eq!(holds, ["身份证号", "电话号码", "银行卡号"]);
        let plain = "祖父1958年在水库工地，档号X001-1-2";
        assert_eq!(veiled(plain), (plain.to_owned(), Vec::new()));
    }

    #[test]
    fn an_id_comes_back_as_it_was_written_and_nothing_else_is_one() {
        let id = RemarkId::parse("2247483890-12").unwrap();
        assert_eq!(id.to_string(), "2247483890-12");
        for wrong in ["", "1", "1-", "a-1", "1-2-3"] {
            assert_eq!(RemarkId::parse(wrong), None, "{wrong}");
        }
    }
}
