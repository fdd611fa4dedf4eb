//! What comes into the library: files, parts of pictures, pages of records, documents with their pictures.

use bytes::Bytes;
use catalogue::originals::Leaf;
use catalogue::{Asked, Element, Filters, Item, PublicId, Shown};
use kernel::blobs::Digest;
use kernel::{Actor, Code, Error, Id, Permission, Problem, Result};
use serde_json::json;

use super::{Materials, absent, titled};
use crate::article::Article;
use crate::import::{Imported, Kind, LONGEST, PICTURE, from_markdown, pasted, text_of};
use crate::material::{
    Crop, Material, MaterialFile, MaterialKind, MediaType, Shape, Source, Taken, crop, refused, small_of,
};
use crate::store::material as store;

/// How many records are offered.
const OFFERED: u32 = 20;

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received {
    /// The material.
    pub id: Id<Material>,
    /// Whether it is new; else the same file was there already.
    pub is_new: bool,
}

/// What distinguishes a new material.
#[derive(Default)]
struct Origin {
    title: String,
    alternative: String,
    citation: String,
    source: Option<Source>,
    parent: Option<Id<Material>>,
    tags: Vec<String>,
}

impl Materials {
    /// Takes a file in: scanned, examined in the cage, a picture drawn anew without metadata. The same file is taken once.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::FileRefused`] with the reason; [`Code::BadSetting`] if the scanner fails.
    pub async fn receive(&self, actor: &Actor, name: &str, content: Bytes) -> Result<Received> {
        let origin = Origin { title: titled(name), ..Origin::default() };
        self.take(actor, (name, content), origin).await
    }

    async fn take(&self, actor: &Actor, (name, content): (&str, Bytes), origin: Origin) -> Result<Received> {
        actor.must(Permission::WriteArticles)?;
        let came_as = Digest::of(&content).to_string();
        if let Some(id) = store::came_as(&mut self.ground.db.read().await?, &came_as).await? {
            return Ok(Received { id, is_new: false });
        }
        let taken = self.examiner.examine(name, content).await?;
        self.keep(actor, taken, origin, Some(&came_as)).await
    }

    /// Lays a file into the store and writes it down. The file comes first: what is written down is there.
    async fn keep(&self, actor: &Actor, taken: Taken, origin: Origin, came_as: Option<&str>) -> Result<Received> {
        let bytes = u64::try_from(taken.content.len()).unwrap_or(u64::MAX);
        let digest = self.blobs.put(taken.content).await?;
        let thumbnail = match taken.small {
            Some(small) => Some(self.blobs.put(small).await?.to_string()),
            None => None,
        };
        let file = MaterialFile {
            media_type: taken.media_type,
            digest: digest.to_string(),
            thumbnail,
            bytes,
            size: taken.size,
            milliseconds: taken.milliseconds,
        };
        let Origin { title, alternative, citation, source, parent, tags } = origin;
        let fresh = self.fresh(actor, taken.kind);
        let material = Material { title, alternative, citation, source, parent, tags, file: Some(file), ..fresh };
        let detail = json!({ "act": "add", "kind": taken.kind.name(), "title": material.title });
        let mut tx = self.begin(actor, material.id, detail).await?;
        if !store::insert(&mut tx, store::New { material: &material, came_as }).await? {
            // Another sent the same file meanwhile; the files in the store are the same as well.
            let known = store::came_as(&mut tx, came_as.unwrap_or_default()).await?;
            return Ok(Received { id: known.ok_or_else(absent)?, is_new: false });
        }
        tx.commit().await?;
        Ok(Received { id: material.id, is_new: true })
    }

    /// Cuts a cover, a square cover or a thumb out of a picture: a material of its own, which names where it comes from.
    ///
    /// # Errors
    /// [`Code::BadRequest`] if the part does not lie within the picture, or it is none; [`Code::NotFound`].
    pub async fn crop(&self, actor: &Actor, id: Id<Material>, part: Crop) -> Result<Received> {
        actor.must(Permission::WriteArticles)?;
        let whole = self.one(id).await?.0;
        let about = format!("图片“{}”", whole.title);
        if whole.kind != MaterialKind::Image {
            return Err(Problem::new(Code::BadRequest, about).because("不是图片，不能裁剪").into());
        }
        let content = self.content(whole.file.as_ref().and_then(MaterialFile::stored)).await?;
        let cut = tokio::task::spawn_blocking(move || {
            let content = crop(&content, part)?;
            let (small, size) = small_of(&content)?;
            Ok::<_, String>((content, small, size))
        });
        let (content, small, size) =
            cut.await.map_err(Error::internal)?.map_err(|why| Problem::new(Code::BadRequest, about).because(why))?;
        let taken = Taken {
            kind: if part.shape == Shape::Thumb { MaterialKind::Thumb } else { MaterialKind::Image },
            media_type: MediaType::Jpeg,
            content: content.into(),
            small: Some(small.into()),
            size: Some(size),
            milliseconds: None,
        };
        let title: String = whole.title.chars().take(50).collect();
        let origin = Origin {
            title: format!("{title}（{}）", part.shape.label()),
            alternative: whole.alternative,
            citation: whole.citation,
            source: whole.source,
            parent: Some(id),
            tags: whole.tags,
        };
        self.keep(actor, taken, origin, None).await
    }

