//! From a draft to what WeChat can send: its pictures and its articles are given to the account first.

use std::sync::Arc;

use account::Clients;
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Code, Ground, Problem, Result, leases};
use wechat::client::Error;
use wechat::errcode::Errcode;
use wechat::wire::draft::Article as Given;

use crate::article::{Article, render};
use crate::draft::{Body, Part};
use crate::material::of_address;
use crate::sent_article::quoted;
use crate::store::roll::{made, note_made};
use crate::visit::Tag;
use crate::{Content, Materials};

/// For how long one click keeps another from doing the same, in seconds: longer than pictures take.
const LEASE_SECONDS: i64 = 300;

/// What an account of WeChat has of the library: uploaded once, and remembered.
pub trait Pictures: Send + Sync {
    /// WeChat's address of a picture within articles (`media/uploadimg`), by its address in an article.
    fn within<'a>(&'a self, account: &'a str, address: &'a str) -> BoxFuture<'a, Result<String>>;

    /// WeChat's number of permanent material (`material/add_material`): a cover, a picture, a voice or a film.
    fn permanent<'a>(&'a self, account: &'a str, address: &'a str) -> BoxFuture<'a, Result<String>>;
}

impl Pictures for Materials {
    fn within<'a>(&'a self, account: &'a str, address: &'a str) -> BoxFuture<'a, Result<String>> {
        async move {
            match of_address(address) {
                Some(id) => self.at_wechat(account, id).await,
                // Another address was WeChat's already.
                None => Ok(address.to_owned()),
            }
        }
        .boxed()
    }

    fn permanent<'a>(&'a self, account: &'a str, address: &'a str) -> BoxFuture<'a, Result<String>> {
        async move {
            let absent = || Problem::new(Code::BadRequest, "封面或素材").because("不在素材库里，请从素材库里选一个");
            self.permanent(account, of_address(address).ok_or_else(absent)?).await
        }
        .boxed()
    }
}

/// Makes drafts ready to be sent; cheap to clone.
#[derive(Clone)]
pub struct Preparing {
    ground: Ground,
    clients: Clients,
    pictures: Arc<dyn Pictures>,
    site: String,
}

impl std::fmt::Debug for Preparing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preparing").finish_non_exhaustive()
    }
}

impl Preparing {
    /// Makes drafts of a house ready whose pages readers find at `site`.
    pub fn new(ground: Ground, clients: Clients, pictures: Arc<dyn Pictures>, site: String) -> Self {
        Self { ground, clients, pictures, site }
    }

    /// Gives an account what a version of a draft needs, and says what is to be sent. Done again it gives nothing twice;
    /// broken off it goes on where it was.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what WeChat does not take; [`Code::Busy`] if it cannot be reached or somebody else is at it;
    /// the database's.
    pub async fn prepare(&self, account: &str, origin: &str, (digest, body): (&str, &Body)) -> Result<Content> {
        Ok(match body {
            Body::Text { text } => Content::Text { text: text.clone() },
            Body::Image(medium) => {
                Content::Image { media_id: self.pictures.permanent(account, &medium.address).await? }
            }
            Body::Voice(medium) => {
                Content::Voice { media_id: self.pictures.permanent(account, &medium.address).await? }
            }
            Body::Video(medium) => {
                Content::Video { media_id: self.pictures.permanent(account, &medium.address).await? }
            }
            Body::Articles { articles } => Content::Articles {
                media_id: self.draft(account, &format!("{origin}#{digest}"), &self.tagged(origin, articles)).await?,
                ignore_reprint: false,
                titles: articles.iter().map(|part| part.article.title.clone()).collect(),
                records: quoted(articles.iter().map(|part| &part.article)),
            },
        })
    }

    /// The articles with their links to our own site, each saying which article of what was approved it stands in.
    fn tagged(&self, origin: &str, parts: &[Part]) -> Vec<Part> {
        let tagged = |(position, part): (i64, &Part)| {
            let (mut part, tag) = (part.clone(), Tag::of(origin, position));
            part.original = tag.on(&part.original, &self.site);
            for note in part.article.notes_mut() {
                *note = tag.on(note, &self.site);
            }
            part
        };
        (1..).zip(parts).map(tagged).collect()
    }

