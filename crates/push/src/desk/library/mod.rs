//! Keeping the library: what staff say of materials, where they are used, and what is put away.

mod at_wechat;
mod intake;
#[cfg(test)]
pub(in crate::desk) mod tests;

pub use at_wechat::AtAccount;
pub use intake::Received;

use std::ops::Range;

use bytes::Bytes;
use catalogue::Catalogue;
use catalogue::originals::Gallery;
use futures::stream::BoxStream;
use kernel::audit::{self, Line, Outcome};
use kernel::blobs::Digest;
use kernel::cage::Cage;
use kernel::{Actor, Blobs, Code, Error, Ground, Id, Permission, Problem, Result, Scanner, Tx};
use serde_json::{Value, json};

use crate::import::{from_markdown, to_markdown};
use crate::material::{Examiner, Material, MaterialFile, MaterialKind, Use};
use crate::store::material as store;

/// The longest title, tag and alternative text, in characters, and the most tags.
const LONGEST_TITLE: usize = 60;
const LONGEST_TAG: usize = 20;
const LONGEST_ALTERNATIVE: usize = 120;
const MOST_TAGS: usize = 12;

/// The library of materials; cheap to clone.
#[derive(Clone, Debug)]
pub struct Materials {
    pub(super) ground: Ground,
    pub(super) blobs: Blobs,
    pub(super) examiner: Examiner,
    pub(super) stock: Stock,
}

/// What materials are taken from and where they are sent.
#[derive(Clone, Debug)]
pub struct Stock {
    /// Open records.
    pub catalogue: Catalogue,
    /// The public copies of their originals.
    pub gallery: Gallery,
    /// The house that is cited.
    pub house: web::HouseBook,
    /// The accounts' clients.
    pub clients: account::Clients,
}

/// What staff say of a material.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Described {
    /// Its title.
    pub title: String,
    /// What a picture shows.
    pub alternative: String,
    /// A text block as Markdown; nothing for files.
    pub text: String,
    /// Tags.
    pub tags: Vec<String>,
}

impl Materials {
    /// A library whose files lie in a store that holds nothing else. The cage starts [`crate::material::caged`].
    pub fn new(ground: Ground, blobs: Blobs, (cage, scanner): (Cage, Scanner), stock: Stock) -> Self {
        Self { ground, blobs, examiner: Examiner { cage, scanner }, stock }
    }

    /// All materials, the newest first, each with the number of drafts that show it.
    ///
    /// # Errors
    /// The database's.
    pub async fn all(&self) -> Result<Vec<(Material, i64)>> {
        let mut tx = self.ground.db.read().await?;
        let counts = store::counts(&mut tx).await?;
        let all = store::all(&mut tx).await?;
        Ok(all
            .into_iter()
            .map(|one| {
                let count = counts.get(&one.id).copied().unwrap_or(0);
                (one, count)
            })
            .collect())
    }

