//! What became of publications: WeChat tells, or is asked; what is public can be deleted again.

use account::Clients;
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp, Tx, db};
use serde_json::json;
use wechat::client::Error;
use wechat::errcode::Errcode;
use wechat::wire::draft::ArticleItem;
use wechat::wire::publish::PublishState;

use super::prepare::refused;
use super::publish::{absent, note, stand};
use super::send::LEASE_SECONDS;
use super::{Ledger, Turned};
use crate::store::publication::{self, Row};
use crate::store::sent_article;
use crate::{Content, Plan, Publication, PublishEnd};

/// After how long without an end WeChat is asked, in seconds.
const ASKED_AFTER: i64 = 300;
/// How long it is left alone then.
const ASKED_APART: i64 = 600;
/// For how long a publication whose answer was lost is looked for, in seconds.
const LOOKED_FOR: i64 = 24 * 3600;
/// The most that are asked about at once, and that go out in one look.
const AT_ONCE: i64 = 20;
/// Publications on a page of WeChat's list, and the most pages that are looked through.
const PAGE: i64 = 20;
const PAGES: i64 = 5;
/// So many seconds may clocks disagree.
const SKEW: i64 = 300;
/// WeChat has no articles of this number.
const NO_SUCH: Errcode = Errcode(53600);

impl From<PublishState> for PublishEnd {
    fn from(state: PublishState) -> Self {
        let mut links = state.article_detail.map(|detail| detail.item).unwrap_or_default();
        links.sort_by_key(|link| link.idx);
        Self {
            publish_id: state.publish_id,
            status: state.publish_status,
            article_id: state.article_id,
            addresses: links.into_iter().map(|link| link.article_url).collect(),
        }
    }
}

impl Ledger {
    /// Publishes what is due, as the node `holder`, until nothing is or the house stops.
    ///
    /// # Errors
    /// As [`Ledger::publish_next`].
    pub async fn publish_due(&self, holder: &str) -> Result<()> {
        for _ in 0..AT_ONCE {
            // Most looks find nothing: they write nothing.
            let lost_by = self.now().await?.plus_seconds(-LEASE_SECONDS);
            let next = publication::next(&mut self.ground.db.read().await?, lost_by).await?;
            if self.ground.tasks.is_stopping() || next.is_none() {
                return Ok(());
            }
            match self.publish_next(holder).await? {
                Turned::Nothing | Turned::Frozen(_) => return Ok(()),
                Turned::Moved(publication) => tracing::info!(state = publication.name(), "a publication went on"),
            }
        }
        Ok(())
    }

    /// Hears what became of a publication of an account.
    ///
    /// # Errors
    /// The database's.
    pub async fn publication_ended(&self, account: &str, end: PublishEnd) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        take_publication_end(&mut tx, account, end, self.ground.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Asks WeChat about publications of which nothing was heard for some minutes, and looks for those whose answer was lost.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask_publications(&self) -> Result<()> {
        let now = self.ground.clock.now();
        let tried = (now.plus_seconds(-ASKED_AFTER), now.plus_seconds(-LOOKED_FOR));
        let mut tx = self.ground.db.read().await?;
        let rows = publication::without_end(&mut tx, tried, now.plus_seconds(-ASKED_APART), AT_ONCE).await?;
        drop(tx);
        for row in rows {
            if let Err(error) = self.ask_one(row).await {
                tracing::warn!(%error, "WeChat could not be asked about a publication");
            }
        }
        Ok(())
    }

    /// Asks WeChat about one publication now, whatever was heard of it; where it stands then.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::NotFound`]; [`Code::Busy`] if WeChat cannot be
    /// reached; the database's.
    pub async fn ask_publication(&self, actor: &Actor, id: Id<Plan>) -> Result<Publication> {
        actor.must(Permission::ApprovePushes)?;
        let mut tx = self.ground.db.begin().await?;
        note(&mut tx, actor, ("push.ask-publication", id), (json!({}), self.ground.clock.now())).await?;
        let row = publication::find(&mut tx, id).await?.ok_or_else(absent)?;
        tx.commit().await?;
        self.ask_one(row).await
    }

    async fn ask_one(&self, row: Row) -> Result<Publication> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        publication::asked(&mut tx, row.plan, now).await?;
        tx.commit().await?;
        let number = match &row.publication {
            Publication::Queued(number) => Some(number.clone()),
            Publication::Published(published) => published.publish_id.clone(),
            _ => None,
        };
        let told = match number {
            Some(number) => {
                let state = self.post.publication(&row.account, &number).await;
                let end = PublishEnd::from(state.map_err(|error| refused("这次发布", &error))?);
                row.publication.clone().told(PublishEnd { publish_id: number, ..end })
            }
            None => self.looked_for(&row).await?,
        };
        if told == row.publication {
            return Ok(told);
        }
        let mut tx = self.ground.db.begin().await?;
        let mut kept = publication::find(&mut tx, row.plan).await?.ok_or_else(absent)?;
        // Somebody else may have moved it meanwhile.
        if kept.publication == row.publication {
            kept.publication = told;
            stand(&mut tx, &kept, now).await?;
            tx.commit().await?;
        }
        Ok(kept.publication)
    }