    /// Open records whose images everybody may see, for words that were typed.
    ///
    /// # Errors
    /// If the index or the database fails.
    pub async fn records(&self, typed: &str) -> Result<Vec<Item>> {
        let filters = Filters { digitised: true, ..Filters::default() };
        let asked = Asked { filters, ..Asked::typed(typed, OFFERED) };
        Ok(self.stock.catalogue.find(&asked).await?.items)
    }

    /// The page images of a record that everybody may see.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for what may not be seen.
    pub async fn pages(&self, record: &str) -> Result<(Shown, Vec<Leaf>)> {
        let id = PublicId::parse(record).ok_or_else(|| Problem::new(Code::NotFound, "这件档案"))?;
        let shown = self.stock.catalogue.record(&id).await?;
        let pages = shown.originals.iter().filter(|leaf| leaf.kind.is_image()).cloned().collect();
        Ok((shown, pages))
    }

    /// Makes a material of a page of a record whose publication is approved: its public copy with the mark, and the citation.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for what may not be seen.
    pub async fn of_page(&self, actor: &Actor, record: &str, page: &str) -> Result<Received> {
        actor.must(Permission::WriteArticles)?;
        let (shown, pages) = self.pages(record).await?;
        let number = pages.iter().position(|leaf| leaf.id.as_str() == page);
        let number = number.ok_or_else(|| Problem::new(Code::NotFound, "这一页影像"))? + 1;
        let content = self.stock.gallery.copy(page).await?;
        let fonds = shown.elements.iter().find(|(element, _)| *element == Element::FondsTitle);
        let house = self.stock.house.now();
        let parts = [house.name.as_str(), fonds.map_or("", |(_, title)| title), &shown.place.code, &shown.place.title];
        let citation = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("·");
        let title: String = shown.place.title.chars().take(48).collect();
        let title = if pages.len() > 1 { format!("{title}（第 {number} 页）") } else { title };
        let origin = Origin {
            alternative: title.clone(),
            citation,
            source: Some(Source { record: record.to_owned(), page: page.to_owned() }),
            title,
            ..Origin::default()
        };
        self.take(actor, ("档案影像", content), origin).await
    }

    /// Reads a text from outside: a Word document, HTML or Markdown, told by its content. Pictures of a document become
    /// materials.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::FileRefused`] with the reason.
    pub async fn import(&self, actor: &Actor, name: &str, content: Bytes) -> Result<Imported> {
        actor.must(Permission::WriteArticles)?;
        let kind = Kind::of_content(&content);
        if kind == Kind::Document {
            return self.import_document(actor, name, &content).await;
        }
        if content.len() > LONGEST {
            return Err(refused(name, &format!("文字超过 {} MB，请分成几段", LONGEST >> 20)));
        }
        let text = text_of(&content).filter(|text| !text.contains('\0'));
        let text =
            text.ok_or_else(|| refused(name, "不是文字、网页或 Word 文档（.docx）；旧的 .doc 请先另存为 .docx"))?;
        let read = move || if kind == Kind::Page { pasted(&text) } else { from_markdown(&text) };
        tokio::task::spawn_blocking(read).await.map_err(Error::internal)
    }

    async fn import_document(&self, actor: &Actor, name: &str, content: &Bytes) -> Result<Imported> {
        let (Imported { blocks, mut left_out }, pictures) = self.examiner.read(name, content).await?;
        let stem = titled(name);
        let mut addresses = Vec::new();
        for (number, picture) in (1..).zip(pictures) {
            let title = format!("{}（图 {number}）", stem.chars().take(50).collect::<String>());
            let origin = Origin { title: title.clone(), ..Origin::default() };
            let taken = if picture.is_empty() { None } else { Some(self.take(actor, (&title, picture), origin).await) };
            match taken {
                Some(Ok(received)) => addresses.push(Some(crate::material::address(received.id))),
                Some(Err(Error::Problem(problem))) if problem.code() == Code::FileRefused => {
                    left_out.refused(problem.sentence());
                    addresses.push(None);
                }
                Some(Err(error)) => return Err(error),
                None => {
                    left_out.refused("不在文档里，或太大");
                    addresses.push(None);
                }
            }
        }
        let mut article = Article { blocks, ..Article::default() };
        for picture in article.pictures_mut() {
            let number = picture.address.strip_prefix(PICTURE).and_then(|number| number.parse::<usize>().ok());
            picture.address = number.and_then(|number| addresses.get(number).cloned().flatten()).unwrap_or_default();
        }
        article.blocks.retain(|block| !matches!(block, crate::article::Block::Picture(one) if one.address.is_empty()));
        Ok(Imported { blocks: article.blocks, left_out })
    }
}
