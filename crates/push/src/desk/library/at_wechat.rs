//! Materials at WeChat: sent once for each account and file, and remembered; what an account has, and what it has not.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Error, Id, Permission, Problem, Result};
use serde_json::{Value, json};
use wechat::client::{Client, Download, Error as CallError, Material as Fetched, MediaKind};
use wechat::errcode::Errcode;
use wechat::wire::material::FilmWords;

use super::{Materials, Received, absent};
use crate::material::{Material, MaterialFile, MaterialKind, MediaType, below};
use crate::store::material as store;
use crate::store::material_at_wechat::{self as there, Given, Way};

/// `uploadimg` takes pictures below this many bytes.
const ARTICLE_PICTURE: usize = 1 << 20;
/// The material of an id is not there.
const NOT_THERE: Errcode = Errcode(40007);
/// How many are on a page of what an account has: as many as WeChat gives at once.
const AT_ONCE: i64 = 20;

/// Something an account has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AtAccount {
    /// WeChat's id of it.
    pub media_id: String,
    /// The name of its file.
    pub name: String,
    /// When it was changed, in Unix seconds.
    pub changed: i64,
    /// The same in the library.
    pub material: Option<Id<Material>>,
}

impl Materials {
    /// The address under which an account shows a picture in articles: it is sent there once and remembered. Pictures of
    /// 1 MB and more are made smaller, moving ones go as permanent material. A page of a record is asked for anew each time:
    /// what not everybody may see any longer is not given.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::NotYet`] if the record was closed, or WeChat does not take it; [`Code::Busy`] if WeChat
    /// cannot be reached.
    pub async fn at_wechat(&self, account: &str, id: Id<Material>) -> Result<String> {
        let material = self.published(id).await?;
        let file = picture(&material)?;
        if file.media_type == MediaType::Gif {
            return Ok(self.send(account, &material).await?.address);
        }
        let known = there::find(&mut self.ground.db.read().await?, (account, &file.digest), Way::Article).await?;
        if let Some(given) = known {
            return Ok(given.address);
        }
        let client = self.client(account)?;
        let content = self.content(file.stored()).await?;
        let (content, media_type) = if content.len() < ARTICLE_PICTURE {
            (content, file.media_type)
        } else {
            let smaller = tokio::task::spawn_blocking(move || below(&content, ARTICLE_PICTURE));
            let smaller = smaller.await.map_err(Error::internal)?.map_err(Error::internal)?;
            (Bytes::from(smaller), MediaType::Jpeg)
        };
        let name = format!("picture.{}", media_type.extension());
        let sent = client.upload_picture(&name, media_type.name(), &content).await;
        let address = sent.map_err(|error| untaken(&material, &error))?;
        self.remember((account, &file.digest), Way::Article, Given { address: address.clone(), ..Given::default() })
            .await?;
        Ok(address)
    }

    /// WeChat's id of a material as permanent material of an account, such as a cover: it is sent there once and remembered.
    ///
    /// # Errors
    /// As [`Materials::at_wechat`].
    pub async fn permanent(&self, account: &str, id: Id<Material>) -> Result<String> {
        let material = self.published(id).await?;
        Ok(self.send(account, &material).await?.media_id)
    }

    /// Sends a material to an account at the word of staff; what was sent before and is gone there goes again.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; as [`Materials::at_wechat`].
    pub async fn upload(&self, actor: &Actor, account: &str, id: Id<Material>) -> Result<String> {
        let detail = json!({ "act": "upload", "account": account });
        self.note(actor, ("push.send-material", &format!("material/{}", id.uuid())), detail).await?;
        let material = self.published(id).await?;
        let file = material.file.as_ref().ok_or_else(|| no_file(&material))?;
        let known = there::find(&mut self.ground.db.read().await?, (account, &file.digest), Way::Permanent).await?;
        if let Some(given) = known
            && let Err(error) = self.client(account)?.material(&given.media_id).await
        {
            if error.code() != Some(NOT_THERE) {
                return Err(untaken(&material, &error).into());
            }
            let mut tx = self.ground.db.begin().await?;
            there::forget(&mut tx, (account, &file.digest), Way::Permanent).await?;
            tx.commit().await?;
        }
        Ok(self.send(account, &material).await?.media_id)
    }