    /// The draft that the account has of these articles: the one it was given, as long as it is there.
    async fn draft(&self, account: &str, origin: &str, parts: &[Part]) -> Result<String> {
        let client = self.clients.get(account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?;
        let (name, holder) = (format!("push.prepare/{account}/{origin}"), self.ground.random.hex16());
        let mut tx = self.ground.db.begin().await?;
        let lease = leases::take(&mut tx, &self.ground.clock, &name, &holder, LEASE_SECONDS).await?;
        let lease = lease
            .ok_or_else(|| Problem::new(Code::Busy, "这篇推文").because("另一位同事正在把它交给微信，请稍后再试"))?;
        let known = made(&mut tx, origin, account).await?;
        tx.commit().await?;
        let outcome = async {
            if let Some(known) = known {
                match client.draft(&known).await {
                    Ok(_) => return Ok(known),
                    // Sent, published or deleted meanwhile.
                    Err(Error::Refused { code: Errcode(40007), .. }) => {}
                    Err(error) => return Err(refused("草稿箱", &error).into()),
                }
            }
            let mut articles = Vec::new();
            for part in parts {
                articles.push(self.given(account, part).await?);
            }
            client.add_draft(&articles).await.map_err(|error| refused("图文", &error).into())
        };
        let outcome: Result<String> = outcome.await;
        let mut tx = self.ground.db.begin().await?;
        if let Ok(media_id) = &outcome {
            note_made(&mut tx, (origin, account), media_id, self.ground.clock.now()).await?;
        }
        leases::release(&mut tx, &self.ground.clock, &lease).await?;
        tx.commit().await?;
        outcome
    }

    /// An article as WeChat takes it: with its own addresses of the pictures.
    async fn given(&self, account: &str, part: &Part) -> Result<Given> {
        let mut article = part.article.clone();
        for picture in article.pictures_mut() {
            picture.address = self.pictures.within(account, &picture.address).await?;
        }
        if part.cover.is_empty() {
            let why = "还没有封面，请回到推文里选一张";
            return Err(Problem::new(Code::BadRequest, format!("《{}》", article.title)).because(why).into());
        }
        let thumb_media_id = self.pictures.permanent(account, &part.cover).await?;
        let content = render(&article);
        let Article { title, author, digest, .. } = article;
        let content_source_url = part.original.clone();
        Ok(Given { title, author, digest, content, content_source_url, thumb_media_id, ..Given::default() })
    }
}

/// The problem that WeChat did not take something.
pub(crate) fn refused(what: &str, error: &Error) -> Problem {
    let code = match error {
        Error::Refused { .. } | Error::Argument(_) => Code::BadRequest,
        _ => Code::Busy,
    };
    Problem::new(code, what).because(why_not(error))
}

/// Why WeChat did not take something, in words.
pub(crate) fn why_not(error: &Error) -> String {
    match error {
        Error::Refused { code, .. } => format!("微信没有收下（{code}）：{}", reason(*code)),
        Error::Argument(why) => format!("微信不收：{why}"),
        Error::Unknown(_) | Error::NotSent(_) | Error::Answer(_) | Error::TooLarge | Error::Snapshot => {
            "没有连上微信，请过一会儿再试".to_owned()
        }
        Error::Paused { .. } => "今天调用微信的次数已经用完，请明天再试".to_owned(),
    }
}

/// What a code means, for whoever has to mend it.
const fn reason(code: Errcode) -> &'static str {
    match code.0 {
        40007 => "封面或素材在微信那边已经不在，请重新选一张",
        40164 => "服务器的地址不在公众平台的 IP 白名单里，请告诉系统管理员",
        45003 => "标题太长，请改短",
        45004 => "摘要太长，请改短",
        45110 => "作者太长，请改短",
        45002 => "正文太长，请分成两篇",
        45166 => "正文里有微信不收的内容，请检查外来的链接和格式",
        45028 => "这个公众号的群发次数已经用完",
        40065 => "这次群发还没有结束，过几分钟再试",
        43004 => "这位读者没有关注公众号",
        40003 | 40132 => "没有找到这位关注者",
        48001 | 48003 | 48008 => "这个公众号没有这项权限",
        53500 | 53502 | 53506 => "微信不允许这个公众号发布，请到公众平台后台看通知",
        53501 => "发布得太频繁，请过一会儿再试",
        53503 => "没有通过微信的发布检查，请改内容",
        53504 => "微信要求到公众平台后台发布这一篇",
        53505 => "微信要求先在公众平台后台手动保存这一篇",
        48015 | 88000 => "这个公众号没有留言权限",
        88001 => "微信找不到这篇推文，可能已经删除",
        88002 => "微信限制了这篇推文的留言",
        88003 => "精选的留言已到上限，请先取消几条",
        88004 | 88006 | 88008 => "这条留言已经不在，请刷新",
        88005 => "这条留言已经回复过，要改请先删除原来的回复",
        88009 => "这条留言没有回复，请刷新",
        89501..=89505 => "公众平台开了“群发 API 保护”，要管理员在手机上确认",
        _ => "请把错误码告诉系统管理员",
    }
}