    /// A material and the drafts that show it.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn one(&self, id: Id<Material>) -> Result<(Material, Vec<Use>)> {
        let mut tx = self.ground.db.read().await?;
        let material = store::find(&mut tx, id).await?.ok_or_else(absent)?;
        let uses = store::uses(&mut tx, id).await?;
        Ok((material, uses))
    }

    /// A file as it is kept.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for texts; [`Code::Damaged`].
    pub async fn file(&self, id: Id<Material>) -> Result<(MaterialFile, Bytes)> {
        let file = self.one(id).await?.0.file.ok_or_else(absent)?;
        let content = self.content(file.stored()).await?;
        Ok((file, content))
    }

    /// A file as everybody may see it. A page of a record is asked for anew each time.
    ///
    /// # Errors
    /// As [`Materials::file`]; [`Code::NotYet`] if the record was closed.
    pub async fn published_file(&self, id: Id<Material>) -> Result<(MaterialFile, Bytes)> {
        let file = self.published(id).await?.file.ok_or_else(absent)?;
        let content = self.content(file.stored()).await?;
        Ok((file, content))
    }

    /// A part of a file, from byte to byte, as a stream that keeps little of it in memory.
    ///
    /// # Errors
    /// As [`Materials::file`].
    pub(crate) async fn stream(
        &self,
        file: &MaterialFile,
        part: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        self.blobs.stream(&file.stored().ok_or_else(absent)?, part).await
    }

    /// The small picture of a picture, JPEG.
    ///
    /// # Errors
    /// As [`Materials::file`].
    pub async fn small(&self, id: Id<Material>) -> Result<Bytes> {
        let file = self.one(id).await?.0.file.ok_or_else(absent)?;
        self.content(file.small()).await
    }

    pub(super) async fn content(&self, digest: Option<Digest>) -> Result<Bytes> {
        self.blobs.get(&digest.ok_or_else(absent)?).await
    }

    /// Puts a text block in; its id.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what does not fit.
    pub async fn add_text(&self, actor: &Actor, said: &Described) -> Result<Id<Material>> {
        let mut material = self.fresh(actor, MaterialKind::Text);
        say(&mut material, said)?;
        let detail = json!({ "act": "add", "kind": material.kind.name(), "title": material.title });
        let mut tx = self.begin(actor, material.id, detail).await?;
        store::insert(&mut tx, store::New { material: &material, came_as: None }).await?;
        tx.commit().await?;
        Ok(material.id)
    }

    /// Writes what is said of a material anew.
    ///
    /// # Errors
    /// [`Code::BadRequest`]; [`Code::NotFound`].
    pub async fn describe(&self, actor: &Actor, id: Id<Material>, said: &Described) -> Result<()> {
        let mut tx = self.begin(actor, id, json!({ "act": "describe", "title": said.title })).await?;
        let mut material = store::find(&mut tx, id).await?.ok_or_else(absent)?;
        say(&mut material, said)?;
        store::describe(&mut tx, &material).await?;
        Ok(tx.commit().await?)
    }

    /// Puts a material away, or takes it out again. Drafts that show it go on to show it.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn archive(&self, actor: &Actor, id: Id<Material>, archived: bool) -> Result<()> {
        let act = if archived { "archive" } else { "restore" };
        let mut tx = self.begin(actor, id, json!({ "act": act })).await?;
        let mut material = store::find(&mut tx, id).await?.ok_or_else(absent)?;
        material.archived = archived;
        store::describe(&mut tx, &material).await?;
        Ok(tx.commit().await?)
    }

    /// Removes a material that no draft and no text block shows.
    ///
    /// # Errors
    /// [`Code::Conflict`] with those that show it; [`Code::NotFound`].
    pub async fn remove(&self, actor: &Actor, id: Id<Material>) -> Result<()> {
        let mut tx = self.begin(actor, id, json!({ "act": "remove" })).await?;
        let material = store::find(&mut tx, id).await?.ok_or_else(absent)?;
        let drafts = store::uses(&mut tx, id).await?.into_iter().map(|one| one.title);
        let texts = store::all(&mut tx).await?.into_iter().filter(|one| one.text.contains(&material.address()));
        let titles = drafts.chain(texts.map(|one| one.title)).take(5);
        let titles: Vec<String> = titles.map(|title| format!("《{title}》")).collect();
        if !titles.is_empty() {
            let why = format!("用在 {} 里，不能删除；可以先从那里换下它，或改为“收起”", titles.join("、"));
            return Err(Problem::new(Code::Conflict, format!("素材“{}”", material.title)).because(why).into());
        }
        store::remove(&mut tx, id).await?;
        let mut gone = Vec::new();
        for digest in material.file.as_ref().map(MaterialFile::all).unwrap_or_default() {
            if !store::needs_file(&mut tx, &digest.to_string()).await? {
                gone.push(digest);
            }
        }
        tx.commit().await?;
        for digest in gone {
            self.blobs.remove(&digest).await?;
        }
        Ok(())
    }

    /// Writes down which materials a draft shows, as of its newest version: in the unit that writes the version. What a
    /// draft shows cannot be removed.
    ///
    /// # Errors
    /// The database's.
    pub async fn used_in<D>(tx: &mut Tx, draft: (Id<D>, &str), ids: &[Id<Material>]) -> Result<()> {
        Ok(store::set_uses(tx, draft, ids).await?)
    }

    /// Removes what is left of files whose writing was broken off before a moment, and returns how many there were.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub async fn sweep(&self, before: kernel::Timestamp) -> Result<u64> {
        self.blobs.sweep(before).await
    }

    /// A material that is not described yet.
    pub(super) fn fresh(&self, actor: &Actor, kind: MaterialKind) -> Material {
        Material {
            id: self.ground.ids.make(),
            kind,
            title: String::new(),
            alternative: String::new(),
            citation: String::new(),
            text: String::new(),
            file: None,
            source: None,
            parent: None,
            tags: Vec::new(),
            archived: false,
            made_by: actor.name().to_owned(),
            made_at: self.ground.clock.now(),
        }
    }

    /// Begins an act of staff on a material, with its line in the audit log.
    pub(super) async fn begin(&self, actor: &Actor, id: Id<Material>, detail: Value) -> Result<Tx> {
        actor.must(Permission::WriteArticles)?;
        let mut tx = self.ground.db.begin().await?;
        let object = format!("material/{}", id.uuid());
        let outcome = Outcome::Done;
        let line = Line { actor: actor.name(), action: "push.keep-material", object: &object, outcome, detail };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        Ok(tx)
    }
}

/// The one answer for what is not there.
pub(super) fn absent() -> Error {
    Problem::new(Code::NotFound, "素材").because("素材库里没有它，可能已被删除；请刷新素材库").into()
}

/// A title of something that came with a name of its own.
pub(super) fn titled(name: &str) -> String {
    let name = catalogue::originals::clean(name);
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).trim();
    let title: String = stem.chars().take(LONGEST_TITLE).collect();
    if title.is_empty() { "未命名".to_owned() } else { title }
}

/// Takes over what is said, if it fits.
fn say(material: &mut Material, said: &Described) -> Result<()> {
    let refused = |why: String| Error::from(Problem::new(Code::BadRequest, "素材").because(why));
    let count = |text: &str| text.chars().count();
    let title = said.title.trim();
    if title.is_empty() || count(title) > LONGEST_TITLE {
        return Err(refused(format!("名称应为 1 至 {LONGEST_TITLE} 字")));
    }
    let alternative = said.alternative.trim();
    if count(alternative) > LONGEST_ALTERNATIVE {
        return Err(refused(format!("替代文字最多 {LONGEST_ALTERNATIVE} 字")));
    }
    let mut tags: Vec<String> =
        said.tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MOST_TAGS || tags.iter().any(|tag| count(tag) > LONGEST_TAG) {
        return Err(refused(format!("标签最多 {MOST_TAGS} 个，每个最多 {LONGEST_TAG} 字")));
    }
    if material.kind == MaterialKind::Text {
        let most = usize::try_from(material.kind.limits().bytes).unwrap_or(usize::MAX);
        let text = to_markdown(&from_markdown(&said.text).blocks);
        if text.is_empty() || text.len() > most {
            return Err(refused(format!("文字不能空，最长约 {} 个汉字", most / 3)));
        }
        material.text = text;
    }
    title.clone_into(&mut material.title);
    alternative.clone_into(&mut material.alternative);
    material.tags = tags;
    Ok(())
}