    /// A page of what an account has of a kind, the newest first, and how much there is; pages count from 1.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for texts; [`Code::NotFound`] for an unknown account; [`Code::Busy`] if WeChat does not answer.
    pub async fn at_account(&self, account: &str, kind: MaterialKind, page: i64) -> Result<(Vec<AtAccount>, i64)> {
        let offset = page.max(1).saturating_sub(1).saturating_mul(AT_ONCE);
        let asked = self.client(account)?.materials(media_kind(kind)?, offset, AT_ONCE).await;
        let answer = asked.map_err(|error| unreached(account, &error))?;
        let mut tx = self.ground.db.read().await?;
        let of: HashMap<String, String> = there::permanent(&mut tx, account).await?.into_iter().collect();
        let all = store::all(&mut tx).await?;
        let ids: HashMap<&str, Id<Material>> =
            all.iter().filter_map(|one| Some((one.file.as_ref()?.digest.as_str(), one.id))).collect();
        let item = |item: wechat::wire::material::MaterialItem| AtAccount {
            material: of.get(&item.media_id).and_then(|digest| ids.get(digest.as_str())).copied(),
            media_id: item.media_id,
            name: item.name,
            changed: item.update_time,
        };
        Ok((answer.item.into_iter().map(item).collect(), answer.total_count))
    }

    /// The files an account has as permanent material, by their digests.
    ///
    /// # Errors
    /// The database's.
    pub async fn held_by(&self, account: &str) -> Result<Vec<String>> {
        let held = there::permanent(&mut self.ground.db.read().await?, account).await?;
        Ok(held.into_iter().map(|(_, digest)| digest).collect())
    }

    /// Takes what an account has into the library.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`] if WeChat has it no longer; [`Code::FileRefused`]; [`Code::Busy`].
    pub async fn fetch(&self, actor: &Actor, account: &str, (media_id, name): (&str, &str)) -> Result<Received> {
        let detail = json!({ "act": "fetch", "media_id": media_id });
        self.note(actor, ("push.fetch-material", &format!("account/{account}")), detail).await?;
        let client = self.client(account)?;
        let fetched = client.material(media_id).await.map_err(|error| unreached(account, &error))?;
        let (content, name) = match fetched {
            Fetched::File(Download::File { bytes, filename, .. }) => {
                (bytes, if name.is_empty() { filename.unwrap_or_default() } else { name.to_owned() })
            }
            Fetched::Film { words, url } => {
                let film = client.film(&url).await.map_err(|error| unreached(account, &error))?;
                (film, if words.title.is_empty() { name.to_owned() } else { words.title })
            }
            Fetched::Articles(_) | Fetched::File(Download::Video { .. }) => {
                return Err(Problem::new(Code::NotFound, "公众号素材")
                    .because("不是图片、音频或视频，不能取回")
                    .into());
            }
        };
        let received = self.receive(actor, &name, content.into()).await?;
        let file = self.one(received.id).await?.0.file.ok_or_else(absent)?;
        let given = Given { media_id: media_id.to_owned(), ..Given::default() };
        let known = there::find(&mut self.ground.db.read().await?, (account, &file.digest), Way::Permanent).await?;
        if known.is_none() {
            self.remember((account, &file.digest), Way::Permanent, given).await?;
        }
        Ok(received)
    }

    /// A material that may be shown to everybody.
    pub(crate) async fn published(&self, id: Id<Material>) -> Result<Material> {
        let material = self.one(id).await?.0;
        if let Some(source) = &material.source
            && !self.stock.gallery.shows(&source.page).await?
        {
            let why = "所用的档案影像已不再公布，不能发出，请从推文里换下";
            return Err(Problem::new(Code::NotYet, format!("图片“{}”", material.title)).because(why).into());
        }
        Ok(material)
    }

