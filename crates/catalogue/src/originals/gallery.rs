//! Originals as everybody may see them: each fetch asks `access`, and what is not there, what is closed and what is
//! withheld get the same answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use kernel::{Blobs, Code, Error, Problem, Result, Tx, blobs};
use tokio::sync::Semaphore;
use web::HouseBook;

use super::leaf::for_everyone;
use super::pack::Pack;
use super::region::{Asked, Cut};
use super::render;
use crate::store::original::{self, Kept, Page};
use crate::store::record;
use crate::{Catalogue, PublicId, Record};

/// How many images are put together at a time.
const AT_ONCE: usize = 2;
/// How many bytes of public copies stay in memory.
const REMEMBERED: usize = 64 << 20;

/// The public copies of originals; cheap to clone.
#[derive(Clone, Debug)]
pub struct Gallery {
    pub(super) catalogue: Catalogue,
    pub(super) blobs: Blobs,
    /// The house.
    pub(super) house: HouseBook,
    /// The address of the site, without a slash at its end.
    pub(super) site: String,
    room: Arc<Semaphore>,
    remembered: Arc<Mutex<VecDeque<(blobs::Digest, Pack)>>>,
}

/// The one answer for what is not there and what may not be seen.
pub(super) fn absent() -> Problem {
    Problem::new(Code::NotFound, "这个页面")
}

impl Gallery {
    /// The gallery of a catalogue of this house, whose files are kept here and whose site has this address.
    pub fn new(catalogue: Catalogue, blobs: Blobs, house: impl Into<HouseBook>, site: impl Into<String>) -> Self {
        Self {
            catalogue,
            blobs,
            house: house.into(),
            site: site.into(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            remembered: Arc::default(),
        }
    }

    /// The public copy of a page as one JPEG with its mark, at most 2048 pixels each way.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for what not everybody may see.
    pub async fn copy(&self, id: &str) -> Result<Bytes> {
        let asked = Asked::parse("full", "max", "0", "default.jpg")?;
        let page = self.page(id).await?;
        let cut = asked.fit(page.width, page.height)?;
        self.image(&page, asked, cut).await
    }

    /// Whether everybody may see a page now.
    ///
    /// # Errors
    /// The database's.
    pub async fn shows(&self, id: &str) -> Result<bool> {
        match self.page(id).await {
            Ok(_) => Ok(true),
            Err(error) if error.shown().code() == Code::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A page that everybody may see.
    pub(super) async fn page(&self, id: &str) -> Result<Page> {
        let id = PublicId::parse(id).ok_or_else(absent)?;
        let mut tx = self.catalogue.db.read().await?;
        let found = original::of_page(&mut tx, &id).await?;
        let (kept, _) = self.judge(&mut tx, found).await?;
        Ok(kept.pages.into_iter().next().ok_or_else(absent)?)
    }

    /// A file without pages that everybody may see, and its record.
    pub(super) async fn file(&self, id: &str) -> Result<(Kept, Record)> {
        let id = PublicId::parse(id).ok_or_else(absent)?;
        let mut tx = self.catalogue.db.read().await?;
        let found = original::of_public_id(&mut tx, &id).await?;
        // The file behind page images bears what was cut away from them.
        self.judge(&mut tx, found.filter(|kept| !kept.kind.is_image())).await
    }

    /// Lets through what everybody may see. The record is asked for whether there is an original or not.
    async fn judge(&self, tx: &mut Tx, found: Option<Kept>) -> Result<(Kept, Record)> {
        let (institution, key) = match &found {
            Some(kept) => (kept.institution.as_str(), kept.code_key.as_str()),
            None => (self.catalogue.institution.as_str(), ""),
        };
        let record = record::of_code(tx, institution, key).await?;
        let both = found.zip(record);
        let open = both.filter(|(kept, record)| for_everyone(record.description.statuses, kept.withheld));
        Ok(open.ok_or_else(absent)?)
    }

    /// An image cut out of a page.
    pub(super) async fn image(&self, page: &Page, asked: Asked, cut: Cut) -> Result<Bytes> {
        let pack = self.pack(&page.copy).await?;
        let _place = self.room.acquire().await.map_err(Error::internal)?;
        let drawn = tokio::task::spawn_blocking(move || render::render(&pack, &asked, &cut));
        let image = drawn.await.map_err(Error::internal)?;
        image.ok_or_else(|| Problem::new(Code::Damaged, format!("影像 {}", page.public_id)).into())
    }

    async fn pack(&self, digest: &blobs::Digest) -> Result<Pack> {
        if let Some(pack) = self.recall(digest) {
            return Ok(pack);
        }
        let damaged = || Problem::new(Code::Damaged, "影像副本");
        let pack = Pack::open(self.blobs.get(digest).await?).ok_or_else(damaged)?;
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.push_front((*digest, pack.clone()));
        let mut sum = 0;
        remembered.retain(|(_, pack)| {
            sum += pack.size();
            sum <= REMEMBERED
        });
        Ok(pack)
    }

    /// A copy that was asked for lately; it comes to the front.
    fn recall(&self, digest: &blobs::Digest) -> Option<Pack> {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let at = remembered.iter().position(|(one, _)| one == digest)?;
        let found = remembered.remove(at)?;
        let pack = found.1.clone();
        remembered.push_front(found);
        Some(pack)
    }
}
