//! Past articles: what went out stays to be read and searched on the readers' site.

use std::collections::HashSet;

use chinese::normalise;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Id, Permission, Problem, Result, Timestamp, Tx, db};
use serde_json::json;

use super::{Guard as _, OpenRecords};
use crate::article::Article;
use crate::sent_article::quoted;
use crate::store::{plan, sent_article};
use crate::{Content, Plan, SentArticle};

/// The most words of a question.
const WORDS: usize = 8;
/// The most articles told of one record.
const OF_RECORD: i64 = 5;

/// The past articles of a house; cheap to clone.
#[derive(Clone, Debug)]
pub struct PastArticles {
    ground: Ground,
}

impl PastArticles {
    /// The past articles of a house.
    pub const fn new(ground: Ground) -> Self {
        Self { ground }
    }

    /// Keeps what a plan is about to send, in the unit that approves it. Nobody outside sees it yet.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        plan: Id<Plan>,
        account: &str,
        articles: Vec<Article>,
    ) -> db::Result<()> {
        let articles: Vec<_> = articles.into_iter().map(|article| (self.ground.random.hex16(), article)).collect();
        let origin = plan::find(tx, plan).await?.map(|plan| plan.origin);
        sent_article::keep(tx, (plan, origin.as_deref()), account, &articles).await
    }

    /// The article of an address.
    ///
    /// # Errors
    /// [`Code::NotFound`] for one that was never sent, was taken off, or quotes what may no longer be shown; the database's.
    pub async fn one(&self, id: &str) -> Result<SentArticle> {
        let mut tx = self.ground.db.read().await?;
        let absent = || Problem::new(Code::NotFound, "这个页面");
        let found = sent_article::find(&mut tx, id).await?.ok_or_else(absent)?;
        if withheld(&mut tx, &found.article).await?.is_some() {
            return Err(absent().into());
        }
        Ok(found)
    }

    /// Takes off the site what quotes these records and may no longer be shown. An article that is put back is asked again.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn take_off(tx: &mut Tx, records: &HashSet<String>, at: Timestamp) -> Result<()> {
        for record in records {
            for article in sent_article::quoting(tx, record).await? {
                if withheld(tx, &article.article).await?.is_some() {
                    sent_article::hide(tx, &article.id, Some(at)).await?;
                }
            }
        }
        Ok(())
    }

    /// A page of what holds every word that was typed, the newest first, and how many there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, asked: &str, page: u32, size: u32) -> Result<(Vec<SentArticle>, u64)> {
        let words: Vec<String> = normalise(asked).split_whitespace().take(WORDS).map(str::to_owned).collect();
        let offset = i64::from(page.saturating_sub(1)) * i64::from(size);
        let mut tx = self.ground.db.read().await?;
        let (articles, total) = sent_article::list(&mut tx, &words, offset, i64::from(size)).await?;
        Ok((articles, u64::try_from(total).unwrap_or_default()))
    }

    /// The articles that quote a record, by its public id.
    ///
    /// # Errors
    /// The database's.
    pub async fn of_record(&self, record: &str) -> Result<Vec<(String, String)>> {
        Ok(sent_article::of_record(&mut self.ground.db.glance().await?, record, OF_RECORD).await?)
    }

    /// Takes an article off the site, or puts it back. What WeChat shows stays as it is.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`]; the database's.
    pub async fn show(&self, actor: &Actor, id: &str, is_shown: bool) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let line = Line {
            actor: actor.name(),
            action: if is_shown { "push.show-article" } else { "push.hide-article" },
            object: &format!("article/{id}"),
            outcome: Outcome::Done,
            detail: json!({}),
        };
        audit::privileged(&mut tx, now, &line).await?;
        let found = sent_article::any(&mut tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound, "这篇推文"))?;
        if is_shown && let Some(why) = withheld(&mut tx, &found.article).await? {
            return Err(Problem::new(Code::Conflict, "这篇推文").because(why).into());
        }
        if !sent_article::hide(&mut tx, id, (!is_shown).then_some(now)).await? {
            return Err(Problem::new(Code::NotFound, "这篇推文").into());
        }
        Ok(tx.commit().await?)
    }
}

/// Why an article may not be shown; none if it may.
async fn withheld(tx: &mut Tx, article: &Article) -> Result<Option<String>> {
    let records = quoted([article].into_iter());
    let content = Content::Articles { media_id: String::new(), ignore_reprint: false, titles: Vec::new(), records };
    OpenRecords.withholds(tx, &content).await
}

#[cfg(test)]
#[path = "past_articles_tests.rs"]
mod tests;