    /// Sends a material as permanent material, unless the account has it.
    async fn send(&self, account: &str, material: &Material) -> Result<Given> {
        let file = material.file.as_ref().ok_or_else(|| no_file(material))?;
        let known = there::find(&mut self.ground.db.read().await?, (account, &file.digest), Way::Permanent).await?;
        if let Some(given) = known.filter(|given| file.media_type != MediaType::Gif || !given.address.is_empty()) {
            return Ok(given);
        }
        let client = self.client(account)?;
        let content = self.content(file.stored()).await?;
        let name = format!("{}.{}", material.title, file.media_type.extension());
        let sent = match media_kind(material.kind)? {
            MediaKind::Video => {
                let words = FilmWords { title: material.title.clone(), introduction: material.alternative.clone() };
                client.add_film(&words, &name, &content).await
            }
            kind => client.add_material(kind, &name, file.media_type.name(), &content).await,
        };
        let answer = sent.map_err(|error| untaken(material, &error))?;
        let given = Given { address: answer.url, media_id: answer.media_id };
        self.remember((account, &file.digest), Way::Permanent, given.clone()).await?;
        Ok(given)
    }

    async fn remember(&self, which: (&str, &str), way: Way, given: Given) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        there::keep(&mut tx, which, way, &given, self.ground.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    fn client(&self, account: &str) -> Result<&Arc<Client>> {
        let unknown = || Problem::new(Code::NotFound, format!("公众号 {account}")).because("设置里没有这个公众号");
        Ok(self.stock.clients.get(account).ok_or_else(unknown)?)
    }

    async fn note(&self, actor: &Actor, (action, object): (&str, &str), detail: Value) -> Result<()> {
        actor.must(Permission::WriteArticles)?;
        audit::alone(&self.ground, &Line { actor: actor.name(), action, object, outcome: Outcome::Done, detail }).await
    }
}

fn picture(material: &Material) -> Result<&MaterialFile> {
    let file = material.file.as_ref().filter(|_| material.kind == MaterialKind::Image);
    Ok(file.ok_or_else(|| Problem::new(Code::BadRequest, format!("素材“{}”", material.title)).because("不是图片"))?)
}

fn no_file(material: &Material) -> Problem {
    Problem::new(Code::BadRequest, format!("素材“{}”", material.title)).because("是文字，不用上传到公众号")
}

fn media_kind(kind: MaterialKind) -> Result<MediaKind> {
    Ok(match kind {
        MaterialKind::Image => MediaKind::Image,
        MaterialKind::Voice => MediaKind::Voice,
        MaterialKind::Video => MediaKind::Video,
        MaterialKind::Thumb => MediaKind::Thumb,
        MaterialKind::Text => {
            return Err(Problem::new(Code::BadRequest, "公众号素材").because("文字不在公众号素材里").into());
        }
    })
}

/// What an error of WeChat means for a material that was to be sent.
fn untaken(material: &Material, error: &CallError) -> Problem {
    let about = format!("素材“{}”", material.title);
    match error {
        CallError::Refused { code: Errcode(45074), .. } => {
            Problem::new(Code::NotYet, about).because("公众号的素材已满，微信不再收；请到公众平台删去一些")
        }
        CallError::Refused { code, .. } if code.needs_operator() => Problem::new(Code::NotYet, about)
            .because(format!("微信没有收（错误码 {code}）；请系统管理员检查公众号的连接")),
        CallError::Refused { code, .. } => Problem::new(Code::NotYet, about)
            .because(format!("微信没有收（错误码 {code}）；请换一个文件，或告诉系统管理员")),
        CallError::Argument(_) => Problem::new(Code::NotYet, about).because("太大，微信不收"),
        _ => Problem::new(Code::Busy, about).because("没有连上微信，还没有传过去"),
    }
}

/// What an error of WeChat means for a question about what an account has.
fn unreached(account: &str, error: &CallError) -> Problem {
    match error.code() {
        Some(NOT_THERE) => Problem::new(Code::NotFound, "公众号素材").because("公众号里已经没有它了"),
        Some(code) => Problem::new(Code::NotYet, format!("公众号 {account}"))
            .because(format!("微信没有给出素材（错误码 {code}）；请系统管理员检查公众号的连接和权限")),
        None => Problem::new(Code::Busy, format!("公众号 {account}")).because("没有连上微信"),
    }
}