    /// Where a publication stands whose answer was lost, if WeChat's list has one that was made since it was tried, with the
    /// same titles, and that is no other one of the house.
    async fn looked_for(&self, row: &Row) -> Result<Publication> {
        let (Publication::Unknown(at), Content::Articles { titles, .. }) = (&row.publication, &row.content) else {
            return Ok(row.publication.clone());
        };
        for page in 0..PAGES {
            let items = self.post.publications(&row.account, page * PAGE).await;
            let items = items.map_err(|error| refused("已发布的图文", &error))?.item;
            let is_last = items.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            let is_older = |item: &ArticleItem| item.update_time < at.plus_seconds(-SKEW).seconds();
            let is_over = is_last || items.last().is_some_and(is_older);
            for item in items.into_iter().filter(|item| !is_older(item)) {
                let same = item.content.news_item.iter().map(|article| &article.title).eq(titles);
                let mut tx = self.ground.db.read().await?;
                if same && !publication::has_article(&mut tx, &row.account, &item.article_id).await? {
                    let addresses = item.content.news_item.into_iter().map(|article| article.url).collect();
                    return Ok(row.publication.clone().found(item.article_id, addresses));
                }
            }
            if is_over {
                break;
            }
        }
        Ok(row.publication.clone())
    }

    /// Deletes what was published (`freepublish/delete`): it cannot be brought back. The readers' site no longer has it
    /// either. Done again it does no harm.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::NotFound`]; [`Code::NotYet`] unless it is published
    /// under a number of WeChat's that is known; WeChat's in words; the database's.
    pub async fn unpublish(&self, actor: &Actor, id: Id<Plan>, clients: &Clients) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        note(&mut tx, actor, ("push.unpublish", id), (json!({}), now)).await?;
        let row = publication::find(&mut tx, id).await?.ok_or_else(absent)?;
        let Publication::Published(published) = &row.publication else {
            return Err(Problem::new(Code::NotYet, "这次发布").because("还没有发布，或已经删除").into());
        };
        let Some(article_id) = published.article_id.clone() else {
            let why = "不知道它在微信的编号，请到公众平台后台的“发表记录”里删除";
            return Err(Problem::new(Code::NotYet, "这次发布").because(why).into());
        };
        sent_article::hide_plan(&mut tx, id, now).await?;
        tx.commit().await?;
        let client = clients.get(&row.account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?;
        match client.delete_published(&article_id, None).await {
            Ok(()) | Err(Error::Refused { code: NO_SUCH, .. }) => {}
            Err(error) => return Err(refused("这次发布", &error).into()),
        }
        let mut tx = self.ground.db.begin().await?;
        let mut kept = publication::find(&mut tx, id).await?.ok_or_else(absent)?;
        kept.publication = kept.publication.deleted(actor.name());
        stand(&mut tx, &kept, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Takes in what became of a publication of an account: it may be told before its number is known here, twice, or of one
/// this house did not make.
pub(super) async fn take_publication_end(
    tx: &mut Tx,
    account: &str,
    end: PublishEnd,
    now: Timestamp,
) -> db::Result<()> {
    publication::keep_end(tx, account, &end, now).await?;
    let Some(mut row) = publication::of_publish_id(tx, account, &end.publish_id).await? else { return Ok(()) };
    let told = row.publication.clone().told(end);
    if told != row.publication {
        row.publication = told;
        stand(tx, &row, now).await?;
    }
    Ok(())
}
